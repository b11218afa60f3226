/*
 * What templates use of metrics, and what the code writes that runs: the dispatcher as it is deployed, and both runtimes. Each of their
 * lines is held against the schema that AWS publishes.
 */
import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import * as path from 'path';
import Ajv from 'ajv';
import { Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { bodiesOf, resourcesOf } from './as-deployed';
import { LambdaWarmer, MeteredWarmer, WarmerFleet, WarmingDashboard } from '../../src';
import { MetricName } from '../../src/dispatcher/plan';
import { ensurePython, pythonProgram } from '../../tools/python';
import { bundled } from '../dispatcher/bundled';
import { closeAll } from '../dispatcher/local-server';
import { captureStdout } from '../dispatcher/stdout';
import { contextOf, Dispatcher, entry, fakeAws, freshVariables, ORDERS, STOCK, warmed } from '../dispatcher/ticks';
import { testApp, testFunction, testStack } from '../uses';

const SECONDS = 1000;
const RUNTIMES = path.join(__dirname, '..', '..', 'runtime');
const VARIABLES = { AWS_LAMBDA_FUNCTION_NAME: 'orders', CDK_LAMBDA_WARMER_RECORD_STARTS: 'true', CDK_LAMBDA_WARMER_TOKEN: 'agreed' };

const validate = new Ajv().compile(JSON.parse(readFileSync(path.join(__dirname, 'embedded-metric-format.schema.json'), 'utf8')));

/** A namespace, a name, and the names of the dimensions. */
type Identity = string;

beforeEach(freshVariables);

afterEach(() => {
  closeAll();
  jest.restoreAllMocks();
});

function identity(namespace: string, name: string, dimensions: readonly string[]): Identity {
  return [namespace, name, ...[...dimensions].sort()].join(' ');
}

/** The lines of a dispatcher that pings two functions of a fleet, and has all metrics asked of it. */
async function linesOfDispatcher(): Promise<string[]> {
  await fakeAws({ [ORDERS]: warmed(), [STOCK]: warmed() });
  const metrics = Object.values(MetricName);
  const { lines } = captureStdout();
  const { handler } = bundled<Dispatcher>('dispatcher.lambda.ts')();
  await handler({ plan: [ORDERS, STOCK].map((arn) => entry(arn, 2, { metrics, fleet: { name: 'Shop/Fleet', metrics } })) }, contextOf(20 * SECONDS));
  return lines();
}

function linesOfNodejs(): string[] {
  const code = `import { withWarming } from ${JSON.stringify(path.join(RUNTIMES, 'nodejs', 'index.mjs'))};
    const handler = withWarming(async () => 'done');
    for (const event of [{ order: 1 }, { cdkLambdaWarmer: { token: 'agreed' } }, { order: 2 }]) {
      await handler(event, { functionName: 'orders', getRemainingTimeInMillis: () => 3000 });
    }`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], { env: { ...process.env, ...VARIABLES }, encoding: 'utf8' }).split('\n');
}

function linesOfPython(): string[] {
  const code = `
from cdk_lambda_warmer_runtime import with_warming
class Context:
    function_name = 'orders'
    def get_remaining_time_in_millis(self): return 3000
handler = with_warming(lambda event, context: 'done')
for event in [{'order': 1}, {'cdkLambdaWarmer': {'token': 'agreed'}}, {'order': 2}]:
    handler(event, Context())
`;
  const env = { ...process.env, ...VARIABLES, PYTHONPATH: path.join(RUNTIMES, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
  return execFileSync(pythonProgram('python'), ['-c', code], { env, encoding: 'utf8' }).split('\n');
}

/** What CloudWatch takes out of lines, which are as the schema has it, and the specification beside. */
function emittedBy(lines: readonly string[]): Set<Identity> {
  const documents = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).filter((line) => line._aws);
  expect(documents.length).toBeGreaterThan(0);
  return new Set(documents.flatMap((document) => {
    expect([validate(document), validate.errors]).toEqual([true, null]);
    return document._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }: any) => {
      expect(Dimensions.flat().map((name: string) => typeof document[name])).toEqual(Dimensions.flat().map(() => 'string'));
      expect(Metrics.map(({ Name }: any) => typeof document[Name])).toEqual(Metrics.map(() => 'number'));
      return Dimensions.flatMap((names: string[]) => Metrics.map(({ Name }: any) => identity(Namespace, Name, names)));
    });
  }));
}

