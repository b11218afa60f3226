import * as fc from 'fast-check';
import { answeredBy, ARN, BARE, ENTRY, waveOf } from './waves';
import { Wave } from '../../src/dispatcher/barrier';
import { Outcome } from '../../src/dispatcher/outcome';
import { MetricName } from '../../src/dispatcher/plan';
import { metricsOf, metricsOfFleet, ReportOptions, reportOf } from '../../src/dispatcher/report';
import { Outcomes, TickReport } from '../../src/dispatcher/tick-report';
import { PingProtocol } from '../../src/payload/ping-event';

const NOTHING: Outcomes = {
  warm: 0, coldStarted: 0, answered: 0, throttled: {}, functionError: 0, accessDenied: 0, notFound: 0, timeout: 0, failed: {},
};

function report(waves: readonly Wave[], more: Partial<ReportOptions> = {}): TickReport {
  return reportOf({ entry: ENTRY, waves, tookMs: 77, ...more });
}

const throttled = (reason: string): Outcome => ({ kind: 'throttled', reason });
const failed = (code: string, error = 'no'): Outcome => ({ kind: 'failed', code, error });

test('a tick that reached all says so', () => {
  const wave = waveOf(answeredBy('a'), answeredBy('b', { coldStart: true, heldMs: 5 }), answeredBy('c', { idleMs: 100 }));
  expect(report([wave], { sinceLastTickMs: 60_000 })).toStrictEqual({
    summary: 'orders: 3 of 3 environments warm, 1 started by it; 3 pings in 1 wave, 77 ms, environments busy for 25 ms in all; 1 used since the tick before',
    function: ARN,
    fleet: undefined,
    concurrency: 3,
    coverage: 1,
    environments: 3,
    usedSinceLastTick: 1,
    outcomes: { ...NOTHING, warm: 2, coldStarted: 1 },
    error: undefined,
    heldMs: 25,
    pings: 3,
    waves: 1,
    leadMs: 36,
    tookMs: 77,
  });
});

test('a tick that was paused says so', () => {
  expect(report([], { entry: { ...ENTRY, concurrency: 0 }, sinceLastTickMs: 60_000 })).toStrictEqual({
    summary: 'orders: nothing was pinged, because the parameter says 0',
    function: ARN,
    fleet: undefined,
    concurrency: 0,
    coverage: null,
    environments: null,
    usedSinceLastTick: null,
    outcomes: NOTHING,
    error: undefined,
    heldMs: null,
    pings: 0,
    waves: 0,
    leadMs: 0,
    tookMs: 77,
  });
});

describe('outcomes', () => {
  test.each<[string, Outcome[], Partial<Outcomes>]>([
    ['warm', [answeredBy('a'), answeredBy('b')], { warm: 2 }],
    ['by a cold start', [answeredBy('a', { coldStart: true })], { coldStarted: 1 }],
    ['answered without a word', [BARE, BARE], { answered: 2 }],
    ['throttled', [throttled('One'), throttled('Two'), throttled('One')], { throttled: { One: 2, Two: 1 } }],
    ['function error', [{ kind: 'functionError', error: 'TypeError' }], { functionError: 1 }],
    ['access denied', [{ kind: 'accessDenied', error: 'not authorized' }], { accessDenied: 1 }],
    ['not found', [{ kind: 'notFound', error: 'no such function' }], { notFound: 1 }],
    ['timeout', [{ kind: 'timeout', error: 'no answer' }, { kind: 'timeout', error: 'no answer' }], { timeout: 2 }],
    ['failed', [failed('ECONNRESET'), failed('ServiceException'), failed('ECONNRESET')], { failed: { ECONNRESET: 2, ServiceException: 1 } }],
  ])('are counted apart: %s', (_what, outcomes, expected) => {
    expect(report([waveOf(...outcomes)]).outcomes).toStrictEqual({ ...NOTHING, ...expected });
  });

  test('are counted in all waves', () => {
    const { outcomes, pings, waves } = report([
      waveOf(answeredBy('a', { coldStart: true }), answeredBy('a'), throttled('One')),
      waveOf(answeredBy('a'), answeredBy('b', { coldStart: true }), throttled('One')),
      waveOf(answeredBy('a'), answeredBy('b'), failed('ECONNRESET')),
    ]);
    expect({ outcomes, pings, waves }).toStrictEqual({
      outcomes: { ...NOTHING, warm: 4, coldStarted: 2, throttled: { One: 2 }, failed: { ECONNRESET: 1 } }, pings: 9, waves: 3,
    });
  });

  test.each(['constructor', 'toString', '__proto__'])('are counted by whatever name: %s', (name) => {
    const { outcomes } = report([waveOf(throttled(name), throttled(name), failed(name))]);
    expect([Object.entries(outcomes.throttled), Object.entries(outcomes.failed)]).toEqual([[[name, 2]], [[name, 1]]]);
  });
});

