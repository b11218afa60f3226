import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ConcurrencyOverride } from './concurrency-parameter';
import { MetricName } from '../dispatcher/plan';
import { WarmingPayload } from '../payload/warming-payload';
import { ScheduledInput } from '../schedule/scheduled-input';
import { PingTarget } from '../target/ping-target';

/** What is to be warmed, and how far. */
export interface FanOutRequest {
  /** The warmer. */
  readonly scope: Construct;
  readonly target: PingTarget;
  readonly payload: WarmingPayload;
  /** The most environments that a tick is to keep warm. */
  readonly concurrency: number;
  /** Whether rules fire its ticks, and not EventBridge Scheduler. */
  readonly isRule: boolean;
  /** The concurrency of each expression that fires its ticks. */
  readonly levels: readonly number[];
  /** The time from tick to tick in seconds, where the schedule has a fixed one. */
  readonly everySeconds?: number;
  /** The metrics that the warmer's function is to have, all of them known only when all of the app is; undefined: none. */
  readonly metrics?: () => readonly MetricName[];
  /** What may change the concurrency after the deployment. */
  readonly override?: ConcurrencyOverride;
}

/** How a fan-out has been set up for one warmer. */
export interface FannedOut {
  /** What the schedule must invoke at each tick. */
  readonly function: IFunction;
  /** Whether a rule must be permitted to invoke it, or is already. */
  readonly needsPermission: boolean;
  /** Where the role belongs by which EventBridge Scheduler invokes it. */
  readonly roleScope: Construct;
  /** What is wrong with it for the function, as it stands at synthesis, each a sentence. */
  problemsAtSynthesis(): string[];
}

/** What each way to fan out has to say. */
export interface FanOutStrategy {
  /** How messages call it. */
  readonly name: string;
  /** The most environments that it can warm. */
  readonly maxConcurrency: number;
  /** Whether the schedule invokes the function itself. */
  readonly isDirect: boolean;
  /** Whether the handler invokes its own function. */
  readonly invokesItself: boolean;
  /** Whether a dispatcher sends the pings, and counts what they have reached. */
  readonly isVerified: boolean;
  /** For how long each of so many pings is asked to wait for the others, in milliseconds, as far as can be told. */
  holdMs(concurrency: number): number;
  /** What is wrong with it for the function, as far as it shows already, each a sentence. Nothing has been created then. */
  problems(request: FanOutRequest): string[];
  /** What the schedule will send at a tick for so many environments. */
  inputs(request: FanOutRequest, concurrency: number): ScheduledInput[];
  /** Creates what it needs. */
  apply(request: FanOutRequest): FannedOut;
}
