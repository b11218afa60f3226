/** What fires again and again. */
export interface Recurrence {
  /** `rate(...)` or `cron(...)`. */
  readonly expression: string;
  /** The environments to keep warm whenever it fires; undefined: as many as the warmer says. */
  readonly concurrency?: number;
}

/** What is odd about a schedule, but not wrong. */
export interface Warning {
  readonly id: string;
  readonly text: string;
}
