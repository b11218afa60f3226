import { Answered, isCapacity } from './outcome';
import { MAX_HOLD_MS, MAX_WAVES, PlanEntry } from './plan';
import { Clock, Sender, SentPing } from './sender';
import { leadFor, Spread, SpreadMemory } from './spread';

/** How much longer the next wave waits, at the least, after one whose pings met each other. */
const GROWTH = 2;

/** The part of a wave's environments that must have been warm for it to tell when the pings of the next will arrive. */
const MOSTLY = 0.5;

/** What Lambda's rate limits ask for: a pause, and pings that do not go out all at once. In milliseconds. */
const PAUSE_MS = 1000;
const FIRST_GAP_MS = 2;

export interface BarrierOptions {
  readonly entry: PlanEntry;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly memory: SpreadMemory;
  /** When all must have ended, as epoch milliseconds. */
  readonly deadline: number;
}

/** One wave: all its pings, and the moment of their release. */
export interface Wave {
  readonly startedAt: number;
  /** Undefined for a ping that is alone. */
  readonly releaseAt?: number;
  /** By how much each sender sent each ping after the one before on purpose, in milliseconds. */
  readonly gap: number;
  readonly pings: readonly SentPing[];
  /** Whether some could go out only later than they were to. */
  readonly isLate?: boolean;
}

/**
 * Warms one function: sends it all pings at once, each to be held until the same moment, so that those that arrive
 * early wait for those that are late, and none gets an environment that another has already left. Where pings met in
 * one environment all the same, further waves follow, of all pings again and with later moments.
 */
export async function warm({ entry, sender, clock, memory, deadline: end }: BarrierOptions): Promise<Wave[]> {
  const { concurrency } = entry;
  const deadline = end - sender.closingMs;
  const waves: Wave[] = [];
  await sender.prepare();

  // At most half of the time that is left, so that there is an answer to learn from.
  let lead = Math.min(memory.leadOf(targetOf(entry), sender.pingsAtOnce), Math.max(0, (deadline - sender.earliest(deadline)) / 2));
  let gap = 0;
  for (;;) {
    const startedAt = sender.earliest(deadline);
    const releaseAt = concurrency === 1 ? undefined : Math.ceil(startedAt + lead);
    const wave: Wave = { startedAt, releaseAt, gap, ...await sender.send({ startAt: startedAt, releaseAt, gap, deadline }) };
    waves.push(wave);

    const isComplete = distinctEnvironments([wave]) >= concurrency;
    const spread = spreadOf(wave, isComplete);

    const isSlowed = wave.pings.some(({ outcome }) => outcome.kind === 'throttled' && !isCapacity(outcome.reason));
    lead = Math.min(MAX_HOLD_MS, Math.max(lead * GROWTH, spread ? leadFor(spread) : 0));
    if (isSlowed) {
      gap = gap === 0 ? FIRST_GAP_MS : gap * 2;
      lead = Math.min(MAX_HOLD_MS, lead + gap * sender.pingsAtOnce);
    }
    const pause = isSlowed ? PAUSE_MS : 0;
    if (!isWorthAnother(waves, concurrency, isSlowed) || sender.earliest(deadline) + pause + lead >= deadline) {
      // Only the last: what kept an earlier one from being enough has passed.
      learn(memory, entry, wave, isComplete);
      return waves;
    }
    await clock.sleep(pause);
  }
}

/** Notes what a wave, or a part of one, needed, as far as it shows. */
export function learn(memory: SpreadMemory, entry: PlanEntry, wave: Wave, isComplete: boolean): void {
  const spread = spreadOf(wave, isComplete);
  // Pings that went out one by one tell nothing.
  if (spread && wave.gap === 0) {
    memory.remember(targetOf(entry), spread);
  }
}

/** Another concurrency has another spread. */
function targetOf({ function: arn, concurrency }: PlanEntry): string {
  return `${arn} ${concurrency}`;
}

/** The distinct environments that have answered. */
export function distinctEnvironments(waves: readonly Wave[]): number {
  return new Set(waves.flatMap(environmentsOf).map(({ environment }) => environment)).size;
}

/** The answers that name their environment. */
export function environmentsOf(wave: Wave): Answered[] {
  return answersOf(wave).filter(({ environment }) => environment !== undefined);
}

export function answersOf({ pings }: Wave): Answered[] {
  return pings.flatMap(({ outcome }) => outcome.kind === 'answered' ? outcome : []);
}

/** Whether environments are missing that another wave may bring. */
function isWorthAnother(waves: readonly Wave[], concurrency: number, isSlowed: boolean): boolean {
  const wave = waves[waves.length - 1];
  const environments = environmentsOf(wave);
  if (waves.length === MAX_WAVES || distinctEnvironments(waves) >= concurrency) {
    return false;
  }
  // At the limit of concurrency there are no further environments, however the pings are sent.
  if (wave.pings.some(({ outcome }) => outcome.kind === 'throttled' && isCapacity(outcome.reason))) {
    return false;
  }
  // What the handler or the permissions say, they say again. What broke on the way, beside pings that arrived, may pass.
  const met = environments.length > new Set(environments.map(({ environment }) => environment)).size;
  const isPassing = environments.length > 0 && wave.pings.some(({ outcome }) => outcome.kind === 'failed' && !outcome.isLasting);
  return met || isSlowed || isPassing;
}

/**
 * When the pings of a wave arrived, as far as the answers tell. Those of cold starts do not: nobody knows when the
 * environment began to start. Undefined, if they are most.
 */
function spreadOf({ startedAt, releaseAt, pings, isLate }: Wave, isComplete: boolean): Spread | undefined {
  if (releaseAt === undefined || isLate) {
    return undefined;
  }
  const named = pings.flatMap(({ sentAt, endedAt, outcome }) => outcome.kind === 'answered' && outcome.environment !== undefined
    ? { sentAt, endedAt, ...outcome }
    : []);
  const warmed = named.filter(({ coldStart }) => coldStart !== true).map((ping) => ({
    ...ping,
    isTold: ping.heldMs !== undefined,
    // Where it is not told, it was asked for.
    heldMs: ping.heldMs ?? Math.max(0, releaseAt - ping.sentAt),
  }));
  if (warmed.length < 2 || warmed.length < named.length * MOSTLY) {
    return undefined;
  }
  // How long an answer takes to come back, at the least: those that were held set out at the release.
  const ways = warmed.filter(({ heldMs }) => heldMs > 1).map(({ endedAt }) => endedAt - releaseAt);
  const back = ways.length > 0 ? Math.max(0, Math.min(...ways)) : 0;
  const arrivals = warmed.map(({ sentAt, endedAt, heldMs, isTold }) => {
    // At the latest; of one that came too late to be held, though its handler was busy with it, that is all there is.
    const byAnswer = endedAt - heldMs - back;
    const isHeld = isTold && heldMs > 1 && (isComplete || byAnswer <= releaseAt);
    return Math.max(sentAt, isHeld ? releaseAt - heldMs : byAnswer);
  });
  const first = Math.min(...arrivals);
  // The cold ones are mostly those that came last and found no environment left.
  const latest = first + (Math.max(...arrivals) - first) * named.length / warmed.length;
  // Where all environments were reached, the release was late enough, whatever the last answers seem to say.
  const last = Math.min(latest, isComplete ? releaseAt : Infinity);
  return { first: first - startedAt, last: last - startedAt };
}
