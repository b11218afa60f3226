import { CRON_FIELDS, CronField } from './expression-problem';

const DAY_MS = 86_400_000;
export const HOURS_PER_WEEK = 7 * 24;
const MINUTES_PER_DAY = 24 * 60;
/** The Gregorian calendar repeats itself after so many days. */
const CALENDAR_CYCLE_DAYS = 146_097;
/** After 28 years, days of the week and of the year come together again, but for three leap days in four centuries. */
const AVERAGED_DAYS = 28 * 365 + 7;
const [MINUTES, HOURS, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR] = CRON_FIELDS;

const DAYS_BY_UNIT: { readonly [unit: string]: number } = { minute: 1 / 1440, hour: 1 / 24, day: 1 };

/**
 * Whether a valid expression fires on any day between two moments, of which either may be left out. To the day: what
 * fires shortly before or after counts too, since the day depends on the time zone.
 */
export function firesBetween(expression: string, from: Date, until?: Date): boolean {
  const [, fields] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (fields === undefined) {
    return true;
  }
  const matches = dayMatcher(fields);
  const years = valuesOf(YEAR, fields.trim().split(/\s+/)[5]);
  const first = Math.floor(from.getTime() / DAY_MS) - 1;
  const last = until ? Math.floor(until.getTime() / DAY_MS) + 1 : first + CALENDAR_CYCLE_DAYS;
  for (let day = first; day <= last; day++) {
    const date = new Date(day * DAY_MS);
    if (years.has(date.getUTCFullYear()) && matches(date)) {
      return true;
    }
  }
  return false;
}

/** How often a valid expression fires on a day, on average, in years in which it does. */
export function firesPerDay(expression: string): number {
  const [, rate, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit) {
    return 1 / (Number(rate) * DAYS_BY_UNIT[unit]);
  }
  const [, fields] = /^cron\((.*)\)$/.exec(expression)!;
  const [minutes, hours] = fields.trim().split(/\s+/);
  return valuesOf(MINUTES, minutes).size * valuesOf(HOURS, hours).size * matchingDays(fields).part;
}

/** The hours of a week, from Monday at 00:00 on, in which a valid expression fires. */
export interface HoursOfWeek {
  readonly hours: readonly number[];
  /** Whether it does so in every week; otherwise in some weeks, or, with an interval of more than an hour, at hours that nobody knows. */
  readonly isEveryWeek: boolean;
}

/** In which hours of a week, at the most, a valid expression fires. */
export function hoursOfWeek(expression: string): HoursOfWeek {
  const [, fields] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (fields === undefined) {
    // Whole minutes: hours that are divided and multiplied come out a little less, which is the hour before.
    const minutes = Math.round(MINUTES_PER_DAY / firesPerDay(expression));
    const step = Math.max(60, minutes);
    const ticks = Array.from({ length: Math.ceil(HOURS_PER_WEEK * 60 / step) }, (_, tick) => tick * step);
    return { hours: ticks.map((minute) => Math.floor(minute / 60)), isEveryWeek: minutes <= 60 };
  }
  const [, hour,,,, year] = fields.trim().split(/\s+/);
  const { weekdays, isEveryWeek } = matchingDays(fields);
  return {
    hours: [...weekdays].flatMap((day) => [...valuesOf(HOURS, hour)].map((one) => day * 24 + one)).sort((one, other) => one - other),
    isEveryWeek: isEveryWeek && valuesOf(YEAR, year).size === YEAR.to - YEAR.from + 1,
  };
}

/** The days that match, of whatever year. */
interface MatchingDays {
  /** Which part of all days that is. */
  readonly part: number;
  /** On which days of the week they may fall: 0 is Monday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether each such day of the week is one. */
  readonly isEveryWeek: boolean;
}

/** By the fields that say which days: many expressions of one schedule have the same. */
const MATCHING_DAYS = new Map<string, MatchingDays>();

