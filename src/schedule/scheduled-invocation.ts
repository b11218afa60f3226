import { IFunction } from 'aws-cdk-lib/aws-lambda';

/** One invocation that the schedule makes at each tick. */
export interface ScheduledInvocation {
  readonly function: IFunction;
  /** The event; undefined: the raw event of the schedule. */
  readonly event: { [key: string]: any } | undefined;
}
