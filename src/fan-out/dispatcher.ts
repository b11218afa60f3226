import { Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, IConstruct } from 'constructs';
import { DispatcherOptions } from './dispatcher-options';
import { DispatcherFunction } from '../dispatcher/dispatcher-function';
import {
  DOMAIN_VARIABLE, MAX_CONCURRENCY_VARIABLE, MAX_HOLD_MS, MAX_WAVES, PINGS_PER_INVOCATION, PINGS_PER_SHARD_VARIABLE, pingsAtOnce, shardsFor,
} from '../dispatcher/plan';
import { differences } from '../options/shared-options';
import { MEMORY, MEMORY_OF_ONE_CPU } from '../target/memory';
import { MAX_PERMISSIONS } from '../target/ping-target';

const ID = 'LambdaWarmerDispatcher';

/**
 * Functions that one role can name: its own policy takes 10,240 characters, each of nine managed ones (one more is for a VPC)
 * 6,144, and a statement with an ARN up to 236. CDK fills them to 10,000 and 6,000: some 40, and 24 each. What lets it
 * invoke itself, 226 characters at the most, has room beside its own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_FUNCTIONS = 250;
const DEFAULT_TIMEOUT = Duration.seconds(60);

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const TIMEOUT_SECONDS = { from: 10, to: 900 };

/** MiB by the largest concurrency up to which they do. */
const MEMORY_BY_CONCURRENCY = [[10, 512], [50, 1024], [Infinity, MEMORY_OF_ONE_CPU]] as const;

/**
 * Pings for which one CPU connects, and which it sends and evaluates, in a second: on the safe side, docs/benchmarks.md
 * holds it against what is measured.
 */
const PINGS_PER_CPU_SECOND = 400;

/** Who asks for a dispatcher, in the words of messages. */
interface User {
  readonly title: string;
  readonly path: string;
  readonly cure: string;
}

/**
 * The function that sends all pings of a stack's warmers which take `FanOut.dispatcher()`.
 */
export class Dispatcher extends Construct {
  /** The dispatcher of the stack around a construct, if it has one. */
  public static find(scope: IConstruct): Dispatcher | undefined {
    return Stack.of(scope).node.tryFindChild(ID) as Dispatcher | undefined;
  }

  /** The dispatcher of the stack around a warmer, which is the first to ask for it or not. */
  public static of(warmer: IConstruct, options: DispatcherOptions): Dispatcher {
    return Dispatcher.find(warmer) ?? Dispatcher.create(warmer, ID, options, {
      title: 'LambdaWarmer', path: warmer.node.path, cure: 'Write fanOut: FanOut.direct(), or put the warmer into a stack that takes assets',
    });
  }

  /** One of the stack around a part of a fleet whose role has room for one more function: the dispatcher of all, or a further one. */
  public static withRoom(part: IConstruct, options: DispatcherOptions, path: string): Dispatcher {
    const stack = Stack.of(part);
    for (let count = 1; ; count++) {
      const id = count === 1 ? ID : `${ID}${count}`;
      const dispatcher = stack.node.tryFindChild(id) as Dispatcher | undefined ?? Dispatcher.create(part, id, options, {
        title: 'WarmerFleet', path, cure: `Leave the functions of the stack '${stack.node.path}' out, or let it take assets`,
      });
      if (dispatcher.functions.size < MAX_FUNCTIONS) {
        return dispatcher;
      }
    }
  }

  /** What is wrong with options for the dispatcher of the stack around a construct, each a sentence. */
  public static problems(scope: IConstruct, options: DispatcherOptions): string[] {
    return [...problemsOfRange(options), ...Dispatcher.find(scope)?.differences(options) ?? []];
  }

  private static create(scope: IConstruct, id: string, options: DispatcherOptions, { title, path, cure }: User): Dispatcher {
    const stack = Stack.of(scope);
    try {
      return new Dispatcher(stack, id, path, options);
    } catch (error) {
      stack.node.tryRemoveChild(id);
      throw new Error(`${title} '${path}': the stack does not take the dispatcher, whose code is an asset: ${(error as Error).message}. ${cure}.`);
    }
  }

