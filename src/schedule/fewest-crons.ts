import { DayOfWeek } from './day-of-week';
import { Box, fewestBoxes, MAX_MINUTES } from './fewest-boxes';

const MINUTES = 60;
const HOURS = 24;
export const MINUTES_PER_DAY = HOURS * MINUTES;

/** In the order in which a minute of the week is counted, from the midnight at which Monday begins. */
export const DAYS: readonly DayOfWeek[] = Object.values(DayOfWeek);

/** In that of EventBridge, for which Sunday is the first. */
const CRON_DAYS: readonly string[] = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The fewest cron expressions that fire at these minutes of the week, at each of them exactly once.
 *
 * A cron expression fires in each of its minutes, of each of its hours, on each of its days. Days that are all alike,
 * hours that are and minutes that are need not be told apart to find the fewest.
 */
export function fewestCrons(ticks: ReadonlySet<number>): string[] {
  return cronsOf(ticks, range(MINUTES));
}

/** Those for some minutes of each hour. */
function cronsOf(ticks: ReadonlySet<number>, some: readonly number[]): string[] {
  const fires = (day: number, hour: number, minute: number) => ticks.has(day * MINUTES_PER_DAY + hour * MINUTES + minute);
  const all = range(DAYS.length).map((day) => range(HOURS).map((hour) => some.map((minute) => Number(fires(day, hour, minute))).join('')));
  const days = classesOf(range(DAYS.length), (day) => all[day].join());
  const hours = classesOf(range(HOURS), (hour) => days.map(([day]) => all[day][hour]).join());
  const minutes = classesOf(some, (_, index) => days.flatMap(([day]) => hours.map(([hour]) => all[day][hour][index])).join(''));
  if (minutes.length > MAX_MINUTES) {
    const half = some.length / 2;
    return [...cronsOf(ticks, some.slice(0, half)), ...cronsOf(ticks, some.slice(half))];
  }
  const ticksOf = (day: number, hour: number) => minutes.flatMap(([minute], index) => fires(day, hour, minute) ? index : []);
  const boxes = fewestBoxes(days.map(([day]) => hours.map(([hour]) => ticksOf(day, hour))));
  return boxes.map((box) => expressionOf(box, days, hours, minutes));
}

/** The values grouped by what is the same of them. */
function classesOf(values: readonly number[], characteristicOf: (value: number, index: number) => string): number[][] {
  const classes = new Map<string, number[]>();
  for (const [index, value] of values.entries()) {
    const characteristic = characteristicOf(value, index);
    classes.set(characteristic, [...classes.get(characteristic) ?? [], value]);
  }
  return [...classes.values()];
}

function expressionOf(box: Box, days: number[][], hours: number[][], minutes: number[][]): string {
  const members = (classes: number[][], indices: readonly number[]) => indices.flatMap((index) => classes[index]);
  const cronDays = members(days, box.days).map((day) => CRON_DAYS.indexOf(DAYS[day]));
  const minute = field(members(minutes, box.minutes), MINUTES);
  const hour = field(members(hours, box.hours), HOURS);
  const dayOfWeek = field(cronDays, CRON_DAYS.length, CRON_DAYS);
  return `cron(${minute} ${hour} ? * ${dayOfWeek} *)`;
}

/** A field that matches these values, counted from 0 to below `end`, in none but the forms that EventBridge documents. */
function field(values: readonly number[], end: number, names?: readonly string[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  const [first, second] = sorted;
  if (sorted.length === end) {
    return '*';
  }
  const step = second - first;
  const stepped = range(end).filter((value) => value >= first && (value - first) % step === 0);
  // Of days, which have names, no steps are documented.
  if (!names && sorted.length > 2 && step > 1 && String(sorted) === String(stepped)) {
    return `${first}/${step}`;
  }
  const textOf = (value: number) => names?.[value] ?? String(value);
  return runsOf(sorted).flatMap((run) => run.length > 2 ? `${textOf(run[0])}-${textOf(run[run.length - 1])}` : run.map(textOf)).join(',');
}

/** The values in groups of neighbours. */
function runsOf(sorted: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const value of sorted) {
    const run = runs[runs.length - 1];
    if (run?.[run.length - 1] === value - 1) {
      run.push(value);
    } else {
      runs.push([value]);
    }
  }
  return runs;
}

function range(end: number): number[] {
  return Array.from({ length: end }, (_, index) => index);
}
