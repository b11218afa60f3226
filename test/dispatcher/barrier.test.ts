import * as fc from 'fast-check';
import { LambdaModel, Reuse, SeenPing, Traits } from './lambda-model';
import { VirtualClock } from './virtual-clock';
import { warm, Wave } from '../../src/dispatcher/barrier';
import { Outcome } from '../../src/dispatcher/outcome';
import { MAX_HOLD_MS, MAX_WAVES, PlanEntry } from '../../src/dispatcher/plan';
import { reportOf } from '../../src/dispatcher/report';
import { LocalSender } from '../../src/dispatcher/sender';
import { leadFor, SpreadMemory } from '../../src/dispatcher/spread';
import { TickReport } from '../../src/dispatcher/tick-report';
import { PingProtocol } from '../../src/payload/ping-event';

const BETWEEN_TICKS_MS = 300_000;

interface Tick {
  readonly waves: readonly Wave[];
  readonly report: TickReport;
  /** What the model saw of it. */
  readonly seen: readonly SeenPing[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One function, and the dispatcher that warms it tick by tick. */
class World {
  public readonly clock = new VirtualClock();
  public readonly memory = new SpreadMemory();
  public readonly model: LambdaModel;
  private readonly protocol: PingProtocol;

  constructor(traits: Partial<Traits> = {}) {
    this.model = new LambdaModel(this.clock, traits);
    this.protocol = traits.protocol ?? PingProtocol.STANDARD;
  }

  public async tick(concurrency: number, timeMs = 120_000): Promise<Tick> {
    const { clock, model: carrier, memory, protocol } = this;
    const entry: PlanEntry = {
      function: 'arn:aws:lambda:eu-west-1:111111111111:function:orders',
      concurrency,
      protocol,
      event: protocol === PingProtocol.STANDARD ? { cdkLambdaWarmer: { token: 'token' } } : { type: 'warmer' },
    };
    const before = carrier.seen.length;
    const startedAt = clock.now();
    const waves = await clock.run(warm({ entry, sender: new LocalSender(entry, carrier, clock), clock, memory, deadline: startedAt + timeMs }));
    const endedAt = clock.now();
    return { waves, report: reportOf({ entry, waves, tookMs: endedAt - startedAt }), seen: carrier.seen.slice(before), startedAt, endedAt };
  }

  /** So many ticks, between which each environment is lost with this probability. */
  public async ticks(count: number, concurrency: number, loss = 0): Promise<Tick[]> {
    const ticks: Tick[] = [];
    while (ticks.length < count) {
      ticks.push(await this.tick(concurrency));
      await this.clock.run(this.clock.sleep(BETWEEN_TICKS_MS));
      this.model.lose(loss);
    }
    return ticks;
  }
}

/** What a test draws of a world; the times in milliseconds. */
interface Drawn {
  readonly seed: number;
  readonly base: number;
  /** Between the first ping's arrival and the last's. */
  readonly spread: number;
  /** What is added to each ping's way there by chance, at the most. */
  readonly jitter: number;
  readonly back: number;
  readonly coldStart: readonly [number, number];
  readonly reuse: Reuse;
}

const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });
const drawn: fc.Arbitrary<Drawn> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  base: ms(100),
  spread: ms(300),
  jitter: ms(50),
  back: ms(50),
  coldStart: fc.oneof(fc.constant<[number, number]>([0, 0]), fc.tuple(ms(500), ms(500)), fc.tuple(ms(8000), ms(8000))),
  reuse: fc.constantFrom<Reuse[]>('most recently used', 'least recently used', 'any'),
});
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const concurrencies = fc.integer({ min: 2, max: 150 });

function traitsOf({ seed, base, spread, jitter, back, coldStart: [shortest, longest], reuse }: Drawn): Partial<Traits> {
  const random = randomOf(seed);
  return {
    random,
    reuse,
    there: (index, of) => base + (of > 1 ? spread * index / (of - 1) : 0) + jitter * random(),
    back: () => back * (1 + random()),
    coldStart: () => shortest + (longest - shortest) * random(),
  };
}

