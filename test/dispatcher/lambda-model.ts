import { VirtualClock } from './virtual-clock';
import { InvokeResponse, Outcome, outcomeOf } from '../../src/dispatcher/outcome';
import { MAX_HOLD_MS } from '../../src/dispatcher/plan';
import { Carrier } from '../../src/dispatcher/sender';
import { PingProtocol } from '../../src/payload/ping-event';
import { PING_KEY } from '../../src/payload/protocol';

/** What the runtimes leave of an invocation's time, in milliseconds. */
const RUNTIME_MARGIN_MS = 500;

/** Which of the idle environments an invocation gets. Lambda promises none of these. */
export type Reuse = 'most recently used' | 'least recently used' | 'any';

/** How one function and the way there behave. All times are in milliseconds. */
export interface Traits {
  readonly protocol: PingProtocol;
  /** How long ping `index` of a wave of so many takes to get to Lambda. */
  readonly there: (index: number, of: number) => number;
  readonly back: () => number;
  /** What it costs the sender to send one ping, before it can send the next. */
  readonly sending: number;
  readonly coldStart: () => number;
  /** What a ping takes in its environment at the least: what the function runs on each, say. */
  readonly atLeast: number;
  readonly reuse: Reuse;
  /** How many environments may be busy at a time, and by which limit. */
  readonly capacity: number;
  readonly capacityReason: string;
  /** The timeout of the function. */
  readonly timeout: number;
  /** How far the clocks of environments may be ahead or behind. */
  readonly skew: number;
  /** What a ping is told instead of being placed, if anything: the nth of all, counted from 0. */
  readonly refusal: (nth: number, now: number) => Outcome | undefined;
  /** From 0 to 1, without 1. */
  readonly random: () => number;
}

interface Environment {
  readonly id: string;
  readonly skew: number;
  pings: number;
}

/** A ping as the model saw it. */
export interface SeenPing {
  readonly event: any;
  readonly sentAt: number;
  /** When it was to be placed. */
  readonly arrivedAt: number;
  /** Undefined where it was not. */
  readonly environment?: string;
}

/**
 * A model of how Lambda places the invocations of one function, and of the way there: an invocation gets any
 * environment that is idle, else a new one, up to a limit. Environments wait and answer as the runtimes, OpenNext's
 * handlers and plain ones do.
 */
export class LambdaModel implements Carrier {
  public readonly seen: SeenPing[] = [];
  public preparedFor = 0;
  private readonly traits: Traits;
  private idle: Environment[] = [];
  private busy = 0;
  private born = 0;
  private sent = 0;

  constructor(private readonly clock: VirtualClock, traits: Partial<Traits> = {}) {
    this.traits = {
      protocol: PingProtocol.STANDARD,
      there: () => 0,
      back: () => 0,
      sending: 0,
      coldStart: () => 0,
      atLeast: 0,
      reuse: 'most recently used',
      capacity: Infinity,
      capacityReason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      timeout: 60_000,
      skew: 0,
      refusal: () => undefined,
      random: () => 0.5,
      ...traits,
    };
  }

  public async prepare(pings: number): Promise<void> {
    this.preparedFor = pings;
  }

  public ping(event: object, deadline: number): Promise<Outcome> {
    const { clock, traits, preparedFor } = this;
    const nth = this.sent++;
    const sentAt = clock.spend(0);
    const leavesAt = clock.spend(traits.sending);
    return new Promise((resolve) => {
      const answer = (outcome: Outcome) => clock.at(clock.moment + traits.back(), () => resolve(outcome));
      clock.at(leavesAt + traits.there(nth % preparedFor, preparedFor), () => {
        const outcome = traits.refusal(nth, clock.moment) ?? this.refusalByCapacity();
        const environment = outcome ? undefined : this.place(event, answer);
        this.seen.push({ event, sentAt, arrivedAt: clock.moment, environment });
        if (outcome) {
          answer(outcome);
        }
      });
      clock.at(deadline, () => resolve({ kind: 'timeout', error: 'no answer before the deadline' }));
    });
  }

  /** Ends each idle environment with this probability. */
  public lose(share: number): void {
    this.idle = this.idle.filter(() => this.traits.random() >= share);
  }

  private refusalByCapacity(): Outcome | undefined {
    const { protocol, capacity, capacityReason } = this.traits;
    return this.busy < capacity ? undefined : outcomeOf(protocol, {
      status: 429,
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
      body: JSON.stringify({ Reason: capacityReason, message: 'Rate Exceeded.' }),
    });
  }

  /** Runs the ping in an environment, and returns which. */
  private place(event: object, answer: (outcome: Outcome) => void): string {
    const { clock, traits } = this;
    const existing = this.takeIdle();
    const environment = existing ?? { id: `environment ${++this.born}`, skew: traits.skew * (2 * traits.random() - 1), pings: 0 };
    this.busy++;
    clock.at(clock.moment + (existing ? 0 : traits.coldStart()), () => {
      const began = this.timeIn(environment);
      const held = Math.max(traits.atLeast, Math.min(this.wishOf(event, began), MAX_HOLD_MS, traits.timeout - RUNTIME_MARGIN_MS));
      environment.pings++;
      clock.at(clock.moment + held, () => {
        this.busy--;
        this.idle.push(environment);
        answer(outcomeOf(traits.protocol, this.responseOf(environment, !existing, this.timeIn(environment) - began)));
      });
    });
    return environment.id;
  }

  private takeIdle(): Environment | undefined {
    const { reuse, random } = this.traits;
    switch (reuse) {
      case 'most recently used': return this.idle.pop();
      case 'least recently used': return this.idle.shift();
      default: return this.idle.splice(Math.floor(random() * this.idle.length), 1)[0];
    }
  }

  private timeIn({ skew }: Environment): number {
    return Math.floor(this.clock.moment + skew);
  }

  private wishOf(event: any, now: number): number {
    const { releaseAt, holdMs = 0 } = event[PING_KEY] ?? { holdMs: event.delay };
    return releaseAt === undefined ? holdMs : releaseAt - now;
  }

  private responseOf({ id, pings }: Environment, coldStart: boolean, heldMs: number): InvokeResponse {
    const bodies: { readonly [protocol in PingProtocol]?: unknown } = {
      [PingProtocol.STANDARD]: { [PING_KEY]: { environmentId: id, coldStart, heldMs, pings, idleMs: null } },
      [PingProtocol.OPEN_NEXT]: { type: 'warmer', serverId: id },
    };
    const log = `REPORT RequestId: 0 Duration: 1.00 ms${coldStart ? ' Init Duration: 100.00 ms' : ''}`;
    return {
      status: 200,
      headers: { 'x-amz-log-result': Buffer.from(log).toString('base64') },
      body: JSON.stringify(bodies[this.traits.protocol] ?? 'done'),
    };
  }
}
