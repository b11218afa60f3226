import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { METRIC_NAMESPACE, MetricName } from '../dispatcher/plan';
import { FanOutStrategy } from '../fan-out/strategy';
import { WarmingPayload } from '../payload/warming-payload';

/** Each metric costs money by the month: those that nobody asks for are left out. */
const DEFAULT_METRICS = [MetricName.COVERAGE, MetricName.WARM_ENVIRONMENTS, MetricName.COLD_STARTS];

/** Over a period of several ticks: how bad the worst was, and how much came together. */
const STATISTICS: { readonly [name in MetricName]: string } = {
  [MetricName.COVERAGE]: 'Minimum',
  [MetricName.WARM_ENVIRONMENTS]: 'Minimum',
  [MetricName.COLD_STARTS]: 'Sum',
  [MetricName.THROTTLES]: 'Sum',
  [MetricName.ERRORS]: 'Sum',
  [MetricName.HELD_TIME]: 'Sum',
};

/** Where ticks come in no fixed interval. */
export const DEFAULT_PERIOD = Duration.minutes(5);
/** The longest that an alarm takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, `Period` */
const MAX_PERIOD_SECONDS = 86_400;

export interface WarmerMetricsOptions {
  /** How messages call what has the metrics, before its path. */
  readonly title: string;
  /** By which they are found, once that is known. */
  readonly dimensions: () => { readonly [name: string]: string };
  /** Of all functions that they are of. */
  readonly payloads: () => readonly WarmingPayload[];
  readonly fanOut: FanOutStrategy;
  /** Whether those of `DEFAULT_METRICS` are emitted that can be told. */
  readonly emitMetrics: boolean;
  /** Where they differ from those of a single function. */
  readonly statistics?: { readonly [name in MetricName]?: string };
  /** Whether one is emitted for being asked for, whatever `emitMetrics` says. */
  readonly isEmittedWhenAsked?: boolean;
  /** The time from tick to tick in seconds, where the schedule has a fixed one. */
  readonly everySeconds?: number;
}

/** What a warmer's dispatcher writes for CloudWatch, and under which names that is found there. */
export class WarmerMetrics {
  /** Those that are emitted of functions with such a payload if nobody asks for others. */
  public static defaultsOf(payload: WarmingPayload): MetricName[] {
    return DEFAULT_METRICS.filter((name) => isFed(name, payload));
  }

  private readonly asked = new Set<MetricName>();

  constructor(private readonly scope: IConstruct, private readonly options: WarmerMetricsOptions) {}

  /** What is wrong with asking for metrics, each a sentence. */
  public problems(): string[] {
    const { emitMetrics, fanOut } = this.options;
    return emitMetrics && !fanOut.isVerified
      ? [`emitMetrics asks for metrics, but ${fanOut.name} counts nothing. Write fanOut: FanOut.dispatcher(), or leave emitMetrics out.`]
      : [];
  }

  /** What is wrong with those that have been asked for, when all functions are known, each a sentence. */
  public problemsAtSynthesis(): string[] {
    return [...this.asked].filter((name) => !this.tells(name))
      .map((name) => `metric${name}() was called, or an alarm made of it, but the answers to this payload do not tell it. Write payload: WarmingPayload.standard(), or leave the metric out.`);
  }

  /** Those that are emitted, as far as they have been asked for by now. */
  public names(): MetricName[] {
    const { emitMetrics } = this.options;
    return Object.values(MetricName).filter((name) => this.tells(name) && ((emitMetrics && DEFAULT_METRICS.includes(name)) || this.asked.has(name)));
  }

  /** A metric, which is emitted from now on. Throws if nothing would feed it. */
  public metric(name: MetricName, options?: MetricOptions): Metric {
    const { emitMetrics, isEmittedWhenAsked, fanOut, dimensions } = this.options;
    if (!emitMetrics && !isEmittedWhenAsked) {
      throw this.error(name, `nothing is emitted. Write emitMetrics: true${fanOut.isVerified ? '' : ' and fanOut: FanOut.dispatcher()'}`);
    }
    if (!this.tells(name)) {
      throw this.error(name, 'the answers to this payload do not tell it. Write payload: WarmingPayload.standard(), or leave the metric out');
    }
    this.asked.add(name);
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: dimensions(),
      statistic: { ...STATISTICS, ...this.options.statistics }[name],
      period: this.period,
      ...options,
    }).attachTo(this.scope);
  }

  /** Whether answers to the pings tell what the metric is of. A function whose answers do not is not counted in it. */
  public tells(name: MetricName): boolean {
    const payloads = this.options.payloads();
    return payloads.length === 0 || payloads.some((payload) => isFed(name, payload));
  }

  /** In which there is one tick, if they come in a fixed interval. */
  public get period(): Duration {
    const { everySeconds } = this.options;
    return everySeconds === undefined ? DEFAULT_PERIOD : Duration.seconds(Math.min(everySeconds, MAX_PERIOD_SECONDS));
  }

  private error(name: MetricName, problem: string): Error {
    return new Error(`${this.options.title} '${this.scope.node.path}': metric${name}() was called, but ${problem}.`);
  }
}

function isFed(name: MetricName, payload: WarmingPayload): boolean {
  const isTold: { readonly [some in MetricName]?: boolean } = {
    [MetricName.COVERAGE]: payload._namesEnvironment,
    [MetricName.WARM_ENVIRONMENTS]: payload._namesEnvironment,
    [MetricName.HELD_TIME]: payload._tellsHold,
  };
  return isTold[name] ?? true;
}