/** The same world, with all pings there after so many times the first guess at the latest. */
function within(guesses: number, concurrency: number, world: Drawn): Drawn {
  const { base, spread, jitter } = world;
  const part = Math.min(1, guesses * new SpreadMemory().leadOf('target', concurrency) / (base + spread + jitter));
  return { ...world, base: base * part, spread: spread * part, jitter: jitter * part };
}

/** Numbers between 0 and 1 that look random, the same ones for the same seed (Lehmer's generator). */
function randomOf(seed: number): () => number {
  const modulus = 2 ** 31 - 1;
  let state = seed;
  return () => {
    state = state * 48_271 % modulus;
    return state / modulus;
  };
}

function check<T extends [unknown, ...unknown[]]>(
  numRuns: number, arbitraries: { [I in keyof T]: fc.Arbitrary<T[I]> }, predicate: (...drawn: T) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty<T>(...arbitraries, predicate), { numRuns });
}

const RATE: Outcome = { kind: 'throttled', reason: 'CallerRateLimitExceeded' };
const FAILURES: Outcome[] = [
  { kind: 'functionError', error: 'Error: no' },
  { kind: 'accessDenied', error: 'not authorized' },
  { kind: 'notFound', error: 'no such function' },
  { kind: 'timeout', error: 'too late' },
];
const BROKEN: Outcome = { kind: 'failed', code: 'ECONNRESET', error: 'socket hang up' };

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const environmentsIn = (seen: readonly SeenPing[]) => new Set(seen.flatMap(({ environment }) => environment ?? [])).size;
const leadsOf = ({ waves }: Pick<Tick, 'waves'>) => waves.map(({ startedAt, releaseAt }) => releaseAt! - startedAt);
const throttlesOf = ({ outcomes }: TickReport) => sum(Object.values(outcomes.throttled));
const firstLeadOf = (tick: Tick) => leadsOf(tick)[0];

/** What holding cost in the last wave at the least: all wait for whichever comes last. */
function leastHeldMs(seen: readonly SeenPing[], concurrency: number): number {
  const arrivals = seen.slice(-concurrency).map(({ arrivedAt }) => arrivedAt);
  return sum(arrivals.map((arrival) => Math.max(...arrivals) - arrival));
}

