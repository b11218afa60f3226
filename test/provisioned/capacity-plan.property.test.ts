/*
 * Random windows, minute by minute of two weeks: what is declared, worked out here on dates in a way of its own, against
 * what the scheduled actions set, whose cron expressions an evaluator from npm reads.
 */
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { DayOfWeek, LambdaWarmer, ProvisionedConcurrencyOptions, ProvisionedWindow } from '../../src';
import { CapacityPlan } from '../../src/provisioned/capacity-plan';
import { DAY, endTime, firings, MINUTE_MS, minuteOfDay, SPANS, SUNDAY_FIRST, time, WEEK } from '../schedule/week';
import { testFunction, testStack } from '../uses';

/** Some day, in minutes of the epoch; two weeks from there on cross the end of a month and of a year. */
const FROM = Date.parse('2026-12-23') / MINUTE_MS;
const TO = FROM + 2 * WEEK;

/** What is provisioned: at least, and at the most. */
type Capacity = readonly [min: number, max: number];

/** What holds in a minute of the epoch: the first window that does, or what is outside. */
function declared({ windows = [], minCapacity, maxCapacity }: ProvisionedConcurrencyOptions, minute: number): Capacity {
  const now = minute % DAY;
  const [today, yesterday] = [0, DAY].map((ago) => SUNDAY_FIRST[new Date((minute - ago) * MINUTE_MS).getUTCDay()]);
  const holds = windows.find(({ days = SUNDAY_FIRST, start, end }) => {
    const [from, to] = [start, end].map(minuteOfDay);
    return from < to
      ? days.includes(today) && now >= from && now < to
      : (days.includes(today) && now >= from) || (days.includes(yesterday) && now < to);
  });
  return holds
    ? [holds.minCapacity, holds.maxCapacity ?? maxCapacity ?? holds.minCapacity]
    : [minCapacity, maxCapacity ?? minCapacity];
}

interface Emitted {
  /** What holds before anything is fired. */
  readonly initial: Capacity;
  readonly actions: readonly { readonly expression: string; readonly capacity: Capacity }[];
}

function emitted(provisionedConcurrency: ProvisionedConcurrencyOptions): Emitted {
  const stack = testStack();
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), provisionedConcurrency });
  const template = Template.fromStack(stack);
  const [{ Properties: { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: fixed } } }] = Object.values(template.findResources('AWS::Lambda::Alias'));
  const [target] = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget'));
  if (!target) {
    return { initial: [fixed, fixed], actions: [] };
  }
  const { MinCapacity, MaxCapacity, ScheduledActions = [] } = target.Properties;
  expect(fixed).toBe(MinCapacity);
  return {
    initial: [MinCapacity, MaxCapacity],
    actions: ScheduledActions.map(({ Schedule, Timezone, ScalableTargetAction }: any) => {
      expect(Timezone).toBeUndefined();
      return { expression: Schedule, capacity: [ScalableTargetAction.MinCapacity, ScalableTargetAction.MaxCapacity] };
    }),
  };
}

/** What is set at the minutes of the two weeks; never twice at once. */
function changes(actions: Emitted['actions']): Map<number, Capacity> {
  const set = new Map<number, Capacity>();
  for (const { expression, capacity } of actions) {
    for (const minute of firings(expression, FROM, TO)) {
      if (set.has(minute)) {
        throw new Error(`${new Date(minute * MINUTE_MS).toUTCString()}: two scheduled actions at once`);
      }
      set.set(minute, capacity);
    }
  }
  return set;
}

/** Compares the second week minute by minute, when all that is set each week has been set. */
function replay(options: ProvisionedConcurrencyOptions): void {
  const { initial, actions } = emitted(options);
  const set = changes(actions);
  let inForce = initial;
  for (let minute = FROM; minute < TO; minute++) {
    const [before, now] = [inForce, set.get(minute)];
    inForce = now ?? inForce;
    if (minute < FROM + WEEK) {
      continue;
    }
    const want = declared(options, minute);
    if (String(inForce) !== String(want)) {
      throw new Error(`${new Date(minute * MINUTE_MS).toUTCString()}: declared ${want}, in force ${inForce}`);
    }
    if (now && String(now) === String(before)) {
      throw new Error(`${new Date(minute * MINUTE_MS).toUTCString()}: ${now} is set though it is in force`);
    }
  }
}

