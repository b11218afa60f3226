/*
 * The app by which the end-to-end tests of the fan-out count environments: every function notes its invocations in a
 * journal of its own, a file of its name in the folder of the context value `journals`. The context value `change`
 * changes one of them.
 */
import { cpSync } from 'fs';
import * as path from 'path';
import { App, DockerImage, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { pythonPackages } from '../../tools/python';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

const HANDLERS = path.join(__dirname, 'handlers');
const RUNTIME = path.join(__dirname, '..', '..', 'runtime', 'nodejs', 'index.mjs');

const app = new App({ analyticsReporting: false });
const journals: string = app.node.getContext('journals');
const stack = new Stack(app, 'FanOut');

function environment(id: string, more: { readonly [name: string]: string } = {}) {
  return { JOURNAL: path.join(journals, `${id}.jsonl`), ...more };
}

function nodejs(id: string, file: string, more?: { readonly [name: string]: string }): lambda.Function {
  return new NodejsFunction(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    entry: path.join(HANDLERS, file),
    environment: environment(id, more),
    timeout: Duration.seconds(file === 'hangs.mjs' ? 3 : 20),
    // What npm would install.
    bundling: { esbuildArgs: { '--alias:cdk-lambda-warmer-runtime': RUNTIME } },
  });
}

function python(id: string, handler: string): lambda.Function {
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler,
    environment: environment(id),
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

/** The tests themselves invoke what the rule would, with the rule's input. */
function warm(id: string, target: lambda.IFunction, props: Partial<LambdaWarmerProps>): LambdaWarmer {
  return new LambdaWarmer(stack, `${id}Warmer`, {
    target,
    schedule: WarmingSchedule.every(Duration.minutes(1)),
    shortCircuit: ShortCircuit.inHandler(),
    enabled: false,
    ...props,
  });
}

for (const concurrency of [1, 10, 50, 100]) {
  warm(`Counted${concurrency}`, nodejs(`Counted${concurrency}`, 'counted.mjs'), { concurrency, fanOut: FanOut.dispatcher() });
}

// Good ones, and bad ones beside them.
const good = warm('Good', nodejs('Good', 'counted.mjs'), { concurrency: 5, emitMetrics: true });
good.metricThrottles();
good.metricErrors();
good.metricHeldTime();
warm('GoodAlias', nodejs('GoodAlias', 'counted.mjs').addAlias('live'), { concurrency: 5 });
warm('Limited', nodejs('Limited', 'counted.mjs'), { concurrency: 5 });
warm('Throws', nodejs('Throws', 'throws.mjs'), { concurrency: 2 });
warm('Hangs', nodejs('Hangs', 'hangs.mjs'), { concurrency: 2 });
const missing = lambda.Function.fromFunctionArn(stack, 'Missing', 'arn:aws:lambda:us-east-1:000000000000:function:missing');
warm('Missing', missing, { concurrency: 2 });

// Handlers of other protocols.
warm('OpenNext', nodejs('OpenNext', 'open-next.mjs'), { concurrency: 8, payload: WarmingPayload.openNext() });
warm('Fixed', nodejs('Fixed', 'plain.mjs'), { concurrency: 3, payload: WarmingPayload.ofType('warmer') });
warm('Scheduled', nodejs('Scheduled', 'plain.mjs'), { concurrency: 2, payload: WarmingPayload.scheduledEvent() });
warm('LambdaWarmer', nodejs('LambdaWarmer', 'lambda-warmer.mjs'), { concurrency: 3, payload: WarmingPayload.lambdaWarmer() });

// Handlers that invoke themselves.
warm('Self', nodejs('Self', 'lambda-warmer.mjs'), { concurrency: 4, fanOut: FanOut.selfInvoke() });
warm('SelfAlias', nodejs('SelfAlias', 'lambda-warmer.mjs').addAlias('live'), { concurrency: 4, fanOut: FanOut.selfInvoke() });
warm('SelfPython', python('SelfPython', 'warmer_py.handler'), { concurrency: 4, fanOut: FanOut.selfInvoke() });

// By the deployment, and not by the schedule, which is a long way off.
const seldom = { schedule: WarmingSchedule.every(Duration.hours(1)), enabled: true, prewarmOnDeploy: true };
warm('Prewarmed', nodejs('Prewarmed', 'counted.mjs', { CHANGE: app.node.tryGetContext('change') ?? '' }), { concurrency: 3, ...seldom });
warm('PrewarmedAlias', nodejs('PrewarmedAlias', 'counted.mjs').addAlias('live'), { concurrency: 2, ...seldom });
warm('PrewarmedInVain', missing, { concurrency: 2, ...seldom });