describe('the barrier, in virtual time, against a model of Lambda: coverage', () => {
  const protocols = fc.constantFrom(PingProtocol.STANDARD, PingProtocol.STANDARD, PingProtocol.OPEN_NEXT);
  const losses = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.1, noNaN: true }), shares);
  const small = fc.record({ skew: ms(1), sending: ms(1), atLeast: ms(1) });

  test('every tick reaches all environments, however they are reused, started and lost', () => check(
    350, [fc.integer({ min: 1, max: 150 }), drawn, losses, protocols, small],
    async (concurrency, world, loss, protocol, rest) => {
      // Cold starts of no length double the wait and teach nothing. After two of them there is one wave to spare.
      const traits = { ...traitsOf(within(4, concurrency, world)), ...rest, protocol };
      for (const { report, seen } of await new World(traits).ticks(3, concurrency, loss)) {
        expect(report).toMatchObject({ coverage: 1, error: undefined });
        expect(environmentsIn(seen)).toBe(report.environments);
      }
    }));

  test('the environments reported are those that the model counted, of more than were asked for too', () => check(
    200, [fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), drawn], async (before, concurrency, world) => {
      const lambda = new World(traitsOf(world));
      await lambda.tick(before);
      const { report, seen } = await lambda.tick(concurrency);
      expect(report.environments).toBe(environmentsIn(seen));
      expect(report.coverage).toBeLessThanOrEqual(1);
      expect(report.pings).toBe(seen.length);
      expect(lambda.model.preparedFor).toBe(concurrency);
    }));

  test.each(['ReservedFunctionConcurrentInvocationLimitExceeded', 'ConcurrentInvocationLimitExceeded'])(
    'stops at capacity, with as many environments as there are: %s', (capacityReason) => check(
      100, [concurrencies, fc.double({ min: 0, max: 0.999, noNaN: true }), drawn], async (concurrency, part, world) => {
        const capacity = 1 + Math.floor(part * (concurrency - 1));
        const traits = traitsOf(within(4, concurrency, world));
        const [first, ...later] = await new World({ ...traits, capacity, capacityReason }).ticks(3, concurrency);
        for (const { waves, report } of [first, ...later]) {
          expect(report).toMatchObject({ environments: capacity, coverage: capacity / concurrency, error: undefined });
          expect(throttlesOf(report)).toBeGreaterThan(0);
          expect(report.outcomes.throttled).toEqual({ [capacityReason]: throttlesOf(report) });
          // Whichever wave is throttled is the last.
          expect(waves.slice(0, -1).flatMap(({ pings }) => pings).filter(({ outcome }) => outcome.kind === 'throttled')).toEqual([]);
        }
        // One wave is enough where it waits for all pings.
        if (world.base + world.spread + world.jitter < firstLeadOf(first)) {
          expect(first.waves).toHaveLength(1);
          expect(throttlesOf(first.report)).toBe(concurrency - capacity);
        }
      }));

  test('goes on after waves in which pings met, each time with a later release, and stops when all are reached', async () => {
    const lambda = new World({ there: (index) => 10 + 100 * index, random: randomOf(1) });
    const first = await lambda.tick(4);
    expect(first.report).toMatchObject({ coverage: 1, environments: 4 });
    const leads = leadsOf(first);
    expect(leads[0]).toBe(38);
    expect(leads.length).toBeGreaterThan(1);
    expect(leads.every((lead, index) => index === 0 || lead >= 1.5 * leads[index - 1])).toBe(true);
    expect(leads[leads.length - 1]).toBeGreaterThan(310);
  });

  test('waits twice as long at the least, whatever the answers seem to say', async () => {
    // What the environments take looks like holding, as if the pings had come before the release.
    const [, { waves, report }] = await new World({ there: (index) => 20 * index, coldStart: () => 400, atLeast: 5 }).ticks(2, 4);
    const [first, second] = leadsOf({ waves });
    expect(first).toBe(38);
    expect(second).toBeGreaterThanOrEqual(76);
    expect(report.coverage).toBe(1);
  });

  test('counts what all waves reached, and stops when that is enough', async () => {
    // The second wave reaches what the first has not, and nothing else.
    const lambda = new World({ coldStart: () => 400, reuse: 'least recently used', refusal: (nth) => nth === 2 || nth === 5 ? RATE : undefined });
    const [, { report }] = await lambda.ticks(2, 2);
    expect(report).toMatchObject({ waves: 2, coverage: 1, outcomes: { warm: 2, throttled: { CallerRateLimitExceeded: 2 } } });
  });

  test('cold starts tell nothing of when the next wave will arrive: it waits twice as long', async () => {
    // The last of four comes when the others have left.
    const lambda = new World({ there: (index) => index < 3 ? 0 : 1000, coldStart: () => 1 });
    expect(leadsOf(await lambda.tick(4)).slice(0, 2)).toEqual([38, 76]);
  });

  test('where most of those that met were warm, the next wave waits for what they needed', async () => {
    // Each ping comes when the one before it has left.
    const lambda = new World({ there: (index) => 1000 * index, coldStart: () => 1 });
    const [, second] = leadsOf(await lambda.tick(3));
    expect(second).toBeGreaterThan(2000);
  });

  test('is whole where handlers are busy with each ping for longer than it is held', async () => {
    for (const atLeast of [2, 5, 20, 100]) {
      const [, { report }] = await new World({ there: (index) => 100 + 20 * index, coldStart: () => 400, atLeast }).ticks(2, 5);
      expect([atLeast, report.coverage]).toEqual([atLeast, 1]);
    }
  });

  test('needs one wave a tick, and little holding, also where some environments are replaced at each', async () => {
    const world = new World({ there: (index) => index, coldStart: () => 400, random: randomOf(7) });
    const steady = (await world.ticks(12, 100, 0.04)).slice(3);
    for (const { report, seen } of steady) {
      expect(report).toMatchObject({ coverage: 1, waves: 1 });
      expect(report.heldMs).toBeLessThan(2 * leastHeldMs(seen, 100));
    }
  });
});

