import { App, Aspects, Duration, Lazy, Stack, Stage, TimeZone } from 'aws-cdk-lib';
import { FunctionUrlAuthType, IFunction } from 'aws-cdk-lib/aws-lambda';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { EMPTY_REPORT } from './sample-report';
import {
  AccountWarmer, DayOfWeek, FunctionSelector, LambdaWarmer, LambdaWarmerProps, WarmerFleet, Warming, WarmingAspect, WarmingCost, WarmingDashboard,
  WarmingPayload, WarmingSchedule,
} from '../../src';
import { collectReport } from '../../src/report/collect-report';
import { ReportData, ReportedFunction } from '../../src/report/report-data';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack, WORKDAYS } from '../uses';

const MOMENT = new Date('2026-12-01T12:00:00Z');
const NIGHTS = Array.from({ length: 168 }, () => 0);
const ALL = (concurrency: number) => Array.from({ length: 168 }, () => concurrency);

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app, 'Stack', { env: ENV });
});

function report(scope: IConstruct = app, accountConcurrency?: number): ReportData {
  return collectReport({ scope, accountConcurrency, moment: MOMENT });
}

function warm(props: Partial<LambdaWarmerProps> = {}, id = 'Warmer', target: IFunction = testFunction(stack, `${id}Fn`)): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target, ...props });
}

/** The one function of a report. */
function only(): ReportedFunction {
  const { functions } = report();
  expect(functions).toHaveLength(1);
  return functions[0];
}

test('a warmer of a function is reported with its week, its costs, and those of provisioned concurrency', () => {
  const warmer = warm({ concurrency: 5 });
  expect(only()).toEqual({
    path: 'Stack/WarmerFn',
    warmer: 'Stack/Warmer',
    warmerType: 'LambdaWarmer',
    environment: '111111111111/eu-west-1',
    isEnabled: true,
    schedule: 'rate(5 minutes)',
    timeZone: 'UTC',
    hours: ALL(5),
    provisionedHours: NIGHTS,
    isEveryWeek: true,
    monthlyUsd: warmer.monthlyCost.monthlyUsd,
    maxMonthlyUsd: warmer.monthlyCost.maxMonthlyUsd,
    provisionedUsd: expect.closeTo(5 * 0.125 * 2_592_000 * 0.0000046459, 2),
    breakEvenUtilization: warmer.monthlyCost.breakEvenUtilization,
  });
  expect(report()).toMatchObject({
    format: 'cdk-lambda-warmer/report/1',
    scope: '',
    monthlyUsd: expect.closeTo(warmer.monthlyCost.monthlyUsd, 12),
    maxMonthlyUsd: expect.closeTo(warmer.monthlyCost.monthlyUsd, 12),
    environments: [{ name: '111111111111/eu-west-1', quota: 1000, isQuotaAssumed: true, timeZone: 'UTC', hours: ALL(5) }],
    sharedCosts: [],
    enrolled: [],
    exempt: [],
    notWarmed: [],
  });
  expect(report().priceLists).toEqual([expect.stringContaining('eu-west-1')]);
});

test('windows are reported in their time zone', () => {
  const schedule = WarmingSchedule.windows({
    windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 10 }], otherwise: 1, timeZone: TimeZone.EUROPE_BERLIN,
  });
  warm({ schedule });
  const { timeZone, hours, schedule: text } = only();
  expect([timeZone, text]).toEqual(['Europe/Berlin', 'windows']);
  expect(hours).toEqual(Array.from({ length: 168 }, (_, hour) => hour < 5 * 24 && hour % 24 >= 8 && hour % 24 < 18 ? 10 : 1));
});

test('provisioned environments and pings are reported together, each in the hours of one time zone', () => {
  warm({
    concurrency: 8,
    schedule: WarmingSchedule.cron({ minute: '0/5', hour: '9', weekDay: 'MON' }),
    provisionedConcurrency: {
      minCapacity: 2, windows: [{ days: [DayOfWeek.MONDAY], start: '08:30', end: '10:00', minCapacity: 5 }], timeZone: TimeZone.EUROPE_BERLIN,
    },
  });
  const { hours, provisionedHours, timeZone, path } = only();
  expect([path, timeZone]).toEqual(['Stack/WarmerFn:live', 'UTC']);
  // An hour later in Berlin in December.
  expect(provisionedHours.slice(0, 12)).toEqual([2, 2, 2, 2, 2, 2, 2, 5, 5, 2, 2, 2]);
  expect(hours.slice(0, 12)).toEqual([2, 2, 2, 2, 2, 2, 2, 5, 5, 8, 2, 2]);
});

