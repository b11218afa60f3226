/*
 * What the property tests of windows share: the minutes of a week, random windows in it, and an evaluator of AWS's cron
 * expressions from npm.
 */
import awsCron from 'aws-cron-parser';
import * as fc from 'fast-check';
import { DayOfWeek } from '../../src';

export const MINUTE_MS = 60_000;
export const DAY = 1440;
export const WEEK = 7 * DAY;
export const SUNDAY_FIRST = [
  DayOfWeek.SUNDAY, DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY, DayOfWeek.SATURDAY,
];

/** Of random windows: on which days they begin, at which minute of them, and how many minutes they last. */
export const SPANS = {
  days: fc.option(fc.subarray(SUNDAY_FIRST, { minLength: 1 }), { nil: undefined }),
  start: fc.oneof(...[30, 5, 1].map((step) => fc.integer({ min: 0, max: DAY / step - 1 }).map((count) => count * step))),
  length: fc.oneof(fc.integer({ min: 1, max: DAY - 1 }), fc.constantFrom(30, 60, 240, 630)),
};

export function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

export function time(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** The time of a minute of the same day or of the next one, at which a window ends. */
export function endTime(minute: number): string {
  return minute === DAY ? '24:00' : time(minute % DAY);
}

/** The minutes of the epoch at which a cron expression fires. */
export function firings(expression: string, from: number, to: number): number[] {
  const parsed = awsCron.parse(expression.slice('cron('.length, -1));
  const minutes: number[] = [];
  let next = awsCron.next(parsed, new Date((from - 1) * MINUTE_MS));
  while (next && next.getTime() < to * MINUTE_MS) {
    minutes.push(next.getTime() / MINUTE_MS);
    next = awsCron.next(parsed, next);
  }
  return minutes;
}
