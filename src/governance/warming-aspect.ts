import { Aspects, CfnResource, IAspect, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Callable } from './callable';
import { FunctionSelector } from './function-selector';
import { byRule, keepWarm } from './keep-warm';
import { nameOf, warn, warnOfNothingSelected } from './notices';
import { concernsSurveys, Survey, SurveyedFunction } from './survey';
import { Warming } from './warming';
import { WarmingAspectProps } from './warming-options';
import { WarmerFleet } from '../fleet/warmer-fleet';
import { fingerprint } from '../options/fingerprint';
import { addLateInfo } from '../target/late-annotations';
import { stageOf } from '../target/stage-census';

const FLEET_ID = 'LambdaWarmerFleet';

/** Which of an app's functions each aspect means, as the app is at a moment. */
type Selections = Map<WarmingAspect, Set<CfnResource>>;

/**
 * Keeps all functions warm that a selector selects, wherever they are created: `Aspects.of(app).add(new WarmingAspect())`.
 *
 * What is kept warm already is left alone, and so is what `Warming.exempt()` exempts; `Warming.customize()` changes the rule for
 * some. Where aspects of several scopes select a function, that of the nearest scope stands, whichever was added first; several
 * of one scope that would warm it in different ways are an error. Adding an aspect twice is adding it once.
 *
 * The CDK runs no aspect beyond a `Stage`: an app with stages has it added to each of them.
 *
 * @example
 * declare const app: App;
 *
 * Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.userFacing(), concurrency: 5 }));
 */
export class WarmingAspect implements IAspect {
  private readonly select: FunctionSelector;
  private readonly scopes: IConstruct[] = [];
  private readonly seen = new WeakSet<IConstruct>();

  constructor(private readonly props: WarmingAspectProps = {}) {
    this.select = props.select ?? FunctionSelector.userFacing();
    if (!(this.select instanceof FunctionSelector)) {
      throw new Error('WarmingAspect: select is no FunctionSelector. Write FunctionSelector.userFacing(), say.');
    }
    if (props.fleet && props.fanOut && !props.fanOut._dispatcher) {
      throw new Error(`WarmingAspect: a fleet takes FanOut.dispatcher(), but fanOut is ${props.fanOut._strategy.name}. Leave fanOut out, or fleet.`);
    }
  }

  /**
   * Called by the CDK for each construct.
   *
   * Throws where pings to a function could not work.
   *
   * @param node the construct
   */
  public visit(node: IConstruct): void {
    const around = this.scopes.find((scope) => node.node.scopes.includes(scope));
    // All that is there is looked at with the first one. What other aspects add, a function or an API before one, comes later.
    if (around && (this.seen.has(node) || !concernsSurveys(node))) {
      return;
    }
    if (!around) {
      this.scopes.push(node);
      node.node.addValidation({ validate: () => this.warnOf(node) });
    }
    this.govern(around ?? node);
    for (const construct of stageOf(node).node.findAll()) {
      this.seen.add(construct);
    }
  }

  /** Does the work of all aspects in one go, in the order of the tree: so it does not matter which of them comes first. */
  private govern(scope: IConstruct): void {
    const survey = new Survey(stageOf(scope));
    const selections: Selections = new Map();
    const isMeantBy = (aspect: WarmingAspect, { resource }: SurveyedFunction) => {
      const meant = selections.get(aspect) ?? new Set(aspect.select._select(survey.root, survey).map((one) => one.resource));
      selections.set(aspect, meant);
      return meant.has(resource);
    };
    const reached = survey.functionsIn(scope).filter(({ resource }) => stageOf(resource) === stageOf(scope));
    for (const fn of reached.filter(isOpen)) {
      const { scope: nearest = scope, aspects = [] } = this.nearestAspects(fn, isMeantBy) ?? {};
      const [futile] = aspects.length > 0 ? fn.futility : [];
      if (futile !== undefined) {
        addLateInfo(fn.construct, 'cdk-lambda-warmer:notWarmable', `It is selected to be kept warm, but it ${futile}.`);
      } else if (new Set(aspects.map((aspect) => aspect.waysFor(fn))).size > 1) {
        throw new Error(`WarmingAspect: the function '${fn.path}' is selected by ${aspects.length} aspects of ${nameOf(nearest)} that would warm it in different ways. `
          + 'Write selectors that have no function in common, by except(), or add the aspect for some to a scope inside.');
      } else {
        aspects[0]?.keepWarm(fn);
      }
    }
  }

