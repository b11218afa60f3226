import { Stack, Token } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { CostAssumptions } from './cost-assumptions';
import { PriceList } from './price-list';
import { Amount, DAYS_PER_MONTH, SECONDS_PER_MONTH } from './usage';
import { WarmingCost } from './warming-cost';
import { firesPerDay } from '../schedule/firing-days';
import { Recurrence } from '../schedule/recurrence';
import { cfnProperty } from '../target/cfn-property';
import { PingTarget } from '../target/ping-target';

const DEFAULT_ANSWERING_MS = 10;

/** Of one tick of the dispatcher: `bench/` measures 40 ms with 10 environments, and 2.3 ms for each of 100, against an emulator. */
const DISPATCHER_MS = 100;
const DISPATCHER_MS_PER_PING = 3;

/** In MiB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const DEFAULT_MEMORY = 128;

/** Bytes that Lambda writes of an invocation, its START, END and REPORT, with the 26 that CloudWatch adds to each. */
const INVOCATION_LOG_BYTES = 350;
/** Bytes of the dispatcher's line on a tick, and of the one with its metrics. */
const REPORT_LOG_BYTES = 700;
const METRICS_LOG_BYTES = 600;

/** What is pinged, and by what. */
export interface PingingToCost {
  readonly recurrences: readonly Recurrence[];
  /** The concurrency of recurrences that say none. */
  readonly concurrency: number;
  /** What may be asked for instead, without a deployment. */
  readonly maxConcurrency?: number;
  readonly everySeconds?: number;
  readonly isRule: boolean;
  /** The memory of the dispatcher in MiB, if there is one. */
  readonly dispatcherMemorySize?: number;
  readonly tickMetrics: number;
  readonly startMetrics: number;
  /** For how long a ping of so many is held, in milliseconds. */
  heldMs(concurrency: number): number;
}

/** What is provisioned: environments, on average. */
export interface ProvisionedToCost extends Amount {
  /** Whether another warmer has set it up, and counts it. */
  readonly isCountedElsewhere: boolean;
}

/** Reckons what a warmer costs. */
export class CostModel {
  constructor(private readonly scope: IConstruct, private readonly target: PingTarget, private readonly assumptions: CostAssumptions) {}

  /** What is wrong with the assumptions, each a sentence. */
  public problems(): string[] {
    const { memorySize, answeringMilliseconds, heldMilliseconds, dispatcherMilliseconds } = this.assumptions;
    const problems = memorySize === undefined || (Number.isInteger(memorySize) && memorySize >= 128 && memorySize <= 10_240)
      ? []
      : [`costAssumptions has a memorySize of ${memorySize}. Write a whole number of MiB from 128 to 10,240.`];
    return problems.concat(Object.entries({ answeringMilliseconds, heldMilliseconds, dispatcherMilliseconds })
      .filter(([, value]) => value !== undefined && !(Number.isFinite(value) && value >= 0))
      .map(([name, value]) => `costAssumptions has ${value} as ${name}. Write milliseconds: a number, at least 0.`));
  }

  /** Throws if it cannot be told. */
  public cost(pinging: PingingToCost | undefined, provisioned: ProvisionedToCost): WarmingCost {
    const { answeringMilliseconds = DEFAULT_ANSWERING_MS, prices } = this.assumptions;
    const ticks = (pinging?.recurrences ?? []).map(({ expression, concurrency = pinging!.concurrency }) => ({
      perMonth: this.firesPerDay(expression) * DAYS_PER_MONTH,
      concurrency,
    }));
    const total = (of: (concurrency: number) => number): Amount => ({
      usual: sum(ticks.map(({ perMonth, concurrency }) => perMonth * of(concurrency))),
      most: sum(ticks.map(({ perMonth, concurrency }) => perMonth * of(pinging!.maxConcurrency ?? concurrency))),
    });
    const { dispatcherMemorySize, isRule = true, everySeconds, tickMetrics = 0, startMetrics = 0 } = pinging ?? {};
    const pings = total((concurrency) => concurrency);
    const invocations = total(() => 1);
    const tickLogBytes = dispatcherMemorySize === undefined ? 0 : INVOCATION_LOG_BYTES + REPORT_LOG_BYTES + (tickMetrics > 0 ? METRICS_LOG_BYTES : 0);
    const list = prices ?? PriceList._of(this.scope, Stack.of(this.target.ownFunction ?? this.scope).region);
    return WarmingCost._of({
      memorySize: this.memorySize,
      architecture: this.architecture,
      pings,
      answeringMs: total((concurrency) => concurrency * answeringMilliseconds),
      heldMs: total((concurrency) => concurrency * (this.assumptions.heldMilliseconds ?? pinging!.heldMs(concurrency))),
      provisionedPart: pings.usual > 0 ? total((concurrency) => Math.min(concurrency, provisioned.usual)).usual / pings.usual : 0,
      dispatcher: dispatcherMemorySize === undefined ? undefined : {
        memorySize: this.known(dispatcherMemorySize, 'the memory of the dispatcher', 'Write a number as its memorySize'),
        architecture: Architecture.ARM_64,
        invocations,
        billedMs: total((concurrency) => this.assumptions.dispatcherMilliseconds ?? DISPATCHER_MS + concurrency * DISPATCHER_MS_PER_PING),
      },
      scheduledInvocations: isRule ? { usual: 0, most: 0 } : invocations,
      logs: total((concurrency) => concurrency * INVOCATION_LOG_BYTES + tickLogBytes),
      customMetrics: tickMetrics + startMetrics,
      provisioned: provisioned.isCountedElsewhere ? { usual: 0, most: 0 } : provisioned,
    }, list, {
      construct: this.scope.node.path,
      // Where ticks have no fixed interval, all of the month.
      warmSeconds: everySeconds === undefined
        ? Math.max(0, ...ticks.map(({ concurrency }) => concurrency)) * SECONDS_PER_MONTH
        : pings.usual * everySeconds,
    });
  }

  private get memorySize(): number {
    const fn = this.target.ownFunction;
    const { memorySize = fn && (cfnProperty(fn, 'MemorySize') ?? DEFAULT_MEMORY) } = this.assumptions;
    return this.known(memorySize, `the memory of ${this.target.name}`, 'Write costAssumptions: { memorySize: 512 }, say');
  }

  private get architecture(): Architecture {
    const fn = this.target.ownFunction;
    const [name] = (fn && cfnProperty(fn, 'Architectures')) ?? [];
    return this.assumptions.architecture ?? (name === Architecture.ARM_64.name ? Architecture.ARM_64 : Architecture.X86_64);
  }

  private firesPerDay(expression: string): number {
    const resolved: unknown = Stack.of(this.scope).resolve(expression);
    if (typeof resolved !== 'string') {
      throw this.unknown('the schedule', 'Write one that is known at synthesis');
    }
    return firesPerDay(resolved);
  }

  /** A number that CloudFormation also takes as text. */
  private known(value: unknown, what: string, cure: string): number {
    if (value === undefined || value === '' || Token.isUnresolved(value) || !Number.isFinite(Number(value))) {
      throw this.unknown(what, cure);
    }
    return Number(value);
  }

  private unknown(what: string, cure: string): Error {
    return new Error(`LambdaWarmer '${this.scope.node.path}': its monthly cost cannot be told, because ${what} is not known at synthesis. ${cure}.`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