const capacities = fc.constantFrom(1, 2, 3, 10);

const windows: fc.Arbitrary<ProvisionedWindow> = fc.record({
  ...SPANS,
  isWholeDay: fc.nat(9).map((one) => one === 0),
  minCapacity: capacities,
  maxCapacity: fc.option(fc.constantFrom(10, 20), { nil: undefined }),
}).map(({ start, length, isWholeDay, ...rest }) => (
  { ...rest, ...isWholeDay ? { start: '00:00', end: '24:00' } : { start: time(start), end: endTime(start + length) } }));

const plans: fc.Arbitrary<ProvisionedConcurrencyOptions> = fc.record({
  minCapacity: capacities,
  maxCapacity: fc.option(fc.constantFrom(10, 30), { nil: undefined }),
  windows: fc.array(windows, { minLength: 1, maxLength: 5 }),
});

test('in each minute of a week, the capacity in force is that of the first window that holds, and is set when it changes only', () => {
  fc.assert(fc.property(plans, replay), { numRuns: 100 });
}, 300_000);

test('so it is where one window ends when another one begins, and at the end of the week', () => {
  replay({
    minCapacity: 1,
    windows: [
      { days: [DayOfWeek.SUNDAY], start: '23:59', end: '00:01', minCapacity: 4 },
      { days: [DayOfWeek.MONDAY], start: '00:00', end: '24:00', minCapacity: 5 },
      { days: [DayOfWeek.TUESDAY], start: '00:00', end: '06:00', minCapacity: 6 },
    ],
  });
});

test('so it is for windows that take the whole week', () => {
  replay({ minCapacity: 1, windows: [{ start: '00:00', end: '24:00', minCapacity: 3 }] });
  replay({ minCapacity: 1, windows: [{ start: '00:00', end: '24:00', minCapacity: 3, maxCapacity: 9 }] });
  replay({ minCapacity: 1, windows: [{ start: '00:00', end: '12:00', minCapacity: 3 }, { start: '12:00', end: '24:00', minCapacity: 4 }] });
});

test('the averages are those of all minutes of a week, and the highest capacity is the most of them', () => {
  fc.assert(fc.property(plans, (options) => {
    const week = Array.from({ length: WEEK }, (_, minute) => declared(options, FROM + minute));
    const [min, max] = [0, 1].map((index) => week.reduce((sum, capacity) => sum + capacity[index], 0) / WEEK);
    const plan = new CapacityPlan(options);
    expect(plan.average.min).toBeCloseTo(min, 8);
    expect(plan.average.max).toBeCloseTo(max, 8);
    // What is outside may be what the app begins with, though windows take all of the week.
    const outside: Capacity = [options.minCapacity, options.maxCapacity ?? options.minCapacity];
    const [atLeast, atMost] = [week, [...week, outside]].map((some) => Math.max(...some.map(([, most]) => most)));
    expect(plan.highest).toBeGreaterThanOrEqual(atLeast);
    expect(plan.highest).toBeLessThanOrEqual(atMost);
    const [isScaled, maybe] = [week, [...week, outside]].map((some) => some.some(([least, most]) => most > least));
    expect([isScaled, maybe]).toContain(plan.isScaledByUtilization);
  }), { numRuns: 100 });
}, 300_000);

test('the check itself reads what is set, and finds two actions at once', () => {
  const { actions } = emitted({ minCapacity: 1, windows: [{ start: '08:00', end: '09:00', minCapacity: 2 }] });
  const set = changes(actions);
  expect([set.get(FROM + 480), set.get(FROM + 540), set.size]).toEqual([[2, 2], [1, 1], 28]);
  expect(() => changes([...actions, actions[0]])).toThrow('two scheduled actions at once');
});
