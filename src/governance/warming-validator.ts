import * as path from 'path';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Callable } from './callable';
import { FunctionSelector } from './function-selector';
import { nothingSelected } from './notices';
import { SurveyedFunction } from './survey';
import { Warming } from './warming';
import { whyCold } from './why-cold';
import { Warmer, warmersOf } from '../target/warmers';

/** The rules, by the names under which violations are reported, and by which a whole rule may be acknowledged. */
enum RuleName {
  WARM = 'function-is-kept-warm',
  EXEMPT = 'function-is-exempt-from-warming',
  MATCH = 'selector-matches-a-function',
}

/**
 * What `WarmingValidator` takes.
 */
export interface WarmingValidatorProps {
  /**
   * The functions that must be kept warm.
   *
   * @default FunctionSelector.userFacing()
   */
  readonly select?: FunctionSelector;
}

/**
 * Lets no app be synthesized in which a selected function goes cold without a reason:
 * `Validations.of(app).addPlugins(new WarmingValidator())`.
 *
 * A function is kept warm by a `LambdaWarmer` or `WarmerFleet` that is enabled, or by the provisioned concurrency of one, or of an
 * alias that requests come to; one that is enrolled with an `AccountWarmer` is taken to be. Each function that is not is a
 * violation, with its path, its place in the template, and what to write. What `Warming.exempt()` exempts is reported with its
 * reason, as information; so are functions to which pings would do no good (Lambda@Edge, and those that isolate tenants, run on a
 * capacity provider, or are durable). A selector that matches nothing is a warning.
 *
 * It judges what this library knows of: a rule that pings a function without it is not seen.
 *
 * @example
 * declare const app: App;
 *
 * Validations.of(app).addPlugins(new WarmingValidator({ select: FunctionSelector.tagged('tier', 'web') }));
 */
export class WarmingValidator implements IPolicyValidationPlugin {
  /** The name under which the report has it. */
  public readonly name = 'cdk-lambda-warmer';

  /** The rules that it checks. */
  public readonly ruleIds?: string[] = Object.values(RuleName);

  private readonly selector: FunctionSelector;

  constructor(props: WarmingValidatorProps = {}) {
    this.selector = props.select ?? FunctionSelector.userFacing();
    if (!(this.selector instanceof FunctionSelector)) {
      throw new Error('WarmingValidator: select is no FunctionSelector. Write FunctionSelector.userFacing(), say.');
    }
  }

  /**
   * Called by the CDK when an app has been synthesized.
   *
   * @param context what the CDK tells: the templates, and the app
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { appConstruct: app, templatePaths } = context;
    const selected = this.selector._select(app).flatMap((fn) => {
      const templatePath = templateOf(fn.resource, templatePaths);
      return templatePath === undefined ? [] : { fn, templatePath };
    });
    const violations = selected.length === 0
      ? [nothingMatched(app)]
      : selected.flatMap(({ fn, templatePath }) => violationOf(fn, templatePath) ?? []);
    return { success: violations.every(({ severity }) => severity !== 'error'), violations };
  }
}

/** What there is to say of a function. */
function violationOf(fn: SurveyedFunction, templatePath: string): PolicyViolation | undefined {
  const { resource, path: name } = fn;
  const resourceLogicalId = Stack.of(resource).resolve(resource.logicalId);
  const violatingResources = [{ resourceLogicalId, templatePath, locations: [`Resources/${resourceLogicalId}`] }];
  const cold = fn.coldBut(({ isActive }) => isActive);
  if (cold.length === 0) {
    return undefined;
  }
  const reason = Warming._reason(resource);
  const [futile] = fn.futility;
  if (reason !== undefined || futile !== undefined) {
    return {
      ruleName: RuleName.EXEMPT,
      severity: 'info',
      description: `The function '${name}' ${reason === undefined ? futile : `is not kept warm, because: ${reason.replace(/\.$/, '')}`}.`,
      violatingResources,
    };
  }
  const [warmer] = warmersOf(resource);
  const [invoked] = cold;
  return {
    ruleName: RuleName.WARM,
    severity: 'error',
    description: `The function '${name}' must be kept warm, but ${whyCold(warmer, invoked)}.`,
    fix: `${fixOf(warmer, invoked)}; or, if it may go cold, Warming.exempt(fn, 'why').`,
    violatingResources,
  };
}

function fixOf(warmer: Warmer | undefined, invoked: Callable): string {
  if (!warmer) {
    return `Write new LambdaWarmer(this, 'Warmer', { target: ${invoked.isFunction ? 'fn' : 'alias'} })`;
  }
  return warmer.isActive ? `Pass '${invoked.path}' as its target, or let the requests come to what it pings` : 'Enable it';
}

function nothingMatched(app: IConstruct): PolicyViolation {
  return {
    ruleName: RuleName.MATCH,
    severity: 'warning',
    description: nothingSelected(app),
    violatingResources: [{ constructPath: app.node.path, locations: [] }],
  };
}

/** The template that a function stands in, if it is one of those, or nested into one. */
function templateOf(resource: IConstruct, templatePaths: readonly string[]): string | undefined {
  const stack = Stack.of(resource);
  let top = stack;
  while (top.nestedStackParent) {
    top = top.nestedStackParent;
  }
  // Their names are unique in an app.
  const found = templatePaths.find((one) => path.basename(one) === top.templateFile);
  return found && path.join(path.dirname(found), stack.templateFile);
}
