import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { CronOptionsWithTimezone } from 'aws-cdk-lib/aws-scheduler';
import { IConstruct } from 'constructs';
import { expressionProblem } from './expression-problem';

const SECONDS: { readonly [unit: string]: number } = { minute: 60, hour: 3600, day: 86_400 };

/** Zones in which the hours of a cron are those of a rule. */
const UTC_ZONES = ['UTC', 'Etc/UTC'];

/**
 * When a function is pinged.
 *
 * Lambda does not document how long it keeps an idle execution environment; five minutes between pings is what the
 * field has settled on.
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
        ? new WarmingSchedule(Schedule.rate(interval).expressionString)
        : new WarmingSchedule('', [`has an interval in ${unit}: write it in minutes, such as Duration.minutes(5)`]);
    }
    // Rounded, because 1.1 hours are some billionths of a millisecond more than 66 minutes.
    const minutes = Math.round(interval.toMilliseconds({ integral: false })) / 60_000;
    return minutes < 1 || !Number.isInteger(minutes)
      ? new WarmingSchedule('', [`has an interval of ${interval.toHumanString()}: write whole minutes, at least one, such as Duration.minutes(5)`])
      : new WarmingSchedule(Schedule.rate(Duration.minutes(minutes)).expressionString);
  }

  /**
   * A ping at the times that a cron expression names, in UTC.
   *
   * `WarmingSchedule.cron({ minute: '0/5', hour: '6-18', weekDay: 'MON-FRI' })` pings every five minutes of the hours
   * from 06:00 to 18:59 UTC on working days. What is left out matches always, the minute too.
   *
   * @param options the fields; at most one of `day` and `weekDay`; `timeZone` only as UTC, the zone of EventBridge rules
   */
  public static cron(options: CronOptionsWithTimezone): WarmingSchedule {
    const { minute = '*', hour = '*', month = '*', year = '*', weekDay, timeZone } = options;
    const day = options.day ?? (weekDay === undefined ? '*' : '?');
    const problems = timeZone && !Token.isUnresolved(timeZone.timezoneName) && !UTC_ZONES.includes(timeZone.timezoneName)
      ? [`is in the time zone ${timeZone.timezoneName}, but EventBridge rules run in UTC: leave timeZone out and write the hours in UTC`]
      : [];
    const warnings = options.minute === undefined
      ? [{
        id: 'cdk-lambda-warmer:cronWithoutMinute',
        text: "The cron has no minute, so it fires every minute. Write minute: '0/5' for every five minutes, or minute: '*' if every minute is meant.",
      }]
      : [];
    return new WarmingSchedule(`cron(${minute} ${hour} ${day} ${month} ${weekDay ?? '?'} ${year})`, problems, warnings);
  }

  /**
   * A ping as an EventBridge expression says: `rate(5 minutes)`, `cron(0/5 8-18 ? * MON-FRI *)`.
   *
   * @param expression checked at synthesis against EventBridge's documented syntax, unless it is known at deployment only
   */
  public static expression(expression: string): WarmingSchedule {
    return new WarmingSchedule(expression);
  }

  /**
   * What is wrong with the schedule, each the end of a sentence that begins with "the schedule".
   *
   * @internal
   */
  public readonly _problems: readonly string[];

  private constructor(
    /** @internal */
    public readonly _expression: string,
    problems: readonly string[] = [],
    /** @internal */
    public readonly _warnings: readonly { readonly id: string; readonly text: string }[] = [],
  ) {
    const problem = problems.length === 0 && !Token.isUnresolved(_expression) ? expressionProblem(_expression) : undefined;
    this._problems = problem === undefined ? problems : [problem];
  }

  /**
   * The time from tick to tick in seconds, if it is a fixed one.
   *
   * @internal
   */
  public get _everySeconds(): number | undefined {
    const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(this._expression) ?? [];
    return unit ? Number(value) * SECONDS[unit] : undefined;
  }

  /**
   * The same for an expression that was a token and may be known by now.
   *
   * @internal
   */
  public _problemsAtSynthesis(scope: IConstruct): string[] {
    const expression = Token.isUnresolved(this._expression) ? Stack.of(scope).resolve(this._expression) : undefined;
    const problem = typeof expression === 'string' ? expressionProblem(expression) : undefined;
    return problem === undefined ? [] : [problem];
  }
}
