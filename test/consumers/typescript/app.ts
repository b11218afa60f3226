/*
 * A consumer of the package as npm has it. The other consumers in this folder write the same app in their languages, and are
 * compared with this one.
 */
import { App, Aspects, CfnOutput, Duration, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import {
  DayOfWeek, FanOut, FunctionSelector, LambdaWarmer, WarmerFleet, Warming, WarmingAspect, WarmingDashboard, WarmingMixin, WarmingPayload,
  WarmingReport, WarmingSchedule, WarmingValidator,
} from 'cdk-lambda-warmer';
import { Construct } from 'constructs';

const WORKDAYS = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];

class ShopStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { env: { account: '111111111111', region: 'eu-west-1' } });

    // Always on, by the time of the week, and pinged beyond that.
    const checkout = this.addFunction('Checkout');
    const warmer = new LambdaWarmer(this, 'CheckoutWarmer', {
      target: checkout,
      schedule: WarmingSchedule.windows({
        windows: [
          { days: WORKDAYS, start: '08:00', end: '18:30', concurrency: 20 },
          { days: [DayOfWeek.SATURDAY], start: '08:00', end: '12:00', concurrency: 10, every: Duration.minutes(10) },
        ],
        timeZone: TimeZone.EUROPE_BERLIN,
        otherwise: 6,
        lead: Duration.minutes(10),
      }),
      fanOut: FanOut.dispatcher({ logRetention: logs.RetentionDays.ONE_MONTH, timeout: Duration.seconds(50) }),
      provisionedConcurrency: {
        minCapacity: 1,
        windows: [{ days: [DayOfWeek.SATURDAY, DayOfWeek.SUNDAY], start: '09:50', end: '22:30', minCapacity: 5 }],
        timeZone: TimeZone.EUROPE_BERLIN,
      },
    });
    warmer.alias!.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });

    // Two by one schedule, with an alarm.
    const fleet = new WarmerFleet(this, 'Fleet', { concurrency: 2 });
    fleet.add(this.addFunction('Orders'));
    fleet.add(this.addFunction('Search'), { concurrency: 5 });
    fleet.alarmOnLowCoverage({ threshold: 0.8, treatMissingData: cloudwatch.TreatMissingData.IGNORE });

    // One whose handler understands pings already, for a year to come.
    new LambdaWarmer(this, 'CampaignWarmer', {
      target: this.addFunction('Campaign'),
      concurrency: 2,
      payload: WarmingPayload.lambdaWarmer({ flagField: 'keepWarm' }),
      schedule: WarmingSchedule.every(Duration.minutes(3)).activeFrom(new Date('2998-01-01T06:00:00Z')).activeUntil(new Date('2999-01-01T00:00:00Z')),
    });

    // What users call is kept warm by the aspect, but for what says why not, and what is of no concern.
    this.addUrl(this.addFunction('Api'));
    const report = this.addFunction('NightlyReport');
    this.addUrl(report);
    Warming.exempt(report, 'Runs at night; nobody waits for it.');
    this.addUrl(this.addFunction('InternalTool'));

    // One by a mixin.
    const mixed = this.addFunction('Mixed');
    mixed.with(new WarmingMixin({ payload: WarmingPayload.fromObject({ warmer: { keep: true }, source: 'shop' }) }));

    // All of it, to be looked at.
    new WarmingDashboard(this, 'Dashboard', { dashboardName: 'warming', savedQueries: false });

    new CfnOutput(this, 'CheckoutMonthlyUsd', { value: warmer.monthlyCost.monthlyUsd.toFixed(4) });
    new CfnOutput(this, 'FleetCostItems', { value: String(fleet.monthlyCost.items.length) });
    new CfnOutput(this, 'MixedIsWarmedBy', { value: Warming.of(mixed).map((one) => one.node.path).join() });
  }

  private addFunction(id: string): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
      memorySize: 512,
    });
  }

  private addUrl(fn: lambda.Function): void {
    fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
  }
}

const app = new App();
new ShopStack(app, 'Shop');

const select = FunctionSelector.userFacing().except(FunctionSelector.underPath('*/Internal*'));
Aspects.of(app).add(new WarmingAspect({ select, concurrency: 2 }));
Validations.of(app).addPlugins(new WarmingValidator({ select }));
new WarmingReport(app, 'WarmingReport', { accountConcurrency: 2000 });

app.synth();
