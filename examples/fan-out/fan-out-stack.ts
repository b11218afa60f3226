import * as path from 'path';
import { Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LambdaWarmer } from 'cdk-lambda-warmer';

/**
 * A hundred execution environments of an alias kept warm, right after each deployment too, and an alarm if they are not.
 */
export class FanOutStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Checkout', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 512,
    });

    const warmer = new LambdaWarmer(this, 'Warmer', {
      target: fn.addAlias('live'),
      concurrency: 100,
      prewarmOnDeploy: true,
      emitMetrics: true,
    });

    warmer.metricCoverage().createAlarm(this, 'NotAllWarm', {
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }
}
