import { TimeZone, Token } from 'aws-cdk-lib';
import { ProvisionedConcurrencyOptions } from './provisioned-concurrency-options';
import { ProvisionedWindow } from './provisioned-window';
import { fewestCrons } from '../schedule/fewest-crons';
import { Warning } from '../schedule/recurrence';
import { problemsOfTimeZone } from '../schedule/time-zone';
import { occurrences, problemsOfTime } from '../schedule/week';

/** What CDK takes as `utilizationTarget`. */
const UTILIZATION = { from: 0.1, to: 0.9 };

/** Scheduled actions that a scalable target can have: https://docs.aws.amazon.com/general/latest/gr/as-app.html */
const MAX_SCHEDULED_ACTIONS = 200;

/** How many environments are provisioned: at least, and as far as scaling by utilization may go. */
export interface Capacity {
  readonly min: number;
  readonly max: number;
}

/** A capacity that holds from some moments of the week on. */
export interface CapacityChange extends Capacity {
  readonly expression: string;
}

/** When how many environments are provisioned. */
export class CapacityPlan {
  /** What is wrong with it, each a sentence. */
  public static problems(options: ProvisionedConcurrencyOptions): string[] {
    const { windows = [], utilizationTarget, timeZone } = options;
    if (!Array.isArray(windows) || windows.some((window) => typeof window !== 'object' || window === null)) {
      return [sentence('has windows that are no list of windows: write one, or leave windows out')];
    }
    const problems = [
      ...problemsOfCapacity('', options),
      ...windows.flatMap((window, index) => [
        ...problemsOfTime(nameOf(index), window),
        ...problemsOfCapacity(` of ${nameOf(index)}`, window, options.maxCapacity),
      ]),
      ...problemsOfTimeZone(timeZone),
    ];
    if (timeZone && windows.length === 0) {
      problems.push('has a timeZone, but no windows that would be in it: write windows, or leave timeZone out');
    }
    if (problems.length > 0) {
      return problems.map(sentence);
    }
    const plan = new CapacityPlan(options);
    return [...problemsOfUtilization(utilizationTarget, plan.isScaledByUtilization), ...problemsOfChanges(plan.changes)].map(sentence);
  }

  /** What holds outside of all windows, and until the first of them begins. */
  public readonly base: Capacity;
  /** The most environments that may ever be provisioned. */
  public readonly highest: number;
  /** The averages over a week. */
  public readonly average: Capacity;
  /** The most that are provisioned at some time in each hour of the week, from Monday at 00:00 on, before any scaling by utilization. */
  public readonly hours: readonly number[];
  /** In which the windows are. */
  public readonly timeZone?: TimeZone;
  /** Whether their number may follow their use at any time. */
  public readonly isScaledByUtilization: boolean;
  public readonly changes: readonly CapacityChange[];
  public readonly warnings: readonly Warning[];

  /** @param options that have no problems */
  constructor(options: ProvisionedConcurrencyOptions) {
    const { windows = [], minCapacity, maxCapacity } = options;
    const outside = { min: minCapacity, max: maxCapacity ?? minCapacity };
    const inside = windows.map((window) => ({ min: window.minCapacity, max: window.maxCapacity ?? maxCapacity ?? window.minCapacity }));
    const held = occurrences(windows);
    const week = held.map((occurrence) => occurrence ? inside[occurrence.index] : outside);
    this.changes = changesOf(week);
    // Where nothing ever changes, no scheduled action would bring about what the windows ask for.
    this.base = this.changes.length > 0 ? outside : week[0];
    this.highest = Math.max(...week.map(({ max }) => max), this.base.max);
    this.average = { min: averageOf(week.map(({ min }) => min)), max: averageOf(week.map(({ max }) => max)) };
    this.hours = Array.from({ length: week.length / 60 }, (_, hour) => Math.max(...week.slice(hour * 60, hour * 60 + 60).map(({ min }) => min)));
    this.timeZone = options.timeZone;
    this.isScaledByUtilization = [this.base, ...week].some(({ min, max }) => max > min);
    this.warnings = windows.flatMap(({ start, end }, index) => held.some((one) => one?.index === index) ? [] : {
      id: 'cdk-lambda-warmer:windowNeverMatches',
      text: `${nameOf(index)} of provisionedConcurrency (${start} to ${end}) never matches, because the windows before it in the list take all of its time. Move it to the front, or remove it.`,
    });
  }

