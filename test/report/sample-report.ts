import { ReportData, ReportedFunction } from '../../src/report/report-data';
import { HOURS_PER_WEEK } from '../../src/schedule/firing-days';

const HOURS_PER_DAY = 24;
const BERLIN = 'Europe/Berlin';
const EUROPE = '111111111111/eu-west-1';
const AMERICA = '111111111111/us-east-1';

/** Environments from an hour on, on days that are counted from Monday. */
interface Busy {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly environments: number;
}

const WORKDAYS = [0, 1, 2, 3, 4];
const EVERY_DAY = [...WORKDAYS, 5, 6];

/** Of an app without warmers. */
export const EMPTY_REPORT: ReportData = {
  format: 'cdk-lambda-warmer/report/1',
  scope: '',
  monthlyUsd: 0,
  maxMonthlyUsd: 0,
  priceLists: [],
  environments: [],
  functions: [],
  sharedCosts: [],
  enrolled: [],
  exempt: [],
  notWarmed: [],
};

/** A shop's app, as a report may say it: a bit of everything. */
export function sampleReport(): ReportData {
  const functions = sampleFunctions();
  const known = functions.reduce((sum, { monthlyUsd = 0 }) => sum + monthlyUsd, 0);
  const most = functions.reduce((sum, { monthlyUsd = 0, maxMonthlyUsd = monthlyUsd }) => sum + maxMonthlyUsd, 0);
  const sharedCosts = [
    { path: 'Shop-Prod/Api/Fleet/Dispatcher', what: 'The dispatcher of 6 functions', monthlyUsd: 0.42 },
    { path: 'Shop-Prod/Api/Fleet', what: 'Custom metrics', monthlyUsd: 0.9 },
    { path: 'Shop-Prod/Operations/Dashboard', what: 'A dashboard beyond the free ones', monthlyUsd: 3 },
  ];
  const shared = sharedCosts.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);
  return {
    format: 'cdk-lambda-warmer/report/1',
    scope: 'Shop-Prod',
    monthlyUsd: known + shared,
    maxMonthlyUsd: most + shared,
    priceLists: ['AWS list prices of eu-west-1', 'AWS list prices of us-east-1'],
    environments: [
      { name: EUROPE, quota: 150, isQuotaAssumed: false, timeZone: BERLIN, hours: together(functions, EUROPE) },
      { name: AMERICA, quota: 1000, isQuotaAssumed: true, timeZone: 'America/New_York', hours: together(functions, AMERICA) },
    ],
    functions,
    sharedCosts,
    enrolled: [{ path: 'Shop-Prod/Search/Suggest', concurrency: 3 }],
    exempt: [
      { path: 'Shop-Prod/Api/Webhooks', reason: 'The payment provider retries, and waits for nobody.' },
      { path: 'Shop-Prod/Back-Office/Export', reason: 'Runs for minutes: a cold start is not felt.' },
    ],
    notWarmed: [
      { path: 'Shop-Prod/Reports/Nightly', isUserFacing: false, why: 'No warmer; nothing but a schedule calls it.' },
      { path: 'Shop-Prod/Api/Reviews', isUserFacing: true, why: 'No warmer; behind the HTTP API Shop-Prod/Api/Gateway.' },
      { path: 'Shop-Prod/Images/Resize', isUserFacing: false, why: 'No warmer; nothing but a bucket’s notifications calls it.' },
      { path: 'Shop-Prod/Images/OnUpload', isUserFacing: true, why: 'Runs on a capacity provider, whose instances are never cold.' },
    ],
  };
}

