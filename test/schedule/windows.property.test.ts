/*
 * A week of random windows in random zones, minute by minute: what is declared, worked out here on dates in a way of its
 * own, against what the cron expressions fire, worked out by an evaluator of AWS's cron expressions from npm. What time
 * it is in a zone comes from the operating system.
 */
import { Duration, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { DAY, endTime, firings, MINUTE_MS, minuteOfDay, SPANS, SUNDAY_FIRST, time, WEEK } from './week';
import { Zones } from './zones';
import { DayOfWeek, FanOut, LambdaWarmer, WarmingSchedule, WarmingWindow, WarmingWindowsOptions } from '../../src';
import { testFunction, testStack } from '../uses';

/** East and west, with and without daylight saving time, by half an hour too, and off the full hour. */
const ZONES = [
  'UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Asia/Kolkata', 'Asia/Tokyo', 'Australia/Lord_Howe', 'Pacific/Chatham', 'America/Sao_Paulo',
];
const zones = new Zones(ZONES, '2026-01-01', '2028-01-01');

/** Expressions and the concurrency that each is for, as the template has them. */
interface Fired {
  readonly expression: string;
  readonly concurrency: number;
}

function fired(options: WarmingWindowsOptions): Fired[] {
  const stack = testStack();
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule: WarmingSchedule.windows(options), fanOut: FanOut.selfInvoke() });
  const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
  return resources.flatMap(({ Type, Properties: { ScheduleExpression: expression, Targets, Target, ScheduleExpressionTimezone: zone } }) => {
    if (Type === 'AWS::Scheduler::Schedule') {
      expect(zone).toBe(options.timeZone!.timezoneName);
    }
    const input = Type === 'AWS::Events::Rule' ? Targets[0].Input : Type === 'AWS::Scheduler::Schedule' ? Target.Input : undefined;
    return input === undefined ? [] : { expression, concurrency: Number(/"concurrency":(\d+)/.exec(JSON.stringify(input).replace(/\\/g, ''))![1]) };
  });
}

/** How often each concurrency is fired at the minutes of an epoch, by the clock on the wall. */
function clockwork(schedules: readonly Fired[], from: number, to: number): Map<number, number[]> {
  const ticks = new Map<number, number[]>();
  for (const { expression, concurrency } of schedules) {
    for (const minute of firings(expression, from, to)) {
      ticks.set(minute, [...ticks.get(minute) ?? [], concurrency]);
    }
  }
  return ticks;
}

/** What the documentation says of a minute: which time it belongs to, and with which concurrency and interval. */
interface Declared {
  readonly isWindow: boolean;
  readonly time: string;
  readonly concurrency: number;
  readonly interval: number;
}

/** What holds in each minute from a moment on. */
function heldFrom({ windows, otherwise = 0, every = Duration.minutes(5) }: WarmingWindowsOptions, from: number, to: number): Declared[] {
  const held = new Array<Declared>(to - from).fill({ isWindow: false, time: 'otherwise', concurrency: otherwise, interval: every.toMinutes() });
  const isFree = new Array<boolean>(to - from).fill(true);
  for (const [index, window] of windows.entries()) {
    const [start, end] = [minuteOfDay(window.start), minuteOfDay(window.end)];
    // One may have begun the day before.
    for (let day = Math.floor(from / DAY) - 1; day * DAY < to; day++) {
      const dayOfWeek = SUNDAY_FIRST[new Date(day * DAY * MINUTE_MS).getUTCDay()];
      if (!window.days || window.days.includes(dayOfWeek)) {
        const one = { isWindow: true, time: `${index} of ${day}`, concurrency: window.concurrency, interval: (window.every ?? every).toMinutes() };
        const until = day * DAY + end + (end < start ? DAY : 0);
        for (let minute = Math.max(from, day * DAY + start); minute < Math.min(to, until); minute++) {
          if (isFree[minute - from]) {
            held[minute - from] = one;
            isFree[minute - from] = false;
          }
        }
      }
    }
  }
  return held;
}

/** The minutes with a ping and its concurrency, from a moment long enough before. */
function declared(options: WarmingWindowsOptions, from: number, to: number): Map<number, number> {
  const lead = options.lead?.toMinutes() ?? 0;
  const held = heldFrom(options, from, to + DAY);
  const ticks = new Map<number, number>();
  let before: string | undefined;
  let last = 0;
  for (let minute = from; minute < to; minute++) {
    let holds = held[minute - from];
    // What is next and asks for more, unless something is excluded in between or now.
    for (const next of held.slice(minute - from, minute - from + lead + 1)) {
      if (next.isWindow && next.concurrency === 0) {
        break;
      }
      holds = next.isWindow && next.concurrency > holds.concurrency ? next : holds;
    }
    if (holds.time !== before || minute - last === holds.interval) {
      last = minute;
      if (holds.concurrency > 0) {
        ticks.set(minute, holds.concurrency);
      }
    }
    before = holds.time;
  }
  return ticks;
}

const intervals = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 300];

const windows: fc.Arbitrary<WarmingWindow> = fc.record({
  ...SPANS,
  concurrency: fc.constantFrom(0, 1, 2, 5, 20),
  every: fc.option(fc.constantFrom(...intervals), { nil: undefined }),
}).map(({ days, start, length, concurrency, every }) => {
  const fitting = intervals.filter((interval) => interval <= length);
  return {
    days,
    start: time(start),
    end: endTime(start + length),
    concurrency,
    // The default would be too long for a short window.
    every: every !== undefined || length < 5 ? Duration.minutes(every !== undefined && every <= length ? every : fitting.at(-1)!) : undefined,
  };
});

