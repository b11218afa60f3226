import fc from 'fast-check';
import { MAX_ANSWER_BYTES, pack } from '../../../src/account/planner/batches';
import { inUse } from '../../../src/account/planner/headroom';
import { MAX_BATCHES_AT_ONCE, PlannerSettings, Spending } from '../../../src/account/planner/settings';
import { planTick } from '../../../src/account/planner/tick-plan';

const PREFIX = 'arn:aws:lambda:eu-west-1:111111111111:function:';
const SETTINGS: PlannerSettings = { tagKey: 'tag', refreshSeconds: 60, maxConcurrencyPerFunction: 50, maxShareOfConcurrency: 1, never: [] };
const SPENDING: Spending = {
  usd: 10,
  usdPerBatch: 0.25,
  usdPerFunction: 0.01,
  usdPerPing: 0.0000005,
  usdPerGbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  ticksPerMonth: 8640,
  answeringMs: 10,
  heldMs: 0,
  heldMsPerPing: 1,
};

function tagged(concurrencies: { readonly [name: string]: number }) {
  return { functions: Object.entries(concurrencies).map(([name, concurrency]) => ({ arn: `${PREFIX}${name}`, concurrency })), malformed: [] };
}

function many(count: number, concurrency: number) {
  return tagged(Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${String(index).padStart(5, '0')}`, concurrency])));
}

function planned(settings: Partial<PlannerSettings>, found: ReturnType<typeof tagged>, free = 10_000) {
  const { batches, ...rest } = planTick({ ...SETTINGS, ...settings }, { found, free });
  return { ...rest, pings: Object.fromEntries(batches.flat().map(({ function: arn, concurrency }) => [arn.slice(PREFIX.length), concurrency])) };
}

describe('a tick', () => {
  test('pings what is tagged, as often as the tag says', () => {
    expect(planned({}, tagged({ a: 3, b: 1 }))).toEqual({ pings: { a: 3, b: 1 }, asked: 4, planned: 4, mostAtOnce: 10_000, usd: undefined, cut: [] });
  });

  test('pings nothing where nothing is tagged', () => {
    expect(planTick(SETTINGS, { found: tagged({}), free: 1000 })).toMatchObject({ batches: [], asked: 0, planned: 0, cut: [] });
  });

  test('pings no function more often than one may be', () => {
    expect(planned({ maxConcurrencyPerFunction: 4 }, tagged({ a: 20, b: 4 }))).toMatchObject({
      pings: { a: 4, b: 4 }, asked: 24, planned: 8, cut: [{ function: `${PREFIX}a`, asked: 20, planned: 4 }],
    });
  });

  test('keeps to the total, fairly', () => {
    expect(planned({ maxConcurrency: 5 }, tagged({ a: 20, b: 1, c: 20 }))).toMatchObject({
      pings: { a: 2, b: 1, c: 2 }, mostAtOnce: 5, cut: [{ asked: 20, planned: 2 }, { asked: 20, planned: 2 }],
    });
  });

  test.each([[1000, 0.5, 498], [600, 0.5, 299], [1000, 1, 998], [10, 0.5, 4], [3, 0.5, 0], [0, 1, 0]])('of %i that are free uses a share of %d, with the dispatchers: %i pings', (free, share, pings) => {
    expect(planned({ maxShareOfConcurrency: share, maxConcurrencyPerFunction: 950 }, tagged({ a: 950, b: 950 }), free).planned).toBe(pings);
  });

  test('never pings what pings', () => {
    expect(planned({ never: ['a', 'c'] }, tagged({ a: 3, b: 1, c: 2 }))).toMatchObject({ pings: { b: 1 }, asked: 1 });
  });

  test('is the same from the same', () => {
    const found = many(300, 7);
    expect(planned({ maxConcurrency: 777 }, found)).toEqual(planned({ maxConcurrency: 777 }, found));
  });

  test('leaves out what an answer has no room for, and says so', () => {
    const { batches, cut } = planTick({ ...SETTINGS, maxConcurrencyPerFunction: 950 }, { found: many(5000, 950), free: 100_000_000 });
    const answer = JSON.stringify({ batches });
    expect(answer.length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(answer.length).toBeGreaterThan(MAX_ANSWER_BYTES * 0.95);
    const names = batches.flat().map(({ function: arn }) => arn);
    expect(names.length).toBeGreaterThan(2000);
    expect(cut).toHaveLength(5000 - names.length);
    expect(cut[0]).toEqual({ function: `${PREFIX}f0${names.length}`, asked: 950, planned: 0 });
  });
});

describe('a batch', () => {
  const ping = (concurrency: number) => ({ function: 'f', concurrency });

  test('has at most 400 pings, or one function with more', () => {
    expect(pack([ping(300), ping(100), ping(1), ping(950), ping(1)]).batches.map((batch) => batch.map(({ concurrency }) => concurrency)))
      .toEqual([[300, 100], [1], [950], [1]]);
  });

  test('has at most a hundred functions, of which a dispatcher tells something each', () => {
    expect(pack(Array.from({ length: 250 }, () => ping(1))).batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  });
});

describe('what runs at the same time', () => {
  test('is never more than the share, dispatchers included, whatever is tagged', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 1, max: 950 }), { maxLength: 300 }),
      fc.integer({ min: 0, max: 20_000 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (concurrencies, free, share) => {
        const found = tagged(Object.fromEntries(concurrencies.map((concurrency, index) => [`f${index}`, concurrency])));
        const { batches, planned: pings } = planTick({ ...SETTINGS, maxConcurrencyPerFunction: 950, maxShareOfConcurrency: share }, { found, free });
        expect(pings === 0 || pings + Math.min(batches.length, MAX_BATCHES_AT_ONCE) <= free * share).toBe(true);
      },
    ));
  });
});

describe('what a tick costs', () => {
  const sizes = new Map([[`${PREFIX}a`, { gb: 1, architecture: 'x86_64' }], [`${PREFIX}b`, { gb: 0.5, architecture: 'arm64' }]]);
  const tick = (spending: Partial<Spending>, found = tagged({ a: 50, b: 50 })) =>
    planTick({ ...SETTINGS, spending: { ...SPENDING, ...spending } }, { found, free: 10_000, sizes });

  test('is what each of its pings costs, whatever its function is, and a batch', () => {
    const { usd } = tick({ usd: 1000 }, tagged({ a: 2, b: 1 }));
    const a = 0.01 + 8640 * 2 * (0.0000005 + 1 * (10 + 2) / 1000 * 0.0000166667);
    const b = 0.01 + 8640 * 1 * (0.0000005 + 0.5 * 10 / 1000 * 0.0000133334);
    expect(usd).toBeCloseTo(a + b + 0.25, 9);
  });

  test('is never more than the limit, whatever is tagged', () => {
    const all = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 });
    fc.assert(fc.property(all, fc.double({ min: 0.0001, max: 60, noNaN: true }), (concurrencies, usd) => {
      const names = concurrencies.map((_, index) => `f${index}`);
      const known = new Map(names.map((name, index) => [`${PREFIX}${name}`, { gb: 0.125 * (1 + index % 16), architecture: index % 3 ? 'arm64' : 'x86_64' }]));
      const found = tagged(Object.fromEntries(names.map((name, index) => [name, concurrencies[index]])));
      const plan = planTick({ ...SETTINGS, spending: { ...SPENDING, usd } }, { found, free: 10_000, sizes: known });
      expect(plan.usd!).toBeLessThanOrEqual(usd + 1e-9);
    }));
  });

  test('is nothing where not even the batch may be paid for', () => {
    expect(tick({ usd: 0.2 })).toMatchObject({ batches: [], usd: 0, planned: 0 });
  });

  test.each([['nobody knows any more', 'gone'], ['are of an architecture without a price', 'strange']])('is not told of functions that %s: they are not pinged', (_, name) => {
    const known = new Map([...sizes, [`${PREFIX}strange`, { gb: 1, architecture: 'quantum' }]]);
    const { batches } = planTick({ ...SETTINGS, spending: SPENDING }, { found: tagged({ a: 1, [name]: 1 }), free: 10_000, sizes: known });
    expect(batches).toEqual([[{ function: `${PREFIX}a`, concurrency: 1 }]]);
  });
});

describe('what is in use', () => {
  test.each<[string, number[], number | null]>([
    ['is not known without data', [], null],
    ['is the one figure that is known', [7], 7],
    ['is not what pings are, every five minutes', [10, 10, 310, 10, 10, 10, 10, 310, 10, 10, 10, 10, 310, 10, 10], 10],
    ['is not what pings are, in the last minute', [10, 10, 310, 10, 10, 10, 10, 310], 10],
    ['is what has risen lately', [10, 10, 10, 10, 10, 10, 10, 10, 500, 520, 510], 500],
    ['is no peak of one minute', [10, 10, 900, 10, 10], 10],
    ['is the most of the time', [500, 500, 500, 10, 10], 500],
  ])('%s', (_, maxima, expected) => {
    expect(inUse(maxima)).toBe(expected);
  });
});
