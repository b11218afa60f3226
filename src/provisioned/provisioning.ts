import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { CfnDeploymentConfig, ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CapacityPlan } from './capacity-plan';
import { ProvisionedAlias } from './provisioned-alias';
import { ProvisionedConcurrencyOptions } from './provisioned-concurrency-options';
import { Warning } from '../schedule/recurrence';
import { cfnProperty, referencedConstructs } from '../target/cfn-property';
import { isAcknowledged } from '../target/late-annotations';
import { LATEST, PingTarget } from '../target/ping-target';
import { StageCensus } from '../target/stage-census';

const DEFAULT_ALIAS_NAME = 'live';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html, `Name` */
const ALIAS_NAME = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;

/** Of deployment configurations that CodeDeploy has by itself; those of the other platforms have no platform, or ECS, in the name. */
const PREDEFINED = 'CodeDeployDefault.';
const PREDEFINED_FOR_LAMBDA = 'CodeDeployDefault.Lambda';

const FEEDS_UTILIZATION = 'cdk-lambda-warmer:pingsFeedUtilization';

/** How the provisioned concurrency that one warmer asks for is checked, created and looked after. */
export class Provisioning {
  private readonly census: StageCensus;
  private capacityPlan?: CapacityPlan;

  constructor(private readonly scope: Construct, private readonly target: PingTarget, private readonly options: ProvisionedConcurrencyOptions) {
    this.census = StageCensus.of(scope);
  }

  /**
   * What is wrong with it as far as it shows already, each a sentence.
   *
   * @param levels the concurrency of each expression that fires pings; none: nothing is pinged
   */
  public problems(levels: readonly number[] = []): string[] {
    const { deploymentConfig, alarms } = this.options;
    const problems = [
      ...this.problemsOfTarget(),
      ...CapacityPlan.problems(this.options),
      ...deploymentConfig === undefined ? [] : problemsOfDeploymentConfig(deploymentConfig),
    ];
    if (alarms && !deploymentConfig) {
      problems.push('provisionedConcurrency has alarms, but no deployment that they could roll back. Write a deploymentConfig, or leave alarms out.');
    }
    if (!isName(this.aliasName)) {
      problems.push(`provisionedConcurrency has ${Token.isUnresolved(this.aliasName) ? 'a token' : `'${this.aliasName}'`} as aliasName. `
        + 'Write 1 to 128 letters, digits, - and _, not digits alone, such as \'live\'.');
    }
    return problems.length > 0 ? problems : [
      ...ProvisionedAlias.find(this.owner!, this.aliasName)?.differences(this.options) ?? [],
      ...this.problemsOfPings(levels),
    ];
  }

  /** When how much is provisioned. There must be no problems. */
  public get plan(): CapacityPlan {
    this.capacityPlan ??= new CapacityPlan(this.options);
    return this.capacityPlan;
  }

  public get warnings(): readonly Warning[] {
    return this.plan.warnings;
  }

  /** Creates the alias, or takes the one that another warmer of the function has created. */
  public apply(): ProvisionedAlias {
    return ProvisionedAlias.find(this.owner!, this.aliasName)
      ?? new ProvisionedAlias(this.owner!, this.aliasName, this.plan, this.scope, this.options);
  }

  /**
   * What is wrong with it as the template has it, each a sentence. To be asked at synthesis.
   *
   * @param isPinged whether pings go to the alias
   */
  public problemsAtSynthesis(alias: lambda.Alias, isPinged: boolean): string[] {
    const fn = this.target.ownFunction!;
    const { name } = this.target;
    const problems = this.problemsOfFunction(fn);
    const reserved = Number(cfnProperty(fn, 'ReservedConcurrentExecutions') ?? Infinity);
    const { highest, isScaledByUtilization } = this.plan;
    // A token is no number, and compares to nothing.
    if (highest > reserved) {
      problems.push(`provisionedConcurrency asks for up to ${highest} environments, but ${name} reserves ${reserved} concurrent executions. Write at most ${reserved}, or reserve more.`);
    }
    const others = this.census.aliases.filter((one) => one !== alias.node.defaultChild && isAliasOf(one, fn, this.aliasName));
    problems.push(...others.map((one) => `${name} has an alias '${this.aliasName}' already, by '${pathOf(one)}'. `
      + 'Write another aliasName; or remove that alias, and write the alias of this warmer where it is used.'));
    if (isPinged && isScaledByUtilization && !isAcknowledged(this.scope, FEEDS_UTILIZATION)) {
      problems.push('pings count as use of the environments that they reach, and provisionedConcurrency is scaled by just that: they can keep it from being scaled in, which costs more than what they warm. '
        + `Leave concurrency out, or maxCapacity. If it is meant, write Annotations.of(warmer).acknowledgeWarning('${FEEDS_UTILIZATION}').`);
    }
    return problems;
  }

  private get aliasName(): string {
    return this.options.aliasName ?? DEFAULT_ALIAS_NAME;
  }