const schedules: fc.Arbitrary<WarmingWindowsOptions> = fc.record({
  windows: fc.array(windows, { minLength: 1, maxLength: 4 }),
  timeZone: fc.constantFrom(...ZONES).map((name) => TimeZone.of(name)),
  every: fc.constantFrom(undefined, Duration.minutes(1), Duration.minutes(5)),
  otherwise: fc.constantFrom(undefined, 0, 1, 3),
  lead: fc.constantFrom(undefined, Duration.minutes(3), Duration.minutes(15), Duration.minutes(90)),
}).filter(({ windows: all, otherwise = 0, every }) => (otherwise > 0 || all[0].concurrency > 0)
  && (every?.toMinutes() !== 5 || all.every((window) => window.every !== undefined || lengthOf(window) >= 5)));

function lengthOf({ start, end }: WarmingWindow): number {
  return (minuteOfDay(end) - minuteOfDay(start) + DAY) % DAY || DAY;
}

/** Mondays of 2026 and 2027. */
const mondays = fc.integer({ min: 2, max: 100 }).map((week) => Date.parse('2026-01-05') / MINUTE_MS + week * WEEK);

/** Compares the week from a Monday on, minute by minute. */
function replay(options: WarmingWindowsOptions, monday: number): void {
  const zone = options.timeZone!.timezoneName;
  const [from, to] = [zones.local(zone, monday), zones.local(zone, monday + WEEK)];
  const expected = declared(options, from - WEEK, to);
  const actual = clockwork(fired(options), from, to);
  for (let minute = from; minute < to; minute++) {
    const [want, got] = [expected.get(minute), actual.get(minute)];
    if (String(got ?? '') !== String(want ?? '')) {
      throw new Error(`${new Date(minute * MINUTE_MS).toUTCString()} by the clock: declared ${want}, fired ${got}`);
    }
  }
}

test('in any week without a change of clocks, each tick has the declared concurrency, and is fired exactly once', () => {
  fc.assert(fc.property(schedules, mondays, (options, monday) => {
    fc.pre(!zones.jumps(options.timeZone!.timezoneName).some(({ at }) => at > monday && at < monday + WEEK));
    replay(options, monday);
  }), { numRuns: 100 });
}, 300_000);

test('so it is for windows that end at each minute of an hour', () => {
  const endings = Array.from({ length: 59 }, (_, index) => ({
    days: [SUNDAY_FIRST[index % 7]], start: time(index % 24 * 60), end: time(index % 24 * 60 + index + 1), concurrency: 2, every: Duration.minutes(1),
  }));
  replay({ windows: endings, timeZone: TimeZone.EUROPE_BERLIN }, Date.parse('2026-11-16') / MINUTE_MS);
});

/**
 * What EventBridge Scheduler fires in the days around a moment, by the minute of the epoch: a time that clocks skip not at
 * all, and one that they show twice the first time only.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
function firedAround(options: WarmingWindowsOptions, at: number): Map<number, number[]> {
  const zone = options.timeZone!.timezoneName;
  const ticks = clockwork(fired(options), at - 4 * DAY, at + 4 * DAY);
  const shown = new Set<number>();
  const actual = new Map<number, number[]>();
  for (let minute = at - 2 * DAY; minute < at + 2 * DAY; minute++) {
    const local = zones.local(zone, minute);
    if (ticks.has(local) && !shown.has(local)) {
      actual.set(minute, ticks.get(local)!);
    }
    shown.add(local);
  }
  return actual;
}

describe.each(['Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Chatham'])('in %s', (zone) => {
  const [spring, autumn] = [(by: number) => by > 0, (by: number) => by < 0].map((is) => zones.jumps(zone).find(({ by }) => is(by))!);
  const timeZone = TimeZone.of(zone);

  /** The longest time without a ping, and when it began, in minutes after the change. */
  function longestGap(options: WarmingWindowsOptions, at: number) {
    const ticks = [...firedAround({ timeZone, ...options }, at).keys()];
    const gaps = ticks.slice(1).map((tick, index) => ({ lasts: tick - ticks[index], begins: ticks[index] - at }));
    return gaps.reduce((longest, gap) => gap.lasts > longest.lasts ? gap : longest);
  }

  const always = { windows: [{ days: [DayOfWeek.WEDNESDAY], start: '10:00', end: '11:00', concurrency: 2 }], otherwise: 1, every: Duration.minutes(5) };

  test('the spring night has no gap', () => {
    expect(longestGap(always, spring.at).lasts).toBe(5);
  });

  test('the autumn night has one, of the time that clocks show twice, when that begins again', () => {
    expect(longestGap(always, autumn.at)).toEqual({ lasts: 5 - autumn.by, begins: -5 });
  });

  test('no minute is fired twice on either night', () => {
    for (const { at } of [spring, autumn]) {
      expect([...firedAround({ timeZone, ...always }, at).values()].filter((each) => each.length !== 1)).toEqual([]);
    }
  });

  test('a window that begins while clocks jump begins right after', () => {
    const jumped = zones.local(zone, spring.at);
    const start = time((jumped - 15) % DAY);
    const options = { timeZone, windows: [{ start, end: time((jumped + 120) % DAY), concurrency: 7 }] };
    expect([...firedAround(options, spring.at)].find(([minute]) => minute > spring.at - 720)).toEqual([spring.at, [7]]);
  });
});
