import { CRON_FIELDS, CronField } from './expression-problem';

const DAY_MS = 86_400_000;
/** The Gregorian calendar repeats itself after so many days. */
const CALENDAR_CYCLE_DAYS = 146_097;
const [,, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR] = CRON_FIELDS;

/**
 * Whether a valid expression fires on any day between two moments, of which either may be left out. To the day: what
 * fires shortly before or after counts too, since the day depends on the time zone.
 */
export function firesBetween(expression: string, from: Date, until?: Date): boolean {
  const [, fields] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (fields === undefined) {
    return true;
  }
  const [,, dayOfMonth, month, dayOfWeek, year] = fields.trim().split(/\s+/);
  const months = valuesOf(MONTH, month);
  const years = valuesOf(YEAR, year);
  const first = Math.floor(from.getTime() / DAY_MS) - 1;
  const last = until ? Math.floor(until.getTime() / DAY_MS) + 1 : first + CALENDAR_CYCLE_DAYS;
  for (let day = first; day <= last; day++) {
    const date = new Date(day * DAY_MS);
    if (years.has(date.getUTCFullYear()) && months.has(date.getUTCMonth() + 1)
      && (dayOfMonth === '?' ? isDayOfWeek(date, dayOfWeek) : isDayOfMonth(date, dayOfMonth))) {
      return true;
    }
  }
  return false;
}

function isDayOfMonth(date: Date, field: string): boolean {
  const day = date.getUTCDate();
  const weekdays = weekdaysOf(date);
  const [, nearest] = /^(\d+)W$/i.exec(field) ?? [];
  switch (true) {
    case field === 'L':
      return day === lengthOfMonth(date);
    case field === 'LW':
      return day === weekdays[weekdays.length - 1];
    case nearest !== undefined:
      // Within the month; none, if the month has no such day.
      return Number(nearest) <= lengthOfMonth(date)
        && day === weekdays.reduce((best, one) => Math.abs(one - Number(nearest)) < Math.abs(best - Number(nearest)) ? one : best);
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
