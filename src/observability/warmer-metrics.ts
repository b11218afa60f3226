import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE, MetricName } from '../dispatcher/plan';
import { FanOutStrategy } from '../fan-out/strategy';
import { WarmingPayload } from '../payload/warming-payload';
import { PingTarget } from '../target/ping-target';

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

export interface WarmerMetricsOptions {
  /** What is pinged, once that is known. */
  readonly target: () => PingTarget;
  readonly payload: WarmingPayload;
  readonly fanOut: FanOutStrategy;
  readonly emitMetrics: boolean;
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

  /** Those that are emitted, as far as they have been asked for by now. */
  public names(): MetricName[] {
    return Object.values(MetricName).filter((name) => isFed(name, this.options.payload) && (DEFAULT_METRICS.includes(name) || this.asked.has(name)));
  }

  /** A metric, which is emitted from now on. Throws if nothing would feed it. */
  public metric(name: MetricName, options?: MetricOptions): Metric {
    const { emitMetrics, fanOut, target } = this.options;
    if (!emitMetrics) {
      throw this.error(name, `nothing is emitted. Write emitMetrics: true${fanOut.isVerified ? '' : ' and fanOut: FanOut.dispatcher()'}`);
    }
    if (!isFed(name, this.options.payload)) {
      throw this.error(name, 'the answers to this payload do not tell it. Write payload: WarmingPayload.standard(), or leave the metric out');
    }
    this.asked.add(name);
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { [METRIC_DIMENSION]: target().qualifiedName },
      statistic: STATISTICS[name],
      ...options,
    }).attachTo(this.scope);
  }

  private error(name: MetricName, problem: string): Error {
    return new Error(`LambdaWarmer '${this.scope.node.path}': metric${name}() was called, but ${problem}.`);
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
