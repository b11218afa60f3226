/** The event that the schedule sends at each tick. */
export interface ScheduledInput {
  /** Undefined: the raw event of the schedule. */
  readonly event: { [key: string]: any } | undefined;
  /** Characters to reckon with for what is known of the event at deployment only. */
  readonly unknownLength?: number;
}
