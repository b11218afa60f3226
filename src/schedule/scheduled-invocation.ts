import { IFunction } from 'aws-cdk-lib/aws-lambda';

/** What one invocation of the schedule carries. */
export interface ScheduledInput {
  /** The event; undefined: the raw event of the schedule. */
  readonly event: { [key: string]: any } | undefined;
  /** Characters to reckon with for what is known of the event at deployment only. */
  readonly unknownLength?: number;
}

/** One invocation that the schedule makes at each tick. */
export interface ScheduledInvocation extends ScheduledInput {
  readonly function: IFunction;
  /** Whether the schedule must be permitted to invoke the function, or is already. */
  readonly needsPermission: boolean;
}
