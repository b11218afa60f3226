import { CfnResource, Token } from 'aws-cdk-lib';
import { CfnDeploymentConfig, ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CapacityPlan } from './capacity-plan';
import { ProvisionedAlias } from './provisioned-alias';
import { ProvisionedConcurrencyOptions } from './provisioned-concurrency-options';
import { Warning } from '../schedule/recurrence';
import { cfnProperty, referencedConstructs } from '../target/cfn-property';
import { LATEST, PingTarget } from '../target/ping-target';
import { StageCensus } from '../target/stage-census';

const DEFAULT_ALIAS_NAME = 'live';

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html, `Name` */
const ALIAS_NAME = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;

/** Of deployment configurations that CodeDeploy has by itself; those of the other platforms have no platform, or ECS, in the name. */
const PREDEFINED = 'CodeDeployDefault.';
const PREDEFINED_FOR_LAMBDA = 'CodeDeployDefault.Lambda';

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
      ...this.problemsOfVersion(),
      ...CapacityPlan.problems(this.options),
      ...deploymentConfig ? problemsOfDeploymentConfig(deploymentConfig) : [],
    ];
    if (alarms && !Array.isArray(alarms)) {
      problems.push('provisionedConcurrency has alarms that are no list. Write one, or leave alarms out.');
    } else if (alarms && !deploymentConfig) {
      problems.push('provisionedConcurrency has alarms, but no deployment that they could roll back. Write a deploymentConfig, or leave alarms out.');
    }
    if (!isName(this.aliasName)) {
      problems.push(`provisionedConcurrency has ${Token.isUnresolved(this.aliasName) ? 'a token' : `'${this.aliasName}'`} as aliasName. `
        + 'Write 1 to 128 letters, digits, - and _, not digits alone, such as \'live\'.');
    }
    return problems.length > 0 ? problems : [
      ...this.shared?.differences(this.options) ?? [],
      ...this.plan.problemsOfPings(levels),
    ];
  }

  /** When how much is provisioned. There must be no problems. */
  public get plan(): CapacityPlan {
    this.capacityPlan ??= this.shared?.plan ?? new CapacityPlan(this.options);
    return this.capacityPlan;
  }

  /** What a ping reaches as far as it shows before the alias is there: its version, if that is published already. */
  public get served(): PingTarget {
    const { version } = this.options;
    return version ? new PingTarget(this.scope, version, this.target.name) : this.target;
  }

  public get warnings(): readonly Warning[] {
    return this.plan.warnings;
  }

  /** Creates the alias, or takes the one that another warmer of the function has created. */
  public apply(): ProvisionedAlias {
    return this.shared ?? new ProvisionedAlias(this.owner!, this.aliasName, this.plan, this.scope, this.options);
  }

  /** What is wrong with it as the template has it, each a sentence. To be asked at synthesis. */
  public problemsAtSynthesis(alias: lambda.Alias): string[] {
    const fn = this.target.ownFunction!;
    const { name } = this.target;
    const problems = this.problemsOfFunction(fn);
    const reserved = Number(cfnProperty(fn, 'ReservedConcurrentExecutions') ?? Infinity);
    const { highest } = this.plan;
    // A token is no number, and compares to nothing.
    if (highest > reserved) {
      problems.push(`provisionedConcurrency asks for up to ${highest} environments, but ${name} reserves ${reserved} concurrent executions. `
        + (reserved > 0 ? `Write at most ${reserved}, or reserve more.` : 'Reserve more, or leave provisionedConcurrency out.'));
    }
    const others = this.census.aliases.filter((one) => one !== alias.node.defaultChild && isAliasOf(one, fn));
    const namesakes = others.filter((one) => cfnProperty(one, 'Name') === this.aliasName);
    problems.push(...namesakes.map((one) => `${name} has an alias '${this.aliasName}' already, by '${pathOf(one)}'. Write another aliasName. `
      + 'To take its place, deploy once without it and without this warmer: CloudFormation creates before it deletes, and finds the name taken.'));
    problems.push(...this.alsoProvisioned(alias, others).map((one) => `the version behind '${this.aliasName}' has provisioned concurrency already, by '${pathOf(one)}', and Lambda takes one configuration for each version. `
      + 'Remove one of them, let the warmers share an alias, or give one of them another version.'));
    return problems;
  }

  private get aliasName(): string {
    return this.options.aliasName ?? DEFAULT_ALIAS_NAME;
  }

  /** The alias of this name, if another warmer of the function has created it. */
  private get shared(): ProvisionedAlias | undefined {
    return ProvisionedAlias.find(this.owner!, this.aliasName);
  }

  /** The function itself, of which a SingletonFunction is only a part. */
  private get owner(): lambda.Function | undefined {
    const owner = this.target.ownFunction?.node.scope as lambda.Function | undefined;
    // There may be more than one copy of CDK.
    return owner && 'currentVersion' in owner ? owner : undefined;
  }

  private problemsOfTarget(): string[] {
    const { name } = this.target;
    if (this.target.isEdgeFunction) {
      return [this.atEdge()];
    }
    if (this.target.isQualified) {
      return [`${name} is an alias or a version, and provisionedConcurrency makes an alias of its own. Pass the function itself; a version goes into provisionedConcurrency.version.`];
    }
    if (!this.owner) {
      return [`${name} is imported, and provisionedConcurrency publishes versions of it. Write provisionedConcurrency where the function is created, or leave it out.`];
    }
    if (this.target.function.tenancyConfig) {
      return [this.perTenant()];
    }
    return [];
  }

  private problemsOfVersion(): string[] {
    const { version } = this.options;
    if (!version || !this.owner) {
      return [];
    }
    const { version: number, lambda: fn } = version;
    const cure = 'Leave version out, or write one of the function, such as fn.currentVersion; '
      + 'or lambda.Version.fromVersionAttributes(this, id, { lambda: fn, version: \'7\' }), if it is published already.';
    if (number === LATEST) {
      return [`provisionedConcurrency has the version ${LATEST}, of which Lambda provisions nothing. ${cure}`];
    }
    if (typeof number !== 'string' || !fn || !(Token.isUnresolved(number) || /^\d+$/.test(number))) {
      return [`provisionedConcurrency has a version that is none. ${cure}`];
    }
    return fn.permissionsNode.defaultChild === this.target.ownFunction
      ? []
      : [`provisionedConcurrency has a version of '${fn.node.path}', which is another function than ${this.target.name}. ${cure}`];
  }

  /** What else has provisioned concurrency for the version of an alias. */
  private alsoProvisioned(alias: lambda.Alias, others: readonly lambda.CfnAlias[]): CfnResource[] {
    const versionOf = (one: lambda.CfnAlias) => JSON.stringify(cfnProperty(one, 'FunctionVersion'));
    const own = alias.node.defaultChild as lambda.CfnAlias;
    const version = alias.version.node.defaultChild;
    return [
      ...others.filter((one) => cfnProperty(one, 'ProvisionedConcurrencyConfig') !== undefined && versionOf(one) === versionOf(own)),
      ...version instanceof lambda.CfnVersion && cfnProperty(version, 'ProvisionedConcurrencyConfig') !== undefined ? [version] : [],
    ];
  }

  private problemsOfFunction(fn: lambda.CfnFunction): string[] {
    const { name } = this.target;
    const problems: string[] = [];
    if (this.census.isAtEdge(fn)) {
      problems.push(this.atEdge());
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

  private atEdge(): string {
    return `${this.target.name} runs at the edge (Lambda@Edge), which invokes numbered versions only, and no alias. Leave provisionedConcurrency out.`;
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

function isAliasOf(alias: lambda.CfnAlias, fn: lambda.CfnFunction): boolean {
  return referencedConstructs(alias, alias.functionName).has(fn) || alias.functionName === fn.functionName;
}

/** Of the construct that users know. */
function pathOf(resource: CfnResource): string {
  const { scope, defaultChild } = resource.node.scope!.node;
  return defaultChild === resource && scope ? resource.node.scope!.node.path : resource.node.path;
}
