import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { Warming } from './warming';
import { WarmingMixinProps } from './warming-options';
import { LambdaWarmer } from '../lambda-warmer';

/** Does what a rule says for one function; whoever wrote that function is told what to do where it does not fit. */
export function byRule(does: () => void): void {
  try {
    does();
  } catch (error) {
    throw new Error(`${(error as Error).message} A rule asks for that: for this function, Warming.customize(fn, { ... }) says something else, `
      + "and Warming.exempt(fn, 'why') that it may go cold.");
  }
}

/** Creates a warmer, below what it pings: so it is of the function's stack, and goes with it. */
export function keepWarm(construct: IConstruct, target: IFunction, props: WarmingMixinProps): void {
  const { schedule, engine, concurrency, fanOut, payload, shortCircuit, prewarmOnDeploy, emitMetrics, enabled } = props;
  byRule(() => new LambdaWarmer(construct as Construct, 'LambdaWarmer', {
    target, schedule, engine, concurrency, fanOut, payload, shortCircuit, prewarmOnDeploy, emitMetrics, enabled, ...Warming._customization(construct),
  }));
}
