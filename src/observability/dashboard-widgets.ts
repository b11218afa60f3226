import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget, GraphWidgetProps, IMetric, IWidget, LogQueryVisualizationType, LogQueryWidget, MathExpression, Metric, TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Query, queryText } from './log-queries';
import { PingTarget } from '../target/ping-target';

/** Columns of a dashboard. */
export const FULL_WIDTH = 24;
const HEIGHT = 6;

/** Log groups that one query takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_LOG_GROUPS = 50;

/** A widget, and how many metrics it takes of those that a dashboard may have. */
export interface SizedWidget {
  readonly widget: IWidget;
  readonly metrics: number;
}

/** What belongs together on a dashboard: it is not torn apart. */
export type DashboardRow = readonly SizedWidget[];

/** What stands above a row. */
export function heading(markdown: string, height = 2): SizedWidget {
  return { widget: new TextWidget({ markdown, width: FULL_WIDTH, height, background: TextWidgetBackground.TRANSPARENT }), metrics: 0 };
}

/** What stands in place of figures that there are none of. */
export function note(title: string, text: string, width = 6): SizedWidget {
  return { widget: new TextWidget({ markdown: `### ${title}\n${text}`, width, height: HEIGHT, background: TextWidgetBackground.SOLID }), metrics: 0 };
}

export function graph(props: GraphWidgetProps): SizedWidget {
  const metrics = [...props.left ?? [], ...props.right ?? []];
  return { widget: new GraphWidget({ width: 6, height: HEIGHT, ...props }), metrics: metrics.reduce((sum, metric) => sum + countOf(metric), 0) };
}

/** What a query finds in logs: a line over time, or a table. */
export function logs(title: string, groups: readonly ILogGroup[], query: Query, { isTable = false, width = 6 } = {}): SizedWidget {
  const widget = new LogQueryWidget({
    title: groups.length > MAX_LOG_GROUPS ? `${title} (of ${MAX_LOG_GROUPS} of ${groups.length} dispatchers)` : title,
    logGroupNames: groups.slice(0, MAX_LOG_GROUPS).map(({ logGroupName }) => logGroupName),
    queryString: queryText(query),
    view: isTable ? LogQueryVisualizationType.TABLE : LogQueryVisualizationType.LINE,
    width,
    height: HEIGHT,
  });
  return { widget, metrics: 0 };
}

/**
 * A metric that Lambda has of a function, or of the alias or version that is pinged.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function lambdaMetric(target: PingTarget, metricName: string, statistic: string, period: Duration, label?: string): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    statistic,
    period,
    label,
    dimensionsMap: { FunctionName: target.functionName, ...target.isQualified && { Resource: target.qualifiedName } },
  });
}

function countOf(metric: IMetric): number {
  return metric instanceof MathExpression ? 1 + Object.keys(metric.usingMetrics).length : 1;
}