  /** Those of the nearest scope that has any for a function; those around its stage do not reach it. */
  private nearestAspects(
    fn: SurveyedFunction, isMeantBy: (aspect: WarmingAspect, fn: SurveyedFunction) => boolean,
  ): { readonly scope: IConstruct; readonly aspects: WarmingAspect[] } | undefined {
    const scopes = fn.resource.node.scopes.filter((scope) => stageOf(scope) === stageOf(fn.resource)).reverse();
    return scopes.map((scope) => {
      const added = Aspects.of(scope).all.filter((one) => one instanceof WarmingAspect);
      // An aspect of the user's may have called this one.
      const aspects = this.scopes.includes(scope) && !added.includes(this) ? [...added, this] : added;
      return { scope, aspects: aspects.filter((one) => isMeantBy(one, fn)) };
    }).find(({ aspects }) => aspects.length > 0);
  }

  private keepWarm(fn: SurveyedFunction): void {
    // What keeps an alias warm keeps its version warm too.
    for (let [cold] = fn.coldBut(() => true); cold; [cold] = fn.coldBut(() => true)) {
      this.ping(cold);
    }
  }

  private ping({ construct, resource, function: target }: Callable): void {
    const { schedule, shortCircuit, ...customization } = Warming._customization(resource);
    if (this.props.fleet && !schedule && !shortCircuit) {
      const { concurrency, payload } = this.props;
      byRule(() => this.fleetOf(Stack.of(resource)).add(target, { concurrency, payload, ...customization }));
    } else {
      keepWarm(construct, target, this.props);
    }
  }

  /** The one of a stack, which all aspects share that ask for the same. */
  private fleetOf(stack: Stack): WarmerFleet {
    const { schedule, engine, fanOut, shortCircuit, prewarmOnDeploy, emitMetrics, enabled } = this.props;
    const asked = {
      schedule,
      engine,
      shortCircuit,
      // A default that is written out asks for nothing else.
      prewarmOnDeploy: prewarmOnDeploy || undefined,
      emitMetrics: emitMetrics || undefined,
      enabled: enabled === false ? false : undefined,
      dispatcher: fanOut?._dispatcher,
    };
    const isPlain = Object.values(asked).every((one) => one === undefined);
    const id = isPlain ? FLEET_ID : `${FLEET_ID}-${fingerprint(stack, asked)}`;
    return stack.node.tryFindChild(id) as WarmerFleet | undefined ?? new WarmerFleet(stack, id, asked);
  }

  /** How it would warm a function, for comparison. */
  private waysFor({ resource }: SurveyedFunction): string {
    const { select, payload, ...asked } = this.props;
    return fingerprint(resource, { ...asked, payload: payload?._templateOf('') });
  }

  private warnOf(scope: IConstruct): string[] {
    const selected = this.select._select(scope);
    const cold = selected.filter((fn) => isOpen(fn) && fn.futility.length === 0);
    const beyond = cold.filter(({ resource }) => stageOf(resource) !== stageOf(scope));
    const late = cold.filter((fn) => !beyond.includes(fn));
    if (selected.length === 0) {
      warnOfNothingSelected(scope);
    }
    if (beyond.length > 0) {
      warn(scope, 'cdk-lambda-warmer:stagesNotReached',
        `${someOf(beyond)} in stages, into which the CDK lets no aspect of ${nameOf(scope)} go. Add the aspect to each Stage.`);
    }
    if (late.length > 0) {
      warn(scope, 'cdk-lambda-warmer:createdTooLate',
        `${someOf(late)} not kept warm: they, or what brings requests to them, were created by an aspect after the CDK had been there. `
        + "Set '@aws-cdk/core:aspectStabilization' to true in cdk.json, or create them without an aspect.");
    }
    return [];
  }
}

/** Whether a function is still to be kept warm, if that does any good. */
function isOpen(fn: SurveyedFunction): boolean {
  return Warming._reason(fn.resource) === undefined && fn.coldBut(() => true).length > 0;
}

/** The beginning of a sentence. */
function someOf(functions: readonly SurveyedFunction[]): string {
  return `${functions.length} of the functions that are selected to be kept warm, such as '${functions[0].path}', are`;
}
