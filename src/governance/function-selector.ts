import { ConstructSelector, IConstructSelector } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { effectiveTags } from './effective-tags';
import { globProblem } from './glob-problem';
import { warnOfNothingSelected } from './notices';
import { Survey, SurveyedFunction } from './survey';
import { stageOf } from '../target/stage-census';

/** Tells of a function whether it is meant. */
type Matcher = (fn: SurveyedFunction) => boolean;

/**
 * Selects Lambda functions of an app: those that `WarmingAspect` warms, and that `WarmingValidator` judges. For
 * `Mixins.of(scope, selector)`, it selects the constructs of them.
 *
 * Functions that exist only as resources (L1, `CfnInclude`, SAM) are selected too. The functions by which the CDK does its own
 * work never are (custom resources and what is behind them, log retention, bucket deployments, triggers), nor are the
 * dispatchers of this library, unless the last part of an `underPath` names them.
 *
 * @example
 * const shop = FunctionSelector.underPath('Shop/**').except(FunctionSelector.tagged('warm', 'no'));
 */
export class FunctionSelector implements IConstructSelector {
  /** Every function. */
  public static all(): FunctionSelector {
    return new FunctionSelector(() => ({ isHelper }) => !isHelper);
  }

  /**
   * Functions that requests of users come to: behind API Gateway (REST, HTTP and WebSocket APIs, and their authorizers),
   * function URLs, Application Load Balancers, AppSync, triggers of Cognito, and CloudFront.
   *
   * It is told by the resources of the app: what names the function as its integration, target, data source or trigger, or
   * is permitted to invoke it. What another app puts in front of a function is not seen.
   */
  public static userFacing(): FunctionSelector {
    return new FunctionSelector(() => ({ isHelper, entries }) => !isHelper && entries.length > 0);
  }

  /**
   * Functions with a tag, however they got it: by `Tags.of()` on them or around them, or by their own properties. Tags of a
   * stack itself (`StackProps.tags`), which CloudFormation hands on at the deployment, are not seen.
   *
   * Throws if the key is empty.
   *
   * @param key the tag's key
   * @param value the tag's value, or any if it is left out
   */
  public static tagged(key: string, value?: string): FunctionSelector {
    if (key === '') {
      throw new Error('FunctionSelector.tagged(): the key is empty. Write the key of a tag.');
    }
    return new FunctionSelector(() => ({ isHelper, resource }) => {
      const tag = isHelper ? undefined : effectiveTags(resource)[key];
      return tag !== undefined && (value === undefined || tag === value);
    });
  }

  /**
   * Functions whose path in the app matches a glob, and all functions inside of a construct whose path does: `Prod/*Api`, say.
   * `*` stands for any part of an id, `**` for any number of ids. It takes what `ConstructSelector.byPath()` takes.
   *
   * Throws if it is malformed.
   *
   * @param glob matched against the whole path, from the first id below the app
   */
  public static underPath(glob: string): FunctionSelector {
    const problem = globProblem(glob);
    if (problem) {
      throw new Error(`FunctionSelector.underPath('${glob}'): ${problem}`);
    }
    const named = /[^*/]/.test(glob.split('/').pop()!);
    return new FunctionSelector((root) => {
      const found = new Set(ConstructSelector.byPath(glob).select(root));
      return ({ isHelper, resource: { node } }) => isHelper ? named && found.has(node.scope!) : node.scopes.some((scope) => found.has(scope));
    });
  }

  /**
   * Functions that at least one of these selects.
   *
   * @param selectors at least one
   */
  public static anyOf(...selectors: FunctionSelector[]): FunctionSelector {
    if (selectors.length === 0) {
      throw new Error('FunctionSelector.anyOf(): there is no selector. Write at least one.');
    }
    return new FunctionSelector((root) => {
      const matchers = selectors.map(({ _matcherIn }) => _matcherIn(root));
      return (fn) => matchers.some((matches) => matches(fn));
    });
  }

  private constructor(
    /**
     * What tells the functions of an app; to be made anew when the app has changed.
     *
     * @internal
     */
    public readonly _matcherIn: (root: IConstruct) => Matcher,
  ) {}

  /**
   * The same, but for functions that one of these selects.
   *
   * @param selectors what is not meant
   */
  public except(...selectors: FunctionSelector[]): FunctionSelector {
    return new FunctionSelector((root) => {
      const matches = this._matcherIn(root);
      const excluded = selectors.map(({ _matcherIn }) => _matcherIn(root));
      return (fn) => matches(fn) && !excluded.some((matchesToo) => matchesToo(fn));
    });
  }

  /**
   * What is selected in a scope, as far as it is there by now: of each function what requests come to, be it the function itself
   * or an alias of it. Each is there by its L2 construct, or else by its resource. The warning `cdk-lambda-warmer:nothingSelected` is left
   * on the scope if there is none; of an app or a stage, on the first stack in it.
   *
   * @param scope where to look
   */
  public select(scope: IConstruct): IConstruct[] {
    const selected = this._select(scope);
    if (selected.length === 0) {
      warnOfNothingSelected(scope);
    }
    return selected.flatMap(({ invoked }) => invoked).map(({ construct }) => construct);
  }

  /**
   * The functions, without a warning.
   *
   * @internal
   */
  public _select(scope: IConstruct, survey = new Survey(stageOf(scope))): SurveyedFunction[] {
    return survey.functionsIn(scope).filter(this._matcherIn(scope.node.root));
  }
}