describe('the barrier, in virtual time, against a model of Lambda: what it costs', () => {
  test('no tick has more than 4 waves or sends after its deadline, and each ends by then', () => check(
    250, [concurrencies, drawn, fc.integer({ min: 300, max: 20_000 }), shares, fc.constantFrom(RATE, ...FAILURES)],
    async (concurrency, world, timeMs, share, refused) => {
      const traits = traitsOf(world);
      const lambda = new World({ ...traits, refusal: () => traits.random!() < share ? refused : undefined });
      for (let index = 0; index < 2; index++) {
        const { waves, report, startedAt, endedAt } = await lambda.tick(concurrency, timeMs);
        expect(waves.length).toBeLessThanOrEqual(MAX_WAVES);
        expect(report.pings).toBe(waves.length * concurrency);
        expect(endedAt).toBeLessThanOrEqual(startedAt + timeMs);
        for (const { pings, releaseAt } of waves.slice(1)) {
          expect(Math.max(...pings.map(({ sentAt }) => sentAt))).toBeLessThan(startedAt + timeMs);
          // A wave that cannot be released in time is not begun.
          expect(releaseAt).toBeLessThanOrEqual(startedAt + timeMs);
        }
      }
    }));

  test('begins no wave whose release would be too late', async () => {
    // After a pause of 1000, the second wave would be released 72 later.
    const wavesIn = async (timeMs: number) => (await new World({ refusal: () => RATE }).tick(2, timeMs)).waves.length;
    expect(await wavesIn(1060)).toBe(1);
    expect(await wavesIn(1080)).toBe(2);
  });

  test('has no more than 4 waves where the pings never reach all', async () => {
    // The release is never late enough: no environment is held longer than the function's timeout allows.
    const { waves, report } = await new World({ there: (index) => 1000 * index, timeout: 600 }).tick(5);
    expect(waves).toHaveLength(MAX_WAVES);
    expect(report.coverage).toBe(0.2);
  });

  test('never asks to be held longer than the runtimes hold', async () => {
    const { waves } = await new World({ there: (index) => 9000 * index, timeout: 600 }).tick(3);
    expect(Math.max(...leadsOf({ waves }))).toBe(MAX_HOLD_MS);
  });

  const steady = drawn.map((world) => ({ ...world, jitter: 0.05 * world.spread, spread: world.spread + 5 }));

  test('from the third tick on, holding costs at most twice what it must, and a few milliseconds a ping', () => check(
    100, [concurrencies, steady], async (concurrency, world) => {
      const lambda = new World(traitsOf(within(2, concurrency, { ...world, reuse: 'most recently used' })));
      for (const { report, seen } of (await lambda.ticks(6, concurrency)).slice(2)) {
        expect(report.waves).toBe(1);
        expect(report.heldMs).toBeLessThanOrEqual(2 * leastHeldMs(seen, concurrency) + 4 * concurrency);
      }
    }));

  test('so it does in most ticks where an early release may reach all by luck', () => check(
    60, [concurrencies, steady], async (concurrency, world) => {
      const ticks = (await new World(traitsOf({ ...world, reuse: 'any' })).ticks(9, concurrency)).slice(2);
      const cheap = ticks.filter(({ report, seen }) => report.heldMs! <= 2 * leastHeldMs(seen, concurrency) + 4 * concurrency);
      expect(cheap.length).toBeGreaterThan(ticks.length / 2);
    }));
});

