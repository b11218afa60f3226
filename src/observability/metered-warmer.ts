import { Duration, Token } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, MetricOptions, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CoverageAlarmOptions } from './coverage-alarm-options';
import { Metering } from './metering';
import { CostModel } from '../cost/cost-model';
import { WarmingCost } from '../cost/warming-cost';
import { MetricName } from '../dispatcher/plan';

const ALARM_ID = 'LowCoverage';
const DEFAULT_THRESHOLD = 0.9;
const DEFAULT_PERIODS = 3;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/**
 * What has the metrics of ticks: a `LambdaWarmer`, those of its function; a `WarmerFleet`, those of all its functions
 * together.
 *
 * It is not for extending: what feeds the metrics is this library's own.
 *
 * Each can be made an alarm in one line: `warmer.metricCoverage().createAlarm(this, 'Alarm', { ... })`. Unless the options say
 * another period, it is the time from tick to tick where the schedule has a fixed one, up to a day, and otherwise 5 minutes.
 * Units are those under which the values are emitted; as the CDK recommends, the metrics do not ask for them.
 */
export abstract class MeteredWarmer extends Construct {
  /**
   * Distinct environments that a tick reached, as a part of those asked for: 0 to 1, without a unit. The minimum by default; of
   * a fleet, that of the function that is worst off.
   *
   * Throws if nothing would feed it: with a payload whose answers name no environment, and of a `LambdaWarmer` without
   * `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricCoverage(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.COVERAGE, options);
  }

  /**
   * Distinct environments that a tick reached, a count. The minimum by default; of a fleet, the sum over its functions, and over
   * all ticks of the period.
   *
   * Throws if nothing would feed it: with a payload whose answers name no environment, and of a `LambdaWarmer` without
   * `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricWarmEnvironments(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.WARM_ENVIRONMENTS, options);
  }

  /**
   * Environments that had to be started by pings, a count: cold starts that requests were spared. The sum by default.
   *
   * Throws of a `LambdaWarmer` without `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricColdStarts(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.COLD_STARTS, options);
  }

  /**
   * Pings that Lambda did not take, for whichever limit, a count. The sum by default. Emitted only if this is called.
   *
   * Throws of a `LambdaWarmer` without `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricThrottles(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.THROTTLES, options);
  }

  /**
   * Pings that failed, a count: the handler did, or Lambda refused them, did not find the function, or had no answer in time.
   * The sum by default. Emitted only if this is called.
   *
   * Throws of a `LambdaWarmer` without `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricErrors(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.ERRORS, options);
  }

  /**
   * For how long pings kept environments busy, in milliseconds, all added up: what Lambda bills of the function's memory. The
   * sum by default. Emitted only if this is called.
   *
   * Throws if nothing would feed it: with another payload than the standard one, and of a `LambdaWarmer` without `emitMetrics`.
   *
   * @param options the period, the statistic, and how it is shown
   */
  public metricHeldTime(options?: MetricOptions): Metric {
    return this._metering.metric(MetricName.HELD_TIME, options);
  }

  /**
   * Creates an alarm on `metricCoverage()`: by default, it goes off when the coverage was below 0.9 for three periods in a row.
   *
   * Where the schedule has a tick in each period at all times, it goes off too when they fail to come: no figures are bad figures. Until the first
   * ticks after the first deployment, that is so. What it does beside, its actions say:
   * `warmer.alarmOnLowCoverage().addAlarmAction(...)`. CloudWatch bills it by the month, $0.10
   * (https://aws.amazon.com/cloudwatch/pricing/, read in November 2026), which `WarmingCost.of()` counts.
   *
   * Throws if `metricCoverage()` does, if it is called twice, and if a number is out of its range.
   *
   * @param options what differs from that
   */
  public alarmOnLowCoverage(options: CoverageAlarmOptions = {}): Alarm {
    const { title, metric, alwaysEverySeconds, costAssumptions = {}, period: usualPeriod } = this._metering;
    const { threshold = DEFAULT_THRESHOLD, evaluationPeriods = DEFAULT_PERIODS, datapointsToAlarm = evaluationPeriods } = options;
    const { period = usualPeriod } = options;
    const problems = [
      ...this.node.tryFindChild(ALARM_ID) ? ['it has such an alarm already. Write metricCoverage().createAlarm() for a further one.'] : [],
      ...problemsOf({ threshold, evaluationPeriods, datapointsToAlarm, period }),
    ];
    if (problems.length > 0) {
      throw new Error(`${title} '${this.node.path}': alarmOnLowCoverage() was called, but ${problems.join('\n  ')}`);
    }
    const isMissed = alwaysEverySeconds !== undefined && alwaysEverySeconds <= period.toSeconds();
    const alarm = metric(MetricName.COVERAGE, { period }).createAlarm(this, ALARM_ID, {
      alarmName: options.alarmName,
      alarmDescription: options.alarmDescription ?? `Fewer execution environments are warm than ${this.node.path} is to keep so`,
      actionsEnabled: options.actionsEnabled,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: options.treatMissingData ?? (isMissed ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING),
    });
    WarmingCost._register(alarm, () => new CostModel(alarm, undefined, { prices: costAssumptions.prices }).alarmCost);
    return alarm;
  }

  /**
   * What feeds its metrics.
   *
   * @internal
   */
  protected abstract get _metering(): Metering;
}

function problemsOf({ threshold, evaluationPeriods, datapointsToAlarm, period }: Required<Omit<CoverageAlarmOptions, 'treatMissingData' | 'alarmName' | 'alarmDescription' | 'actionsEnabled'>>): string[] {
  const problems = Token.isUnresolved(threshold) || !(threshold > 0 && threshold <= 1) ? [`threshold is ${textOf(threshold)}. Write a number above 0, up to 1.`] : [];
  if (!isCount(evaluationPeriods)) {
    return [...problems, `evaluationPeriods is ${textOf(evaluationPeriods)}. Write a whole number, at least 1.`];
  }
  if (!isCount(datapointsToAlarm) || datapointsToAlarm > evaluationPeriods) {
    problems.push(`datapointsToAlarm is ${textOf(datapointsToAlarm)}. Write a whole number from 1 to ${evaluationPeriods}, the evaluationPeriods.`);
  }
  const seconds = period.isUnresolved() ? NaN : period.toSeconds({ integral: false });
  if (!(seconds >= MINUTE_SECONDS && seconds <= DAY_SECONDS && seconds % MINUTE_SECONDS === 0)) {
    return [...problems, `its period is ${period.isUnresolved() ? 'a token, known at deployment only' : period.toHumanString()}. Write whole minutes, from one to a day.`];
  }
  const most = seconds < HOUR_SECONDS ? DAY_SECONDS : 7 * DAY_SECONDS;
  if (seconds * evaluationPeriods > most) {
    problems.push(`its evaluationPeriods last ${Duration.seconds(seconds * evaluationPeriods).toHumanString()}, and CloudWatch takes ${Duration.seconds(most).toHumanString()}. Write fewer of them, or a shorter period.`);
  }
  return problems;
}

function isCount(value: number): boolean {
  return !Token.isUnresolved(value) && Number.isInteger(value) && value >= 1;
}

function textOf(value: number): string {
  return Token.isUnresolved(value) ? 'a token, known at deployment only' : String(value);
}
