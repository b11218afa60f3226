import { FLEET_DIMENSION, FUNCTION_DIMENSION, METRIC_NAMESPACE, MetricName, PlannedFleet } from './plan';
import { metricsOf, metricsOfFleet, MetricValues } from './report';
import { TickReport } from './tick-report';
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
  await publish(metricsOf(report), names, FUNCTION_DIMENSION, functionNameOf(report.function));
}

/** Writes the metrics that were asked for of the functions of a fleet together, as far as one plan has them. */
export async function emitOfFleet(reports: readonly TickReport[], { name, metrics = [] }: PlannedFleet): Promise<void> {
  await publish(metricsOfFleet(reports), metrics, FLEET_DIMENSION, name);
}

async function publish(values: MetricValues, names: readonly MetricName[], dimension: string, value: string): Promise<void> {
  const known = names.filter((name) => values[name] !== undefined);
  if (known.length > 0) {
    // Not loaded where nobody asks for metrics.
    const { Metrics, MetricUnit } = await import('@aws-lambda-powertools/metrics');
    const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
    // By that alone, and not by a service too.
    metrics.clearDefaultDimensions();
    metrics.addDimension(dimension, value);
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
