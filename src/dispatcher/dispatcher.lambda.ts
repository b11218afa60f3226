import { endpointOf } from './aws-request';
import { warm } from './barrier';
import { entriesOf, orderOf, pingsPerShard } from './checked-event';
import { emit, emitOfFleet } from './emit';
import { LambdaCarrier } from './lambda-carrier';
import { LambdaShards } from './lambda-shards';
import { overridden } from './override';
import { DOMAIN_VARIABLE, Plan, PlanEntry } from './plan';
import { reportOf } from './report';
import { RunUpMemory } from './run-up';
import { LocalSender, Sender } from './sender';
import { sendShard, ShardAnswer, ShardOrder } from './shard';
import { ShardedSender } from './sharded-sender';
import { SpreadMemory } from './spread';
import { TickReport } from './tick-report';

/** What is left of the time to report in, in milliseconds. */
const MARGIN_MS = 1500;

const clock = { now: Date.now, sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)) };

// What this environment has learnt in earlier ticks.
const memory = new SpreadMemory();
const runUp = new RunUpMemory();
const lastTicks = new Map<string, number>();

/** What Lambda tells of the invocation, as far as it is needed here. */
interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

interface Ticked {
  readonly results: readonly TickReport[];
}

/** A tick, or a shard of a wave of one, which another invocation of this function has asked for. */
export async function handler(event: Partial<Plan> & { readonly shard?: ShardOrder }, context: Context): Promise<Ticked | ShardAnswer> {
  const deadline = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
  const { shard } = event;
  const { invokedFunctionArn: self } = context;
  return shard === undefined ? ticked(entriesOf(event, self), self, deadline) : sharded(orderOf(shard, self, clock.now()), deadline);
}

/** Warms all functions of the plan at once, and says of each what came of it. */
async function ticked(entries: readonly PlanEntry[], self: string, deadline: number): Promise<Ticked> {
  const ticks = await Promise.allSettled(entries.map((entry) => tick(entry, self, deadline)));
  const fulfilled = ticks.flatMap((one) => one.status === 'fulfilled' ? one.value : []);
  // A plan is of one fleet.
  const fleet = entries.find((entry) => entry.fleet)?.fleet;
  if (fleet) {
    await emitOfFleet(fulfilled, fleet);
  }
  // One that fails does so after all others have ended.
  const failed = ticks.find((one) => one.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
  return { results: fulfilled };
}

async function tick(deployed: PlanEntry, self: string, deadline: number): Promise<TickReport> {
  const entry = await overridden(deployed, domain());
  const startedAt = clock.now();
  const { sender, close } = senderOf(entry, self);
  try {
    // Zero is what a parameter may say, to pause.
    const waves = entry.concurrency > 0 ? await warm({ entry, sender, clock, memory, deadline }) : [];
    const report = reportOf({ entry, waves, sinceLastTickMs: sinceLastTick(entry, startedAt), tookMs: clock.now() - startedAt });
    await emit(report, entry.metrics);
    return report;
  } finally {
    close();
  }
}

/** What sends the pings: this invocation, or shards. */
function senderOf(entry: PlanEntry, self: string): { readonly sender: Sender; close(): void } {
  const endpoint = endpointOf('lambda', domain());
  if (entry.concurrency > pingsPerShard()) {
    // Without the qualifier, for which there is no permission.
    const shards = new LambdaShards(self.split(':').slice(0, 7).join(':'), endpoint);
    return { sender: new ShardedSender({ entry, shards, pingsPerShard: pingsPerShard(), clock, runUp }), close: () => shards.close() };
  }
  const carrier = new LambdaCarrier(entry, endpoint);
  return { sender: new LocalSender(entry, carrier, clock), close: () => carrier.close() };
}

async function sharded(order: ShardOrder, ownDeadline: number): Promise<ShardAnswer> {
  const carrier = new LambdaCarrier(order.entry, endpointOf('lambda', domain()));
  try {
    return await sendShard({ order, carrier, clock, deadline: Math.min(order.deadline, ownDeadline), memory, runUp });
  } finally {
    carrier.close();
  }
}

/** The time since the last tick in milliseconds: as the schedule has it, or less if a deployment has come between. */
function sinceLastTick({ function: arn, everySeconds }: PlanEntry, now: number): number | undefined {
  const known = [...everySeconds === undefined ? [] : [everySeconds * 1000], ...lastTicks.has(arn) ? [now - lastTicks.get(arn)!] : []];
  lastTicks.set(arn, now);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function domain(): string {
  return process.env[DOMAIN_VARIABLE]!;
}
