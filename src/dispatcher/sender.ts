import { randomUUID } from 'crypto';
import { Outcome } from './outcome';
import { PlanEntry } from './plan';
import { pingEvent } from '../payload/ping-event';

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

/** How and when the pings of a wave go out. All moments are epoch milliseconds. */
export interface Timing {
  /** When the first ones do. */
  readonly startAt: number;
  /** Undefined for a ping that is alone. */
  readonly releaseAt?: number;
  /** By how much one sender sends each ping after the one before on purpose, in milliseconds. */
  readonly gap: number;
  /** When all pings must have ended. */
  readonly deadline: number;
}

/** One ping that was sent, and what came of it. */
export interface SentPing {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

/** What came of the pings of a wave, in their order. */
export interface Sent {
  readonly pings: readonly SentPing[];
  /** Whether some could go out only later than they were to: when they arrived tells nothing. */
  readonly isLate: boolean;
}

/** What sends the pings of one function, wave by wave. None of its promises is ever rejected. */
export interface Sender {
  /** The most pings that one process sends. */
  readonly pingsAtOnce: number;
  /** What it needs after the last ping has ended, in milliseconds. */
  readonly closingMs: number;
  /** Makes ready for the waves. */
  prepare(): Promise<void>;
  /** The moment from which on pings can go out. */
  earliest(deadline: number): number;
  send(timing: Timing): Promise<Sent>;
}

/** Which pings of a wave, counted from 0. */
export interface Part {
  readonly from: number;
  /** The first that is none of them. */
  readonly to: number;
}

/** Sends pings from this process. */
export class LocalSender implements Sender {
  public readonly pingsAtOnce: number;
  public readonly closingMs = 0;

  constructor(
    private readonly entry: PlanEntry, private readonly carrier: Carrier, private readonly clock: Clock,
    private readonly part: Part = { from: 0, to: entry.concurrency },
  ) {
    this.pingsAtOnce = part.to - part.from;
  }

  public prepare(): Promise<void> {
    return this.carrier.prepare(this.pingsAtOnce);
  }

  public earliest(): number {
    return this.clock.now();
  }

  public async send({ startAt, releaseAt, gap, deadline }: Timing): Promise<Sent> {
    const { entry, carrier, clock, part: { from, to } } = this;
    const isLate = clock.now() > startAt;
    if (clock.now() < startAt) {
      await clock.sleep(startAt - clock.now());
    }
    const startedAt = Math.max(startAt, clock.now());
    const pings: Promise<SentPing>[] = [];
    for (let index = from; index < to; index++) {
      if (gap > 0 && index > from) {
        await clock.sleep(startedAt + (index - from) * gap - clock.now());
      }
      const sentAt = clock.now();
      // For protocols that know no moment. What it takes to get there is not in it, for early and late pings alike.
      const holdMs = releaseAt === undefined ? 0 : Math.max(0, Math.round(releaseAt - sentAt));
      const event = pingEvent(entry, { index, of: entry.concurrency, holdMs, releaseAt }) ?? scheduledEvent(entry.function, sentAt);
      pings.push(carrier.ping(event, deadline).then((outcome) => ({ sentAt, endedAt: clock.now(), outcome })));
    }
    return { pings: await Promise.all(pings), isLate };
  }
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
