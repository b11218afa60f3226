import { HOURS_PER_WEEK, hoursOfWeek } from '../schedule/firing-days';
import { Recurrence } from '../schedule/recurrence';

export const UTC = 'UTC';

/** What is kept warm in each hour of a week. */
export interface WarmWeek {
  readonly hours: readonly number[];
  /** Whether every week is like that. */
  readonly isEveryWeek: boolean;
}

/**
 * The most environments that are asked for in each hour of a week.
 *
 * @param recurrences those whose expression is known at synthesis
 * @param concurrency that of those that say none
 */
export function weekOf(recurrences: readonly Recurrence[], concurrency: number): WarmWeek {
  const hours = new Array<number>(HOURS_PER_WEEK).fill(0);
  let isEveryWeek = true;
  for (const { expression, concurrency: level = concurrency } of recurrences) {
    const fired = hoursOfWeek(expression);
    isEveryWeek = isEveryWeek && fired.isEveryWeek;
    for (const hour of fired.hours) {
      hours[hour] = Math.max(hours[hour], level);
    }
  }
  return { hours, isEveryWeek };
}

/** Of several weeks in one time zone, the largest number of each hour. */
export function largest(...weeks: readonly (readonly number[])[]): number[] {
  return Array.from({ length: HOURS_PER_WEEK }, (_, hour) => Math.max(0, ...weeks.map((week) => week[hour])));
}

/** Of several weeks in one time zone, the sum of each hour. */
export function total(weeks: readonly (readonly number[])[]): number[] {
  return Array.from({ length: HOURS_PER_WEEK }, (_, hour) => weeks.reduce((sum, week) => sum + week[hour], 0));
}

/**
 * The same week as the clocks of another time zone show it, as they are set at a moment. Where an hour there is a part of two here,
 * it has the larger number.
 */
export function asSeenFrom(week: readonly number[], zone: string, other: string, moment: Date): readonly number[] {
  const minutes = offsetOf(other, moment) - offsetOf(zone, moment);
  if (minutes === 0) {
    return week;
  }
  return week.map((_, hour) => {
    const first = Math.floor(hour - minutes / 60);
    const last = Math.ceil(hour - minutes / 60);
    return Math.max(week[wrapped(first)], week[wrapped(last)]);
  });
}

function wrapped(hour: number): number {
  return (hour + HOURS_PER_WEEK) % HOURS_PER_WEEK;
}

/** How far the clocks of a time zone are ahead of UTC, in minutes. */
function offsetOf(zone: string, moment: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
  }).formatToParts(moment);
  const [year, month, day, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map((type) => Number(parts.find((part) => part.type === type)!.value));
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - Math.floor(moment.getTime() / 60_000) * 60_000) / 60_000);
}
