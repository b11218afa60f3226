import { Duration, Stack, TimeZone, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { CronOptionsWithTimezone } from 'aws-cdk-lib/aws-scheduler';
import { IConstruct } from 'constructs';
import { expressionProblem } from './expression-problem';
import { firesBetween } from './firing-days';
import { Recurrence, Warning } from './recurrence';
import { isUtc, problemsOfTimeZone } from './time-zone';
import { WarmingWindowsOptions } from './warming-window';
import { resolveWindows } from './windows';

const SECONDS: { readonly [unit: string]: number } = { minute: 60, hour: 3600, day: 86_400 };

/** All that makes a schedule. */
interface Definition {
  readonly recurrences: readonly Recurrence[];
  /** Whether these say the concurrency. */
  readonly hasWindows?: boolean;
  readonly timeZone?: TimeZone;
  readonly start?: Date;
  readonly end?: Date;
  readonly everySeconds?: number;
  readonly leastSeconds?: number;
  readonly mostSeconds?: number;
  readonly problems?: readonly string[];
  readonly warnings?: readonly Warning[];
}

/**
 * When a function is pinged.
 *
 * Lambda does not document how long it keeps an idle execution environment; five minutes between pings is what the
 * field has settled on.
 *
 * @example
 * const officeHours = WarmingSchedule.windows({
 *   windows: [{ days: [DayOfWeek.MONDAY, DayOfWeek.TUESDAY], start: '08:00', end: '18:30', concurrency: 20 }],
 *   timeZone: TimeZone.EUROPE_BERLIN,
 *   otherwise: 1,
 * });
 */
export class WarmingSchedule {
  /**
   * A ping at a fixed interval.
   *
   * @param interval whole minutes, at least one
   */
  public static every(interval: Duration): WarmingSchedule {
    if (interval.isUnresolved()) {
      const unit = interval.unitLabel();
      return ['minutes', 'hours', 'days'].includes(unit)
        ? WarmingSchedule.expression(Schedule.rate(interval).expressionString)
        : new WarmingSchedule({ recurrences: [], problems: [`has an interval in ${unit}: write it in minutes, such as Duration.minutes(5)`] });
    }
    // Rounded, because 1.1 hours are some billionths of a millisecond more than 66 minutes.
    const minutes = Math.round(interval.toMilliseconds({ integral: false })) / 60_000;
    return minutes < 1 || !Number.isInteger(minutes)
      ? new WarmingSchedule({
        recurrences: [],
        problems: [`has an interval of ${interval.toHumanString()}: write whole minutes, at least one, such as Duration.minutes(5)`],
      })
      : WarmingSchedule.expression(Schedule.rate(Duration.minutes(minutes)).expressionString);
  }

  /**
   * A ping at the times that a cron expression names.
   *
   * `WarmingSchedule.cron({ minute: '0/5', hour: '6-18', weekDay: 'MON-FRI' })` pings every five minutes of the hours
   * from 06:00 to 18:59 on working days. What is left out matches always, the minute too.
   *
   * @param options the fields, with at most one of `day` and `weekDay`. With a `timeZone` other than UTC, EventBridge Scheduler fires the
   * schedule, and without one it is in UTC
   */
  public static cron(options: CronOptionsWithTimezone): WarmingSchedule {
    const { minute = '*', hour = '*', month = '*', year = '*', weekDay, timeZone } = options;
    const day = options.day ?? (weekDay === undefined ? '*' : '?');
    return new WarmingSchedule({
      recurrences: [{ expression: `cron(${minute} ${hour} ${day} ${month} ${weekDay ?? '?'} ${year})` }],
      timeZone,
      warnings: options.minute === undefined
        ? [{
          id: 'cdk-lambda-warmer:cronWithoutMinute',
          text: "The cron has no minute, so it fires every minute. Write minute: '0/5' for every five minutes, or minute: '*' if every minute is meant.",
        }]
        : [],
    });
  }

  /**
   * A ping as an EventBridge expression says: `rate(5 minutes)`, `cron(0/5 8-18 ? * MON-FRI *)`, in UTC.
   *
   * @param expression checked at synthesis against EventBridge's documented syntax, unless it is known at deployment only
   */
  public static expression(expression: string): WarmingSchedule {
    return new WarmingSchedule({ recurrences: [{ expression }] });
  }

  /**
   * As many environments as the time of the week asks for, in your own time zone.
   *
   * It takes the place of the warmer's `concurrency`. Each time that begins, of a window or outside of all of them,
   * begins with a ping, and goes on in its interval. It becomes the fewest cron expressions that fire at just these
   * minutes, as far as they are found in a limited time.
   *
   * In a time zone with daylight saving time, EventBridge Scheduler skips what falls into the hour that a spring night
   * leaves out, and fires once only for the hour that an autumn night has twice: then nothing is pinged for one hour.
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
   *
   * @param options the windows
   */
  public static windows(options: WarmingWindowsOptions): WarmingSchedule {
    return new WarmingSchedule({ ...resolveWindows(options), hasWindows: true, timeZone: options?.timeZone });
  }

  /**
   * What is wrong with the schedule, each a sentence.
   *
   * @internal
   */
  public readonly _problems: readonly string[];

  private constructor(
    /** @internal */
    public readonly _definition: Definition,
  ) {
    const { recurrences, timeZone, problems = [], start, end } = _definition;
    this._problems = [...problems, ...problemsOfTimeZone(timeZone), ...problemsOfDates(start, end)].map(toSentence);
    if (this._problems.length === 0) {
      this._problems = this.problemsOf(recurrences.map(({ expression }) => expression).filter((expression) => !Token.isUnresolved(expression)));
    }
  }

  /**
   * The same schedule, but nothing is pinged before a moment: the beginning of a campaign, say.
   *
   * It takes EventBridge Scheduler. A moment that has passed at synthesis is left out, since EventBridge Scheduler
   * refuses it.
   *
   * @param moment when it begins
   */
  public activeFrom(moment: Date): WarmingSchedule {
    return new WarmingSchedule({ ...this._definition, start: moment });
  }

  /**
   * The same schedule, but nothing is pinged after a moment: the end of a campaign, say.
   *
   * It takes EventBridge Scheduler. Once the moment has passed, the schedule is synthesized disabled, and a warning
   * says that the warmer can be removed.
   *
   * @param moment when it ends
   */
  public activeUntil(moment: Date): WarmingSchedule {
    return new WarmingSchedule({ ...this._definition, end: moment });
  }

  /**
   * The largest concurrency of its windows; undefined: the schedule says none.
   *
   * @internal
   */
  public get _maxConcurrency(): number | undefined {
    const { recurrences, hasWindows } = this._definition;
    return hasWindows ? Math.max(1, ...recurrences.map(({ concurrency = 1 }) => concurrency)) : undefined;
  }

  /**
   * Those of its properties that no rule can have, as a sentence goes on after "the schedule"; undefined: it has none.
   *
   * @internal
   */
  public get _needsScheduler(): string | undefined {
    const { timeZone, start, end } = this._definition;
    if (!isUtc(timeZone)) {
      return `is in the time zone ${timeZone?.timezoneName}, and rules run in UTC`;
    }
    return start || end ? `has ${start ? 'activeFrom' : 'activeUntil'}, and rules know neither beginning nor end` : undefined;
  }

  /**
   * Whether its end has passed.
   *
   * @internal
   */
  public get _isOver(): boolean {
    const { end } = this._definition;
    return end !== undefined && isValid(end) && end.getTime() <= Date.now();
  }

  /**
   * Whether its beginning is still to come.
   *
   * @internal
   */
  public get _isAhead(): boolean {
    const { start } = this._definition;
    return start !== undefined && isValid(start) && start.getTime() > Date.now();
  }

  /** @internal */
  public get _warnings(): readonly Warning[] {
    const { warnings = [], end } = this._definition;
    return [...warnings, ...this._isOver ? [{
      id: 'cdk-lambda-warmer:scheduleOver',
      text: `The schedule ended at ${end!.toISOString()}, so it is disabled and pings nothing. Remove the warmer, or write a later activeUntil.`,
    }] : []];
  }

  /**
   * The time from tick to tick in seconds, if it is a fixed one.
   *
   * @internal
   */
  public get _everySeconds(): number | undefined {
    const { everySeconds, recurrences } = this._definition;
    const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(recurrences[0]?.expression) ?? [];
    return unit ? Number(value) * SECONDS[unit] : everySeconds;
  }

  /**
   * The shortest time between two ticks in seconds, if it is known.
   *
   * @internal
   */
  public get _leastSeconds(): number | undefined {
    return this._definition.leastSeconds ?? this._everySeconds;
  }

  /**
   * Whether it fires in a fixed interval at all times, and no longer passes without a tick.
   *
   * @internal
   */
  public get _firesAlways(): boolean {
    const { start, end, mostSeconds = 0 } = this._definition;
    return !start && !end && this._everySeconds !== undefined && mostSeconds <= this._everySeconds;
  }

  /**
   * The same as `_problems` for an expression that was a token and may be known by now.
   *
   * @internal
   */
  public _problemsAtSynthesis(scope: IConstruct): string[] {
    const late = this._definition.recurrences.map(({ expression }) => expression).filter((expression) => Token.isUnresolved(expression));
    const resolved: unknown[] = late.map((expression) => Stack.of(scope).resolve(expression));
    return this.problemsOf(resolved.filter((one): one is string => typeof one === 'string'));
  }

  private problemsOf(expressions: readonly string[]): string[] {
    const problems = expressions.flatMap((expression) => expressionProblem(expression) ?? []);
    if (problems.length > 0 || expressions.length === 0 || this._isOver) {
      return problems.map(toSentence);
    }
    const { start, end } = this._definition;
    const from = this._isAhead ? start! : new Date();
    if (expressions.some((expression) => firesBetween(expression, from, end))) {
      return [];
    }
    const when = [`from ${from.toISOString()}`, ...end ? [`until ${end.toISOString()}`] : []].join(' ');
    return [toSentence(`never fires: no day ${when} is one of '${expressions.join("', '")}'. Write days that are`)];
  }
}

function toSentence(problem: string): string {
  return `the schedule ${problem}.`;
}

function problemsOfDates(start: Date | undefined, end: Date | undefined): string[] {
  const invalid = [...isValid(start) ? [] : ['activeFrom'], ...isValid(end) ? [] : ['activeUntil']];
  if (invalid.length > 0) {
    return invalid.map((name) => `has no date as ${name}: write one, such as new Date('2026-11-27T00:00:00Z')`);
  }
  return start && end && end.getTime() <= start.getTime()
    ? [`ends at ${end.toISOString()}, which is not after its beginning at ${start.toISOString()}: write an activeUntil after activeFrom`]
    : [];
}

function isValid(date: Date | undefined): boolean {
  return date === undefined || (date instanceof Date && !Number.isNaN(date.getTime()));
}
