/*
 * The app by which the end-to-end tests of shards are run: deployed for a thousand environments, of which the tests take some.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { nodejs } from './functions';
import { LambdaWarmer, ShortCircuit, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Shards');

new LambdaWarmer(stack, 'CountedWarmer', {
  target: nodejs(stack, 'Counted', 'counted.mjs'),
  schedule: WarmingSchedule.every(Duration.minutes(1)),
  shortCircuit: ShortCircuit.inHandler(),
  concurrency: 36,
  concurrencyParameter: { maxConcurrency: 1000 },
});

// A machine has no room for as many processes as make shards necessary: here they carry fewer.
const dispatcher = stack.node.findChild('LambdaWarmerDispatcher').node.findChild('Function') as lambda.Function;
dispatcher.addEnvironment('CDK_LAMBDA_WARMER_PINGS_PER_SHARD', '10');
