import { Duration } from 'aws-cdk-lib';
import { Color, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { environments, estimateOf, headingOf, highest, slotsOf } from './dashboard-texts';
import { DashboardRow, graph, heading, lambdaMetric, logs, note, SizedWidget } from './dashboard-widgets';
import { coverageOverTime, heldTime, ofFunction } from './log-queries';
import { asMarkdown } from './markdown';
import { countedAs } from './start-count';
import { DEFAULT_PERIOD, WarmerMetrics } from './warmer-metrics';
import { WarmedFunction, WarmingDescription } from './warming-description';
import { CostModel, PingRates } from '../cost/cost-model';
import { FUNCTION_DIMENSION, METRIC_NAMESPACE, MetricName } from '../dispatcher/plan';
import { START_METRICS } from '../short-circuit/protocol';
import { PingTarget } from '../target/ping-target';

const HELD = 'Held time and cost';
const NOTHING_COUNTED = 'Nothing counts what the pings reach. Write `fanOut: FanOut.dispatcher()`, whose log says it at each tick; with `emitMetrics: true`, metrics do.';

/** How starts are counted where functions do not do it by themselves. */
export interface StartCounting {
  readonly isEnabled: boolean;
  /**
   * Whether a metric counts those of a function.
   *
   * @param of by whose name: its own resource's, or the fleet's
   */
  isCounted(target: PingTarget, of: IConstruct | undefined): boolean;
}

/** What is shown of one function that a warmer keeps warm. */
export function functionRow(description: WarmingDescription, fn: WarmedFunction, counting: StartCounting): DashboardRow {
  const what = `${environments(highest(description, fn.concurrency))}${description.schedule?._maxConcurrency === undefined ? '' : ' at the most'} of ${asMarkdown(fn.target.name)}`;
  return [
    heading(headingOf(description, description.schedule ? what : asMarkdown(fn.target.name))),
    coverage(description, fn),
    traffic(description, fn),
    starts(description, fn, counting),
    troubles(fn),
    held(description, fn),
    ...fn.provisioned ? [provisioned(fn)] : [],
  ];
}

/** What pings cost, if that can be told. */
export function ratesOf(costs: CostModel): PingRates | undefined {
  try {
    return costs.pingRates;
  } catch {
    return undefined;
  }
}

function coverage({ isActive, schedule }: WarmingDescription, { target, metrics, tickLog }: WarmedFunction): SizedWidget {
  const title = 'Coverage';
  if (!isActive) {
    return note(title, 'Nothing is pinged.');
  }
  if (!tickLog || !metrics) {
    return note(title, NOTHING_COUNTED);
  }
  if (!metrics.tells(MetricName.COVERAGE)) {
    return note(title, 'The answers to this payload do not say which environment they are from. Write `payload: WarmingPayload.standard()`, if it can be that.');
  }
  return metrics.names().includes(MetricName.COVERAGE)
    ? graph({ title, left: [metrics.metric(MetricName.COVERAGE)], leftYAxis: { min: 0, max: 1 } })
    : logs(title, [tickLog], coverageOverTime(ofFunction(target.function.functionArn), slotsOf(schedule).seconds));
}

function traffic(description: WarmingDescription, { target, concurrency, metrics }: WarmedFunction): SizedWidget {
  const period = periodOf(metrics);
  const kept = highest(description, concurrency);
  return graph({
    title: 'Requests at once, and environments kept warm',
    left: [
      lambdaMetric(target, 'ConcurrentExecutions', 'Maximum', period, 'Requests and pings at once'),
      ...emitted(metrics, [MetricName.WARM_ENVIRONMENTS]),
    ],
    leftAnnotations: description.isActive ? [{ value: kept, label: `${environments(kept)} to be kept warm`, color: Color.GREEN }] : [],
  });
}

function starts(description: WarmingDescription, fn: WarmedFunction, { isEnabled, isCounted }: StartCounting): SizedWidget {
  const { target, metrics, recordsStarts } = fn;
  const { of, name } = countedAs(description, target);
  const title = 'Cold starts of requests';
  const period = periodOf(metrics);
  if (recordsStarts) {
    const dimensionsMap = { [FUNCTION_DIMENSION]: target.functionName };
    return graph({
      title, left: START_METRICS.map((metricName) => new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: 'Sum', period })),
    });
  }
  if (!isEnabled || !isCounted(target, of)) {
    return note(title, isEnabled
      ? 'Nothing counts them. Write `recordStarts: true` on the warmer; or give the function a log group of its own, as its `logGroup`, and its REPORT lines are counted.'
      : 'Nothing counts them. Write `recordStarts: true` on the warmer, or leave `initDurationMetrics` out of the dashboard.');
  }
  const inits = new Metric({ namespace: METRIC_NAMESPACE, metricName: name, statistic: 'Sum', period, label: 'Cold starts, those of pings included' });
  const [pings] = emitted(metrics, [MetricName.COLD_STARTS]);
  return pings
    ? graph({ title, left: [new MathExpression({ expression: 'FILL(inits, 0) - FILL(pings, 0)', usingMetrics: { inits, pings }, period, label: title })] })
    : graph({ title: 'Cold starts of requests and pings', left: [inits] });
}

function troubles({ target, metrics }: WarmedFunction): SizedWidget {
  const period = periodOf(metrics);
  return graph({
    title: 'Throttles and errors',
    left: [
      ...['Throttles', 'Errors'].map((name) => lambdaMetric(target, name, 'Sum', period)),
      ...emitted(metrics, [MetricName.THROTTLES, MetricName.ERRORS]).map((metric) => metric.with({ label: `${metric.metricName} of pings` })),
    ],
  });
}

function held(description: WarmingDescription, { target, tickLog, costs }: WarmedFunction): SizedWidget {
  if (!description.isActive || !tickLog) {
    return note(HELD, `${description.isActive ? 'Nothing counts it. ' : ''}${estimateOf(description)}`, 12);
  }
  const rates = ratesOf(costs);
  const title = rates ? `${HELD}, in US dollars at list prices, without the dispatcher` : `${HELD}; no dollars, as the memory or architecture is not known`;
  return logs(title, [tickLog], heldTime(ofFunction(target.function.functionArn), rates), { isTable: true, width: 12 });
}

function provisioned({ target, metrics }: WarmedFunction): SizedWidget {
  const period = periodOf(metrics);
  return graph({
    title: 'Provisioned concurrency',
    width: 12,
    left: [lambdaMetric(target, 'ProvisionedConcurrencySpilloverInvocations', 'Sum', period)],
    right: [lambdaMetric(target, 'ProvisionedConcurrencyUtilization', 'Maximum', period)],
    rightYAxis: { min: 0 },
  });
}

/** Those of some metrics of ticks that are emitted anyway: none costs more for being shown. */
export function emitted(metrics: WarmerMetrics | undefined, names: readonly MetricName[]): Metric[] {
  return metrics ? names.filter((name) => metrics.names().includes(name)).map((name) => metrics.metric(name)) : [];
}

function periodOf(metrics: WarmerMetrics | undefined): Duration {
  return metrics?.period ?? DEFAULT_PERIOD;
}
