import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { MetricName } from '../dispatcher/plan';

/** What feeds the metrics of a warmer. */
export interface Metering {
  /** How messages call the warmer, before its path. */
  readonly title: string;
  /** Whether there are ticks at all times, in a fixed interval, so that it means something if none come. */
  readonly isAlwaysPinged: boolean;
  /** A metric. Throws if nothing would feed it. */
  metric(name: MetricName, options?: MetricOptions): Metric;
}
