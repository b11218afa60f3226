import { MAX_HOLD_MS } from './plan';

/** What is added to a known spread, as a part of it and in milliseconds: no two waves arrive alike. */
const MARGIN_FACTOR = 0.1;
const MARGIN_MS = 3;

/** How much of a spread that was not needed the next tick gives up: one quick wave does not make all quick. */
const DECAY = 0.5;

/** The guess where nothing is known, in milliseconds and as such for each ping. Too short costs a wave, too long a hold. */
const FIRST_MS = 30;
const FIRST_MS_PER_PING = 2;

/** When the pings of a wave arrived, in milliseconds after it began. */
export interface Spread {
  readonly first: number;
  readonly last: number;
}

/** How long after the beginning of a wave its pings are to be released, from what earlier waves needed. */
export class SpreadMemory {
  private readonly spreads = new Map<string, Spread>();

  public leadOf(target: string, pings: number): number {
    const known = this.spreads.get(target);
    return known ? leadFor(known) : FIRST_MS + FIRST_MS_PER_PING * pings;
  }

  /** Notes what a wave needed. */
  public remember(target: string, { first, last }: Spread): void {
    const before = this.spreads.get(target);
    const kept = before === undefined || last > before.last ? last : before.last - (before.last - last) * DECAY;
    this.spreads.set(target, { first: Math.min(first, kept), last: kept });
  }
}

/** The release for a spread: as long as it takes, and a margin in proportion to how far apart its pings arrive. */
export function leadFor({ first, last }: Spread): number {
  return Math.min(MAX_HOLD_MS, last + (last - first) * MARGIN_FACTOR + MARGIN_MS);
}