function matchingDays(fields: string): MatchingDays {
  const key = fields.trim().split(/\s+/).slice(2, 5).join(' ');
  const known = MATCHING_DAYS.get(key);
  if (known !== undefined) {
    return known;
  }
  const days = Array.from({ length: AVERAGED_DAYS }, (_, day) => new Date(day * DAY_MS));
  const matching = days.filter(dayMatcher(fields));
  const weekdays = new Set(matching.map(weekdayOf));
  const found = {
    part: matching.length / AVERAGED_DAYS,
    weekdays,
    isEveryWeek: days.filter((day) => weekdays.has(weekdayOf(day))).length === matching.length,
  };
  MATCHING_DAYS.set(key, found);
  return found;
}

/** 0 is Monday. */
function weekdayOf(date: Date): number {
  return (date.getUTCDay() + 6) % 7;
}

/** Which days a cron matches, in whatever year. */
function dayMatcher(fields: string): (date: Date) => boolean {
  const [,, dayOfMonth, month, dayOfWeek] = fields.trim().split(/\s+/);
  const months = valuesOf(MONTH, month);
  return (date) => months.has(date.getUTCMonth() + 1) && (dayOfMonth === '?' ? isDayOfWeek(date, dayOfWeek) : isDayOfMonth(date, dayOfMonth));
}

function isDayOfMonth(date: Date, field: string): boolean {
  const day = date.getUTCDate();
  const [, nearest] = /^(\d+)W$/i.exec(field) ?? [];
  switch (true) {
    case field === 'L':
      return day === lengthOfMonth(date);
    case field === 'LW':
      return day === weekdaysOf(date).at(-1);
    case nearest !== undefined:
      // Within the month; none, if the month has no such day.
      return Number(nearest) <= lengthOfMonth(date)
        && day === weekdaysOf(date).reduce((best, one) => Math.abs(one - Number(nearest)) < Math.abs(best - Number(nearest)) ? one : best);
    default:
      return valuesOf(DAY_OF_MONTH, field).has(day);
  }
}

function isDayOfWeek(date: Date, field: string): boolean {
  const dayOfWeek = date.getUTCDay() + 1;
  const day = date.getUTCDate();
  const [, name, rest] = /^(\d|[a-z]{3})(#\d|L)$/i.exec(field) ?? [];
  if (name === undefined) {
    return field === 'L' ? dayOfWeek === 7 : valuesOf(DAY_OF_WEEK, field).has(dayOfWeek);
  }
  const isLast = day + 7 > lengthOfMonth(date);
  return valueOf(DAY_OF_WEEK, name) === dayOfWeek && (rest.toUpperCase() === 'L' ? isLast : Number(rest[1]) === Math.ceil(day / 7));
}

/** What a field matches that is `*` or a list of values, ranges and steps. */
function valuesOf(field: CronField, text: string): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [base, step] = item.split('/');
    const [first, last] = base === '*' ? [field.from, field.to] : base.split('-').map((one) => valueOf(field, one));
    const end = last ?? (step === undefined ? first : field.to);
    // A range may go beyond the end of its field, as from FRI to MON.
    const length = end < first ? end - first + (field.to - field.from + 1) : end - first;
    for (let offset = 0; offset <= length; offset += Number(step ?? 1)) {
      values.add(field.from + (first - field.from + offset) % (field.to - field.from + 1));
    }
  }
  return values;
}

function valueOf({ from, names = [] }: CronField, text: string): number {
  const index = names.indexOf(text.toUpperCase());
  return index < 0 ? Number(text) : from + index;
}

/** The days of the month from Monday to Friday. */
function weekdaysOf(date: Date): number[] {
  const firstDayOfWeek = (date.getUTCDay() - (date.getUTCDate() - 1) % 7 + 7) % 7;
  return Array.from({ length: lengthOfMonth(date) }, (_, index) => index + 1).filter((day) => ![0, 6].includes((firstDayOfWeek + day - 1) % 7));
}

function lengthOfMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