describe('the barrier, in virtual time, against a model of Lambda: one ping', () => {
  test('a ping that is alone is never held, and sent once', () => check(100, [drawn], async (world) => {
    for (const { waves, report, seen } of await new World(traitsOf(world)).ticks(2, 1)) {
      expect(waves).toHaveLength(1);
      expect(waves[0].releaseAt).toBeUndefined();
      expect(seen.map(({ event }) => event)).toEqual([{ cdkLambdaWarmer: { token: 'token' } }]);
      expect(report).toMatchObject({ coverage: 1, heldMs: 0, leadMs: 0, waves: 1 });
    }
  }));

  test('nor is one of OpenNext', async () => {
    const { seen } = await new World({ protocol: PingProtocol.OPEN_NEXT }).tick(1);
    expect(seen.map(({ event }) => event)).toEqual([{ type: 'warmer', index: 0, concurrency: 1, delay: 0 }]);
  });
});

describe('the barrier, in virtual time, against a model of Lambda: pings that are refused', () => {
  test.each(['CallerRateLimitExceeded', 'FunctionInvocationRateLimitExceeded'])('slows down for %s, and reaches all when it ends', (reason) => check(
    100, [fc.integer({ min: 1, max: 150 }), drawn, fc.integer({ min: 1, max: 3 }), fc.double({ min: 0.05, max: 1, noNaN: true })],
    async (concurrency, world, refusing, share) => {
      // Of waves that are refused in part little can be learnt, and only the last may be whole.
      const traits = traitsOf(within(0.9, concurrency, world));
      const refusal = (nth: number): Outcome | undefined =>
        nth < refusing * concurrency && traits.random!() < share ? { kind: 'throttled', reason } : undefined;
      const { waves, report } = await new World({ ...traits, refusal }).tick(concurrency);
      expect(report).toMatchObject({ coverage: 1, error: undefined });
      let gap = 0;
      waves.forEach(({ startedAt, pings }, index) => {
        expect(pings.map(({ sentAt }) => sentAt)).toEqual(pings.map((_, nth) => startedAt + gap * nth));
        if (pings.some(({ outcome }) => outcome.kind === 'throttled')) {
          const pause = index + 1 < waves.length ? waves[index + 1].startedAt - Math.max(...pings.map(({ endedAt }) => endedAt)) : 1000;
          expect(Math.abs(pause - 1000)).toBeLessThanOrEqual(1);
          gap = gap === 0 ? 2 : 2 * gap;
        }
      });
    }));

  test('the pings of a slow wave are all released after the last of them is sent', async () => {
    const { waves } = await new World({ refusal: (nth) => nth < 100 ? RATE : undefined }).tick(100);
    expect(waves).toHaveLength(2);
    const [, { startedAt, releaseAt, pings }] = waves;
    expect(pings[99].sentAt).toBe(startedAt + 198);
    // Twice the first guess of 230, and 2 for each ping.
    expect(releaseAt).toBe(startedAt + 660);
  });

  test.each(FAILURES)('pings that fail do not cause another wave: $kind', (refused) => check(
    50, [concurrencies, drawn, fc.nat(150)], async (concurrency, world, failing) => {
      const lambda = new World({ ...traitsOf({ ...world, base: 0, spread: 0, jitter: 10 }), refusal: (nth) => nth <= failing ? refused : undefined });
      const { report } = await lambda.tick(concurrency);
      const answered = Math.max(0, concurrency - failing - 1);
      expect(report).toMatchObject({ waves: 1, pings: concurrency, environments: answered, error: 'error' in refused ? refused.error : undefined });
      expect(report.outcomes.warm + report.outcomes.coldStarted).toBe(answered);
    }));

  test('pings that broke on the way are followed by another wave, which reaches what they have not', async () => {
    const { report } = await new World({ refusal: (nth) => nth === 3 ? BROKEN : undefined }).tick(10);
    expect(report).toMatchObject({ waves: 2, coverage: 1, outcomes: { failed: { ECONNRESET: 1 } } });
  });

  test('pings of which none arrived are not followed by another wave', async () => {
    const { report } = await new World({ refusal: () => BROKEN }).tick(10);
    expect(report).toMatchObject({ waves: 1, coverage: 0, outcomes: { failed: { ECONNRESET: 10 } } });
  });

  test('a release that would be too late to hear of is brought forward', async () => {
    const world = new World({ there: (index) => 2000 * index, coldStart: () => 0 });
    world.memory.remember('arn:aws:lambda:eu-west-1:111111111111:function:orders 2', { first: 0, last: 9000 });
    const { waves, report } = await world.tick(2, 8500);
    expect(leadsOf({ waves })).toEqual([4250]);
    expect(report).toMatchObject({ coverage: 1, outcomes: { timeout: 0 } });
  });

  test('pings that fail do not keep those that met from another wave', async () => {
    const { report } = await new World({ there: (index) => 50 * index, refusal: (nth) => nth % 4 === 0 ? FAILURES[0] : undefined }).tick(4);
    expect(report.waves).toBeGreaterThan(1);
    expect(report).toMatchObject({ environments: 3, error: 'Error: no' });
  });
});

