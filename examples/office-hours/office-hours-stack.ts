import * as path from 'path';
import { CfnOutput, Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DayOfWeek, LambdaWarmer, WarmingSchedule } from 'cdk-lambda-warmer';

/**
 * As many execution environments as the time of the week asks for, in Berlin, from ten minutes before the office opens;
 * and a parameter by which the number can be changed while all is running.
 */
export class OfficeHoursStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Desk', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 512,
    });

    const { concurrencyParameter } = new LambdaWarmer(this, 'Warmer', {
      target: fn,
      schedule: WarmingSchedule.windows({
        windows: [
          {
            days: [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY],
            start: '08:00',
            end: '18:30',
            concurrency: 20,
          },
          { days: [DayOfWeek.SATURDAY], start: '08:00', end: '12:00', concurrency: 5 },
        ],
        timeZone: TimeZone.EUROPE_BERLIN,
        otherwise: 1,
        lead: Duration.minutes(10),
      }),
      concurrencyParameter: { maxConcurrency: 50 },
    });

    new CfnOutput(this, 'ConcurrencyParameter', { value: concurrencyParameter!.parameterName });
  }
}