test('provisioned environments alone are reported in the hours of their windows', () => {
  warm({ provisionedConcurrency: { minCapacity: 1, windows: [{ start: '00:00', end: '12:00', minCapacity: 3 }], timeZone: TimeZone.ASIA_TOKYO } });
  const { hours, timeZone, schedule, isEnabled } = only();
  expect([timeZone, schedule, isEnabled]).toEqual(['Asia/Tokyo', 'provisioned', true]);
  expect(hours).toEqual(Array.from({ length: 168 }, (_, hour) => hour % 24 < 12 ? 3 : 1));
});

test('a warmer that is turned off is reported with what it would keep warm; its function goes cold', () => {
  warm({ enabled: false, concurrency: 3 });
  expect(only()).toMatchObject({ isEnabled: false, hours: ALL(3), monthlyUsd: 0 });
  expect(report().environments[0].hours).toEqual(NIGHTS);
  expect(report().notWarmed).toEqual([{ path: 'Stack/WarmerFn', isUserFacing: false, why: "'Stack/Warmer' is not enabled, or its schedule has ended" }]);
});

test('a schedule with dates says them', () => {
  warm({ schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2990-01-01')).activeUntil(new Date('2999-01-01')) });
  expect(only().schedule).toBe('rate(5 minutes) from 2990-01-01T00:00:00.000Z until 2999-01-01T00:00:00.000Z');
});

test('a schedule that is known at deployment only has no hours and no costs', () => {
  warm({ schedule: WarmingSchedule.expression(Lazy.string({ produce: () => new Stack(app, 'X').region })) });
  stack.node.addMetadata('x', 'y');
  expect(only()).toMatchObject({ schedule: 'known at deployment only', hours: NIGHTS, costUnknown: expect.stringContaining('because the schedule is not known at synthesis') });
});

test('what costs an unknown sum is reported without one, and not counted', () => {
  const known = warm({}, 'Known');
  warm({}, 'Imported', lambda.Function.fromFunctionArn(stack, 'ImportedFn', FUNCTION_ARN));
  const { functions, monthlyUsd } = report();
  expect(functions[1]).toMatchObject({ path: 'Stack/ImportedFn', costUnknown: expect.stringContaining('because the memory of the function'), hours: ALL(1) });
  expect(functions[1].monthlyUsd).toBeUndefined();
  expect(functions[1].provisionedUsd).toBeUndefined();
  expect(monthlyUsd).toBeCloseTo(known.monthlyCost.monthlyUsd, 12);
});

test('a fleet is reported by function, and what its ticks cost beside; all of it is what the app costs', () => {
  const fleet = new WarmerFleet(stack, 'Fleet', { emitMetrics: true });
  fleet.add(testFunction(stack, 'A'));
  fleet.add(testFunction(stack, 'B'), { concurrency: 4 });
  fleet.metricCoverage();
  warm({ concurrency: 2, recordStarts: true });
  const { functions, sharedCosts, monthlyUsd, maxMonthlyUsd } = report();
  expect(functions.map(({ path, warmer, warmerType, hours }) => [path, warmer, warmerType, hours[0]])).toEqual([
    ['Stack/A', 'Stack/Fleet', 'WarmerFleet', 1], ['Stack/B', 'Stack/Fleet', 'WarmerFleet', 4], ['Stack/WarmerFn', 'Stack/Warmer', 'LambdaWarmer', 2],
  ]);
  expect(sharedCosts).toEqual([{ path: 'Stack/Fleet', what: 'its ticks', monthlyUsd: expect.any(Number), maxMonthlyUsd: expect.any(Number) }]);
  expect(sharedCosts[0].monthlyUsd).toBeGreaterThan(0.3);
  expect(monthlyUsd).toBeCloseTo(WarmingCost.of(app).monthlyUsd, 10);
  expect(maxMonthlyUsd).toBeCloseTo(WarmingCost.of(app).maxMonthlyUsd, 10);
});

test('dashboards and alarms are among what it costs', () => {
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), emitMetrics: true }).alarmOnLowCoverage();
  new WarmingDashboard(stack, 'Dashboard');
  expect(report().sharedCosts).toEqual([
    { path: 'Stack/Warmer/LowCoverage', what: 'alarms', monthlyUsd: 0.1, maxMonthlyUsd: 0.1 },
    { path: 'Stack/Dashboard', what: 'dashboards', monthlyUsd: 3, maxMonthlyUsd: 3 },
  ]);
});

test('a fleet that is turned off costs nothing', () => {
  const fleet = new WarmerFleet(stack, 'Fleet', { enabled: false });
  fleet.add(lambda.Function.fromFunctionArn(stack, 'ImportedFn', FUNCTION_ARN));
  expect(report()).toMatchObject({ functions: [{ isEnabled: false, hours: ALL(1), monthlyUsd: 0 }], sharedCosts: [], monthlyUsd: 0 });
});

