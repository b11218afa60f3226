import { Construct } from 'constructs';
import { MetricName } from '../dispatcher/plan';
import { WarmingPayload } from '../payload/warming-payload';
import { ScheduledInput, ScheduledInvocation } from '../schedule/scheduled-invocation';
import { PingTarget } from '../target/ping-target';

/** What is to be warmed, and how far. */
export interface FanOutRequest {
  /** The warmer. */
  readonly scope: Construct;
  readonly target: PingTarget;
  readonly payload: WarmingPayload;
  readonly concurrency: number;
  /** The time from tick to tick in seconds, where the schedule has a fixed one. */
  readonly everySeconds?: number;
  /** The metrics that the warmer's function is to have, all of them known only when all of the app is; undefined: none. */
  readonly metrics?: () => readonly MetricName[];
}

/** How a fan-out has been set up for one warmer. */
export interface FannedOut {
  /** What the schedule must invoke at each tick. */
  readonly invocations: readonly ScheduledInvocation[];
  /** What is wrong with it for the function, as it stands at synthesis, each a sentence. */
  problemsAtSynthesis(): string[];
}

/** What each way to fan out has to say. */
export interface FanOutStrategy {
  /** How messages call it. */
  readonly name: string;
  /** The most environments that it can warm. */
  readonly maxConcurrency: number;
  /** Whether the schedule invokes the function itself, and so needs a permission on it. */
  readonly isDirect: boolean;
  /** Whether the handler invokes its own function. */
  readonly invokesItself: boolean;
  /** Whether it counts what the pings have reached. */
  readonly isVerified: boolean;
  /** What is wrong with it for the function, as far as it shows already, each a sentence. Nothing has been created then. */
  problems(request: FanOutRequest): string[];
  /** What the schedule will send at each tick. */
  inputs(request: FanOutRequest): ScheduledInput[];
  /** Creates what it needs. */
  apply(request: FanOutRequest): FannedOut;
}