/** A stack that uses all metrics that there are, in alarms and on a dashboard. */
function stackWithAll(): Stack {
  const stack = testStack(testApp());
  const target = testFunction(stack, 'Fn', { logGroup: new LogGroup(stack, 'Log') });
  const fleet = new WarmerFleet(stack, 'Fleet');
  fleet.add(testFunction(stack, 'Member', { logGroup: new LogGroup(stack, 'MemberLog') }));
  const all: MeteredWarmer[] = [
    new LambdaWarmer(stack, 'Warmer', { target: target.addAlias('live'), concurrency: 3, emitMetrics: true }),
    fleet,
  ];
  for (const warmer of all) {
    warmer.alarmOnLowCoverage();
    const metrics = [
      warmer.metricCoverage(), warmer.metricWarmEnvironments(), warmer.metricColdStarts(), warmer.metricThrottles(), warmer.metricErrors(),
      warmer.metricHeldTime(),
    ];
    metrics.forEach((metric, index) => metric.createAlarm(warmer, `Alarm${index}`, { threshold: 1, evaluationPeriods: 1 }));
  }
  new LambdaWarmer(stack, 'Recording', { target: testFunction(stack, 'Other'), recordStarts: true });
  new WarmingDashboard(stack, 'Dashboard');
  return stack;
}

function ofAlarms(stack: Stack): Identity[] {
  return resourcesOf(stack, 'AWS::CloudWatch::Alarm')
    .map(({ properties: { Namespace, MetricName: name, Dimensions } }) => identity(Namespace, name, Dimensions.map(({ Name }: any) => Name)));
}

function ofWidgets(stack: Stack): Identity[] {
  const metrics = bodiesOf(stack).flatMap(({ widgets }) => widgets).flatMap(({ properties }) => properties.metrics ?? []);
  return metrics.map((metric: any[]) => metric.filter((one) => typeof one === 'string'))
    .filter(([namespace]) => namespace === 'LambdaWarmer')
    .map(([namespace, name, ...dimensions]) => identity(namespace, name, dimensions.filter((_, index) => index % 2 === 0)));
}

function ofFilters(stack: Stack): Identity[] {
  return resourcesOf(stack, 'AWS::Logs::MetricFilter')
    .map(({ properties: { MetricTransformations: [{ MetricNamespace, MetricName: name }] } }) => identity(MetricNamespace, name, []));
}

describe('each metric that a template uses', () => {
  beforeAll(() => ensurePython(), 300 * SECONDS);

  test('is one that the code writes, and each that the code writes is one that a template can use', async () => {
    const [dispatcher, nodejs, python] = [await linesOfDispatcher(), linesOfNodejs(), linesOfPython()].map(emittedBy);
    expect([...nodejs].sort()).toEqual(['LambdaWarmer ColdStart FunctionName', 'LambdaWarmer WarmStart FunctionName']);
    expect([...python].sort()).toEqual([...nodejs].sort());
    expect([...dispatcher].sort()).toEqual(['Fleet', 'FunctionName'].flatMap((dimension) =>
      Object.values(MetricName).map((name) => `LambdaWarmer ${name} ${dimension}`)).sort());

    const stack = stackWithAll();
    const [alarms, widgets, filters] = [ofAlarms(stack), ofWidgets(stack), ofFilters(stack)];
    expect(new Set(alarms)).toEqual(dispatcher);
    const written = new Set([...dispatcher, ...nodejs, ...filters]);
    expect(widgets.filter((one) => !written.has(one))).toEqual([]);
    expect(filters.filter((one) => !widgets.includes(one))).toEqual([]);
    expect(widgets).toEqual(expect.arrayContaining([...nodejs, ...filters]));
  });

  test('would not pass the schema without a namespace, or with a unit that CloudWatch has not', () => {
    const document = (directive: object) => ({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'M' }], ...directive }] } });
    expect([{}, { Namespace: '' }, { Metrics: [{ Name: 'M', Unit: 'NoUnit' }] }].map((one) => validate(document(one)))).toEqual([true, false, false]);
  });
});
