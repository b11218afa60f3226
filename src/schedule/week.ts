import { DayOfWeek } from './day-of-week';
import { DAYS, MINUTES_PER_DAY } from './fewest-crons';

export const MINUTES_PER_WEEK = DAYS.length * MINUTES_PER_DAY;

/** A part of the week that comes on each of some days. */
export interface TimeOfWeek {
  /** On which it starts; undefined: on each. */
  readonly days?: readonly DayOfWeek[];
  readonly start: string;
  readonly end: string;
}

/** One time at which a part of the week holds: on one of its days. */
export interface Occurrence {
  /** Its place in the list. */
  readonly index: number;
}

/** What holds in each minute of the week: of these, the first in the list prevails; undefined: none. */
export function occurrences(times: readonly TimeOfWeek[]): (Occurrence | undefined)[] {
  const week = new Array<Occurrence | undefined>(MINUTES_PER_WEEK).fill(undefined);
  // The first in the list is written last.
  for (const [index, time] of [...times.entries()].reverse()) {
    for (const day of time.days ?? DAYS) {
      const occurrence = { index };
      const start = DAYS.indexOf(day) * MINUTES_PER_DAY + minutesOf(time.start);
      const end = start + lengthOf(time);
      for (let minute = start; minute < end; minute++) {
        week[minute % MINUTES_PER_WEEK] = occurrence;
      }
    }
  }
  return week;
}

/** In minutes. */
export function lengthOf({ start, end }: TimeOfWeek): number {
  return (minutesOf(end) - minutesOf(start) + MINUTES_PER_DAY) % MINUTES_PER_DAY || MINUTES_PER_DAY;
}

/** Whether days, start and end are what they should be, without which it has no length. */
export function isTimeOfWeek(time: TimeOfWeek): boolean {
  return problemsOfTime('', time).length === 0;
}

/** What is wrong with days, start and end, each the end of a sentence that begins with what has them. */
export function problemsOfTime(name: string, { days = DAYS, start, end }: TimeOfWeek): string[] {
  if (!Array.isArray(days)) {
    return [`has days in ${name} that are no list: write one, or leave days out for every day`];
  }
  const problems: string[] = [];
  if (days.length === 0) {
    problems.push(`has no days in ${name}: write at least one, or leave days out for every day`);
  }
  const unknown = days.filter((day) => !DAYS.includes(day));
  if (unknown.length > 0) {
    problems.push(`has ${unknown.map((day) => `'${day}'`).join(', ')} as a day in ${name}: write DayOfWeek.MONDAY to DayOfWeek.SUNDAY`);
  }
  const isStart = typeof start === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(start);
  const isEnd = typeof end === 'string' && /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(end);
  if (!isStart) {
    problems.push(`has '${start}' as start of ${name}: write HH:MM from 00:00 to 23:59, such as '08:00'`);
  }
  if (!isEnd) {
    problems.push(`has '${end}' as end of ${name}: write HH:MM from 00:00 to 24:00, such as '18:30'`);
  }
  if (isStart && start === end) {
    problems.push(`has ${start} as start and as end of ${name}: write two different times; a whole day is from 00:00 to 24:00`);
  }
  return problems;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
