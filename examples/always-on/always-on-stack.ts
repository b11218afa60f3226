import * as path from 'path';
import { Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DayOfWeek, LambdaWarmer, WarmingDashboard } from 'cdk-lambda-warmer';

/**
 * Payments that must never wait: execution environments that Lambda keeps initialized, more of them while the shops are
 * open, by how many are in use; new code that gets a tenth of the requests first, and none any more if they fail; a limit to
 * what that costs; and a dashboard of what comes of it.
 */
export class AlwaysOnStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Payments', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 512,
      logGroup: new logs.LogGroup(this, 'PaymentsLog', { retention: logs.RetentionDays.ONE_MONTH }),
    });

    const { alias, deploymentGroup } = new LambdaWarmer(this, 'Warmer', {
      target: fn,
      provisionedConcurrency: {
        minCapacity: 2,
        windows: [
          {
            days: [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY, DayOfWeek.SATURDAY],
            start: '08:50',
            end: '20:00',
            minCapacity: 10,
            maxCapacity: 30,
          },
        ],
        timeZone: TimeZone.EUROPE_BERLIN,
        // While the shops are open, so many of them that 60 % are in use.
        utilizationTarget: 0.6,
        deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      },
      maxMonthlyCost: 100,
    });

    deploymentGroup!.addAlarm(alias!.metricErrors().createAlarm(this, 'Failing', {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }));
    alias!.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });

    // Use and spillover of what is provisioned, and the cold starts that there are all the same, by the log's `Init Duration`.
    new WarmingDashboard(this, 'Dashboard');
  }
}