  /** The function itself, of which a SingletonFunction is only a part. */
  private get owner(): lambda.Function | undefined {
    const owner = this.target.ownFunction?.node.scope as lambda.Function | undefined;
    // There may be more than one copy of CDK.
    return owner && 'currentVersion' in owner ? owner : undefined;
  }

  /** Pings reach first what is provisioned. */
  private problemsOfPings(levels: readonly number[]): string[] {
    const { highest } = this.plan;
    const lowest = Math.min(...levels.filter((level) => Number.isInteger(level) && level > 0));
    return lowest <= highest
      ? [`concurrency is ${lowest}${levels.length > 1 ? ' at times' : ''}, but up to ${highest} environments are provisioned, which the pings reach first. `
        + `Write a concurrency above ${highest}, for requests that find all of them busy; or leave it out, and nothing is pinged.`]
      : [];
  }

  private problemsOfTarget(): string[] {
    const { name } = this.target;
    const { version } = this.options;
    if (this.target.isQualified) {
      return [`${name} is an alias or a version, and provisionedConcurrency makes an alias of its own. Pass the function itself; a version goes into provisionedConcurrency.version.`];
    }
    if (!this.owner) {
      return [`${name} is imported, and provisionedConcurrency publishes versions of it. Write provisionedConcurrency where the function is created, or leave it out.`];
    }
    if (this.target.function.tenancyConfig) {
      return [this.perTenant()];
    }
    if (version?.version === LATEST) {
      return [`provisionedConcurrency has the version ${LATEST}, of which Lambda provisions nothing. Leave version out, or write fn.currentVersion.`];
    }
    if (version && version.lambda.permissionsNode.defaultChild !== this.target.ownFunction) {
      return [`provisionedConcurrency has a version of '${version.lambda.node.path}', which is another function than ${name}. `
        + 'Leave version out, or write one of the function: lambda.Version.fromVersionAttributes(this, id, { lambda: fn, version: \'7\' }), if it is published already.'];
    }
    return [];
  }

  private problemsOfFunction(fn: lambda.CfnFunction): string[] {
    const { name } = this.target;
    const problems: string[] = [];
    if (this.census.isAtEdge(fn)) {
      problems.push(`${name} runs at the edge (Lambda@Edge), which invokes numbered versions only, and no alias. Leave provisionedConcurrency out.`);
    }
    if (cfnProperty(fn, 'TenancyConfig') !== undefined && !this.target.function.tenancyConfig) {
      problems.push(this.perTenant());
    }
    if (cfnProperty(fn, 'CapacityProviderConfig') !== undefined) {
      problems.push(`${name} runs on a capacity provider, whose managed instances do not go cold and are scaled there. Remove the warmer.`);
    }
    if (cfnProperty(fn, 'SnapStart', 'ApplyOn') === 'PublishedVersions') {
      problems.push(`${name} has SnapStart, beside which Lambda provisions nothing. Leave provisionedConcurrency out, or snapStart.`);
    }
    return problems;
  }

  private perTenant(): string {
    return `${this.target.name} isolates tenants (tenancyConfig): an execution environment belongs to one tenant, and Lambda provisions none for nobody. Leave provisionedConcurrency out.`;
  }
}

function isName(name: string): boolean {
  return typeof name === 'string' && !Token.isUnresolved(name) && ALIAS_NAME.test(name);
}

function problemsOfDeploymentConfig(config: ILambdaDeploymentConfig): string[] {
  const problem = (what: string) => [`provisionedConcurrency has ${what} as deploymentConfig. Write one of codedeploy.LambdaDeploymentConfig, such as LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES.`];
  const { deploymentConfigName: name } = config;
  if (typeof name !== 'string') {
    return problem('something else');
  }
  if (!Token.isUnresolved(name)) {
    // No construct has it. One of others' making tells nothing by its name.
    return name.startsWith(PREDEFINED) && !name.startsWith(PREDEFINED_FOR_LAMBDA)
      ? problem(`'${name}', which is for ${name.includes('ECS') ? 'ECS' : 'servers'},`)
      : [];
  }
  const { path, defaultChild } = (config as unknown as Construct).node;
  const platform = defaultChild instanceof CfnDeploymentConfig ? cfnProperty(defaultChild, 'ComputePlatform') ?? 'Server' : 'Lambda';
  return platform === 'Lambda' ? [] : problem(`'${path}', which is for ${platform === 'ECS' ? 'ECS' : 'servers'},`);
}

function isAliasOf(alias: lambda.CfnAlias, fn: lambda.CfnFunction, name: string): boolean {
  const isNamed = Stack.of(alias).resolve(alias.name) === name;
  return isNamed && (referencedConstructs(alias, alias.functionName).has(fn) || alias.functionName === fn.functionName);
}

/** Of the construct that users know. */
function pathOf(resource: CfnResource): string {
  const { scope, defaultChild } = resource.node.scope!.node;
  return defaultChild === resource && scope ? resource.node.scope!.node.path : resource.node.path;
}
