/** What one tick did for one function. */
export interface TickReport {
  /** What came of it, in words. */
  readonly summary: string;
  /** The ARN that was pinged. */
  readonly function: string;
  /** The fleet that it is of. */
  readonly fleet?: string;
  /** How many environments were asked for; 0, if a parameter pauses the pings. */
  readonly concurrency: number;
  /** Distinct environments reached, as a part of those asked for: 0 to 1. Null: the answers name none, or none was asked for. */
  readonly coverage: number | null;
  /** Distinct environments reached. Null: the answers name none, or none was asked for. */
  readonly environments: number | null;
  /**
   * Those of them that had a real event since the last tick. Far fewer than were asked for, tick after tick: the
   * concurrency is higher than it need be. Null: the answers do not say, or nobody knows when the last tick was. Where
   * ticks have no fixed interval, and run in several environments of the dispatcher, since an earlier tick.
   */
  readonly usedSinceLastTick: number | null;
  /** How many pings came to what. */
  readonly outcomes: Outcomes;
  /** What the first ping that failed was told. */
  readonly error?: string;
  /** How long the environments were busy with the pings, in milliseconds, all added up. Null: the answers do not say. */
  readonly heldMs: number | null;
  /** Pings that were sent: at each wave as many as environments were asked for. */
  readonly pings: number;
  readonly waves: number;
  /** How long after the beginning of the last wave its pings were released, in milliseconds. */
  readonly leadMs: number;
  /** How long it all took, in milliseconds. */
  readonly tookMs: number;
}

export interface Outcomes {
  readonly warm: number;
  readonly coldStarted: number;
  /** Answered, but neither the answer nor the log said whether by a cold start. */
  readonly answered: number;
  /** By the reason that Lambda gave. */
  readonly throttled: { readonly [reason: string]: number };
  readonly functionError: number;
  readonly accessDenied: number;
  readonly notFound: number;
  readonly timeout: number;
  /** By error code. */
  readonly failed: { readonly [code: string]: number };
}
