import { App, Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  DayOfWeek, FanOut, LambdaWarmer, LambdaWarmerProps, WarmerFleet, Warming, WarmingReport, WarmingSchedule, WarmingWindow,
} from '../src';

const ACCOUNT = '111111111111';
const WORKDAYS = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];
const WEEKEND = [DayOfWeek.SATURDAY, DayOfWeek.SUNDAY];

/** A shop with a bit of everything: what the README's pictures of the report are of. */
export function shopApp(outdir: string): App {
  const app = new App({ outdir, analyticsReporting: false });
  new ApiStack(app, 'Api', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  new CheckoutStack(app, 'Checkout', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  new AmericaStack(app, 'America', { env: { account: ACCOUNT, region: 'us-east-1' } });
  new WarmingReport(app, 'WarmingReport', { accountConcurrency: 150 });
  return app;
}

class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    warmed(this, 'Catalog', 1024, {
      schedule: inBerlin([{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 20 }, { days: [DayOfWeek.SATURDAY], start: '09:00', end: '14:00', concurrency: 12 }], 2),
    });
    warmed(this, 'Search', 2048, {
      schedule: inBerlin([{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 32 }, { days: WEEKEND, start: '10:00', end: '20:00', concurrency: 8 }], 2),
    });
    warmed(this, 'Login', 512, { concurrency: 3 });

    const fleet = new WarmerFleet(this, 'Fleet', { schedule: inBerlin([{ start: '07:00', end: '23:00', concurrency: 6 }], 2) });
    for (const name of ['Basket', 'Profile', 'Prices']) {
      fleet.add(functionOf(this, name, 512));
    }

    functionOf(this, 'Reviews', 512).addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
    functionOf(this, 'Nightly', 3008);
    Warming.exempt(functionOf(this, 'Webhooks', 256), 'The payment provider retries, and waits for nobody');
  }
}

class CheckoutStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    warmed(this, 'Pay', 1024, {
      provisionedConcurrency: {
        minCapacity: 10, windows: [{ start: '08:00', end: '22:00', minCapacity: 24 }], timeZone: TimeZone.EUROPE_BERLIN,
      },
    });
    // What everybody orders when a campaign begins.
    warmed(this, 'Coupons', 512, {
      concurrency: 40, schedule: WarmingSchedule.cron({ minute: '0/5', hour: '17-22', weekDay: 'FRIL', timeZone: TimeZone.EUROPE_BERLIN }),
    });
    warmed(this, 'Invoices', 1024, { schedule: inBerlin([{ days: WORKDAYS, start: '09:00', end: '17:00', concurrency: 2 }]) });
    warmed(this, 'Stock', 512, {
      enabled: false, schedule: inBerlin([{ days: WORKDAYS, start: '06:00', end: '09:00', concurrency: 8 }, { days: WORKDAYS, start: '09:00', end: '17:00', concurrency: 3 }]),
    });
    new LambdaWarmer(this, 'TaxWarmer', {
      target: lambda.Function.fromFunctionArn(this, 'Tax', `arn:aws:lambda:${this.region}:${ACCOUNT}:function:tax`), fanOut: FanOut.dispatcher(),
    });
  }
}

class AmericaStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const schedule = WarmingSchedule.windows({
      windows: [{ start: '09:00', end: '21:00', concurrency: 14 }], otherwise: 1, timeZone: TimeZone.AMERICA_NEW_YORK, lead: Duration.minutes(10),
    });
    warmed(this, 'Catalog', 1024, { schedule });
  }
}

function inBerlin(windows: WarmingWindow[], otherwise?: number): WarmingSchedule {
  return WarmingSchedule.windows({ windows, otherwise, timeZone: TimeZone.EUROPE_BERLIN });
}

function warmed(scope: Construct, name: string, memorySize: number, props: Omit<LambdaWarmerProps, 'target'>): void {
  new LambdaWarmer(scope, `${name}Warmer`, { target: functionOf(scope, name, memorySize), ...props });
}

function functionOf(scope: Construct, name: string, memorySize: number): lambda.Function {
  return new lambda.Function(scope, name, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {};'),
    memorySize,
  });
}