  public readonly function: lambda.Function;
  private readonly role: iam.Role;
  private concurrency = 0;
  /** The most pings that one of its invocations sends. */
  private load = 0;
  /** What it may invoke. */
  private readonly functions = new Set<string>();
  private rules = 0;

  private constructor(stack: Stack, id: string, private readonly firstWarmer: string, private readonly options: DispatcherOptions) {
    super(stack, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: options.logRetention ?? logs.RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      description: `Lets the dispatcher of ${stack.stackName} invoke the functions that it keeps warm`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      // For its network interfaces; of these, AWS lets no policy name the resources.
      managedPolicies: options.vpc && [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaENIManagementAccess')],
    });
    logGroup.grantWrite(this.role);
    this.function = new DispatcherFunction(this, 'Function', {
      description: 'Pings execution environments of Lambda functions to keep them warm (cdk-lambda-warmer)',
      architecture: lambda.Architecture.ARM_64,
      memorySize: Lazy.uncachedNumber({ produce: () => this.memorySize }),
      timeout: this.timeout,
      environment: {
        [DOMAIN_VARIABLE]: `${stack.region}.${stack.urlSuffix}`,
        [MAX_CONCURRENCY_VARIABLE]: Lazy.uncachedString({ produce: () => String(this.concurrency) }),
      },
      role: this.role,
      logGroup,
      reservedConcurrentExecutions: options.reservedConcurrentExecutions,
      tracing: options.tracing ?? lambda.Tracing.DISABLED,
      vpc: options.vpc,
      vpcSubnets: options.vpcSubnets,
      securityGroups: options.securityGroups,
      // A late tick is worthless, and a repeated one is a bill.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
    });
    this.node.addValidation({
      validate: () => this.rules > MAX_PERMISSIONS
        ? [`the warmers of this stack have ${this.rules} rules that invoke its dispatcher, and Lambda has room for the permissions of ${MAX_PERMISSIONS} on one function. `
          + 'Write engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, which needs none, or put some of them into another stack, or into a nested one.']
        : [],
    });
  }

  /** Lets it keep so many environments of one function warm. */
  public serve(functionArn: string, concurrency: number): void {
    if (concurrency > PINGS_PER_INVOCATION && this.concurrency <= PINGS_PER_INVOCATION) {
      this.letShard();
    }
    this.concurrency = Math.max(this.concurrency, concurrency);
    this.expectPings(concurrency);
    this.functions.add(functionArn);
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
  }

  /** Gives it the memory for so many pings in one invocation. */
  public expectPings(pings: number): void {
    this.load = Math.max(this.load, pings);
  }

  /** Makes sure that there is room for the permissions of so many more rules. */
  public expectRules(count: number): void {
    this.rules += count;
  }

