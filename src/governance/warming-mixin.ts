import { Mixin } from 'aws-cdk-lib';
import { FunctionBase, IFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { Callable } from './callable';
import { keepWarm } from './keep-warm';
import { Survey } from './survey';
import { Warming } from './warming';
import { WarmingMixinProps } from './warming-options';
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
 *
 * @example
 * declare const fn: lambda.Function;
 *
 * fn.with(new WarmingMixin({ concurrency: 5 }));
 */
export class WarmingMixin extends Mixin {
  private survey?: Survey;
  /** How many constructs the app had when it was surveyed, and has beside what was created here since. */
  private constructs = 0;
  /** The functions that it has been applied to. */
  private readonly met = new WeakSet<IConstruct>();

  constructor(private readonly props: WarmingMixinProps = {}) {
    super();
  }

  /**
   * Whether it is a function that can be kept warm.
   *
   * @param construct what to apply it to
   */
  public supports(construct: IConstruct): boolean {
    const resource = Callable.of(construct)?.functionResource;
    const fn = resource && this.surveyOf(construct).functionOf(resource);
    return fn ? !fn.isHelper && fn.futility.length === 0 : construct instanceof FunctionBase;
  }

  /**
   * Keeps it warm, unless it is already: a function where requests come to it, as a `WarmingAspect` does. An alias or version is
   * kept warm as such, but for those of a function that it is applied to as well.
   *
   * Throws, naming the warmer, where pings could not work.
   *
   * @param construct the function, or an alias or version of it, or its resource
   */
  public applyTo(construct: IConstruct): void {
    if (Warming._reason(construct) !== undefined) {
      return;
    }
    for (const { construct: scope, function: target } of this.coldOf(construct)) {
      keepWarm(scope, target, this.props);
    }
    this.constructs = construct.node.root.node.findAll().length;
  }

  private coldOf(construct: IConstruct): readonly Pick<Callable, 'construct' | 'function'>[] {
    const callable = Callable.of(construct);
    const resource = callable?.functionResource;
    if (!callable || !resource) {
      return warmersOf(construct).length > 0 ? [] : [{ construct, function: construct as unknown as IFunction }];
    }
    if (callable.isFunction) {
      this.met.add(resource);
      return this.surveyOf(construct).functionOf(resource).coldBut(() => true);
    }
    // `with()` goes through all that is inside of a function, its versions and aliases too.
    const isWarm = warmersOf(resource).some(({ invoked }) => sharesEnvironments(invoked, callable.resource));
    return isWarm || this.met.has(resource) ? [] : [callable];
  }

  /** The app as it is now: looked at anew if anything has been created since, but for warmers. */
  private surveyOf({ node: { root } }: IConstruct): Survey {
    const constructs = root.node.findAll().length;
    if (this.survey?.root !== root || this.constructs !== constructs) {
      this.survey = new Survey(root);
      this.constructs = constructs;
    }
    return this.survey;
  }
}
