import { PingTemplate } from '../payload/ping-event';

/** What the schedule hands to the dispatcher at each tick. */
export interface Plan {
  readonly plan: readonly PlanEntry[];
  /** What all entries have in common, said once. */
  readonly common?: Partial<PlanEntry>;
}

/** One function, and how to warm it. */
export interface PlanEntry extends PingTemplate {
  /** The ARN, with the alias or version if one is meant. */
  readonly function: string;
  /** How many environments to reach, clamped to the most that the dispatcher was deployed for. */
  readonly concurrency: number;
  /** The name or ARN of an SSM parameter that may say another concurrency. */
  readonly parameter?: string;
  /** The most that the parameter may say. */
  readonly maxConcurrency?: number;
  /** The time from tick to tick in seconds, where the schedule has a fixed one. */
  readonly everySeconds?: number;
  /** The metrics to emit; none if left out. */
  readonly metrics?: readonly MetricName[];
  /** The fleet that it is of. */
  readonly fleet?: PlannedFleet;
}

/** What a plan says of the fleet that its functions are of. */
export interface PlannedFleet {
  /** By which its lines in the log and its metrics are found. */
  readonly name: string;
  /** The metrics to emit of all of them together; none if left out. */
  readonly metrics?: readonly MetricName[];
}

/** In the namespace `LambdaWarmer`, by `FunctionName`, or by `Fleet`. */
export enum MetricName {
  COVERAGE = 'Coverage',
  WARM_ENVIRONMENTS = 'WarmEnvironments',
  COLD_STARTS = 'ColdStarts',
  THROTTLES = 'Throttles',
  ERRORS = 'Errors',
  HELD_TIME = 'HeldTime',
}

/** Also that of the metrics by which lambda-warmer-py counts starts. */
export const METRIC_NAMESPACE = 'LambdaWarmer';
export const FUNCTION_DIMENSION = 'FunctionName';
export const FLEET_DIMENSION = 'Fleet';

/** Environment variables of the dispatcher. */
export const MAX_CONCURRENCY_VARIABLE = 'CDK_LAMBDA_WARMER_MAX_CONCURRENCY';
/** How many pings a shard carries; set only where the deployed maximum is above that. */
export const PINGS_PER_SHARD_VARIABLE = 'CDK_LAMBDA_WARMER_PINGS_PER_SHARD';
/** What comes after the service in the names of AWS's endpoints. */
export const DOMAIN_VARIABLE = 'CDK_LAMBDA_WARMER_DOMAIN';

/** What the parameter says as long as nobody has changed it. */
export const AS_DEPLOYED = 'deployed';

/** The waves of a tick: a target that has not shown all environments after so many will not do so now. */
export const MAX_WAVES = 4;

/** The longest time for which a ping's environment is held, in milliseconds: the runtimes hold no longer either. */
export const MAX_HOLD_MS = 10_000;

/**
 * Pings that one invocation of a dispatcher sends: as many as one CPU has out within a second, on the safe side. Where a
 * function is to get more, further invocations of the dispatcher, its shards, send them.
 */
export const PINGS_PER_INVOCATION = 400;

/** How many shards so many pings of one function take: none, if one invocation sends them. */
export function shardsFor(pings: number, pingsPerShard = PINGS_PER_INVOCATION): number {
  return pings > pingsPerShard ? Math.ceil(pings / pingsPerShard) : 0;
}

/** The most pings that one invocation sends, of so many. Shards carry alike. */
export function pingsAtOnce(pings: number, pingsPerShard = PINGS_PER_INVOCATION): number {
  return Math.ceil(pings / Math.max(1, shardsFor(pings, pingsPerShard)));
}
