/*
 * The app by which the end-to-end tests of provisioned concurrency are run. The context value `change` changes the code of
 * its functions.
 */
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { nodejs } from './functions';
import { adaptToEmulator } from '../../tools/emulated';
import { LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Provisioned');
const change = app.node.tryGetContext('change') ?? '';

function provision(id: string, handler: string, props: Omit<LambdaWarmerProps, 'target'>): void {
  const { alias } = new LambdaWarmer(stack, `${id}Warmer`, { target: nodejs(stack, id, handler, { change }), ...props });
  new CfnOutput(stack, `${id}Alias`, { value: alias!.functionArn });
}

// Nothing is pinged.
provision('Alone', 'plain.mjs', { provisionedConcurrency: { minCapacity: 2 } });

// Handlers that count the pings which reach them through the alias: at first those that the schedule sends.
const seldom = WarmingSchedule.every(Duration.hours(1));
const everyMinute = WarmingSchedule.every(Duration.minutes(1));
const spillOver = { provisionedConcurrency: { aliasName: 'serving', minCapacity: 2 }, concurrency: 4, shortCircuit: ShortCircuit.inHandler() };
provision('Scheduled', 'counted.mjs', { ...spillOver, schedule: everyMinute });
provision('Prewarmed', 'counted.mjs', { ...spillOver, schedule: seldom, prewarmOnDeploy: true });

// A handler that knows nothing of pings: the layer of its version answers them.
provision('Layered', 'plain.mjs', { provisionedConcurrency: { minCapacity: 1 }, concurrency: 3, schedule: seldom });

adaptToEmulator(app);
