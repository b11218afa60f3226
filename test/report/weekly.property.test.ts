/*
 * Weeks of random windows and of cron expressions, minute by minute: what the windows declare, worked out here in a way of its own,
 * and what an evaluator of AWS's cron expressions from npm fires, against the hours of the report.
 */
import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { WarmingSchedule, WarmingWindow } from '../../src';
import { asSeenFrom, weekOf } from '../../src/report/weekly';
import { endTime, firings, SPANS, SUNDAY_FIRST, time, WEEK } from '../schedule/week';

const HOURS = 168;
/** A Monday, in minutes of the epoch. */
const MONDAY = Date.parse('2026-11-23T00:00:00Z') / 60_000;

/** The largest concurrency of a ping in each hour of that week. */
function replayed(recurrences: readonly { readonly expression: string; readonly concurrency?: number }[], otherwise: number): number[] {
  const hours = new Array<number>(HOURS).fill(0);
  for (const { expression, concurrency = otherwise } of recurrences) {
    for (const minute of firings(expression, MONDAY, MONDAY + WEEK)) {
      const hour = Math.floor((minute - MONDAY) / 60);
      hours[hour] = Math.max(hours[hour], concurrency);
    }
  }
  return hours;
}

const windows: fc.Arbitrary<WarmingWindow[]> = fc.array(
  fc.record({ ...SPANS, concurrency: fc.integer({ min: 0, max: 20 }), every: fc.constantFrom(5, 10, 30) })
    .map(({ days, start, length, concurrency, every }) => ({
      days, start: time(start), end: endTime(start + length), concurrency, every: length >= every ? Duration.minutes(every) : Duration.minutes(1),
    })),
  { minLength: 1, maxLength: 4 },
);

test('the hours of windows are those in which they fire, with the most that is asked for in each', () => {
  fc.assert(fc.property(windows, fc.integer({ min: 1, max: 9 }), (some, otherwise) => {
    const schedule = WarmingSchedule.windows({ windows: some, otherwise });
    expect(schedule._problems).toEqual([]);
    const { recurrences } = schedule._definition;
    expect(weekOf(recurrences, 1)).toEqual({ hours: replayed(recurrences, 1), isEveryWeek: true });
  }), { numRuns: 100 });
});

test('each full hour of a window has its concurrency', () => {
  fc.assert(fc.property(
    fc.constantFrom(...SUNDAY_FIRST), fc.integer({ min: 0, max: 22 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }),
    (day, start, concurrency, otherwise) => {
      const window = { days: [day], start: time(start * 60), end: endTime(start * 60 + 60), concurrency };
      const schedule = WarmingSchedule.windows({ windows: [window], otherwise });
      const from = ((SUNDAY_FIRST.indexOf(day) + 6) % 7) * 24 + start;
      const expected = Array.from({ length: HOURS }, (_, hour) => hour === from ? concurrency : otherwise);
      expect(weekOf(schedule._definition.recurrences, 1).hours).toEqual(expected);
    },
  ), { numRuns: 100 });
});

test.each<[string, boolean]>([
  ['cron(0/5 * * * ? *)', true],
  ['cron(0 8-17 ? * MON-FRI *)', true],
  ['cron(59 23 ? * SUN,TUE *)', true],
])('the hours of %s are those in which it fires', (expression, isEveryWeek) => {
  expect(weekOf([{ expression }], 3)).toEqual({ hours: replayed([{ expression }], 3), isEveryWeek });
});

test.each([
  'cron(0 8 1 * ? *)', 'cron(0 8 L * ? *)', 'cron(0 8 ? * MON#1 *)', 'cron(0 8 ? DEC MON *)', 'cron(0 8 ? * MON 2027)',
])('%s is not every week, but may be on its days', (expression) => {
  const { hours, isEveryWeek } = weekOf([{ expression }], 2);
  expect(isEveryWeek).toBe(false);
  const days = expression.includes('MON') ? [0] : [0, 1, 2, 3, 4, 5, 6];
  expect(hours).toEqual(Array.from({ length: HOURS }, (_, hour) => days.includes(Math.floor(hour / 24)) && hour % 24 === 8 ? 2 : 0));
});

test.each<[string, number[], boolean]>([
  ['rate(1 minute)', Array.from({ length: HOURS }, (_, hour) => hour), true],
  ['rate(1 hour)', Array.from({ length: HOURS }, (_, hour) => hour), true],
  ['rate(90 minutes)', Array.from({ length: 112 }, (_, tick) => Math.floor(tick * 1.5)), false],
  ['rate(1 day)', [0, 24, 48, 72, 96, 120, 144], false],
  ['rate(14 days)', [0], false],
  ['rate(60 minutes)', Array.from({ length: HOURS }, (_, hour) => hour), true],
  ...[5, 7, 11, 14, 22, 28, 56, 167].map((every): [string, number[], boolean] =>
    [`rate(${every} hours)`, Array.from({ length: Math.ceil(HOURS / every) }, (_, tick) => tick * every), false]),
  ['cron(30 22-1 ? * MON *)', [0, 1, 22, 23], true],
])('%s is in these hours of a week', (expression, expected, isEveryWeek) => {
  const week = weekOf([{ expression }], 1);
  expect([week.hours.flatMap((value, hour) => value > 0 ? [hour] : []), week.isEveryWeek]).toEqual([expected, isEveryWeek]);
});

describe('seen from another time zone, a week', () => {
  const SUMMER = new Date('2026-07-01T12:00:00Z');
  const WINTER = new Date('2026-12-01T12:00:00Z');
  const one = (hour: number) => Array.from({ length: HOURS }, (_, at) => at === hour ? 7 : 0);
  const at = (week: readonly number[]) => week.flatMap((value, hour) => value === 7 ? [hour] : []);

  test.each<[string, string, Date, number, number[]]>([
    ['Europe/Berlin', 'UTC', SUMMER, 8, [6]],
    ['Europe/Berlin', 'UTC', WINTER, 8, [7]],
    ['UTC', 'Europe/Berlin', WINTER, 167, [0]],
    ['Asia/Tokyo', 'UTC', WINTER, 3, [162]],
    ['Asia/Kolkata', 'UTC', WINTER, 9, [3, 4]],
    ['America/New_York', 'Europe/Berlin', WINTER, 9, [15]],
    ['Europe/Berlin', 'Europe/Rome', WINTER, 9, [9]],
  ])('from %s to %s is moved by as much as the clocks differ', (zone, other, moment, hour, expected) => {
    expect(at(asSeenFrom(one(hour), zone, other, moment))).toEqual(expected);
  });

  test('and back holds at least what it was', () => {
    fc.assert(fc.property(fc.array(fc.nat(9), { minLength: HOURS, maxLength: HOURS }), fc.constantFrom('Asia/Kolkata', 'Pacific/Chatham', 'America/New_York'), (week, zone) => {
      const back = asSeenFrom(asSeenFrom(week, zone, 'UTC', WINTER), 'UTC', zone, WINTER);
      expect(week.every((value, hour) => back[hour] >= value)).toBe(true);
    }));
  });
});

