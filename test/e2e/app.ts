/*
 * The app that the end-to-end tests deploy.
 */
import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { nodejs, python } from './functions';
import { adaptToEmulator } from '../../tools/emulated';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const enabled = app.node.tryGetContext('enabled') !== 'false';

function warm(target: lambda.IFunction, props: Partial<LambdaWarmerProps> = {}, scope: Construct = target.stack, id = `${target.node.id}Warmer`): void {
  // Handlers that note each event show what the pings carry, and without a dispatcher in between, when.
  const [shortCircuit, fanOut] = [ShortCircuit.inHandler(), FanOut.direct()];
  new LambdaWarmer(scope, id, { target, schedule: WarmingSchedule.every(Duration.minutes(1)), enabled, shortCircuit, fanOut, ...props });
}

const stack = new Stack(app, 'Warmed');

warm(nodejs(stack, 'Nodejs', 'plain.mjs'), { concurrency: 3 });
warm(python(stack, 'Python', 'plain.handler'));

// Alias and version: only what callers of them reach is to be pinged.
warm(nodejs(stack, 'Aliased', 'plain.mjs').addAlias('live'), {}, stack, 'AliasWarmer');
warm(nodejs(stack, 'Versioned', 'plain.mjs').currentVersion, {}, stack, 'VersionWarmer');

// Handlers without a line of warming code, and the layer before them, by the dispatcher.
const byDispatcher = { shortCircuit: ShortCircuit.auto(), fanOut: undefined, concurrency: 5 };
warm(nodejs(stack, 'LayeredNodejs', 'plain.mjs'), byDispatcher);
warm(python(stack, 'LayeredPython', 'plain.handler'), byDispatcher);
warm(python(stack, 'LayeredAlias', 'plain.handler').addAlias('live'), { shortCircuit: ShortCircuit.layer(), recordStarts: true }, stack, 'LayeredAliasWarmer');
// The package in the bundle.
warm(nodejs(stack, 'Wrapped', 'wrapped.mjs'), { concurrency: 2 });

// The handlers of other warmers.
for (const [id, concurrency, config] of [
  ['LambdaWarmer', 3, {}],
  ['LambdaWarmerRenamed', 1, { flag: 'keepWarm', concurrency: 'copies' }],
] as const) {
  const { flag: flagField, concurrency: concurrencyField } = config as { flag?: string; concurrency?: string };
  const payload = WarmingPayload.lambdaWarmer({ flagField, concurrencyField });
  // Read by the handlers.
  const variables = { CONFIG: JSON.stringify(config) };
  warm(nodejs(stack, id, 'lambda-warmer.mjs', { variables }), { concurrency, payload });
  warm(python(stack, `${id}Py`, 'warmer_py.handler', { variables }), { concurrency, payload });
}
warm(nodejs(stack, 'Middy', 'middy.mjs'), { payload: WarmingPayload.serverlessPluginWarmup() });

// Events that plain handlers look at.
warm(nodejs(stack, 'OpenNext', 'plain.mjs'), { payload: WarmingPayload.openNext(), concurrency: 2 });
warm(nodejs(stack, 'OfType', 'plain.mjs'), { payload: WarmingPayload.ofType('warmer') });
warm(nodejs(stack, 'ScheduledEvent', 'plain.mjs'), { payload: WarmingPayload.scheduledEvent() });
warm(nodejs(stack, 'FromObject', 'plain.mjs'), { payload: WarmingPayload.fromObject({ warmup: true, quote: '"', deep: { list: [1, null] }, region: stack.region }) });

warm(nodejs(stack, 'Disabled', 'plain.mjs'), { enabled: false });

// Functions elsewhere.
warm(nodejs(new NestedStack(stack, 'Nested'), 'InNested', 'plain.mjs'), {}, stack, 'NestedWarmer');
const functions = new Stack(app, 'Functions');
warm(nodejs(functions, 'InOther', 'plain.mjs'), {}, new Stack(app, 'Warmers'), 'OtherWarmer');

adaptToEmulator(app);
