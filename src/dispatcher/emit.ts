import { METRIC_DIMENSION, METRIC_NAMESPACE, MetricName } from './plan';
import { metricsOf, TickReport } from './report';
import { PING_KEY } from '../payload/protocol';

const UNITS: { readonly [name in MetricName]: 'Count' | 'Milliseconds' | 'NoUnit' } = {
  [MetricName.COVERAGE]: 'NoUnit',
  [MetricName.WARM_ENVIRONMENTS]: 'Count',
  [MetricName.COLD_STARTS]: 'Count',
  [MetricName.THROTTLES]: 'Count',
  [MetricName.ERRORS]: 'Count',
  [MetricName.HELD_TIME]: 'Milliseconds',
};

/** Writes a line into the log. */
export function say(line: object): void {
  // Past `console`, which puts something before each line.
  process.stdout.write(`${JSON.stringify({ [PING_KEY]: line })}\n`);
}

/** Writes the line of a tick into the log, and the metrics that were asked for. */
export async function emit(report: TickReport, names: readonly MetricName[] = []): Promise<void> {
  say(report);

  const values = metricsOf(report);
  const known = names.filter((name) => values[name] !== undefined);
  if (known.length > 0) {
    // Not loaded where nobody asks for metrics.
    const { Metrics, MetricUnit } = await import('@aws-lambda-powertools/metrics');
    const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
    // By function, and not by a service too.
    metrics.clearDefaultDimensions();
    metrics.addDimension(METRIC_DIMENSION, functionNameOf(report.function));
    for (const name of known) {
      metrics.addMetric(name, MetricUnit[UNITS[name]], values[name]!);
    }
    metrics.publishStoredMetrics();
  }
}

/** The name, with the alias or version if one is pinged. */
function functionNameOf(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
