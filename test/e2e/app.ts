/*
 * The app that the end-to-end tests deploy. Every function notes its invocations in a journal of its own, a file of
 * its name in the folder of the context value `journals`.
 */
import { cpSync } from 'fs';
import * as path from 'path';
import { App, DockerImage, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { adaptToEmulator } from '../../tools/emulated';
import { pythonPackages } from '../../tools/python';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

const HANDLERS = path.join(__dirname, 'handlers');
const RUNTIME = path.join(__dirname, '..', '..', 'runtime', 'nodejs', 'index.mjs');

const app = new App({ analyticsReporting: false });
const journals: string = app.node.getContext('journals');
const enabled = app.node.tryGetContext('enabled') !== 'false';

interface Options extends Partial<LambdaWarmerProps> {
  /** Passed to the handler as JSON. */
  readonly config?: object;
}

function environment(id: string, config: object | undefined) {
  return { JOURNAL: path.join(journals, `${id}.jsonl`), ...config && { CONFIG: JSON.stringify(config) } };
}

function nodejs(scope: Construct, id: string, file: string, config?: object): lambda.Function {
  return new NodejsFunction(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    entry: path.join(HANDLERS, file),
    environment: environment(id, config),
    // What npm would install.
    bundling: { esbuildArgs: { '--alias:cdk-lambda-warmer-runtime': RUNTIME } },
  });
}

function python(scope: Construct, id: string, handler: string, config?: object): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler,
    environment: environment(id, config),
    code: lambda.Code.fromAsset(path.join(HANDLERS, 'python'), {
      bundling: {
        image: DockerImage.fromRegistry('unused'),
        local: {
          tryBundle: (outputFolder) => {
            cpSync(path.join(HANDLERS, 'python'), outputFolder, { recursive: true });
            cpSync(path.join(pythonPackages(), 'lambdawarmer'), path.join(outputFolder, 'lambdawarmer'), { recursive: true });
            return true;
          },
        },
      },
    }),
  });
}

function warm(target: lambda.IFunction, { config: _, ...props }: Options = {}, scope: Construct = target.stack, id = `${target.node.id}Warmer`): void {
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
  warm(nodejs(stack, id, 'lambda-warmer.mjs', config), { concurrency, payload });
  warm(python(stack, `${id}Py`, 'warmer_py.handler', config), { concurrency, payload });
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
