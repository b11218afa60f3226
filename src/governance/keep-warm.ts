import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { Warming } from './warming';
import { WarmingMixinProps } from './warming-options';
import { LambdaWarmer } from '../lambda-warmer';

/** Creates a warmer, below what it pings: so it is of the function's stack, and goes with it. */
export function keepWarm(construct: IConstruct, target: IFunction, props: WarmingMixinProps): void {
  const { schedule, engine, concurrency, fanOut, payload, shortCircuit, prewarmOnDeploy, emitMetrics, enabled } = props;
  new LambdaWarmer(construct as Construct, 'LambdaWarmer', {
    target, schedule, engine, concurrency, fanOut, payload, shortCircuit, prewarmOnDeploy, emitMetrics, enabled, ...Warming._customization(construct),
  });
}
