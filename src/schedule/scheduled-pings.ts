import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ScheduledInput } from './scheduled-input';

/** One expression, and what is sent whenever it fires. */
export interface ScheduledPing {
  readonly expression: string;
  readonly inputs: readonly ScheduledInput[];
  readonly description: string;
}

/** What a schedule has to invoke, and when. */
export interface ScheduledPings {
  readonly function: IFunction;
  readonly pings: readonly ScheduledPing[];
  readonly enabled: boolean;
  /** Whether a rule must be permitted to invoke the function, or is already. */
  readonly needsPermission: boolean;
  /** Where the role belongs by which EventBridge Scheduler invokes it. */
  readonly roleScope: Construct;
}

/** The same, whatever fires. */
export const RETRY_POLICY = {
  // A ping that is retried warms nothing more and is paid for again.
  maximumRetryAttempts: 0,
  // One that comes late warms nothing that the next would not. 60 is the least that EventBridge accepts.
  maximumEventAgeInSeconds: 60,
};
