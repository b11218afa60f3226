import { Duration, Token } from 'aws-cdk-lib';
import { fewestCrons, MINUTES_PER_DAY } from './fewest-crons';
import { Recurrence, Warning } from './recurrence';
import { WarmingWindow, WarmingWindowsOptions } from './warming-window';
import { isTimeOfWeek, lengthOf, MINUTES_PER_WEEK, occurrences, problemsOfTime } from './week';

const DEFAULT_INTERVAL = Duration.minutes(5);

/** What a window asks for, on one of its days. */
interface Holding {
  /** In the list; undefined: outside of all windows. */
  readonly window?: number;
  readonly concurrency: number;
  /** Minutes. */
  readonly interval: number;
}

export interface ResolvedWindows {
  readonly recurrences: readonly Recurrence[];
  /** The interval of all windows and of what is otherwise in seconds, if it is the same. */
  readonly everySeconds?: number;
  /** The shortest time between two pings in seconds. */
  readonly leastSeconds?: number;
  /** The longest. */
  readonly mostSeconds?: number;
  /** Each the end of a sentence that begins with "the schedule". */
  readonly problems: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * What fires when these windows say so, in the fewest cron expressions.
 *
 * A time in which one window holds, or none, begins with a ping, and goes on in its interval. So the concurrency is
 * that of the new window from its first minute on, and nowhere do pings lie further apart than they should.
 */
export function resolveWindows(options: WarmingWindowsOptions): ResolvedWindows {
  const { windows, otherwise = 0, every = DEFAULT_INTERVAL, lead = Duration.minutes(0) } = options ?? {};
  // In other languages jsii sees to that, and in TypeScript the compiler, but not in JavaScript.
  if (!Array.isArray(windows) || windows.length === 0 || windows.some((window) => typeof window !== 'object' || window === null)) {
    return { recurrences: [], problems: ['has no windows: write a list of at least one, or take WarmingSchedule.every(...)'], warnings: [] };
  }
  const problems = [
    ...problemsOfConcurrency('otherwise', otherwise),
    ...problemsOfInterval('every', every),
    ...problemsOfLead(lead),
    ...windows.flatMap((window, index) => problemsOfWindow(nameOf(index), window, every)),
  ];
  if (problems.length > 0) {
    return { recurrences: [], problems, warnings: [] };
  }

  const held = holdings(options, otherwise, every);
  const ticks = ticksOf(withLead(held, lead.toMinutes()));
  if (ticks.size === 0) {
    return { recurrences: [], problems: ['keeps nothing warm, because wherever a window holds its concurrency is 0, and otherwise too: write one above 0, or enabled: false to pause'], warnings: [] };
  }
  const distances = distancesOf([...ticks.values()].flatMap((minutes) => [...minutes]));
  const intervals = new Set(held.filter(({ concurrency }) => concurrency > 0).map(({ interval }) => interval));
  return {
    recurrences: [...ticks].sort(([one], [other]) => other - one)
      .flatMap(([concurrency, minutes]) => fewestCrons(minutes).map((expression) => ({ expression, concurrency }))),
    leastSeconds: Math.min(...distances) * 60,
    mostSeconds: Math.max(...distances) * 60,
    everySeconds: intervals.size === 1 ? [...intervals][0] * 60 : undefined,
    problems,
    warnings: windows.flatMap((window, index) => held.some((one) => one.window === index) ? [] : {
      id: 'cdk-lambda-warmer:windowNeverMatches',
      text: `${nameOf(index)} of the schedule (${window.start} to ${window.end}) never matches, because the windows before it in the list take all of its time. Move it to the front, or remove it.`,
    }),
  };
}

/** The time from each of these minutes of the week to the next, in minutes. */
function distancesOf(minutes: number[]): number[] {
  const sorted = minutes.sort((one, other) => one - other);
  return sorted.map((minute, index) => (sorted[index + 1] ?? sorted[0] + MINUTES_PER_WEEK) - minute);
}

/** What is pinged in each minute of the week. */
function holdings({ windows }: WarmingWindowsOptions, otherwise: number, every: Duration): Holding[] {
  const outside: Holding = { concurrency: otherwise, interval: every.toMinutes() };
  const inside = new Map<object, Holding>();
  return occurrences(windows).map((occurrence) => {
    if (occurrence && !inside.has(occurrence)) {
      const { concurrency, every: own = every } = windows[occurrence.index];
      inside.set(occurrence, { window: occurrence.index, concurrency, interval: own.toMinutes() });
    }
    return occurrence ? inside.get(occurrence)! : outside;
  });
}

/**
 * The same, where windows take over so many minutes earlier from whatever asks for fewer environments, because those that
 * are missing have to be started. What is excluded stays so.
 */
function withLead(held: readonly Holding[], lead: number): readonly Holding[] {
  return held.map((now, minute) => {
    let holds = now;
    for (let ahead = 0; ahead < lead && !isExcluded(held[(minute + ahead) % MINUTES_PER_WEEK]); ahead++) {
      const next = held[(minute + ahead + 1) % MINUTES_PER_WEEK];
      if (next.window !== undefined && next.concurrency > holds.concurrency) {
        holds = next;
      }
    }
    return holds;
  });
}

function isExcluded({ window, concurrency }: Holding): boolean {
  return window !== undefined && concurrency === 0;
}

/** The minutes of the week with a ping, by concurrency. */
function ticksOf(week: readonly Holding[]): Map<number, Set<number>> {
  const ticks = new Map<number, Set<number>>();
  const starts = beginnings(week);
  for (const [index, start] of starts.entries()) {
    const { concurrency, interval } = week[start];
    const end = index + 1 < starts.length ? starts[index + 1] : starts[0] + MINUTES_PER_WEEK;
    for (let minute = start; concurrency > 0 && minute < end; minute += interval) {
      ticks.set(concurrency, (ticks.get(concurrency) ?? new Set()).add(minute % MINUTES_PER_WEEK));
    }
  }
  return ticks;
}

/** The minutes at which something else begins to hold. There are some: no window lasts longer than a day. */
function beginnings(week: readonly Holding[]): number[] {
  return [...week.keys()].filter((minute) => week[minute] !== week.at(minute - 1));
}

function problemsOfWindow(name: string, window: WarmingWindow, every: Duration): string[] {
  const { concurrency } = window;
  const interval = window.every ?? every;
  const problems = [
    ...problemsOfConcurrency(`concurrency of ${name}`, concurrency),
    ...problemsOfTime(name, window),
    ...window.every ? problemsOfInterval(`every of ${name}`, window.every) : [],
  ];
  if (isTimeOfWeek(window) && problemsOfInterval('', interval).length === 0 && concurrency > 0 && interval.toMinutes() > lengthOf(window)) {
    problems.push(`has an interval of ${interval.toHumanString()} in ${name}, which lasts ${Duration.minutes(lengthOf(window)).toHumanString()}: write a shorter one as its every, or a longer window`);
  }
  return problems;
}

function problemsOfConcurrency(name: string, concurrency: number): string[] {
  if (Token.isUnresolved(concurrency)) {
    return [`has a token as ${name}, known at deployment only: write a number`];
  }
  return Number.isInteger(concurrency) && concurrency >= 0 ? [] : [`has ${typeof concurrency === 'string' ? `'${concurrency as string}'` : concurrency} as ${name}: write a whole number, 0 or more`];
}

function problemsOfInterval(name: string, interval: Duration): string[] {
  const cure = 'write minutes that divide the hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30), or whole hours';
  if (!isDuration(interval)) {
    return [`has no Duration as ${name}: write one, such as Duration.minutes(5)`];
  }
  if (interval.isUnresolved()) {
    return [`has a token as ${name}, known at deployment only: ${cure}`];
  }
  const minutes = interval.toMinutes({ integral: false });
  return Number.isInteger(minutes) && minutes > 0 && (60 % minutes === 0 || minutes % 60 === 0) ? [] : [`has ${interval.toHumanString()} as ${name}: ${cure}`];
}

function problemsOfLead(lead: Duration): string[] {
  if (!isDuration(lead)) {
    return ['has no Duration as lead: write one, such as Duration.minutes(10)'];
  }
  const minutes = lead.isUnresolved() ? NaN : lead.toMinutes({ integral: false });
  return Number.isInteger(minutes) && minutes < MINUTES_PER_DAY ? [] : [`has ${lead.isUnresolved() ? 'a token' : lead.toHumanString()} as lead: write whole minutes, less than a day`];
}

/** By what it can do: there may be more than one copy of CDK. */
function isDuration(value: Duration): boolean {
  return typeof value?.isUnresolved === 'function';
}

function nameOf(index: number): string {
  return `windows[${index}]`;
}