describe('the barrier, in virtual time, against a model of Lambda: other protocols', () => {
  test.each([PingProtocol.LAMBDA_WARMER, PingProtocol.SCHEDULED_EVENT, PingProtocol.FIXED])(
    'answers that name no environment: one wave, and nothing is known of coverage: %s', (protocol) => check(
      30, [concurrencies, drawn], async (concurrency, world) => {
        for (const { report } of await new World({ ...traitsOf(world), protocol }).ticks(2, concurrency)) {
          expect(report).toMatchObject({ waves: 1, pings: concurrency, coverage: null, environments: null, heldMs: null });
        }
      }));

  test('OpenNext is told to wait the shorter the later its ping is sent, and counted by server', () => check(
    60, [concurrencies, ms(3), drawn], async (concurrency, sending, world) => {
      const traits = { ...traitsOf(within(2, concurrency, world)), protocol: PingProtocol.OPEN_NEXT, sending };
      const [, { waves, seen, report }] = await new World(traits).ticks(2, concurrency);
      expect(report).toMatchObject({ coverage: 1, environments: environmentsIn(seen), heldMs: null });
      const sent = [...seen].sort((one, other) => one.sentAt - other.sentAt);
      waves.forEach(({ releaseAt }, wave) => {
        sent.slice(wave * concurrency, (wave + 1) * concurrency).forEach(({ event, sentAt }, index) => {
          const delay = Math.max(0, releaseAt! - Math.floor(sentAt));
          expect(event).toEqual({ type: 'warmer', index: expect.any(Number), concurrency, delay });
          expect(sending < 0.001 || event.index === index).toBe(true);
        });
      });
    }));

  test('OpenNext is told to wait for nothing by a ping that is sent after the release', async () => {
    const { waves, seen } = await new World({ protocol: PingProtocol.OPEN_NEXT, sending: 10, coldStart: () => 5000 }).tick(10);
    expect(waves).toHaveLength(1);
    expect(seen.map(({ event }) => event.delay)).toEqual([50, 40, 30, 20, 10, 0, 0, 0, 0, 0]);
  });
});