  /** Lets it read the parameter that says how many environments to keep warm. */
  public letRead(parameter: IStringParameter): void {
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter.parameterArn] }));
  }

  /** What keeps it from sending so many pings, each a sentence. To be asked at synthesis. */
  public problemsAtSynthesis(concurrency: number, what = `concurrency is ${concurrency}`): string[] {
    return [...this.problemsOfShards(concurrency), ...this.problemsOfTime(concurrency, what)];
  }

  private problemsOfTime(concurrency: number, what: string): string[] {
    if (Token.isUnresolved(this.memorySize) || this.timeout.isUnresolved()) {
      return [];
    }
    // All pings of a wave must be out before the first may be released, and a tick has time for all its waves. With one
    // whole CPU, that is more at the least than one invocation sends.
    const seconds = Math.min(MAX_HOLD_MS / 1000, this.timeout.toSeconds() / MAX_WAVES);
    const most = Math.floor(PINGS_PER_CPU_SECOND * seconds * this.memorySize / MEMORY_OF_ONE_CPU);
    const pings = pingsAtOnce(concurrency);
    if (pings <= most) {
      return [];
    }
    const needed = Math.ceil(pings / PINGS_PER_CPU_SECOND / seconds * MEMORY_OF_ONE_CPU);
    const given = `${this.memorySize} MiB and ${this.timeout.toSeconds()} seconds`;
    const ofThem = pings < concurrency ? `, of which one invocation of the dispatcher sends ${pings}` : '';
    return [`${what}${ofThem}, but with ${given} the dispatcher sends at most ${most} pings in its time. `
      + `Write FanOut.dispatcher({ memorySize: ${needed} }) or more, or leave memorySize out.`];
  }

  /** What keeps its shards from running all at once, each a sentence. */
  private problemsOfShards(concurrency: number): string[] {
    const { reservedConcurrentExecutions: reserved } = this.options;
    const shards = shardsFor(concurrency);
    return reserved === undefined || Token.isUnresolved(reserved) || shards === 0 || reserved > shards
      ? []
      : [`concurrency is ${concurrency}, which takes ${shards + 1} invocations of the dispatcher at once, but it reserves ${reserved}. `
        + `Write FanOut.dispatcher({ reservedConcurrentExecutions: ${shards + 1} }) or more, or leave it out.`];
  }

  /** Lets it have shards: further invocations of itself, where one function gets more pings than one of them sends. */
  private letShard(): void {
    this.function.addEnvironment(PINGS_PER_SHARD_VARIABLE, String(PINGS_PER_INVOCATION));
    // Not the role's own policy, for which the function would wait, while the policy waits for the function's name.
    new iam.Policy(this, 'ShardPolicy', {
      roles: [this.role],
      statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] })],
    });
  }

  /** How long a tick may take. */
  private get timeout(): Duration {
    return this.options.timeout ?? DEFAULT_TIMEOUT;
  }

  /** In MiB. */
  public get memorySize(): number {
    return this.options.memorySize ?? MEMORY_BY_CONCURRENCY.find(([most]) => this.load <= most)![1];
  }

  /** What others ask for and it has not, each a sentence. */
  private differences(options: DispatcherOptions): string[] {
    return differences(options, this.options, {
      by: 'FanOut.dispatcher()',
      what: "the stack's one dispatcher",
      firstUser: this.firstWarmer,
      cure: 'Write the same options there, or leave them out here.',
    });
  }
}

function problemsOfRange(options: DispatcherOptions): string[] {
  const { memorySize, timeout, reservedConcurrentExecutions: reserved, vpc, vpcSubnets, securityGroups } = options;
  const problems: string[] = [];
  if (!vpc && (vpcSubnets || securityGroups)) {
    problems.push('FanOut.dispatcher() is given vpcSubnets or securityGroups without a vpc. Write the vpc too, or leave them out.');
  }
  if (memorySize !== undefined && !Token.isUnresolved(memorySize) && !isWholeNumber(memorySize, MEMORY)) {
    problems.push(`FanOut.dispatcher() is given a memorySize of ${memorySize}. Write a whole number of MiB from ${MEMORY.from} to ${MEMORY.to}, or leave it out.`);
  }
  const seconds = timeout && !timeout.isUnresolved() ? timeout.toSeconds({ integral: false }) : undefined;
  if (seconds !== undefined && !isWholeNumber(seconds, TIMEOUT_SECONDS)) {
    problems.push(`FanOut.dispatcher() is given a timeout of ${timeout!.toHumanString()}. Write whole seconds, from ${TIMEOUT_SECONDS.from} seconds to 15 minutes, or leave it out.`);
  }
  if (reserved !== undefined && !Token.isUnresolved(reserved) && !isWholeNumber(reserved, { from: 1, to: Infinity })) {
    problems.push(`FanOut.dispatcher() is given reservedConcurrentExecutions of ${reserved}. Write a whole number, at least 1, or leave it out: with none reserved no tick would run.`);
  }
  return problems;
}

function isWholeNumber(value: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
