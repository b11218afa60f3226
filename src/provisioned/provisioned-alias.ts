import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CapacityPlan } from './capacity-plan';
import { ProvisionedConcurrencyOptions } from './provisioned-concurrency-options';
import { differences } from '../options/shared-options';

const DEFAULT_UTILIZATION = 0.7;

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

  public readonly alias: lambda.Alias;
  public readonly deploymentGroup?: LambdaDeploymentGroup;

  constructor(
    fn: lambda.Function,
    name: string,
    plan: CapacityPlan,
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

  /** Whether a warmer is the one that has set it up, by which it is counted. */
  public isSetUpBy(warmer: Construct): boolean {
    return this.firstWarmer === warmer;
  }

  /** What another warmer asks for and it has not, each a sentence. */
  public differences(options: ProvisionedConcurrencyOptions): string[] {
    return differences(options, this.options, {
      by: 'provisionedConcurrency',
      what: `the function's alias '${this.alias.aliasName}'`,
      firstUser: this.firstWarmer.node.path,
      cure: 'Write the same there and here, or another aliasName here; or pass the target of that warmer as the target of this one.',
    });
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
  return `LambdaWarmerAlias-${aliasName}`;
}