function sampleFunctions(): ReportedFunction[] {
  const fleet = { warmer: 'Shop-Prod/Api/Fleet', warmerType: 'WarmerFleet' as const };
  return [
    sample('Shop-Prod/Api/Catalog', [{ days: WORKDAYS, from: 8, to: 18, environments: 20 }, { days: [5], from: 9, to: 14, environments: 12 }], 2,
      { ...fleet, monthlyUsd: 1.86, provisionedUsd: 96.4, breakEvenUtilization: 0.61 }),
    sample('Shop-Prod/Api/Search', [{ days: WORKDAYS, from: 8, to: 18, environments: 32 }, { days: [5, 6], from: 10, to: 20, environments: 8 }], 2,
      { ...fleet, monthlyUsd: 2.74, maxMonthlyUsd: 3.9, provisionedUsd: 142.1, breakEvenUtilization: 0.6 }),
    sample('Shop-Prod/Api/Basket', [{ days: EVERY_DAY, from: 7, to: 23, environments: 6 }], 2,
      { ...fleet, monthlyUsd: 0.88, provisionedUsd: 51.2, breakEvenUtilization: 0.6 }),
    sample('Shop-Prod/Api/Orders', [{ days: WORKDAYS, from: 6, to: 20, environments: 4 }], 1,
      { ...fleet, monthlyUsd: 0.41, provisionedUsd: 26.9, breakEvenUtilization: 0.6 }),
    sample('Shop-Prod/Api/Login', [], 3, { ...fleet, monthlyUsd: 0.29, provisionedUsd: 33.5, breakEvenUtilization: 0.62 }),
    sample('Shop-Prod/Api/Profile', [], 1, { ...fleet, monthlyUsd: 0.004, provisionedUsd: 11.16, breakEvenUtilization: 0.62 }),
    sample('Shop-Prod/Checkout/Pay', [{ days: EVERY_DAY, from: 8, to: 22, environments: 24 }], 10, {
      warmer: 'Shop-Prod/Checkout/PayWarmer', provisionedHours: week([], 10), monthlyUsd: 111.6, maxMonthlyUsd: 267.84,
    }),
    sample('Shop-Prod/Checkout/Confirm', [], 5, {
      warmer: 'Shop-Prod/Checkout/ConfirmWarmer', provisionedHours: week([], 5), monthlyUsd: 55.8, schedule: 'rate(5 minutes)',
    }),
    sample('Shop-Prod/Checkout/Coupons', [{ days: [4], from: 17, to: 23, environments: 40 }], 0, {
      warmer: 'Shop-Prod/Checkout/CouponsWarmer',
      schedule: 'cron(0/5 17-22 ? * 6L *)',
      isEveryWeek: false,
      monthlyUsd: 0.09,
      provisionedUsd: 4.9,
      breakEvenUtilization: 0.63,
    }),
    sample('Shop-Prod/Back-Office/Invoices', [{ days: WORKDAYS, from: 9, to: 17, environments: 2 }], 0, {
      warmer: 'Shop-Prod/Back-Office/InvoicesWarmer', monthlyUsd: 0.02, provisionedUsd: 6.7, breakEvenUtilization: 0.63,
    }),
    sample('Shop-Prod/Back-Office/Stock', [{ days: WORKDAYS, from: 6, to: 9, environments: 8 }, { days: WORKDAYS, from: 9, to: 17, environments: 3 }], 0, {
      warmer: 'Shop-Prod/Back-Office/StockWarmer', isEnabled: false, monthlyUsd: 0,
    }),
    sample('Shop-Prod/Legacy/Tax', [], 1, {
      warmer: 'Shop-Prod/Legacy/TaxWarmer',
      schedule: 'rate(10 minutes)',
      timeZone: 'UTC',
      costUnknown: 'The function is imported, and its memory is not known.',
    }),
    sample('Shop-Prod/Edge-Us/Catalog', [{ days: EVERY_DAY, from: 9, to: 21, environments: 14 }], 1, {
      warmer: 'Shop-Prod/Edge-Us/Warmer',
      environment: AMERICA,
      timeZone: 'America/New_York',
      monthlyUsd: 1.02,
      provisionedUsd: 78,
      breakEvenUtilization: 0.6,
    }),
  ];
}

function sample(
  path: string, busy: readonly Busy[], otherwise: number, rest: Partial<ReportedFunction> & { readonly warmer: string },
): ReportedFunction {
  return {
    path,
    warmerType: 'LambdaWarmer',
    environment: EUROPE,
    isEnabled: true,
    schedule: busy.length > 0 ? 'windows' : 'rate(5 minutes)',
    timeZone: BERLIN,
    hours: week(busy, otherwise),
    provisionedHours: week([], 0),
    isEveryWeek: true,
    ...rest,
  };
}

function week(busy: readonly Busy[], otherwise: number): number[] {
  return Array.from({ length: HOURS_PER_WEEK }, (_, index) => {
    const [day, hour] = [Math.floor(index / HOURS_PER_DAY), index % HOURS_PER_DAY];
    return busy.find(({ days, from, to }) => days.includes(day) && hour >= from && hour < to)?.environments ?? otherwise;
  });
}

function together(functions: readonly ReportedFunction[], name: string): number[] {
  const counted = functions.filter(({ environment, isEnabled }) => environment === name && isEnabled);
  return week([], 0).map((_, hour) => counted.reduce((sum, { hours }) => sum + hours[hour], 0));
}
