/** What is added to a known run-up, as a part of it: shards that wait cost little, and pings that come late a whole wave. */
const MARGIN_FACTOR = 0.5;

/** How much of a run-up that was not needed the next tick gives up. */
const DECAY = 0.5;

/** The guess where nothing is known, in milliseconds and as such for each ping of a shard: environments that start, and connect. */
const FIRST_MS = 1200;
const FIRST_MS_PER_PING = 2;

/** In milliseconds. */
export const MAX_RUN_UP_MS = 10_000;

/** How long shards take from being asked for until their pings can go out, in this stack. */
export class RunUpMemory {
  private known?: number;

  /** How long before the first ping shards of so many are to be asked for, in milliseconds. */
  public runUpFor(pings: number): number {
    const { known } = this;
    return Math.min(MAX_RUN_UP_MS, known === undefined ? FIRST_MS + FIRST_MS_PER_PING * pings : known * (1 + MARGIN_FACTOR));
  }

  /** Notes what the slowest shard took. */
  public remember(ms: number): void {
    const before = this.known ?? 0;
    this.known = Math.max(0, ms > before ? ms : before - (before - ms) * DECAY);
  }
}
