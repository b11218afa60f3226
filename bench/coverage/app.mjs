/*
 * A stack for each concurrency, with all approaches in it, and no schedule that fires by itself. Context: `journals`, the
 * folder for a file of each function's invocations. Outputs: by approach the function to invoke, or the rule that does.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaBlowtorch } from '@wheatstalk/cdk-lambda-blowtorch';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import ours from '../../src/index.ts';
import { CONCURRENCIES } from './approaches.mjs';

const { LambdaWarmer, ShortCircuit, WarmingSchedule } = ours;

const HANDLERS = fileURLToPath(new URL('handlers', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../runtime/nodejs/index.mjs', import.meta.url));
// Environments start slowly where there are a hundred of them and two cores.
const TIMEOUT = Duration.minutes(2);

const app = new App({ analyticsReporting: false });
const journals = app.node.getContext('journals');

for (const concurrency of CONCURRENCIES) {
  const stack = new Stack(app, `Coverage${concurrency}`);

  const nodejs = (id, file, props = {}) => new NodejsFunction(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    entry: path.join(HANDLERS, file),
    timeout: TIMEOUT,
    ...props,
    // Nothing is left to the runtime: the emulator has a client of its own for who asks for the SDK by name.
    bundling: { externalModules: [], esbuildArgs: { '--alias:cdk-lambda-warmer-runtime': RUNTIME } },
  });
  const target = (id, file, environment = {}) => nodejs(`${id}Target`, file, {
    environment: { JOURNAL: path.join(journals, `${id}${concurrency}.jsonl`), ...environment },
  });
  const output = (id, value) => new CfnOutput(stack, id, { value });

  const warmer = new LambdaWarmer(stack, 'OursWarmer', {
    target: target('Ours', 'ours.mjs'),
    concurrency,
    schedule: WarmingSchedule.every(Duration.minutes(1)),
    shortCircuit: ShortCircuit.inHandler(),
    enabled: false,
  });
  output('OursRule', ruleBelow(warmer).ref);

  const lambdaWarmer = target('LambdaWarmer', 'lambda-warmer.mjs');
  output('LambdaWarmerFunction', lambdaWarmer.functionName);

  for (const holdMs of [25, 75]) {
    const held = target(`Hold${holdMs}`, 'hold.mjs', { HOLD_MS: String(holdMs) });
    const dispatcher = nodejs(`Hold${holdMs}Dispatcher`, 'hold-dispatcher.mjs', {
      environment: { FUNCTION_NAME: held.functionName, CONCURRENCY: String(concurrency) },
    });
    held.grantInvoke(dispatcher);
    output(`Hold${holdMs}Function`, dispatcher.functionName);
  }

  const blowtorch = new LambdaBlowtorch(stack, 'Blowtorch', {
    target: target('Blowtorch', 'plain.mjs'),
    desiredConcurrency: concurrency,
  });
  blowtorch.node.findChild('Blowtorch').addEnvironment('NODE_OPTIONS', `--require ${path.join(HANDLERS, 'sdk-v2-to-emulator.cjs')}`);
  const blowtorchRule = ruleBelow(blowtorch);
  blowtorchRule.state = 'DISABLED';
  output('BlowtorchRule', blowtorchRule.ref);
}

function ruleBelow(construct) {
  return construct.node.findAll().find(({ cfnResourceType }) => cfnResourceType === 'AWS::Events::Rule');
}
