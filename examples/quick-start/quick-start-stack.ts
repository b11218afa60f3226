import * as path from 'path';
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LambdaWarmer, WarmingSchedule } from 'cdk-lambda-warmer';

/**
 * A function whose handler knows nothing of warming, and ten of its execution environments kept warm.
 */
export class QuickStartStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Hello', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 512,
    });

    new LambdaWarmer(this, 'Warmer', {
      target: fn,
      concurrency: 10,
      // `npx cdk deploy -c everyMinutes=1` shows the pings sooner.
      schedule: WarmingSchedule.every(Duration.minutes(Number(this.node.tryGetContext('everyMinutes') ?? 5))),
    });
  }
}