describe('coverage', () => {
  test.each<[string, Outcome[][], number | null, number | null]>([
    ['all of them', [[answeredBy('a'), answeredBy('b'), answeredBy('c')]], 1, 3],
    ['some', [[answeredBy('a'), answeredBy('b'), answeredBy('a')]], 2 / 3, 2],
    ['all, in two waves', [[answeredBy('a'), answeredBy('b'), answeredBy('a')], [answeredBy('b'), answeredBy('b'), answeredBy('c')]], 1, 3],
    ['more than were asked for, in two waves', [['a', 'b', 'c'].map((id) => answeredBy(id)), ['d', 'e', 'f'].map((id) => answeredBy(id))], 1, 6],
    ['some, the others throttled', [[answeredBy('a'), throttled('One'), throttled('One')]], 1 / 3, 1],
    ['some, the others unnamed', [[answeredBy('a'), BARE, BARE]], 1 / 3, 1],
    ['none, for nothing answered', [[throttled('One'), failed('ECONNRESET'), { kind: 'timeout', error: '' }]], 0, 0],
    ['none, for each failed', [[{ kind: 'functionError', error: '' }, { kind: 'accessDenied', error: '' }, { kind: 'notFound', error: '' }]], 0, 0],
    ['unknown, for no answer names one', [[BARE, BARE, BARE]], null, null],
    ['unknown, for the only answer names none', [[throttled('One'), throttled('One'), throttled('One')], [BARE, throttled('One'), throttled('One')]], null, null],
    ['of those that answer by their log, unknown', [[answeredBy(undefined), answeredBy(undefined, { coldStart: true }), BARE]], null, null],
  ])('%s', (_what, waves, coverage, environments) => {
    const { coverage: given, environments: distinct } = report(waves.map((outcomes) => waveOf(...outcomes)));
    expect([given, distinct]).toEqual([coverage, environments]);
  });
});

describe('used since the last tick', () => {
  const SINCE = 60_000;
  test.each<[string, Outcome[][], number | undefined, number | null]>([
    ['those that had an event after it', [[answeredBy('a', { idleMs: 59_999 }), answeredBy('b', { idleMs: 0 })]], SINCE, 2],
    ['not those that had one before it', [[answeredBy('a', { idleMs: 60_001 }), answeredBy('b', { idleMs: 60_000 })]], SINCE, 0],
    ['not those that never had one', [[answeredBy('a'), answeredBy('b', { idleMs: 5 })]], SINCE, 1],
    ['none, for none ever had one', [[answeredBy('a'), answeredBy('b')]], SINCE, 0],
    ['each once, whatever the number of pings', [[answeredBy('a', { idleMs: 5 }), answeredBy('a', { idleMs: 6 })], [answeredBy('a', { idleMs: 9 })]], SINCE, 1],
    ['each of all waves', [[answeredBy('a', { idleMs: 5 })], [answeredBy('b', { idleMs: 5 })]], SINCE, 2],
    ['of those that say it', [[answeredBy('a', { idleMs: undefined }), answeredBy('b', { idleMs: 5 })]], SINCE, 1],
    ['unknown, for no answer says it', [[answeredBy('a', { idleMs: undefined }), BARE]], SINCE, null],
    ['unknown, for nothing answered', [[throttled('One')]], SINCE, null],
    ['unknown, for nobody knows when that was', [[answeredBy('a', { idleMs: 5 }), answeredBy('b')]], undefined, null],
    ['none in no time', [[answeredBy('a', { idleMs: 0 })]], 0, 0],
  ])('%s', (_what, waves, sinceLastTickMs, expected) => {
    expect(report(waves.map((outcomes) => waveOf(...outcomes)), { sinceLastTickMs }).usedSinceLastTick).toBe(expected);
  });
});

