import { Stack, Token } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { isArchitecture } from './architecture';
import { CostAssumptions } from './cost-assumptions';
import { PriceList } from './price-list';
import { always, Amount, Counted, DAYS_PER_MONTH, MIB_PER_GB, MILLION, SECONDS_PER_MONTH, sum, Usage } from './usage';
import { WarmingCost } from './warming-cost';
import { pingsAtOnce, shardsFor } from '../dispatcher/plan';
import { expressionProblem } from '../schedule/expression-problem';
import { firesPerDay } from '../schedule/firing-days';
import { Recurrence } from '../schedule/recurrence';
import { cfnProperty } from '../target/cfn-property';
import { MEMORY } from '../target/memory';
import { PingTarget } from '../target/ping-target';

export const DEFAULT_ANSWERING_MS = 10;

/** Of one tick of the dispatcher; docs/benchmarks.md holds it against what is measured in an emulator. */
export const DISPATCHER_MS = 100;
export const DISPATCHER_MS_PER_PING = 3;
/** For which shards, and the dispatcher in charge of them, wait until all have started and connected. */
const SHARDED_MS = 1000;

/** In MiB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const DEFAULT_MEMORY = 128;

/** Bytes that Lambda writes of an invocation, its START, END and REPORT, with the 26 that CloudWatch adds to each. */
export const INVOCATION_LOG_BYTES = 350;
/** Bytes of the dispatcher's line on a tick, about, which grows with the function's name and its troubles, and of the one with its metrics. */
export const REPORT_LOG_BYTES = 700;
export const METRICS_LOG_BYTES = 600;

/** What is pinged, and by what. */
export interface PingingToCost {
  readonly recurrences: readonly Recurrence[];
  /** The concurrency of recurrences that say none. */
  readonly concurrency: number;
  /** What may be asked for instead, without a deployment. */
  readonly maxConcurrency?: number;
  readonly everySeconds?: number;
  readonly isRule: boolean;
  /** Whether a dispatcher logs what came of each tick. */
  readonly isReported: boolean;
  /** The memory of the dispatcher in MiB, if one is invoked for this function alone. */
  readonly dispatcherMemorySize?: number;
  /** The names of the metrics of its ticks. */
  readonly tickMetrics: readonly string[];
  /** Those of the starts that the function counts. */
  readonly startMetrics: readonly string[];
  /** For how long a ping of so many is held, in milliseconds. */
  heldMs(concurrency: number): number;
}

/** One plan, and what sends it. */
export interface TickToCost {
  readonly expression: string;
  /** How many pings a wave of it has. */
  readonly pings: number;
  readonly isRule: boolean;
  /** In MiB. */
  readonly dispatcherMemorySize: number;
  /** How many metrics it has that are of no single function, and not counted yet. */
  readonly metrics: number;
}

/** What is provisioned: environments, on average, and by which alias. */
export interface ProvisionedToCost extends Amount {
  readonly alias: IConstruct;
}

/** What a ping costs in US dollars, but for the time that it is held, and what a millisecond of that costs. */
export interface PingRates {
  readonly usdPerPing: number;
  readonly usdPerHeldMs: number;
}

/** Of a function that nothing is done with. */
const NOTHING_USED: Usage = {
  memorySize: DEFAULT_MEMORY,
  architecture: Architecture.X86_64,
  pings: always(0),
  answeringMs: always(0),
  heldMs: always(0),
  provisionedPart: 0,
  scheduledInvocations: always(0),
  logs: always(0),
  customMetrics: 0,
  provisioned: always(0),
};

/** Reckons what a warmer costs. */
export class CostModel {
  /** @param target the function; none: what is reckoned concerns no single one */
  constructor(private readonly scope: IConstruct, private readonly target: PingTarget | undefined, private readonly assumptions: CostAssumptions) {}

  /** What is wrong with the assumptions, each a sentence. */
  public problems(): string[] {
    const { memorySize, architecture, prices, answeringMilliseconds, heldMilliseconds, dispatcherMilliseconds } = this.assumptions;
    const problems = memorySize === undefined || (Number.isInteger(memorySize) && memorySize >= MEMORY.from && memorySize <= MEMORY.to)
      ? []
      : [`costAssumptions has ${textOf(memorySize)} as memorySize. Write a whole number of MiB from ${MEMORY.from} to ${MEMORY.to.toLocaleString('en')}.`];
    if (architecture !== undefined && !isArchitecture(architecture)) {
      problems.push('costAssumptions has an architecture that is none. Write lambda.Architecture.ARM_64, say.');
    }
    if (prices !== undefined && !(prices instanceof PriceList)) {
      problems.push("costAssumptions has prices that are no PriceList. Write PriceList.forRegion('eu-west-1'), say.");
    }
    return problems.concat(Object.entries({ answeringMilliseconds, heldMilliseconds, dispatcherMilliseconds })
      .filter(([, value]) => value !== undefined && !(Number.isFinite(value) && value >= 0))
      .map(([name, value]) => `costAssumptions has ${textOf(value)} as ${name}. Write milliseconds: a number, at least 0.`));
  }

