/*
 * The app by which the end-to-end tests of the fan-out count environments: every function notes its invocations in a
 * journal of its own, a file of its name in the folder of the context value `journals`.
 */
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingSchedule } from 'cdk-lambda-warmer';

const HANDLERS = path.join(__dirname, 'handlers');
const RUNTIME = path.join(__dirname, '..', '..', 'runtime', 'nodejs', 'index.mjs');

const app = new App({ analyticsReporting: false });
const journals: string = app.node.getContext('journals');
const stack = new Stack(app, 'FanOut');

function nodejs(id: string, file: string, props: object = {}): lambda.Function {
  return new NodejsFunction(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    entry: path.join(HANDLERS, file),
    environment: { JOURNAL: path.join(journals, `${id}.jsonl`) },
    timeout: Duration.seconds(20),
    bundling: { esbuildArgs: { '--alias:cdk-lambda-warmer-runtime': RUNTIME } },
    ...props,
  });
}

function warm(target: lambda.Function, props: Partial<LambdaWarmerProps>): void {
  new LambdaWarmer(stack, `${target.node.id}Warmer`, {
    target,
    schedule: WarmingSchedule.every(Duration.minutes(1)),
    shortCircuit: ShortCircuit.inHandler(),
    ...props,
  });
}

for (const concurrency of [1, 10, 50, 100]) {
  warm(nodejs(`Warmed${concurrency}`, 'counted.mjs'), { concurrency, emitMetrics: true, enabled: false });
}
