import * as fc from 'fast-check';
import { LambdaModel, Traits } from './lambda-model';
import { ShardModel, ShardTraits } from './shard-model';
import { VirtualClock } from './virtual-clock';
import { ARN } from './waves';
import { warm, Wave } from '../../src/dispatcher/barrier';
import { Outcome } from '../../src/dispatcher/outcome';
import { MAX_WAVES, PlanEntry } from '../../src/dispatcher/plan';
import { reportOf } from '../../src/dispatcher/report';
import { MAX_RUN_UP_MS, RunUpMemory } from '../../src/dispatcher/run-up';
import { ShardOrder } from '../../src/dispatcher/shard';
import { ShardedSender } from '../../src/dispatcher/sharded-sender';
import { SpreadMemory } from '../../src/dispatcher/spread';
import { TickReport } from '../../src/dispatcher/tick-report';
import { PingProtocol } from '../../src/payload/ping-event';

interface Tick {
  readonly waves: readonly Wave[];
  readonly report: TickReport;
  readonly orders: readonly ShardOrder[];
  /** What arrived at the function. */
  readonly pings: readonly any[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One function, and a dispatcher with shards that warms it tick by tick. */
class World {
  public readonly clock = new VirtualClock();
  public readonly lambda: LambdaModel;
  public readonly shards: ShardModel;
  public memory = new SpreadMemory();
  public runUp = new RunUpMemory();

  constructor(private readonly pingsPerShard: number, traits: Partial<Traits> = {}, ofShards: Partial<ShardTraits> = {}) {
    this.lambda = new LambdaModel(this.clock, traits);
    this.shards = new ShardModel(this.clock, this.lambda, ofShards);
  }

  public async tick(concurrency: number, timeMs = 60_000): Promise<Tick> {
    const { clock, lambda, shards, memory, runUp, pingsPerShard } = this;
    const entry: PlanEntry = { function: ARN, concurrency, protocol: PingProtocol.STANDARD, event: { cdkLambdaWarmer: { token: 't' } } };
    const [ordered, seen] = [shards.orders.length, lambda.seen.length];
    const startedAt = clock.now();
    const sender = new ShardedSender({ entry, shards, pingsPerShard, clock, runUp });
    const waves = await clock.run(warm({ entry, sender, clock, memory, deadline: startedAt + timeMs }));
    const endedAt = clock.now();
    return {
      waves,
      report: reportOf({ entry, waves, tookMs: endedAt - startedAt }),
      orders: shards.orders.slice(ordered),
      pings: lambda.seen.slice(seen).map(({ event, sentAt }) => ({ ...event.cdkLambdaWarmer, sentAt })),
      startedAt,
      endedAt,
    };
  }

  public async ticks(count: number, concurrency: number): Promise<Tick[]> {
    const ticks: Tick[] = [];
    while (ticks.length < count) {
      ticks.push(await this.tick(concurrency));
      await this.clock.run(this.clock.sleep(300_000));
    }
    return ticks;
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const counting = (to: number) => Array.from({ length: to }, (_, index) => index);
const THROTTLED: Outcome = { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };

describe('the barrier over shards, in virtual time, against models of Lambda', () => {
  const sizes = fc.tuple(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 150 }))
    .map(([perShard, more]) => ({ perShard, concurrency: perShard + more }));
  const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });

  test('each wave sends every ping once, all with the same release, by no more shards than it takes, of alike parts', () => fc.assert(fc.asyncProperty(
    sizes, ms(50), ms(3000), fc.boolean(), async ({ perShard, concurrency }, spread, starting, isCold) => {
      const traits = { there: (index: number, of: number) => spread * index / of, coldStart: () => isCold ? 300 : 0 };
      const world = new World(perShard, traits, { starting: (nth) => starting * (nth % 3) / 3 });
      for (const { waves, report, orders, pings } of await world.ticks(3, concurrency)) {
        const count = Math.ceil(concurrency / perShard);
        expect(orders).toHaveLength(waves.length * count);
        expect(pings).toHaveLength(waves.length * concurrency);
        expect(world.shards.preparedFor).toBe(count);
        for (const { startedAt, releaseAt, pings: sent } of waves) {
          const ofWave = pings.filter((ping) => ping.releaseAt === releaseAt);
          expect(ofWave.map(({ index }) => index).sort((a, b) => a - b)).toEqual(counting(concurrency));
          expect(ofWave.every(({ of, sentAt }) => of === concurrency && sentAt >= startedAt)).toBe(true);
          expect(sent).toHaveLength(concurrency);
          const parts = orders.filter((order) => order.releaseAt === releaseAt).map(({ from, to }) => to - from);
          expect(sum(parts)).toBe(concurrency);
          expect(Math.max(...parts)).toBeLessThanOrEqual(perShard);
          expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        }
        // Counted over all shards.
        const answers = waves.flatMap(({ pings: sent }) => sent.map(({ outcome }) => outcome as { readonly environment: string }));
        expect(report).toMatchObject({ environments: new Set(answers.map(({ environment }) => environment)).size, coverage: 1 });
      }
    }), { numRuns: 100 }));

  test('waits with the pings until all shards are ready, so that none is held for a shard', async () => {
    const world = new World(10, { there: (index) => index, coldStart: () => 200 }, { starting: (nth) => 100 + 100 * (nth % 3) });
    for (const { waves, report } of (await world.ticks(5, 30)).slice(1)) {
      expect(waves).toHaveLength(1);
      expect(new Set(waves[0].pings.map(({ sentAt }) => sentAt)).size).toBe(1);
      // All arrive within 10 milliseconds; the lead is learnt from that, not from when shards started.
      expect(report).toMatchObject({ coverage: 1, outcomes: { coldStarted: 0 } });
    }
    expect((await world.tick(30)).report.heldMs).toBeLessThan(30 * 15);
  });

  test('asks for shards early enough, from what the slowest needed last, with a half more', async () => {
    const ticks = await new World(10, {}, { starting: (nth) => [400, 300, 200][nth % 3] }).ticks(3, 30);
    const runUps = ticks.map(({ orders: [{ startAt, sentAt }] }) => startAt - sentAt);
    // The first guess is 1200, and 2 for each ping of a shard.
    expect(runUps).toEqual([1220, 600, 600]);
  });

  test('goes on where a shard was late, with an earlier order and not because of what that wave seemed to show', async () => {
    const starting = (nth: number) => nth === 1 ? 3000 : 100;
    const [{ waves, report, orders }] = await new World(10, { there: (index) => index, coldStart: () => 100 }, { starting }).ticks(1, 30);
    expect(waves.map(({ isLate }) => isLate)).toEqual([true, false]);
    expect(report).toMatchObject({ coverage: 1, waves: 2 });
    expect(orders[3].startAt - orders[3].sentAt).toBe(4500);
    // Twice the first guess for ten pings.
    expect(report.leadMs).toBe(100);
  });

  test('learns nothing of how far apart pings arrive where a shard was late', async () => {
    const world = new World(10, { there: (index) => index, coldStart: () => 100 }, { starting: (nth) => nth === 4 ? 3000 : 100 });
    // Of the second tick, the environments are warm.
    const [, { waves, report }] = await world.ticks(2, 30);
    expect(waves.map(({ isLate }) => isLate)).toEqual([true, false]);
    expect(report).toMatchObject({ coverage: 1, leadMs: 100 });
    expect((await world.tick(30)).report.leadMs).toBeLessThan(15);
  });

  test('takes no more than half of the time that is left to start shards', async () => {
    const { orders: [{ startAt, sentAt }], report } = await new World(10, { coldStart: () => 100 }).tick(30, 2200);
    expect(startAt - sentAt).toBe(600);
    expect(report).toMatchObject({ coverage: 1, outcomes: { timeout: 0 } });
  });

  test('never orders later pings than shards take', async () => {
    const world = new World(10, {}, { starting: () => 9000 });
    await world.tick(30);
    const { orders: [{ startAt, sentAt }] } = await world.tick(30);
    expect(startAt - sentAt).toBe(MAX_RUN_UP_MS);
  });

  test('a shard has learnt what the next tick needs, should it be in charge of that', async () => {
    const world = new World(10, { there: (index) => 20 + index, coldStart: () => 100 }, { starting: () => 400 });
    await world.ticks(2, 30);
    const { memory, runUp } = world.shards;
    expect(runUp.runUpFor(10)).toBe(600);
    const known = memory.leadOf(`${ARN} 30`, 10);
    expect(known).toBeCloseTo(29 + 0.9 + 3, 5);
    Object.assign(world, { memory, runUp });
    const { report } = await world.tick(30);
    expect(report).toMatchObject({ coverage: 1, waves: 1, leadMs: Math.ceil(known) });
  });

  test('slows down at rate limits, each shard by itself', async () => {
    const refusal = (nth: number): Outcome | undefined => nth < 30 ? { kind: 'throttled', reason: 'CallerRateLimitExceeded' } : undefined;
    const { waves: [, { startedAt, pings }], report } = await new World(10, { refusal }).tick(30);
    expect(report).toMatchObject({ coverage: 1, waves: 2, outcomes: { throttled: { CallerRateLimitExceeded: 30 } } });
    expect(pings.map(({ sentAt }) => sentAt - startedAt)).toEqual(counting(30).map((index) => index % 10 * 2));
  });

  test.each<[string, Outcome, string, string, number]>([
    ['throttled at a limit of concurrency', THROTTLED, 'Shard.ReservedFunctionConcurrentInvocationLimitExceeded', 'ReservedFunctionConcurrentInvocationLimitExceeded', 1],
    ['not permitted', { kind: 'accessDenied', error: 'not authorized' }, 'Shard.accessDenied', 'not authorized', 1],
    ['not found', { kind: 'notFound', error: 'no such function' }, 'Shard.notFound', 'no such function', 1],
    ['broken', { kind: 'functionError', error: 'Runtime.OutOfMemory' }, 'Shard.functionError', 'Runtime.OutOfMemory', 1],
    ['throttled by rate', { kind: 'throttled', reason: 'CallerRateLimitExceeded' }, 'Shard.CallerRateLimitExceeded', 'CallerRateLimitExceeded', 2],
    ['cut off', { kind: 'failed', code: 'ECONNRESET', error: 'socket hang up' }, 'Shard.ECONNRESET', 'socket hang up', 2],
  ])('a shard that is %s is reported as failed pings, beside those of others, and asked for again where that may pass', async (_what, outcome, code, error, waves) => {
    const { report } = await new World(10, {}, { refusal: (nth) => nth === 1 ? outcome : undefined }).tick(30);
    expect(report).toMatchObject({
      waves,
      environments: waves === 1 ? 20 : 30,
      outcomes: { coldStarted: waves === 1 ? 20 : 30, throttled: {}, accessDenied: 0, notFound: 0, functionError: 0, failed: { [code]: 10 } },
      error: `the dispatcher's invocation of itself for pings 10 to 19 came to nothing: ${error}`,
    });
  });

  test('where no shard could be had, there is one wave, and nothing is warm', async () => {
    const { report } = await new World(10, {}, { refusal: () => THROTTLED }).tick(30);
    expect(report).toMatchObject({ waves: 1, pings: 30, coverage: 0, environments: 0, heldMs: null });
  });

  test('a shard that never answers costs the others nothing, and the tick ends in time', async () => {
    const { report, startedAt, endedAt } = await new World(10, {}, { refusal: (nth) => nth === 2 ? { kind: 'timeout', error: 'too late' } : undefined }).tick(30, 8000);
    expect(report).toMatchObject({ environments: 20, outcomes: { timeout: 0, failed: { 'Shard.timeout': 10 } } });
    expect(endedAt - startedAt).toBeLessThanOrEqual(8000);
  });

  test('shards end a second before the one in charge, and so say of pings that hang what came of them', async () => {
    const world = new World(10, { coldStart: () => 20_000 });
    const { report, orders, startedAt, endedAt } = await world.tick(30, 8000);
    expect(orders.map(({ deadline }) => deadline)).toEqual(Array(3).fill(startedAt + 7000));
    expect(report).toMatchObject({ waves: 1, outcomes: { timeout: 30, failed: {} } });
    expect(endedAt - startedAt).toBeLessThanOrEqual(8000);
  });

  test('no wave begins that would be too late, nor more than 4', () => fc.assert(fc.asyncProperty(
    fc.integer({ min: 3000, max: 30_000 }), ms(500), async (timeMs, spread) => {
      // Never held for long enough.
      const { waves, startedAt, endedAt } = await new World(5, { there: (index) => spread * index, timeout: 501 }).tick(12, timeMs);
      expect(waves.length).toBeLessThanOrEqual(MAX_WAVES);
      expect(endedAt).toBeLessThanOrEqual(startedAt + timeMs);
      expect(waves.every(({ releaseAt }) => releaseAt! <= startedAt + timeMs)).toBe(true);
    }), { numRuns: 100 }));

  test('says long names of environments by what they hash to, and counts them all the same', async () => {
    const world = new World(2);
    const name = (index: number) => `${'x'.repeat(60_000)}${index}`;
    let nth = 0;
    jest.spyOn(world.lambda, 'ping').mockImplementation(async () => ({ kind: 'answered', environment: name(nth++ % 5), coldStart: false, heldMs: 1, idleMs: null }));
    const { report } = await world.tick(6);
    expect(report.environments).toBe(5);
    expect(Math.max(...world.shards.answers.map((answer) => JSON.stringify(answer).length))).toBeLessThan(1000);
  });
});