  /**
   * What it costs, but for what has been counted already. Throws if it cannot be told.
   *
   * @param counted what has been; more is added to it
   */
  public cost(pinging: PingingToCost | undefined, provisioned: ProvisionedToCost | undefined, counted: Counted): WarmingCost {
    const { answeringMilliseconds = DEFAULT_ANSWERING_MS, heldMilliseconds } = this.assumptions;
    const ticks = (pinging?.recurrences ?? []).map(({ expression, concurrency = pinging!.concurrency }) => ({
      perMonth: this.ticksPerMonth(expression),
      concurrency,
    }));
    const total = (of: (concurrency: number) => number): Amount => ({
      usual: sum(ticks.map(({ perMonth, concurrency }) => perMonth * of(concurrency))),
      most: sum(ticks.map(({ perMonth, concurrency }) => perMonth * of(pinging!.maxConcurrency ?? concurrency))),
    });
    const { dispatcherMemorySize, isRule = true, isReported, everySeconds, tickMetrics = [], startMetrics = [] } = pinging ?? {};
    const pings = total((concurrency) => concurrency);
    const invocations = total(() => 1);
    const ofDispatcher = (concurrency: number) => dispatcherMemorySize === undefined ? 0 : dispatcherInvocations(concurrency);
    const reportBytes = isReported ? REPORT_LOG_BYTES + (tickMetrics.length > 0 ? METRICS_LOG_BYTES : 0) : 0;
    return WarmingCost._of({
      memorySize: this.memorySize,
      architecture: this.architecture,
      pings,
      answeringMs: total((concurrency) => concurrency * answeringMilliseconds),
      // One alone is never held.
      heldMs: total((concurrency) => concurrency === 1 ? 0 : concurrency * (heldMilliseconds ?? pinging!.heldMs(concurrency))),
      provisionedPart: provisioned && pings.usual > 0 ? provisioned.usual * invocations.usual / pings.usual : 0,
      dispatcher: dispatcherMemorySize === undefined ? undefined : {
        memorySize: this.known(dispatcherMemorySize, 'the memory of the dispatcher', 'Write a number as its memorySize'),
        architecture: Architecture.ARM_64,
        invocations: total(ofDispatcher),
        billedMs: total((concurrency) => this.dispatcherMs(concurrency)),
      },
      scheduledInvocations: isRule ? { usual: 0, most: 0 } : invocations,
      logs: total((concurrency) => (concurrency + ofDispatcher(concurrency)) * INVOCATION_LOG_BYTES + reportBytes),
      customMetrics: [...tickMetrics, ...startMetrics].filter((name) => isNew(name, counted)).length,
      provisioned: provisioned && isNew(provisioned.alias, counted) ? provisioned : { usual: 0, most: 0 },
    }, this.list, {
      construct: this.scope.node.path,
      // Where ticks have no fixed interval, all of the month.
      warmSeconds: everySeconds === undefined
        ? Math.max(0, ...ticks.map(({ concurrency }) => concurrency)) * SECONDS_PER_MONTH
        : pings.usual * everySeconds,
    });
  }

  /** What the ticks of a dispatcher cost by which one plan is sent, without its pings. Throws if it cannot be told. */
  public tickCost({ expression, pings, isRule, dispatcherMemorySize, metrics }: TickToCost): WarmingCost {
    const ticks = this.ticksPerMonth(expression);
    return WarmingCost._of({
      ...NOTHING_USED,
      dispatcher: {
        memorySize: this.known(dispatcherMemorySize, 'the memory of the dispatcher', 'Write a number as its memorySize'),
        architecture: Architecture.ARM_64,
        invocations: always(ticks * dispatcherInvocations(pings)),
        billedMs: always(ticks * this.dispatcherMs(pings)),
      },
      scheduledInvocations: always(isRule ? 0 : ticks),
      logs: always(ticks * dispatcherInvocations(pings) * INVOCATION_LOG_BYTES),
      customMetrics: metrics,
    }, this.list, { warmSeconds: 0 });
  }