test('an alias that two warmers share is counted once, in dollars and in environments', () => {
  const fn = testFunction(stack, 'Fn');
  const provisionedConcurrency = { minCapacity: 3 };
  warm({ provisionedConcurrency }, 'One', fn);
  warm({ provisionedConcurrency }, 'Two', fn);
  const { functions, monthlyUsd, environments } = report();
  expect(functions.map((one) => one.monthlyUsd)).toEqual([expect.any(Number), 0]);
  expect(monthlyUsd).toBeCloseTo(WarmingCost.of(app).monthlyUsd, 12);
  expect(environments[0].hours).toEqual(ALL(3));
});

test('each account and region has its own quota and sum', () => {
  warm({ concurrency: 5 }, 'One');
  warm({ concurrency: 7 }, 'Two');
  const elsewhere = testStack(app, 'Elsewhere', { env: { ...ENV, region: 'us-east-1' } });
  new LambdaWarmer(elsewhere, 'Warmer', { target: testFunction(elsewhere), concurrency: 2 });
  const unknown = testStack(app, 'Unknown');
  new LambdaWarmer(unknown, 'Warmer', { target: testFunction(unknown) });
  expect(report(app, 50).environments.map(({ name, hours, quota, isQuotaAssumed }) => [name, hours[0], quota, isQuotaAssumed])).toEqual([
    ['111111111111/eu-west-1', 12, 50, false], ['111111111111/us-east-1', 2, 50, false], ['unknown account/unknown region', 1, 50, false],
  ]);
});

test('sums are in the time zone of all, or in UTC', () => {
  const at = (timeZone: TimeZone, concurrency: number) => WarmingSchedule.windows({ windows: [{ start: '09:00', end: '10:00', concurrency }], timeZone });
  warm({ schedule: at(TimeZone.EUROPE_BERLIN, 5) }, 'One');
  expect(report().environments[0]).toMatchObject({ timeZone: 'Europe/Berlin' });
  expect(report().environments[0].hours.slice(7, 11)).toEqual([0, 0, 5, 0]);
  warm({ schedule: at(TimeZone.EUROPE_LONDON, 7) }, 'Two');
  expect(report().environments[0]).toMatchObject({ timeZone: 'UTC' });
  expect(report().environments[0].hours.slice(7, 11)).toEqual([0, 5, 7, 0]);
});

test('what nothing keeps warm is reported with the reason, what users call told apart, and the CDK\'s own not at all', () => {
  const called = testFunction(stack, 'Called');
  called.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  testFunction(stack, 'Worker');
  testFunction(stack, 'Edge', { capacityProviderConfig: undefined, durableConfig: { executionTimeout: Duration.hours(1) } } as never);
  const exempt = testFunction(stack, 'Exempt');
  Warming.exempt(exempt, 'Nobody waits for it');
  warm({ concurrency: 2 });
  const { notWarmed, exempt: reported } = report();
  expect(notWarmed).toEqual([
    { path: 'Stack/Called', isUserFacing: true, why: 'there is no warmer for it' },
    { path: 'Stack/Worker', isUserFacing: false, why: 'there is no warmer for it' },
    { path: 'Stack/Edge', isUserFacing: false, why: expect.stringContaining('durable') },
  ]);
  expect(reported).toEqual([{ path: 'Stack/Exempt', reason: 'Nobody waits for it' }]);
});

test('what is left to the warmer of the account is reported, and that warmer too', () => {
  const payload = WarmingPayload.standard({ token: 'agreed' });
  AccountWarmer.enroll(testFunction(stack, 'Enrolled'), { concurrency: 4, payload });
  new AccountWarmer(stack, 'Account', { payload });
  expect(report()).toMatchObject({
    functions: [],
    enrolled: [{ path: 'Stack/Enrolled', concurrency: 4 }],
    notWarmed: [],
    sharedCosts: [{ path: 'Stack/Account', what: 'its ticks, and pings up to its limit', monthlyUsd: expect.any(Number) }],
  });
});

test('warmers that aspects create in stages are there once the app has been synthesized', () => {
  const stage = new Stage(app, 'Prod', { env: ENV });
  const inner = testStack(stage, 'Inner');
  testFunction(inner);
  Aspects.of(stage).add(new WarmingAspect({ select: FunctionSelector.all(), concurrency: 2 }));
  app.synth();
  expect(report(stage)).toMatchObject({ scope: 'Prod', functions: [{ path: 'Prod/Inner/Fn', hours: ALL(2) }] });
  expect(report(stack).functions).toEqual([]);
});

test('nothing is reported of nothing', () => {
  expect(report()).toEqual(EMPTY_REPORT);
});
