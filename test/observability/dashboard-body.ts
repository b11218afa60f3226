/*
 * What CloudWatch asks of the body of a dashboard:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const GRID_WIDTH = 24;
const MAX_WIDGETS = 500;
const MAX_METRICS = 2500;
const MAX_METRICS_PER_WIDGET = 500;

/** What is wrong with it, each a sentence. */
export function problemsOfBody(body: any): string[] {
  const { widgets } = body;
  const metrics = widgets.map((widget: any) => widget.properties.metrics?.length ?? 0);
  return [
    ...Object.keys(body).every((key) => ['start', 'end', 'periodOverride', 'variables', 'widgets'].includes(key)) ? [] : ['it has members that nobody knows'],
    ...widgets.length <= MAX_WIDGETS ? [] : [`it has ${widgets.length} widgets`],
    ...sum(metrics) <= MAX_METRICS ? [] : [`it has ${sum(metrics)} metrics`],
    ...Math.max(0, ...metrics) <= MAX_METRICS_PER_WIDGET ? [] : ['a widget has too many metrics'],
    ...widgets.flatMap(problemsOfWidget),
    ...overlaps(widgets),
  ];
}

function problemsOfWidget(widget: any): string[] {
  const { type, x, y, width, height, properties } = widget;
  const isPlaced = [x, y, width, height].every(Number.isInteger) && Math.min(x, y) >= 0 && Math.min(width, height) >= 1
    && height <= 1000 && x + width <= GRID_WIDTH;
  return [...isPlaced ? [] : [`a widget is at ${JSON.stringify({ x, y, width, height })}`], ...problemsOfProperties(type, properties)];
}

function problemsOfProperties(type: string, properties: any): string[] {
  switch (type) {
    case 'text':
      return typeof properties.markdown === 'string' ? [] : ['a text has no markdown'];
    case 'log':
      return typeof properties.query === 'string' && /^SOURCE '/.test(properties.query) && typeof properties.region === 'string'
        && ['table', 'timeSeries', 'bar', 'pie'].includes(properties.view) ? [] : [`a log widget is ${JSON.stringify(properties)}`];
    case 'metric':
      return typeof properties.region === 'string' && properties.metrics.every(isMetric) ? [] : [`a metric widget is ${JSON.stringify(properties)}`];
    default:
      return [`a widget is of the type ${type}`];
  }
}

/** A namespace, a name, dimensions in pairs, and perhaps how it is shown; or an expression alone. */
function isMetric(metric: any[]): boolean {
  const texts = metric.filter((one) => typeof one === 'string');
  const options = metric.filter((one) => typeof one === 'object');
  return metric.length === 1
    ? typeof options[0]?.expression === 'string'
    : texts.length >= 2 && texts.length % 2 === 0 && texts.every((text) => text.length > 0)
      && options.length <= 1 && metric.indexOf(options[0]) !== 0;
}

function overlaps(widgets: readonly any[]): string[] {
  const taken = new Map<string, number>();
  const found: string[] = [];
  for (const [index, { x, y, width, height }] of widgets.entries()) {
    for (let column = x; column < x + width; column++) {
      for (let line = y; line < y + height; line++) {
        if (taken.has(`${column} ${line}`)) {
          found.push(`the widgets ${taken.get(`${column} ${line}`)} and ${index} overlap`);
        }
        taken.set(`${column} ${line}`, index);
      }
    }
  }
  return [...new Set(found)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
