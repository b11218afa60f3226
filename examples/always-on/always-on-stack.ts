import * as path from 'path';
import { Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DayOfWeek, LambdaWarmer } from 'cdk-lambda-warmer';

/**
 * Payments that must never wait: execution environments that Lambda keeps initialized, more of them while the shops are
 * open; new code that gets a tenth of the requests first, and none any more if they fail; and a limit to what that costs.
 */
export class AlwaysOnStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Payments', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 512,
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
  }
}
