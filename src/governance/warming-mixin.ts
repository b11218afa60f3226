import { CfnResource, Mixin } from 'aws-cdk-lib';
import { FunctionBase, IFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { Callable } from './callable';
import { HelperFunctions } from './helper-functions';
import { keepWarm } from './keep-warm';
import { Warming } from './warming';
import { WarmingMixinProps } from './warming-options';
import { futility } from '../target/futility';
import { StageCensus } from '../target/stage-census';
import { sharesEnvironments, warmersOf } from '../target/warmers';

/**
 * Gives a function a `LambdaWarmer` of its own: one, by `fn.with(new WarmingMixin())`, or many, by
 * `Mixins.of(scope, FunctionSelector.userFacing()).apply(new WarmingMixin())`.
 *
 * It is applied at that moment, and to what is there at that moment: functions that are created later are not seen. Where that
 * matters, take `WarmingAspect`. It does nothing to a function that is kept warm already, by whatever, or is exempt by
 * `Warming.exempt()`.
 *
 * It supports functions, aliases and versions; not those by which the CDK does its own work, and none to which pings would do
 * no good: Lambda@Edge, functions that isolate tenants, run on a capacity provider, or are durable.
 */
export class WarmingMixin extends Mixin {
  constructor(private readonly props: WarmingMixinProps = {}) {
    super();
  }

  /**
   * Whether it is a function that can be kept warm.
   *
   * @param construct what to apply it to
   */
  public supports(construct: IConstruct): boolean {
    const resource = Callable.of(construct)?.functionResource as CfnResource | undefined;
    if (!resource) {
      return construct instanceof FunctionBase;
    }
    const census = StageCensus.of(resource);
    census.count();
    return !new HelperFunctions(construct.node.root.node.findAll()).has(resource) && futility(resource, census).length === 0;
  }

  /**
   * Keeps it warm, unless it is already.
   *
   * Throws, naming the warmer, where pings could not work.
   *
   * @param construct the function, or an alias or version of it, or its resource
   */
  public applyTo(construct: IConstruct): void {
    const callable = Callable.of(construct);
    const invoked = callable?.resource ?? construct;
    const warmers = warmersOf(callable?.functionResource ?? construct);
    if (Warming._reason(construct) === undefined && !warmers.some((warmer) => sharesEnvironments(warmer.invoked, invoked))) {
      keepWarm(callable?.construct ?? construct, callable?.function ?? construct as unknown as IFunction, this.props);
    }
  }
}
