import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { environments, estimateOf, headingOf, highest, slotsOf } from './dashboard-texts';
import { DashboardRow, graph, heading, lambdaMetric, logs, note, SizedWidget } from './dashboard-widgets';
import { emitted, ratesOf, StartCounting } from './function-row';
import { coverageByFunction, coverageOverTime, heldTime, ofAll, ofFleet, startsOverTime, unansweredOverTime } from './log-queries';
import { asMarkdown } from './markdown';
import { countedAs } from './start-count';
import { DEFAULT_PERIOD } from './warmer-metrics';
import { WarmedFunction, WarmingDescription } from './warming-description';
import { PingRates } from '../cost/cost-model';
import { METRIC_NAMESPACE, MetricName } from '../dispatcher/plan';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MAX_METRICS_PER_WIDGET = 500;

/** What is shown of a fleet, or of an account's functions, all together: the first row is about all of them, each further one about some. */
export function fleetRows(description: WarmingDescription, counting: StartCounting): DashboardRow[] {
  const { functions } = description;
  const sum = functions.reduce((total, { concurrency }) => total + highest(description, concurrency), 0);
  const what = functions.length > 0 || description.type === 'WarmerFleet'
    ? `${functions.length} function${functions.length === 1 ? '' : 's'}, ${environments(sum)}${description.schedule?._maxConcurrency === undefined ? '' : ' at the most'}`
    : 'the functions of this account and region that carry its tag';
  const [first, ...rest] = trafficOf(functions, description.metrics?.period ?? DEFAULT_PERIOD);
  return [
    [
      heading(headingOf(description, what)),
      ...description.isActive && description.tickLogs.length > 0 ? ofTicks(description) : [note('Coverage', 'Nothing is pinged.')],
      ...functions.length > 0 ? starts(description, counting) : [],
      ...first ?? [],
    ],
    ...rest.map((traffic, index) => [
      heading(`## ${asMarkdown(description.construct.node.path)}, continued\nFunctions from number ${(index + 1) * MAX_METRICS_PER_WIDGET + 1} on.`),
      ...traffic,
    ]),
  ];
}

/** By the name under which their metrics and lines are found, whatever functions these are of. */
function ofTicks(description: WarmingDescription): SizedWidget[] {
  const { tickLogs, metrics, schedule, fleetName } = description;
  const ticks = fleetName === undefined ? ofAll() : ofFleet(fleetName);
  const { seconds } = slotsOf(schedule);
  const [coverage] = emitted(metrics, [MetricName.COVERAGE]);
  const [started] = emitted(metrics, [MetricName.COLD_STARTS]);
  const troubles = emitted(metrics, [MetricName.THROTTLES, MetricName.ERRORS]);
  const rates = ratesOfAll(description);
  return [
    coverage ? graph({ title: 'Coverage, the worst', left: [coverage], leftYAxis: { min: 0, max: 1 } }) : logs('Coverage, the worst', tickLogs, coverageOverTime(ticks, seconds)),
    logs('Coverage by function, the worst first', tickLogs, coverageByFunction(ticks), { isTable: true, width: 18 }),
    started ? graph({ title: 'Started by pings', left: [started] }) : logs('Started by pings', tickLogs, startsOverTime(ticks, seconds)),
    troubles.length > 0 ? graph({ title: 'Pings without an answer', left: troubles }) : logs('Pings without an answer', tickLogs, unansweredOverTime(ticks, seconds)),
    logs(rates ? 'Held time and cost, in US dollars at list prices, without the dispatchers' : 'Held time', tickLogs, heldTime(ticks, rates), { isTable: true }),
    note('Cost', `${estimateOf(description)}${rates ? '' : ' What has come of it is not reckoned in dollars, because the functions differ in memory or architecture, or theirs are not known.'}`),
  ];
}

/** What pings to any of the functions cost, if that is the same for all. */
function ratesOfAll({ functions }: WarmingDescription): PingRates | undefined {
  const [first, ...rest] = functions.map(({ costs }) => ratesOf(costs));
  return rest.every((one) => one?.usdPerPing === first?.usdPerPing && one?.usdPerHeldMs === first?.usdPerHeldMs) ? first : undefined;
}

/** The functions of a fleet have one metric together: each more would be billed. */
function starts(description: WarmingDescription, { isEnabled, isCounted }: StartCounting): SizedWidget[] {
  const { functions, metrics } = description;
  const counts = functions.map(({ target }) => ({ target, ...countedAs(description, target) }));
  const counted = counts.filter(({ target, of }) => isEnabled && isCounted(target, of));
  const title = `Cold starts of requests and pings${counted.length < functions.length ? `, of ${counted.length} of ${functions.length} functions` : ''}`;
  return [
    counted.length > 0
      ? graph({
        title,
        left: [new Metric({
          namespace: METRIC_NAMESPACE, metricName: counted[0].name, statistic: 'Sum', period: metrics?.period ?? DEFAULT_PERIOD,
        })],
      })
      : note('Cold starts of requests', isEnabled
        ? 'Nothing counts them. Give the functions log groups of their own, each as its `logGroup`, and their REPORT lines are counted.'
        : 'Nothing counts them. Leave `initDurationMetrics` out of the dashboard.'),
  ];
}

function trafficOf(functions: readonly WarmedFunction[], period: Duration): SizedWidget[][] {
  const chunks = Array.from({ length: Math.ceil(functions.length / MAX_METRICS_PER_WIDGET) }, (_, index) =>
    functions.slice(index * MAX_METRICS_PER_WIDGET, (index + 1) * MAX_METRICS_PER_WIDGET));
  const metricsOf = (some: readonly WarmedFunction[], name: string, statistic: string) =>
    some.map(({ target }) => lambdaMetric(target, name, statistic, period, target.path));
  return chunks.map((some) => [
    graph({ title: 'Requests and pings at once', left: metricsOf(some, 'ConcurrentExecutions', 'Maximum') }),
    graph({ title: 'Throttles of requests and pings', left: metricsOf(some, 'Throttles', 'Sum') }),
  ]);
}
