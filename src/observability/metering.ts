import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CostAssumptions } from '../cost/cost-assumptions';
import { MetricName } from '../dispatcher/plan';

/** What feeds the metrics of a warmer. */
export interface Metering {
  /** How messages call the warmer, before its path. */
  readonly title: string;
  /** The time between ticks, if there are ticks at all times, so that it means something if none come. */
  readonly alwaysEverySeconds?: number;
  /** The period of its metrics. */
  readonly period: Duration;
  /** By which its costs are reckoned. */
  readonly costAssumptions?: CostAssumptions;
  /** A metric. Throws if nothing would feed it. */
  metric(name: MetricName, options?: MetricOptions): Metric;
}
