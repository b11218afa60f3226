import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { CostAssumptions } from './cost-assumptions';
import {
  CostModel, DEFAULT_ANSWERING_MS, DISPATCHER_MS, DISPATCHER_MS_PER_PING, INVOCATION_LOG_BYTES, METRICS_LOG_BYTES, REPORT_LOG_BYTES,
} from './cost-model';
import { always, BYTES_PER_GB, MIB_PER_GB, MILLION } from './usage';
import { WarmingCost } from './warming-cost';

/** Its two states, and the beginning of an execution, to be on the safe side. */
const TRANSITIONS_PER_TICK = 3;
/** One for each child that a Distributed Map starts: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html */
const TRANSITIONS_PER_BATCH = 1;
/** Of a child. Memory is billed in chunks of 64 MB, time in those of 100 ms: https://aws.amazon.com/step-functions/pricing/ */
const EXPRESS_GB = 64 / MIB_PER_GB;
const EXPRESS_CHUNK_MS = 100;

/** Assumed, of one tick of the planner that asks two APIs at once. What it reads again only after a while is not counted. */
const PLANNER_MS = 300;
/** Bytes of its line in the log, about, which grows with what is cut. */
const PLAN_LOG_BYTES = 1000;

/** What a warmer of an account does whatever it finds. */
export interface AccountToCost {
  readonly expression: string;
  readonly isRule: boolean;
  /** In MiB. */
  readonly plannerMemorySize: number;
  readonly dispatcherMemorySize: number;
  /** How many metrics each function has. */
  readonly metrics: number;
}

/** What each thing costs a month that ticks do beside, in US dollars. */
export interface AccountRates {
  readonly ticksPerMonth: number;
  readonly usdPerBatch: number;
  readonly usdPerFunction: number;
  /** Once a tick, without its duration. */
  readonly usdPerPing: number;
  readonly usdPerGbSecond: { readonly [architecture: string]: number };
  readonly answeringMs: number;
}

/** Reckons what a warmer of functions costs that nobody knows before the deployment. */
export class AccountCostModel {
  private readonly model: CostModel;

  constructor(private readonly scope: IConstruct, private readonly assumptions: CostAssumptions) {
    this.model = new CostModel(scope, undefined, assumptions);
  }

  /** What is wrong with the assumptions, each a sentence. */
  public problems(): string[] {
    return this.model.problems();
  }

  /**
   * What its ticks cost before they ping anything. Throws if it cannot be told.
   *
   * @param maxMonthlyCost up to which it may spend the rest on pings
   */
  public cost({ expression, isRule, plannerMemorySize }: AccountToCost, maxMonthlyCost?: number): WarmingCost {
    const ticks = this.model.ticksPerMonth(expression);
    const none = always(0);
    const costWith = (pingsUsd: number) => WarmingCost._of({
      memorySize: 0,
      architecture: Architecture.X86_64,
      pings: none,
      answeringMs: none,
      heldMs: none,
      provisionedPart: 0,
      workflow: {
        planner: {
          memorySize: plannerMemorySize, architecture: Architecture.ARM_64, invocations: always(ticks), billedMs: always(ticks * PLANNER_MS),
        },
        transitions: always(ticks * TRANSITIONS_PER_TICK),
        metricRequests: always(ticks),
        pingsUsd: { usual: 0, most: pingsUsd },
      },
      scheduledInvocations: always(isRule ? 0 : ticks),
      logs: always(ticks * (INVOCATION_LOG_BYTES + PLAN_LOG_BYTES)),
      customMetrics: 0,
      provisioned: none,
    }, this.model.list, { construct: this.scope.node.path, warmSeconds: 0 });
    const own = costWith(0);
    return maxMonthlyCost === undefined ? own : costWith(Math.max(0, maxMonthlyCost - own.monthlyUsd));
  }

  /** What the planner reckons with. Throws if it cannot be told. */
  public rates({ expression, dispatcherMemorySize, metrics }: AccountToCost): AccountRates {
    const ticksPerMonth = this.model.ticksPerMonth(expression);
    const { list } = this.model;
    const { requestsPerMillion, logsPerGb, customMetric, transitionsPerMillion, expressRequestsPerMillion, expressDuration } = list._prices;
    const { dispatcherMilliseconds } = this.assumptions;
    const usdOf = (bytes: number) => bytes / BYTES_PER_GB * logsPerGb;
    const usdPerMs = dispatcherMemorySize / MIB_PER_GB / 1000 * list._duration(Architecture.ARM_64);
    const usdPerExpressMs = EXPRESS_GB / 1000 * expressDuration;
    const usdPerInvocation = requestsPerMillion / MILLION + usdOf(INVOCATION_LOG_BYTES);
    const batchMs = dispatcherMilliseconds ?? DISPATCHER_MS;
    const pingMs = dispatcherMilliseconds === undefined ? DISPATCHER_MS_PER_PING : 0;
    return {
      ticksPerMonth,
      usdPerBatch: ticksPerMonth * (usdPerInvocation + batchMs * usdPerMs + (batchMs + EXPRESS_CHUNK_MS) * usdPerExpressMs
        + TRANSITIONS_PER_BATCH * transitionsPerMillion / MILLION + expressRequestsPerMillion / MILLION),
      usdPerFunction: ticksPerMonth * usdOf(REPORT_LOG_BYTES + (metrics > 0 ? METRICS_LOG_BYTES : 0)) + metrics * customMetric,
      usdPerPing: usdPerInvocation + pingMs * (usdPerMs + usdPerExpressMs),
      usdPerGbSecond: { x86_64: list._duration(Architecture.X86_64), arm64: list._duration(Architecture.ARM_64) },
      answeringMs: this.assumptions.answeringMilliseconds ?? DEFAULT_ANSWERING_MS,
    };
  }
}