  /**
   * What is wrong with pinging what is provisioned, which pings reach first, each a sentence.
   *
   * @param levels the concurrency of each expression that fires
   */
  public problemsOfPings(levels: readonly number[]): string[] {
    const lowest = Math.min(...levels.filter((level) => Number.isInteger(level) && level > 0));
    return lowest <= this.highest
      ? [`concurrency is ${lowest}${levels.length > 1 ? ' at times' : ''}, but up to ${this.highest} environments are provisioned, which the pings reach first. `
        + `Write a concurrency above ${this.highest}, for requests that find all of them busy; or ping nothing beside them.`]
      : [];
  }
}

/** In as few expressions as they take. */
function changesOf(week: readonly Capacity[]): CapacityChange[] {
  const minutes = new Map<string, Set<number>>();
  for (const [minute, capacity] of week.entries()) {
    const before = week.at(minute - 1)!;
    if (capacity.min !== before.min || capacity.max !== before.max) {
      const key = JSON.stringify({ min: capacity.min, max: capacity.max });
      minutes.set(key, (minutes.get(key) ?? new Set()).add(minute));
    }
  }
  return [...minutes].flatMap(([key, some]) => fewestCrons(some).map((expression) => ({ ...JSON.parse(key) as Capacity, expression })));
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function problemsOfCapacity(of: string, { minCapacity: min, maxCapacity }: Pick<ProvisionedWindow, 'minCapacity' | 'maxCapacity'>, otherwise?: number): string[] {
  const problems: string[] = [];
  if (min === 0) {
    problems.push(`has 0 as minCapacity${of}: write at least 1, because Lambda deletes the configuration of an alias that is scaled to 0, and stack updates that look for it fail. `
      + 'To pay for nothing at times, leave provisionedConcurrency out, and write schedule: WarmingSchedule.windows(...)');
  } else if (!isCount(min)) {
    problems.push(`has ${textOf(min)} as minCapacity${of}: write a whole number, at least 1`);
  }
  const max = maxCapacity ?? otherwise;
  if (maxCapacity !== undefined && !isCount(maxCapacity)) {
    problems.push(`has ${textOf(maxCapacity)} as maxCapacity${of}: write a whole number, not below minCapacity, or leave it out`);
  } else if (isCount(min) && isCount(max) && min > max) {
    problems.push(maxCapacity === undefined
      ? `has ${min} as minCapacity${of}, above the maxCapacity of ${max} outside of the windows: write a maxCapacity in it too`
      : `has ${min} as minCapacity${of}, above its maxCapacity of ${max}: write a minCapacity up to that, or a larger maxCapacity`);
  }
  return problems;
}

function problemsOfUtilization(target: number | undefined, isScaled: boolean): string[] {
  const range = `from ${UTILIZATION.from} to ${UTILIZATION.to}`;
  if (target === undefined) {
    return [];
  }
  if (Token.isUnresolved(target)) {
    return [`has a token as utilizationTarget, known at deployment only: write a number ${range}, or leave it out`];
  }
  if (typeof target !== 'number' || !(target >= UTILIZATION.from && target <= UTILIZATION.to)) {
    return [`has ${textOf(target)} as utilizationTarget: write a number ${range}, or leave it out`];
  }
  return isScaled ? [] : ['has a utilizationTarget, but nothing to scale: write a maxCapacity above minCapacity, or leave utilizationTarget out'];
}

function problemsOfChanges(changes: readonly CapacityChange[]): string[] {
  return changes.length > MAX_SCHEDULED_ACTIONS
    ? [`has windows that take ${changes.length} scheduled actions, and Application Auto Scaling has room for ${MAX_SCHEDULED_ACTIONS} on one alias: write simpler windows`]
    : [];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && !Token.isUnresolved(value) && Number.isInteger(value) && value >= 1;
}

function textOf(value: unknown): string {
  if (Token.isUnresolved(value)) {
    return 'a token, known at deployment only,';
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function nameOf(index: number): string {
  return `windows[${index}]`;
}

function sentence(problem: string): string {
  return `provisionedConcurrency ${problem}.`;
}