  /** What so many provisioned environments cost in a month, in US dollars. Throws if it cannot be told. */
  public provisionedUsd(environments: number): number {
    const { memorySize, architecture, list } = this;
    return WarmingCost._of({ ...NOTHING_USED, memorySize, architecture, provisioned: always(environments) }, list, { warmSeconds: 0 }).monthlyUsd;
  }

  /** What dashboards cost, and the metrics that are counted for them. */
  public dashboardCost(dashboards: number, metrics: readonly string[], counted: Counted): WarmingCost {
    return WarmingCost._of({
      ...NOTHING_USED, dashboards, customMetrics: metrics.filter((name) => isNew(name, counted)).length,
    }, this.list, { construct: this.scope.node.path, warmSeconds: 0 });
  }

  /** What an alarm on one metric costs. */
  public get alarmCost(): WarmingCost {
    return WarmingCost._of({ ...NOTHING_USED, alarms: 1 }, this.list, { construct: this.scope.node.path, warmSeconds: 0 });
  }

  /** What pings cost in US dollars as they have come to be. Throws if it cannot be told. */
  public get pingRates(): PingRates {
    const usdPerMs = this.memorySize / MIB_PER_GB / 1000 * this.list._duration(this.architecture);
    const { answeringMilliseconds = DEFAULT_ANSWERING_MS } = this.assumptions;
    return { usdPerPing: this.list._prices.requestsPerMillion / MILLION + answeringMilliseconds * usdPerMs, usdPerHeldMs: usdPerMs };
  }

  /** How often an expression fires. Throws if it cannot be told. */
  public ticksPerMonth(expression: string): number {
    const resolved: unknown = Stack.of(this.scope).resolve(expression);
    if (typeof resolved !== 'string' || expressionProblem(resolved) !== undefined) {
      throw this.unknown('the schedule', 'Write one that is known at synthesis');
    }
    return firesPerDay(resolved) * DAYS_PER_MONTH;
  }

  /** What Lambda bills for one tick of a dispatcher, its shards included. */
  private dispatcherMs(pings: number): number {
    const each = DISPATCHER_MS + pingsAtOnce(pings) * DISPATCHER_MS_PER_PING + (shardsFor(pings) > 0 ? SHARDED_MS : 0);
    return this.assumptions.dispatcherMilliseconds ?? dispatcherInvocations(pings) * each;
  }

  /** The prices that it reckons with. */
  public get list(): PriceList {
    return this.assumptions.prices ?? PriceList._of(this.scope, Stack.of(this.target?.ownFunction ?? this.scope).region);
  }

  private get memorySize(): number {
    const fn = this.target?.ownFunction;
    const { memorySize = fn && (cfnProperty(fn, 'MemorySize') ?? DEFAULT_MEMORY) } = this.assumptions;
    return this.known(memorySize, `the memory of ${this.target?.name}`, 'Write costAssumptions: { memorySize: 512 }, say');
  }

  private get architecture(): Architecture {
    const fn = this.target?.ownFunction;
    if (this.assumptions.architecture || !fn) {
      return this.assumptions.architecture ?? Architecture.X86_64;
    }
    const [name]: unknown[] = [cfnProperty(fn, 'Architectures') ?? Architecture.X86_64.name].flat();
    const known = [Architecture.X86_64, Architecture.ARM_64].find((one) => one.name === name);
    if (!known) {
      throw this.unknown(`the architecture of ${this.target?.name}`, 'Write costAssumptions: { architecture: lambda.Architecture.ARM_64 }, say');
    }
    return known;
  }

  /** A number that CloudFormation also takes as text. */
  private known(value: unknown, what: string, cure: string): number {
    if (value === undefined || value === '' || Token.isUnresolved(value) || !Number.isFinite(Number(value))) {
      throw this.unknown(what, cure);
    }
    return Number(value);
  }

  private unknown(what: string, cure: string): Error {
    return new Error(`its monthly cost cannot be told, because ${what} is not known at synthesis. ${cure}.`);
  }
}

/** Of one tick: the one in charge, and its shards. */
function dispatcherInvocations(pings: number): number {
  return 1 + shardsFor(pings);
}

function isNew(one: unknown, counted: Counted): boolean {
  const isCounted = counted.has(one);
  counted.add(one);
  return !isCounted;
}

function textOf(value: unknown): string {
  return Token.isUnresolved(value) ? 'a token, known at deployment only,' : String(value);
}
