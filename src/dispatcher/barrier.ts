import { randomUUID } from 'crypto';
import { Answered, isCapacity, Outcome } from './outcome';
import { MAX_HOLD_MS, MAX_WAVES, PlanEntry } from './plan';
import { leadFor, Spread, SpreadMemory } from './spread';
import { pingEvent } from '../payload/ping-event';

/** How much longer the next wave waits, at the least, after one whose pings met each other. */
const GROWTH = 2;

/** The part of a wave's environments that must have been warm for it to tell when the pings of the next will arrive. */
const MOSTLY = 0.5;

/** What Lambda's rate limits ask for: a pause, and pings that do not go out all at once. In milliseconds. */
const PAUSE_MS = 1000;
const FIRST_GAP_MS = 2;

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** What carries pings to one function. Neither of its promises is ever rejected. */
export interface Carrier {
  /** Makes ready for so many pings at once, or for as many as it can. */
  prepare(pings: number): Promise<void>;
  /** Sends one, and waits for its answer until the deadline at the latest. */
  ping(event: object, deadline: number): Promise<Outcome>;
}

export interface BarrierOptions {
  readonly entry: PlanEntry;
  readonly carrier: Carrier;
  readonly clock: Clock;
  readonly memory: SpreadMemory;
  /** When all must have ended, as epoch milliseconds. */
  readonly deadline: number;
}

/** One ping that was sent, and what came of it. */
export interface SentPing {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

/** One wave: all its pings, and the moment of their release. */
export interface Wave {
  readonly startedAt: number;
  /** Undefined for a ping that is alone. */
  readonly releaseAt?: number;
  /** By how much each ping was sent after the one before on purpose, in milliseconds. */
  readonly gap: number;
  readonly pings: readonly SentPing[];
}

/**
 * Warms one function: sends it all pings at once, each to be held until the same moment, so that those that arrive
 * early wait for those that are late, and none gets an environment that another has already left. Where pings met in
 * one environment all the same, further waves follow, of all pings again and with later moments.
 */
export async function warm({ entry, carrier, clock, memory, deadline }: BarrierOptions): Promise<Wave[]> {
  const { concurrency } = entry;
  const target = `${entry.function} ${concurrency}`;
  const waves: Wave[] = [];
  await carrier.prepare(concurrency);

  // At most half of the time that is left, so that there is an answer to learn from.
  let lead = Math.min(memory.leadOf(target, concurrency), Math.max(0, (deadline - clock.now()) / 2));
  let gap = 0;
  for (;;) {
    const wave = await send(entry, carrier, clock, { lead, gap, deadline });
    waves.push(wave);

    const spread = spreadOf(wave, distinctEnvironments([wave]) >= concurrency);

    const isSlowed = wave.pings.some(({ outcome }) => outcome.kind === 'throttled' && !isCapacity(outcome.reason));
    lead = Math.min(MAX_HOLD_MS, Math.max(lead * GROWTH, spread ? leadFor(spread) : 0));
    if (isSlowed) {
      gap = gap === 0 ? FIRST_GAP_MS : gap * 2;
      lead = Math.min(MAX_HOLD_MS, lead + gap * concurrency);
    }
    const pause = isSlowed ? PAUSE_MS : 0;
    if (!isWorthAnother(waves, concurrency, isSlowed) || clock.now() + pause + lead >= deadline) {
      // Only the last: what kept an earlier one from being enough has passed. Pings that went out one by one tell nothing.
      if (spread && wave.gap === 0) {
        memory.remember(target, spread);
      }
      return waves;
    }
    await clock.sleep(pause);
  }
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

async function send(
  entry: PlanEntry, carrier: Carrier, clock: Clock, { lead, gap, deadline }: { lead: number; gap: number; deadline: number },
): Promise<Wave> {
  const { concurrency: of } = entry;
  const startedAt = clock.now();
  const releaseAt = of === 1 ? undefined : Math.ceil(startedAt + lead);
  const pings: Promise<SentPing>[] = [];
  for (let index = 0; index < of; index++) {
    if (gap > 0 && index > 0) {
      await clock.sleep(startedAt + index * gap - clock.now());
    }
    const sentAt = clock.now();
    // For protocols that know no moment. What it takes to get there is not in it, for early and late pings alike.
    const holdMs = releaseAt === undefined ? 0 : Math.max(0, Math.round(releaseAt - sentAt));
    const event = pingEvent(entry, { index, of, holdMs, releaseAt }) ?? scheduledEvent(entry.function, sentAt);
    pings.push(carrier.ping(event, deadline).then((outcome) => ({ sentAt, endedAt: clock.now(), outcome })));
  }
  return { startedAt, releaseAt, gap, pings: await Promise.all(pings) };
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
  const isPassing = environments.length > 0 && wave.pings.some(({ outcome }) => outcome.kind === 'failed');
  return met || isSlowed || isPassing;
}

/**
 * When the pings of a wave arrived, as far as the answers tell. Those of cold starts do not: nobody knows when the
 * environment began to start. Undefined, if they are most.
 */
function spreadOf({ startedAt, releaseAt, pings }: Wave, isComplete: boolean): Spread | undefined {
  if (releaseAt === undefined) {
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

/** What EventBridge would send, for handlers that know a ping by it; the rule itself is not known here. */
function scheduledEvent(arn: string, at: number): object {
  const [, , , region, account] = arn.split(':');
  return {
    'version': '0',
    'id': randomUUID(),
    'detail-type': 'Scheduled Event',
    'source': 'aws.events',
    account,
    'time': new Date(at).toISOString().replace(/\.\d+/, ''),
    region,
    'resources': [],
    'detail': {},
  };
}
