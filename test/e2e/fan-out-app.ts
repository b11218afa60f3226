/*
 * The app by which the end-to-end tests of the fan-out count environments. The context value `change` changes one of its
 * functions.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FunctionOptions, nodejs, python } from './functions';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'FanOut');

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

function counted(id: string, options?: FunctionOptions): lambda.Function {
  return nodejs(stack, id, 'counted.mjs', options);
}

for (const concurrency of [1, 10, 50, 100]) {
  warm(`Counted${concurrency}`, counted(`Counted${concurrency}`), { concurrency, fanOut: FanOut.dispatcher() });
}

// Good ones, and bad ones beside them.
const good = warm('Good', counted('Good'), { concurrency: 5, emitMetrics: true });
good.metricThrottles();
good.metricErrors();
good.metricHeldTime();
warm('GoodAlias', counted('GoodAlias').addAlias('live'), { concurrency: 5 });
warm('Limited', counted('Limited'), { concurrency: 5 });
warm('Throws', nodejs(stack, 'Throws', 'throws.mjs'), { concurrency: 2 });
warm('Hangs', nodejs(stack, 'Hangs', 'hangs.mjs', { timeout: Duration.seconds(3) }), { concurrency: 2 });
const missing = lambda.Function.fromFunctionArn(stack, 'Missing', 'arn:aws:lambda:us-east-1:000000000000:function:missing');
warm('Missing', missing, { concurrency: 2 });

// Handlers of other protocols.
warm('OpenNext', nodejs(stack, 'OpenNext', 'open-next.mjs'), { concurrency: 8, payload: WarmingPayload.openNext() });
warm('Fixed', nodejs(stack, 'Fixed', 'plain.mjs'), { concurrency: 3, payload: WarmingPayload.ofType('warmer') });
warm('Scheduled', nodejs(stack, 'Scheduled', 'plain.mjs'), { concurrency: 2, payload: WarmingPayload.scheduledEvent() });
warm('LambdaWarmer', nodejs(stack, 'LambdaWarmer', 'lambda-warmer.mjs'), { concurrency: 3, payload: WarmingPayload.lambdaWarmer() });

// Handlers that invoke themselves.
warm('Self', nodejs(stack, 'Self', 'lambda-warmer.mjs'), { concurrency: 4, fanOut: FanOut.selfInvoke() });
warm('SelfAlias', nodejs(stack, 'SelfAlias', 'lambda-warmer.mjs').addAlias('live'), { concurrency: 4, fanOut: FanOut.selfInvoke() });
warm('SelfPython', python(stack, 'SelfPython', 'warmer_py.handler'), { concurrency: 4, fanOut: FanOut.selfInvoke() });

// By the deployment, and not by the schedule, which is a long way off.
const seldom = { schedule: WarmingSchedule.every(Duration.hours(1)), enabled: true, prewarmOnDeploy: true };
warm('Prewarmed', counted('Prewarmed', { variables: { CHANGE: app.node.tryGetContext('change') ?? '' } }), { concurrency: 3, ...seldom });
warm('PrewarmedAlias', counted('PrewarmedAlias').addAlias('live'), { concurrency: 2, ...seldom });
warm('PrewarmedInVain', missing, { concurrency: 2, ...seldom });