describe('held time', () => {
  test.each<[string, Outcome[][], number | null]>([
    ['all pings of all waves', [[answeredBy('a', { heldMs: 1.5 }), answeredBy('b', { heldMs: 2 })], [answeredBy('a', { heldMs: 4 })]], 7.5],
    ['none', [[answeredBy('a', { heldMs: 0 })]], 0],
    ['of those that say it', [[answeredBy('a', { heldMs: undefined }), answeredBy('b', { heldMs: 3 }), throttled('One'), BARE]], 3],
    ['unknown, for no answer says it', [[answeredBy('a', { heldMs: undefined }), BARE]], null],
    ['unknown, for nothing answered', [[throttled('One'), failed('ECONNRESET')]], null],
  ])('%s', (_what, waves, expected) => {
    expect(report(waves.map((outcomes) => waveOf(...outcomes))).heldMs).toBe(expected);
  });
});

describe('the error', () => {
  test.each<[string, Outcome[][], string | undefined]>([
    ['is that of the first ping that has one', [[answeredBy('a'), failed('X', 'first')], [{ kind: 'timeout', error: 'second' }]], 'first'],
    ['is none where all answered', [[answeredBy('a')]], undefined],
    ['is none of those that were throttled', [[throttled('One')]], undefined],
    ...(['functionError', 'accessDenied', 'notFound', 'timeout'] as const)
      .map((kind): [string, Outcome[][], string] => [`may be one of kind ${kind}`, [[BARE, { kind, error: 'what it said' }]], 'what it said']),
  ])('%s', (_what, waves, expected) => {
    expect(report(waves.map((outcomes) => waveOf(...outcomes))).error).toBe(expected);
  });
});

describe('the lead', () => {
  test('is that of the last wave', () => {
    expect(report([waveOf(answeredBy('a')), { ...waveOf(answeredBy('a')), startedAt: 2000, releaseAt: 2100 }]).leadMs).toBe(100);
  });

  test('is none for a ping that is alone', () => {
    expect(report([{ ...waveOf(answeredBy('a')), releaseAt: undefined }]).leadMs).toBe(0);
  });
});

describe('the summary', () => {
  const summaryOf = (waves: readonly Wave[], more: Partial<ReportOptions> = {}) => report(waves, more).summary;

  test('says of all environments in how many waves they were reached', () => {
    expect(summaryOf([waveOf(answeredBy('a'), answeredBy('a'), answeredBy('b')), waveOf(answeredBy('a'), answeredBy('b'), answeredBy('c'))]))
      .toBe('orders: 3 of 3 environments warm; 6 pings in 2 waves, 77 ms, environments busy for 60 ms in all');
  });

  test('says of one alone what it says of many, and of a qualifier', () => {
    expect(summaryOf([waveOf(answeredBy('a', { heldMs: 0.4 }))], { entry: { ...ENTRY, function: `${ARN}:live`, concurrency: 1 } }))
      .toBe('orders:live: 1 of 1 environment warm; 1 ping in 1 wave, 77 ms, environments busy for 0 ms in all');
  });

  test('says what kept pings from reaching one, each trouble with its number, and the first error', () => {
    const wave = waveOf(
      answeredBy('a'), throttled('Reserved'), throttled('Reserved'), { kind: 'functionError', error: 'TypeError: x' }, { kind: 'accessDenied', error: '' },
      { kind: 'notFound', error: '' }, { kind: 'timeout', error: '' }, failed('ECONNRESET'),
    );
    expect(summaryOf([wave], { entry: { ...ENTRY, concurrency: 8 } })).toBe(
      'orders: 1 of 8 environments warm; 2 throttled (Reserved); 1 failed in the handler; 1 not permitted; 1 without a function; 1 without an answer in time; '
      + '1 failed (ECONNRESET); the first error: TypeError: x; 8 pings in 1 wave, 77 ms, environments busy for 10 ms in all',
    );
  });

  test('does not claim what the answers do not say', () => {
    expect(summaryOf([waveOf(BARE, BARE, answeredBy(undefined, { coldStart: true, heldMs: undefined }))]))
      .toBe('orders: 3 answers, which do not say how many of 3 environments are warm, 1 started by it; 3 pings in 1 wave, 77 ms');
  });

  test('says that nothing answered', () => {
    expect(summaryOf([waveOf(throttled('One'))])).toBe('orders: 0 of 3 environments warm; 1 throttled (One); 1 ping in 1 wave, 77 ms');
  });

  test('says that there was no time', () => {
    expect(summaryOf([])).toBe('orders: nothing was pinged, because there was no time left');
  });
});

