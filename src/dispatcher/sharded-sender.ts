import { brief, isCapacity, Outcome } from './outcome';
import { PlanEntry, pingsAtOnce, shardsFor } from './plan';
import { RunUpMemory } from './run-up';
import { Clock, Part, Sender, Sent, SentPing, Timing } from './sender';
import { pingsOf, ShardAnswer, ShardOrder } from './shard';

/** What carries orders to shards. Neither of its promises is ever rejected. */
export interface Shards {
  /** Makes ready for so many at once, or for as many as it can. */
  prepare(count: number): Promise<void>;
  /** Has one shard send pings. Its answer; or what came of the order instead, at the deadline at the latest. */
  order(order: ShardOrder, deadline: number): Promise<ShardAnswer | Outcome>;
}

export interface ShardedSenderOptions {
  readonly entry: PlanEntry;
  readonly shards: Shards;
  readonly pingsPerShard: number;
  readonly clock: Clock;
  readonly runUp: RunUpMemory;
}

/**
 * Has shards send pings, each its part, where they are more than one process carries. All shards of a wave send at one
 * moment, late enough for all of them to have started and connected: meanwhile no environment is held.
 */
export class ShardedSender implements Sender {
  public readonly pingsAtOnce: number;
  /** In which shards answer. */
  public readonly closingMs = 1000;
  private readonly parts: readonly Part[];

  constructor(private readonly options: ShardedSenderOptions) {
    const { entry: { concurrency }, pingsPerShard } = options;
    const count = shardsFor(concurrency, pingsPerShard);
    this.pingsAtOnce = pingsAtOnce(concurrency, pingsPerShard);
    const boundary = (shard: number) => Math.floor(shard * concurrency / count);
    this.parts = Array.from({ length: count }, (_, shard) => ({ from: boundary(shard), to: boundary(shard + 1) }));
  }

  public prepare(): Promise<void> {
    return this.options.shards.prepare(this.parts.length);
  }

  public earliest(deadline: number): number {
    const { clock, runUp } = this.options;
    const left = Math.max(0, deadline - clock.now());
    return clock.now() + Math.ceil(Math.min(runUp.runUpFor(this.pingsAtOnce), left / 2));
  }

  public async send(timing: Timing): Promise<Sent> {
    const { clock, runUp } = this.options;
    const sentAt = clock.now();
    const answers = await Promise.all(this.parts.map((part) => this.sendPart(part, timing, sentAt)));
    const ready = answers.flatMap(({ readyAt }) => readyAt ?? []);
    if (ready.length > 0) {
      runUp.remember(Math.max(...ready) - sentAt);
    }
    return { pings: answers.flatMap(({ pings }) => pings), isLate: ready.some((readyAt) => readyAt > timing.startAt) };
  }

  private async sendPart(part: Part, timing: Timing, sentAt: number): Promise<{ readonly readyAt?: number; readonly pings: SentPing[] }> {
    const { shards, clock, entry: { function: arn, concurrency, protocol, event } } = this.options;
    const order: ShardOrder = { ...timing, ...part, sentAt, entry: { function: arn, concurrency, protocol, event } };
    const answer = await shards.order(order, timing.deadline + this.closingMs);
    if ('pings' in answer) {
      return { readyAt: answer.readyAt, pings: pingsOf(answer) };
    }
    const outcome = outcomeOfPings(answer, part);
    return { pings: Array.from({ length: part.to - part.from }, () => ({ sentAt, endedAt: clock.now(), outcome })) };
  }
}

/** What came of pings whose shard did not answer. */
function outcomeOfPings(answer: Outcome, { from, to }: Part): Outcome {
  const reason = 'reason' in answer ? answer.reason : undefined;
  const code = reason ?? ('code' in answer ? answer.code : answer.kind);
  return {
    kind: 'failed',
    code: `Shard.${code}`,
    error: brief(`the dispatcher's invocation of itself for pings ${from} to ${to - 1} came to nothing: ${'error' in answer ? answer.error : code}`),
    // At a limit of concurrency, or without a permission, it would come to nothing again.
    isLasting: !(answer.kind === 'failed' || (reason !== undefined && !isCapacity(reason))),
  };
}
