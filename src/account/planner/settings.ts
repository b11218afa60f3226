import { PlanEntry } from '../../dispatcher/plan';

/** The environment variable of the planner in which its settings are, as JSON. */
export const SETTINGS_VARIABLE = 'CDK_LAMBDA_WARMER_PLANNER';

/** What the construct tells the planner. */
export interface PlannerSettings {
  /** The key of the tag that says how many environments to keep warm. */
  readonly tagKey: string;
  /** For how long what was found is taken to be so, in seconds. */
  readonly refreshSeconds: number;
  readonly maxConcurrencyPerFunction: number;
  readonly maxConcurrency?: number;
  /** Of the concurrency that is free in the account: above 0, up to 1. */
  readonly maxShareOfConcurrency: number;
  /** What may be spent; undefined: nobody counts. */
  readonly spending?: Spending;
  /** Names of functions that are never pinged, whatever their tags. */
  readonly never: readonly string[];
}

/** What may be spent in a month, and what things cost in one, all in US dollars. */
export interface Spending {
  /** Beside what the ticks cost by themselves. */
  readonly usd: number;
  /** A batch, once a tick. */
  readonly usdPerBatch: number;
  /** A function, whatever its pings. */
  readonly usdPerFunction: number;
  /** A ping, once a tick, beside its duration. */
  readonly usdPerPing: number;
  /** A GB-second of duration, by architecture. */
  readonly usdPerGbSecond: { readonly [architecture: string]: number };
  readonly ticksPerMonth: number;
  /** For how long an environment is busy with a ping, in milliseconds: always, and, of one that has company, for all and for each. */
  readonly answeringMs: number;
  readonly heldMs: number;
  readonly heldMsPerPing: number;
}

/** One function in a batch. */
export type Ping = Pick<PlanEntry, 'function' | 'concurrency'>;

/** What the planner answers: for each invocation of a dispatcher the functions that it pings. */
export interface Batches {
  readonly batches: readonly (readonly Ping[])[];
}

/** Batches that are under way at the same time. */
export const MAX_BATCHES_AT_ONCE = 20;
