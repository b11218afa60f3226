import { Fn, ResourceEnvironment, ScopedAws, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { experimental } from 'aws-cdk-lib/aws-cloudfront';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnEventInvokeConfig, CfnFunction, CfnLayerVersion, CfnVersion, IFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { cfnProperty, referencedConstructs, rendered } from './cfn-property';
import { AT_EDGE, futility, PER_TENANT } from './futility';
import { addLateWarning } from './late-annotations';
import { StageCensus } from './stage-census';

/** The qualifier under which Lambda files what concerns the function itself, and none of its versions. */
export const LATEST = '$LATEST';

/**
 * Rules that may each have a permission on one function: a statement has at most some 500 characters, and the policy of a
 * function 20 KB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PERMISSIONS = 40;

/** Below a function: what has made an alias of it for a warmer, with the alias's name after it. */
export const MADE_ALIAS_ID = 'LambdaWarmerAlias';

/** What an alias or version has beside a function's members; an alias has an object as `version`. */
interface Qualified {
  readonly lambda: IFunction;
  readonly qualifier: string;
  readonly aliasName: string;
  readonly version: unknown;
}

/** What decides whether CDK may create a permission for an imported function. */
interface Permissible {
  readonly canCreatePermissions: boolean;
  readonly _skipPermissions: boolean;
}

/**
 * One view of whatever is being warmed: a function, an alias or a version of one, owned or imported.
 */
export class PingTarget {
  /** What the pings invoke. */
  public readonly function: IFunction;
  /** How messages call it. */
  public readonly name: string;

  /** The function behind an alias or version. */
  private readonly underlying: IFunction;
  /** The names by which the alias or version may be called; none: the function itself is meant. */
  private readonly qualifiers: readonly string[];
  private readonly census: StageCensus;

  /**
   * @param scope the warmer
   * @param target what the pings invoke
   * @param name how messages call it, if not by its path
   * @param warned what warnings are shown on, if not the warmer
   */
  constructor(
    private readonly scope: IConstruct, target: IFunction, name = `the function '${pathOf(target)}'`, private readonly warned = scope,
  ) {
    this.function = target;
    this.name = name;
    const { lambda, qualifier, aliasName, version } = target as Partial<Qualified>;
    this.underlying = lambda ?? target;
    // An alias has its name, and one more by which CDK makes whoever reads it wait for the alias; a function that was
    // imported by the ARN of an alias or version has it as the eighth part.
    this.qualifiers = (lambda ? [qualifier, aliasName, version] : [target.functionArn.split(':')[7]])
      .filter((one): one is string => typeof one === 'string');
    this.census = StageCensus.of(scope);
  }

  /**
   * The token of the standard ping: the GUID in the id of the function's stack, which only those know who may read
   * the account. Taken from the warmer's stack it would make the two stacks depend on each other. An imported function
   * has no stack here, and whichever holds its import is as good as the warmer's own.
   */
  public get token(): string {
    return tokenOf(Stack.of(this.ownFunction ?? this.scope));
  }

  /** Whether the pings need a permission of their own, or the importer said that they have it. */
  public get needsPermission(): boolean {
    return ![this.function, this.underlying].some((fn) => (fn as Partial<Permissible>)._skipPermissions);
  }

  /** The function's resource, if this app creates it. */
  public get ownFunction(): CfnFunction | undefined {
    // A SingletonFunction is no parent of its resource, but permissions always hang on the function that is.
    const resource = this.underlying.permissionsNode.defaultChild;
    return resource instanceof CfnFunction ? resource : undefined;
  }

  /** Whether the pings reach a version that this app does not publish, and so cannot change. */
  public get isPublishedEarlier(): boolean {
    const { version } = this.function as Partial<Qualified>;
    const published = (typeof version === 'object' ? version : this.function) as Partial<Qualified> & IConstruct;
    return this.function !== this.underlying && published.version !== LATEST && !(published.node.defaultChild instanceof CfnVersion);
  }

  /** Whether an alias or version is meant, and not the function itself. */
  public get isQualified(): boolean {
    return this.function !== this.underlying || this.qualifiers.length > 0;
  }

  /** Whether it is known already to run at the edge. */
  public get isEdgeFunction(): boolean {
    // An alias of an EdgeFunction has the function inside of it.
    return [this.function, this.underlying, this.underlying.node.scope].some((one) => one instanceof experimental.EdgeFunction);
  }

  /** Whether this app creates the function. */
  public get isOwned(): boolean {
    return this.ownFunction !== undefined;
  }

  /** The role that the function runs with, if it is known. */
  public get role(): IRole | undefined {
    return this.underlying.role;
  }

  /** The name, with the alias or version if one is pinged: that by which its metrics are found. */
  public get qualifiedName(): string {
    const [qualifier] = this.qualifiers;
    return qualifier === undefined ? this.functionName : `${this.functionName}:${qualifier}`;
  }

  /** Its path: of an alias that a warmer has made, that of the function with the alias's name; of a resource alone, that of the resource. */
  public get path(): string {
    const { aliasName } = this.function as Partial<Qualified>;
    const maker = this.function.node.scope;
    return maker?.node.id === `${MADE_ALIAS_ID}-${aliasName}` ? `${maker.node.scope!.node.path}:${aliasName}` : pathOf(this.function);
  }

  /** The name alone, as the function knows it. */
  public get functionName(): string {
    const arn = this.function.functionArn;
    // Of an ARN that is a token, all parts are there, but nobody can tell yet how many.
    return Token.isUnresolved(arn) ? Fn.select(6, Fn.split(':', arn)) : arn.split(':')[6];
  }

  /** Whether it is an alias, or may be one, of which this app does not know the version behind. */
  public get isUnknownVersion(): boolean {
    return this.function === this.underlying && this.qualifiers.length > 0 && !/^\d+$/.test(this.qualifiers[0]);
  }

  /** What the function calls itself by the name and version that Lambda tells it. */
  public get selfInvokedArns(): string[] {
    const { version } = this.function as Partial<Qualified>;
    if (this.function === this.underlying) {
      const arn = this.function.functionArn;
      return this.qualifiers.length > 0 ? [arn] : [arn, `${arn}:${LATEST}`];
    }
    return [typeof version === 'object' ? (version as IFunction).functionArn : this.function.functionArn];
  }

  /**
   * All that decides what the function's environments are, as the template has it: its properties, the content of its
   * layers, of which the properties have the names, and which version an alias has. Undefined: it is not this app's. To be
   * asked at synthesis.
   */
  public definition(): unknown {
    const fn = this.ownFunction;
    const layers = fn && [...referencedConstructs(fn, fn.layers)].filter((one): one is CfnLayerVersion => one instanceof CfnLayerVersion);
    return fn && [fn, ...layers!, ...this.ownAliases].map(rendered);
  }

  /** Whether, as far as it shows already, Lambda would hand on what comes of asynchronous invocations. */
  public get handsOnResults(): boolean {
    const config = this.function.node.tryFindChild('EventInvokeConfig')?.node.defaultChild;
    return this.hasDeadLetterQueue() || (config instanceof CfnEventInvokeConfig && hasDestination(config));
  }

  /**
   * What is wrong with the function as far as its construct shows it, each a sentence.
   *
   * @param isDirect whether a rule invokes it by itself
   */
  public problems(isDirect: boolean): string[] {
    const problems = this.problemsOfEnvironment();
    if (this.qualifiers.includes(LATEST)) {
      problems.push(`${this.name} is a function's ${LATEST} version, to which Lambda attaches no permissions. Pass the function itself.`);
    }
    if (this.isEdgeFunction) {
      problems.push(`${this.name} ${AT_EDGE}. Remove the warmer.`);
    }
    if (problems.length === 0 && isDirect && this.needsPermission && !this.acceptsPermissions()) {
      problems.push(`${this.name} is imported, and CDK cannot tell that it is in this stack's account, so a permission for the pings could not be created. `
        + 'Import it by lambda.Function.fromFunctionAttributes(this, id, { functionArn, sameEnvironment: true }) (the ARN may end in an alias or version), '
        + 'or with skipPermissions: true if it already lets EventBridge invoke it; or write engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER or fanOut: FanOut.dispatcher(), which need no permission on it.');
    }
    if (this.function.tenancyConfig) {
      problems.push(`${this.name} ${PER_TENANT}. Remove the warmer.`);
    }
    return problems;
  }

  /**
   * What is wrong with the function as the template has it, each a sentence. To be asked at synthesis.
   *
   * @param concurrency the most pings that a tick may send
   * @param name what says that
   * @param provisioned the environments that are provisioned, which the pings reach first
   */
  public problemsAtSynthesis(concurrency: number, name = 'concurrency', provisioned = 0): string[] {
    const fn = this.ownFunction;
    if (!fn) {
      return [];
    }
    const problems = futility(fn, this.census).map((reason) => `${this.name} ${reason}. Remove the warmer.`);

    // Anything that is no number is a token, which nobody can compare before the deployment.
    const reserved = numberOf(cfnProperty(fn, 'ReservedConcurrentExecutions'));
    if (reserved !== undefined) {
      if (concurrency > reserved) {
        problems.push(`${name} is ${concurrency}, but ${this.name} reserves ${reserved} concurrent executions, so Lambda would throttle the pings. `
          + cureOfReserved(reserved, provisioned));
      } else if (concurrency === reserved) {
        addLateWarning(this.warned, 'cdk-lambda-warmer:reservedConcurrencyTaken',
          `The pings take all ${reserved} concurrent executions that ${this.name} reserves, so requests that arrive with them are throttled. ${reserved > provisioned + 1 ? 'Write a lower concurrency, or reserve more' : 'Reserve more'}.`);
      }
    }
    for (const alias of this.ownAliases) {
      const executions = numberOf(cfnProperty(alias, 'ProvisionedConcurrencyConfig', 'ProvisionedConcurrentExecutions')) ?? 0;
      if (concurrency <= executions) {
        addLateWarning(this.warned, 'cdk-lambda-warmer:provisionedAlready',
          `The pings reach the ${executions} environments that are provisioned for ${this.name}, which do not go cold, and no others. Write a concurrency above ${executions}, or remove the warmer.`);
      }
    }
    return problems;
  }

  /** Whether Lambda would hand failed asynchronous invocations to a queue or topic. To be asked at synthesis. */
  public hasDeadLetterQueue(): boolean {
    const fn = this.ownFunction;
    return fn !== undefined && cfnProperty(fn, 'DeadLetterConfig') !== undefined;
  }

  /** Whether Lambda would hand the results of asynchronous invocations on. To be asked at synthesis. */
  public hasDestinations(): boolean {
    return this.census.eventInvokeConfigs.some((config) =>
      hasDestination(config) && this.isConfiguredBy(config));
  }

  /** The resource of the alias that is pinged, if it is one that this app creates; none otherwise. */
  private get ownAliases(): CfnAlias[] {
    const resource = this.function.node.defaultChild;
    return resource instanceof CfnAlias ? [resource] : [];
  }

  private isConfiguredBy(config: { readonly functionName: string; readonly qualifier: string } & IConstruct): boolean {
    const stack = Stack.of(config);
    const same = (one: unknown, other: unknown) => JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
    const owned = this.ownFunction;
    const sameFunction = owned
      ? referencedConstructs(config, config.functionName).has(owned) || config.functionName === owned.functionName
      : [this.underlying.functionName, this.underlying.functionArn].some((name) => same(config.functionName, name));
    const qualifiers = this.qualifiers.length > 0 ? this.qualifiers : [LATEST];
    return sameFunction && qualifiers.some((qualifier) => same(config.qualifier, qualifier));
  }

  private problemsOfEnvironment(): string[] {
    const home = Stack.of(this.scope);
    const problems = new Set<string>();
    // An alias or version that is imported says that it is at home here, wherever its function is.
    for (const { account, region } of [this.function, this.underlying].map(environmentOf)) {
      for (const [what, there, here] of [['account', account, home.account], ['region', region, home.region]]) {
        const comparison = Token.compareStrings(there, here);
        if (comparison === TokenComparison.DIFFERENT) {
          problems.add(`${this.name} is in the ${what} ${there}, the warmer in ${here}. Put the warmer into a stack of the function's ${what}.`);
        } else if (comparison === TokenComparison.ONE_UNRESOLVED && this.ownFunction) {
          problems.add(`${this.name} is in a stack ${Token.isUnresolved(there) ? `of no known ${what}` : `of the ${what} ${there}`}, the warmer in one `
            + `${Token.isUnresolved(here) ? 'of none' : `of ${here}`}. Give both stacks the same \`env\`, or neither one.`);
        }
      }
    }
    return [...problems];
  }

  /** Whether CDK knows the function to be of this account, where alone a permission can be created. */
  private acceptsPermissions(): boolean {
    // An imported alias or version does not know what the import of its function was told.
    return [this.function, this.underlying].some((fn) => (fn as Partial<Permissible>).canCreatePermissions !== false);
  }
}

const tokens = new WeakMap<Stack, string>();

/** The same for all functions of a stack, and made once: it is several of CDK's own tokens, one inside of the other. */
function tokenOf(stack: Stack): string {
  // Of a nested stack seen from inside, `Stack.stackId` is a reference to itself from outside.
  const token = tokens.get(stack) ?? Fn.select(2, Fn.split('/', new ScopedAws(stack).stackId));
  tokens.set(stack, token);
  return token;
}

function hasDestination(config: CfnEventInvokeConfig): boolean {
  return Object.keys(cfnProperty(config, 'DestinationConfig') ?? {}).length > 0;
}

function cureOfReserved(reserved: number, provisioned: number): string {
  if (provisioned > 0) {
    return reserved > provisioned + 1 ? `Write one from ${provisioned + 1} to ${reserved - 1}, or reserve more.` : 'Reserve more, or provision fewer.';
  }
  return reserved > 1 ? `Write one below ${reserved}, or reserve more.` : 'Reserve more, or remove the warmer.';
}

/** The number that a resolved property is, which CloudFormation also takes as text. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) : undefined;
}

/** What stands for a function that exists only as a resource has an ARN that is a token, and takes the account and region from that. */
function environmentOf({ node: { defaultChild }, env }: IFunction): ResourceEnvironment {
  return defaultChild ? Stack.of(defaultChild) : env;
}

/** Of a function that exists only as a resource, the import that stands for it is below that. */
function pathOf({ node }: IFunction): string {
  return node.defaultChild !== undefined && node.defaultChild === node.scope ? node.scope.node.path : node.path;
}
