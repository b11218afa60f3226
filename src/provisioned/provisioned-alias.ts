import { TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CapacityPlan } from './capacity-plan';
import { ProvisionedConcurrencyOptions } from './provisioned-concurrency-options';
import { ProvisionedToCost } from '../cost/cost-model';
import { differences } from '../options/shared-options';
import { addLateWarning, isAcknowledged } from '../target/late-annotations';
import { MADE_ALIAS_ID, PingTarget } from '../target/ping-target';

const DEFAULT_UTILIZATION = 0.7;

const FEEDS_UTILIZATION = 'cdk-lambda-warmer:pingsFeedUtilization';

/**
 * An alias of a function with provisioned concurrency, which all warmers of the function that ask for its name share.
 *
 * It stands below the function: a version that is published anew with each change cannot be handed from one stack to
 * another.
 */
export class ProvisionedAlias extends Construct {
  /** The one of this name, if a warmer has set it up. */
  public static find(fn: lambda.Function, name: string): ProvisionedAlias | undefined {
    return fn.node.tryFindChild(idOf(name)) as ProvisionedAlias | undefined;
  }

  /** The one that has made an alias, if one has. */
  public static around(target: lambda.IFunction): ProvisionedAlias | undefined {
    const { scope } = target.node;
    return scope instanceof ProvisionedAlias ? scope : undefined;
  }

  /**
   * Warns if a warmer pings a function itself, of which another one has made an alias for callers. To be asked at synthesis.
   */
  public static warnOfLatest(warmer: Construct, { ownFunction, name }: PingTarget): void {
    const [other] = (ownFunction?.node.scope?.node.children ?? []).filter((one) => one instanceof ProvisionedAlias);
    if (other) {
      addLateWarning(warmer, 'cdk-lambda-warmer:latestPinged',
        `The pings reach ${name} itself, and not its alias '${other.alias.aliasName}', which '${other.firstWarmer.node.path}' has made for callers. `
        + 'Write the target of that warmer as the target of this one, and a concurrency above what is provisioned; or remove this one.');
    }
  }

  public readonly alias: lambda.Alias;
  public readonly deploymentGroup?: LambdaDeploymentGroup;

  constructor(
    fn: lambda.Function,
    name: string,
    public readonly plan: CapacityPlan,
    private readonly firstWarmer: Construct,
    private readonly options: ProvisionedConcurrencyOptions,
  ) {
    super(fn, idOf(name));
    const { deploymentConfig, alarms } = options;
    this.alias = new lambda.Alias(this, 'Alias', {
      aliasName: name,
      version: options.version ?? fn.currentVersion,
      // Also where it is scaled: without a value to begin with, Application Auto Scaling may not scale properly, says
      // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
      provisionedConcurrentExecutions: plan.base.min,
    });
    if (plan.isScaledByUtilization || plan.changes.length > 0) {
      this.scale(plan);
    }
    if (deploymentConfig) {
      this.deploymentGroup = new LambdaDeploymentGroup(this, 'DeploymentGroup', { alias: this.alias, deploymentConfig, alarms });
    }
  }

  /** What it costs. */
  public get toCost(): ProvisionedToCost {
    const { min: usual, max: most } = this.plan.average;
    return { alias: this, usual, most };
  }

  /** What another warmer asks for and it has not, each a sentence. */
  public differences(options: ProvisionedConcurrencyOptions): string[] {
    const { version, aliasName } = this.alias;
    const defaults = { aliasName, version, utilizationTarget: DEFAULT_UTILIZATION, timeZone: TimeZone.ETC_UTC };
    const given = Object.entries(this.options).filter(([, option]) => option !== undefined);
    return differences<keyof ProvisionedConcurrencyOptions>(options, { ...defaults, ...Object.fromEntries(given) }, {
      by: 'provisionedConcurrency',
      what: `the function's alias '${this.alias.aliasName}'`,
      firstUser: this.firstWarmer.node.path,
      cure: 'Write the same there and here; or pass the target of that warmer as the target of this one; or write another aliasName and another version here.',
    });
  }

  /** What is wrong with the pings of a warmer to it, each a sentence. To be asked at synthesis. */
  public problemsOfPings(warmer: Construct): string[] {
    return this.plan.isScaledByUtilization && !isAcknowledged(warmer, FEEDS_UTILIZATION)
      ? ['pings count as use of the environments that they reach, and provisionedConcurrency is scaled by just that: they can keep it from being scaled in, which costs more than what they warm. '
        + `Leave concurrency out, or maxCapacity. If it is meant, write Annotations.of(warmer).acknowledgeWarning('${FEEDS_UTILIZATION}').`]
      : [];
  }

  private scale({ base, changes, isScaledByUtilization }: CapacityPlan): void {
    const { utilizationTarget = DEFAULT_UTILIZATION, timeZone } = this.options;
    const scaling = this.alias.addAutoScaling({ minCapacity: base.min, maxCapacity: base.max });
    if (isScaledByUtilization) {
      scaling.scaleOnUtilization({ utilizationTarget });
    }
    for (const [index, { expression, min, max }] of changes.entries()) {
      scaling.scaleOnSchedule(`Capacity${index + 1}`, {
        schedule: Schedule.expression(expression),
        minCapacity: min,
        maxCapacity: max,
        timeZone,
      });
    }
  }
}

function idOf(aliasName: string): string {
  return `${MADE_ALIAS_ID}-${aliasName}`;
}
