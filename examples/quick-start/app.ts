import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LambdaWarmer, WarmingSchedule } from 'cdk-lambda-warmer';
import * as path from 'path';

const app = new App();
const stack = new Stack(app, 'QuickStart');

const fn = new lambda.Function(stack, 'Hello', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
  memorySize: 512,
});

new LambdaWarmer(stack, 'Warmer', {
  target: fn,
  concurrency: 3,
  // `npx cdk deploy -c everyMinutes=1` shows the pings sooner.
  schedule: WarmingSchedule.every(Duration.minutes(Number(app.node.tryGetContext('everyMinutes') ?? 5))),
});