describe('of a fleet', () => {
  const one = (concurrency: number, ...outcomes: readonly Outcome[]) => report([waveOf(...outcomes)], { entry: { ...ENTRY, concurrency } });

  test('the report has its name', () => {
    expect(report([waveOf(answeredBy('a'))], { entry: { ...ENTRY, fleet: { name: 'Stack/Fleet' } } }).fleet).toBe('Stack/Fleet');
  });

  test('metrics have the worst coverage, and the sum of all else', () => {
    expect(metricsOfFleet([
      one(2, answeredBy('a'), answeredBy('b', { coldStart: true })), one(4, answeredBy('c'), throttled('One')), one(1, failed('X')),
    ])).toEqual({
      [MetricName.COVERAGE]: 0,
      [MetricName.WARM_ENVIRONMENTS]: 3,
      [MetricName.COLD_STARTS]: 1,
      [MetricName.THROTTLES]: 1,
      [MetricName.ERRORS]: 1,
      [MetricName.HELD_TIME]: 30,
    });
  });

  test('metrics have none reached of a function for which there was no time, and do not know of one that is paused', () => {
    const starved = report([], { entry: { ...ENTRY, concurrency: 5 } });
    const paused = report([], { entry: { ...ENTRY, concurrency: 0 } });
    const unnamed = report([], { entry: { ...ENTRY, protocol: PingProtocol.FIXED } });
    expect([starved, paused, unnamed].map(({ coverage, environments }) => [coverage, environments])).toEqual([[0, 0], [null, null], [null, null]]);
    expect(metricsOfFleet([starved, paused, one(1, answeredBy('a'))])).toMatchObject({ [MetricName.COVERAGE]: 0, [MetricName.WARM_ENVIRONMENTS]: 1 });
  });

  test('metrics are those of the functions of which they are known', () => {
    expect(metricsOfFleet([one(2, answeredBy('a'), answeredBy('b')), one(1, BARE)])).toEqual({
      [MetricName.COVERAGE]: 1,
      [MetricName.WARM_ENVIRONMENTS]: 2,
      [MetricName.COLD_STARTS]: 0,
      [MetricName.THROTTLES]: 0,
      [MetricName.ERRORS]: 0,
      [MetricName.HELD_TIME]: 20,
    });
    expect(metricsOfFleet([])).toEqual({});
  });
});

