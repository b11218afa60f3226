import { LambdaModel } from './lambda-model';
import { VirtualClock } from './virtual-clock';
import { Outcome } from '../../src/dispatcher/outcome';
import { RunUpMemory } from '../../src/dispatcher/run-up';
import { Carrier, Clock } from '../../src/dispatcher/sender';
import { sendShard, ShardAnswer, ShardOrder } from '../../src/dispatcher/shard';
import { Shards } from '../../src/dispatcher/sharded-sender';
import { SpreadMemory } from '../../src/dispatcher/spread';

/** How the invocations behave that are to be shards. All times are in milliseconds. */
export interface ShardTraits {
  /** How long the nth order of all, counted from 0, takes until its shard can send. */
  readonly starting: (nth: number) => number;
  /** What becomes of it instead, if anything. */
  readonly refusal: (nth: number) => Outcome | undefined;
}

/** A process of its own, which is not busy while others send. */
class Process implements Clock {
  constructor(private readonly world: VirtualClock) {}

  public now(): number {
    return Math.floor(this.world.moment);
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.world.at(this.world.moment + milliseconds, resolve));
  }
}

/** A model of invocations of the dispatcher, all of which ping one function: what passes between them passes as JSON. */
export class ShardModel implements Shards {
  public readonly orders: ShardOrder[] = [];
  public readonly answers: ShardAnswer[] = [];
  public preparedFor = 0;
  /** What the environments have learnt that were shards. */
  public readonly memory = new SpreadMemory();
  public readonly runUp = new RunUpMemory();
  private readonly traits: ShardTraits;

  constructor(private readonly clock: VirtualClock, private readonly lambda: LambdaModel, traits: Partial<ShardTraits> = {}) {
    this.traits = { starting: () => 0, refusal: () => undefined, ...traits };
  }

  public async prepare(count: number): Promise<void> {
    this.preparedFor = count;
  }

  public async order(order: ShardOrder, deadline: number): Promise<ShardAnswer | Outcome> {
    const nth = this.orders.length;
    const received: ShardOrder = JSON.parse(JSON.stringify(order));
    this.orders.push(received);
    const own = new Process(this.clock);
    const refusal = this.traits.refusal(nth);
    if (refusal) {
      await own.sleep(refusal.kind === 'timeout' ? deadline - own.now() : 5);
      return refusal;
    }
    const { lambda, memory, runUp } = this;
    const carrier: Carrier = {
      prepare: async (pings) => {
        lambda.preparedFor = pings;
        await own.sleep(this.traits.starting(nth));
      },
      ping: (event, until) => lambda.ping(event, until),
    };
    const answer = JSON.parse(JSON.stringify(await sendShard({ order: received, carrier, clock: own, deadline: received.deadline, memory, runUp })));
    this.answers.push(answer);
    return answer;
  }
}
