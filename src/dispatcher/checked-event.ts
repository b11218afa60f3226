import { MAX_CONCURRENCY_VARIABLE, MAX_HOLD_MS, PINGS_PER_SHARD_VARIABLE, Plan, PlanEntry } from './plan';
import { MAX_RUN_UP_MS } from './run-up';
import { ShardOrder } from './shard';
import { PingProtocol } from '../payload/ping-event';
import { PING_KEY } from '../payload/protocol';

/** Lambda knows other names for a function, by which one would not be seen to be the same. */
const ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

/** How far apart the clocks of two environments may be, in milliseconds. */
const CLOCK_MS = 1000;

/** How many pings a shard carries. Where that is not deployed, no function gets more than one invocation sends. */
export function pingsPerShard(): number {
  return Number(process.env[PINGS_PER_SHARD_VARIABLE] ?? Infinity);
}

/**
 * The entries of a plan. Whoever may invoke the dispatcher shapes the plan, but not how far it goes: each function is
 * pinged by one entry, and by no more pings than the largest fan-out that was deployed; and one function alone has shards,
 * as in all plans that are deployed.
 *
 * @param self the ARN of the dispatcher
 */
export function entriesOf({ plan, common }: Partial<Plan>, self: string): PlanEntry[] {
  const entries = new Map<string, PlanEntry>();
  let most = largestFanOut();
  for (const own of Array.isArray(plan) ? plan : []) {
    const entry = { ...common, ...own };
    const { maxConcurrency, parameter, fleet }: Partial<PlanEntry> = entry;
    if (isEntry(entry, self) && !entries.has(entry.function)) {
      const checked = {
        ...entry,
        concurrency: Math.min(entry.concurrency, most),
        parameter: typeof parameter === 'string' ? parameter : undefined,
        fleet: typeof fleet?.name === 'string' ? { name: fleet.name, metrics: listOf(fleet.metrics) } : undefined,
        metrics: listOf(entry.metrics),
        maxConcurrency: Math.min(isCount(maxConcurrency) ? maxConcurrency : entry.concurrency, most),
      };
      entries.set(entry.function, checked);
      if (Math.max(checked.concurrency, checked.maxConcurrency) > pingsPerShard()) {
        most = pingsPerShard();
      }
    }
  }
  if (entries.size === 0) {
    throw new Error('This event is no plan: { "plan": [ { "function": "<ARN>", "concurrency": 1, "protocol": "...", "event": { } } ] }');
  }
  return [...entries.values()];
}

/**
 * The order of a shard, which goes no further than those of a dispatcher in charge: so many pings as a shard carries, of a
 * fan-out that was deployed, now, and held no longer than others. What it asks for is sent by this invocation alone.
 *
 * @param self the ARN of the dispatcher
 */
export function orderOf(shard: any, self: string, now: number): ShardOrder {
  const { entry, from, to, sentAt, startAt, releaseAt, gap, deadline } = shard ?? {};
  const isOne = isEntry(entry, self) && entry.concurrency > pingsPerShard() && entry.concurrency <= largestFanOut()
    && isPart(from, to, entry.concurrency)
    && [sentAt, startAt, releaseAt, gap, deadline].every(Number.isFinite)
    && startAt <= now + MAX_RUN_UP_MS + CLOCK_MS
    // Rounded up.
    && releaseAt <= startAt + MAX_HOLD_MS + 1
    && gap >= 0 && gap * (to - from) <= MAX_HOLD_MS;
  if (!isOne) {
    throw new Error('This event is no shard of a wave that this dispatcher would send');
  }
  const { function: arn, concurrency, protocol, event } = entry;
  return { entry: { function: arn, concurrency, protocol, event }, from, to, sentAt, startAt, releaseAt, gap, deadline };
}

/** The most pings of a wave to one function. */
function largestFanOut(): number {
  return Number(process.env[MAX_CONCURRENCY_VARIABLE]);
}

/** A dispatcher with shards may invoke itself, but never as what it pings: a ping that is a plan would be followed by others. */
function isEntry(entry: any, self: string): entry is PlanEntry {
  const { function: arn, concurrency, protocol, event: ping }: Partial<PlanEntry> = entry ?? {};
  const isPing = protocol !== PingProtocol.STANDARD || typeof ping?.[PING_KEY]?.token === 'string';
  return typeof arn === 'string' && ARN.test(arn) && nameOf(arn) !== nameOf(self) && isCount(concurrency) && isPing;
}

/** Whatever is no list is none. */
function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function nameOf(arn: string): string {
  return arn.split(':')[6];
}

function isPart(from: unknown, to: unknown, of: number): boolean {
  return isCount(to) && to <= of && Number.isInteger(from) && from as number >= 0 && from as number < to && to - (from as number) <= pingsPerShard();
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && value as number > 0;
}