describe('what the ticks remember', () => {
  test('the first guess grows with the number of pings', () => {
    const memory = new SpreadMemory();
    expect([1, 10, 100].map((pings) => memory.leadOf('target', pings))).toEqual([32, 50, 230]);
  });

  test('the release is a little later than the last arrival, by how far apart the pings are', () => {
    expect(leadFor({ first: 50, last: 50 })).toBe(53);
    expect(leadFor({ first: 50, last: 150 })).toBe(163);
    expect(leadFor({ first: 0, last: 9999 })).toBe(MAX_HOLD_MS);
  });

  test('each target has its own', () => {
    const memory = new SpreadMemory();
    memory.remember('target', { first: 0, last: 100 });
    expect(memory.leadOf('target', 10)).toBe(113);
    expect(memory.leadOf('other', 10)).toBe(50);
  });

  test('a longer spread counts at once, a shorter one by half', () => {
    const memory = new SpreadMemory();
    const leads = [100, 200, 100, 100].map((last) => {
      memory.remember('target', { first: 0, last });
      return memory.leadOf('target', 10);
    });
    expect(leads).toEqual([113, 223, 168, 140.5]);
  });

  test('a first arrival is never remembered as later than the last', () => {
    const memory = new SpreadMemory();
    memory.remember('target', { first: 10, last: 20 });
    memory.remember('target', { first: 90, last: 90 });
    memory.remember('target', { first: 40, last: 40 });
    expect(memory.leadOf('target', 10)).toBe(leadFor({ first: 40, last: 65 }));
  });

  // One ping a millisecond, from 20 on: the last arrives at 69.
  const traits: Partial<Traits> = { there: (index) => 20 + index, back: () => 15, coldStart: () => 400 };

  test('in virtual time, against a model of Lambda: a tick of cold starts is not remembered, the first warm one is', async () => {
    const ticks = await new World(traits).ticks(4, 50);
    expect(ticks.map(({ report }) => report.outcomes.coldStarted)).toEqual([50, 0, 0, 0]);
    expect(ticks.map(firstLeadOf).slice(0, 2)).toEqual([130, 130]);
    // The last arrival, a tenth of 49, and 3; from then on the same.
    expect(ticks.map(firstLeadOf).slice(2)).toEqual([77, 77]);
  });

  test('in virtual time, against a model of Lambda: so is the last wave of a tick whose first was too early, and only that', async () => {
    // From 150 to 395: of the first wave, none is held.
    const [, second, third] = await new World({ ...traits, there: (index) => 150 + 5 * index }).ticks(3, 50);
    expect(second.report).toMatchObject({ waves: 2, outcomes: { coldStarted: 0 } });
    expect(third.waves).toHaveLength(1);
    expect(firstLeadOf(third)).toBe(Math.ceil(395 + 24.5 + 3));
  });

  test('in virtual time, against a model of Lambda: pings that come late show the next wave when', async () => {
    // From 20 to 265: of the first wave, some are held.
    const [, second] = await new World({ ...traits, there: (index) => 20 + 5 * index }).ticks(2, 50);
    expect(leadsOf(second)).toEqual([130, Math.ceil(265 + 24.5 + 3)]);
  });

  test('in virtual time, against a model of Lambda: a release that was enough is not put off for pings that were later', async () => {
    const lambda = new World({ ...traits, there: (index) => 150 + 5 * index, reuse: 'least recently used' });
    const ticks = await lambda.ticks(3, 50);
    expect(ticks.map(({ report }) => report.waves)).toEqual([1, 1, 1]);
    expect(ticks.map(firstLeadOf)).toEqual([130, 130, 133]);
  });

  test('in virtual time, against a model of Lambda: environments that are busy for longer do not lead to a release in the past', async () => {
    for (const tick of await new World({ ...traits, atLeast: 500 }).ticks(5, 50)) {
      expect(tick.report.coverage).toBe(1);
      expect(firstLeadOf(tick)).toBeGreaterThan(0);
    }
  });

  test('in virtual time, against a model of Lambda: another concurrency of the same function starts anew', async () => {
    const lambda = new World(traits);
    await lambda.ticks(3, 50);
    expect(firstLeadOf(await lambda.tick(10))).toBe(50);
    expect(firstLeadOf(await lambda.tick(50))).toBe(77);
  });
});
