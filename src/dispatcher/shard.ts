import { createHash } from 'crypto';
import { distinctEnvironments, learn, Wave } from './barrier';
import { Outcome } from './outcome';
import { PlanEntry } from './plan';
import { RunUpMemory } from './run-up';
import { Carrier, Clock, LocalSender, Part, SentPing, Timing } from './sender';
import { SpreadMemory } from './spread';

/** An environment is known by so many characters; of a longer name, by what it hashes to: handlers may answer anything. */
const MAX_NAME_LENGTH = 64;

/** What the dispatcher that is in charge of a wave hands to each of its shards. */
export interface ShardOrder extends Part, Timing {
  readonly entry: PlanEntry;
  /** When it was, as epoch milliseconds. */
  readonly sentAt: number;
}

/** What a shard answers. */
export interface ShardAnswer {
  /** When its pings could go out, as epoch milliseconds. */
  readonly readyAt: number;
  /** Of each ping in its order when it was sent, when it ended, and what came of it. */
  readonly pings: readonly (readonly [number, number, Outcome])[];
}

export interface ShardOptions {
  readonly order: ShardOrder;
  readonly carrier: Carrier;
  readonly clock: Clock;
  /** When all must have ended, as epoch milliseconds. */
  readonly deadline: number;
  /** What this environment has learnt. At the next tick, it may be the one in charge. */
  readonly memory: SpreadMemory;
  readonly runUp: RunUpMemory;
}

/** Sends one part of the pings of a wave, all at the moment that is the same for all parts. */
export async function sendShard({ order, carrier, clock, deadline, memory, runUp }: ShardOptions): Promise<ShardAnswer> {
  const { entry, startAt, releaseAt, gap, sentAt } = order;
  const sender = new LocalSender(entry, carrier, clock, order);
  await sender.prepare();
  const readyAt = clock.now();
  runUp.remember(readyAt - sentAt);

  const wave: Wave = { startedAt: startAt, releaseAt, gap, ...await sender.send({ startAt, releaseAt, gap, deadline }) };
  learn(memory, entry, wave, distinctEnvironments([wave]) >= sender.pingsAtOnce);
  return { readyAt, pings: wave.pings.map(({ sentAt: at, endedAt, outcome }) => [at, endedAt, compact(outcome)]) };
}

/** The pings of an answer. */
export function pingsOf({ pings }: ShardAnswer): SentPing[] {
  return pings.map(([sentAt, endedAt, outcome]) => ({ sentAt, endedAt, outcome }));
}

function compact(outcome: Outcome): Outcome {
  const { environment = '' } = outcome.kind === 'answered' ? outcome : {};
  return environment.length > MAX_NAME_LENGTH
    ? { ...outcome as { kind: 'answered' }, environment: createHash('sha256').update(environment).digest('hex') }
    : outcome;
}