describe('metrics', () => {
  test('of a tick of which all is known', () => {
    const wave = waveOf(answeredBy('a'), answeredBy('b', { coldStart: true }), throttled('One'), throttled('Two'));
    expect(metricsOf(report([wave], { entry: { ...ENTRY, concurrency: 4 } }))).toStrictEqual({
      [MetricName.COVERAGE]: 0.5,
      [MetricName.WARM_ENVIRONMENTS]: 2,
      [MetricName.COLD_STARTS]: 1,
      [MetricName.THROTTLES]: 2,
      [MetricName.ERRORS]: 0,
      [MetricName.HELD_TIME]: 20,
    });
  });

  test('of a tick of which nothing is known leave out what is not', () => {
    expect(metricsOf(report([waveOf(BARE, BARE)]))).toStrictEqual({ [MetricName.THROTTLES]: 0, [MetricName.ERRORS]: 0 });
  });

  test('of a tick that reached nothing say so', () => {
    expect(metricsOf(report([waveOf(throttled('One'))]))).toStrictEqual({
      [MetricName.COVERAGE]: 0,
      [MetricName.WARM_ENVIRONMENTS]: 0,
      [MetricName.COLD_STARTS]: 0,
      [MetricName.THROTTLES]: 1,
      [MetricName.ERRORS]: 0,
    });
  });

  test('of a tick that was paused count nothing, and leave out what nobody asked for', () => {
    expect(metricsOf(report([], { entry: { ...ENTRY, concurrency: 0 } }))).toStrictEqual({
      [MetricName.COLD_STARTS]: 0, [MetricName.THROTTLES]: 0, [MetricName.ERRORS]: 0,
    });
  });

  test('have no cold starts where any answer keeps them to itself, even beside others', () => {
    expect(metricsOf(report([waveOf(answeredBy('a', { coldStart: true }), BARE)]))).not.toHaveProperty(MetricName.COLD_STARTS);
  });

  test.each<Outcome>([
    { kind: 'functionError', error: '' }, { kind: 'accessDenied', error: '' }, { kind: 'notFound', error: '' }, { kind: 'timeout', error: '' }, failed('X'),
  ])('count as an error: %j', (outcome) => {
    expect(metricsOf(report([waveOf(answeredBy('a'), outcome, outcome)]))).toMatchObject({ [MetricName.ERRORS]: 2, [MetricName.THROTTLES]: 0 });
  });

  test('add errors of all kinds up', () => {
    expect(metricsOf(report([waveOf(failed('X'), failed('Y'), failed('X'), { kind: 'timeout', error: '' }, { kind: 'notFound', error: '' })])))
      .toHaveProperty(MetricName.ERRORS, 5);
  });
});

describe('property', () => {
  const milliseconds = fc.integer({ min: 0, max: 100_000 });
  const since = fc.option(milliseconds, { nil: undefined });
  const word = fc.string();
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.record({
      kind: fc.constant('answered' as const),
      environment: fc.constantFrom('a', 'b', 'c', undefined),
      coldStart: fc.constantFrom(true, false, undefined),
      heldMs: fc.option(milliseconds, { nil: undefined }),
      idleMs: fc.oneof(milliseconds, fc.constantFrom(null, undefined)),
    }),
    word.map(throttled),
    word.map((code) => failed(code)),
    fc.constantFrom('functionError' as const, 'accessDenied' as const, 'notFound' as const, 'timeout' as const).map((kind) => ({ kind, error: 'e' })),
  );
  const waves = fc.array(fc.array(outcome, { maxLength: 6 }).map((outcomes) => waveOf(...outcomes)), { minLength: 1, maxLength: 4 });

  test('the outcomes add up to the pings, and parts of a whole are no more than it', () => {
    fc.assert(fc.property(waves, fc.integer({ min: 1, max: 4 }), since, (sent, concurrency, sinceLastTickMs) => {
      const given = report(sent, { entry: { ...ENTRY, concurrency }, sinceLastTickMs });
      const counts = Object.values(given.outcomes).flatMap((count: number | object) => typeof count === 'number' ? count : Object.values(count));
      expect(counts.reduce((total: number, count: number) => total + count, 0)).toBe(given.pings);
      expect(given.pings).toBe(sent.flatMap(({ pings }) => pings).length);
      if (given.coverage === null) {
        expect(given.environments).toBeNull();
      } else {
        expect(given.coverage).toBeGreaterThanOrEqual(0);
        expect(given.coverage).toBeLessThanOrEqual(1);
        expect(given.environments! > 0).toBe(given.coverage > 0);
      }
      expect(given.usedSinceLastTick ?? 0).toBeLessThanOrEqual(given.environments ?? 0);
      for (const value of Object.values(metricsOf(given))) {
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }), { numRuns: 300 });
  });
});
