import { bundled } from './bundled';
import { captureStdout } from './stdout';
import { ARN } from './waves';
import { MetricName } from '../../src/dispatcher/plan';
import { TickReport } from '../../src/dispatcher/tick-report';

const { emit, emitOfFleet } = bundled<typeof import('../../src/dispatcher/emit')>('emit.ts')();

const ALL = Object.values(MetricName);

const REPORT: TickReport = {
  summary: 'orders: 3 of 4 environments warm',
  function: ARN,
  concurrency: 4,
  coverage: 0.75,
  environments: 3,
  usedSinceLastTick: null,
  outcomes: {
    warm: 2,
    coldStarted: 1,
    answered: 0,
    throttled: { ConcurrentInvocationLimitExceeded: 4, CallerRateLimitExceeded: 1 },
    functionError: 6,
    accessDenied: 7,
    notFound: 8,
    timeout: 9,
    failed: { ECONNRESET: 10 },
  },
  error: 'a line\nand "another"',
  heldMs: 52.5,
  pings: 48,
  waves: 1,
  leadMs: 38,
  tookMs: 77,
};

const UNKNOWN: TickReport = { ...REPORT, coverage: null, environments: null, heldMs: null, outcomes: { ...REPORT.outcomes, answered: 1 } };

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.POWERTOOLS_SERVICE_NAME;
  delete process.env.POWERTOOLS_METRICS_NAMESPACE;
});

/** The lines that are written, each as the object that it is. */
async function emitted(report: TickReport, names?: readonly MetricName[]): Promise<any[]> {
  const { lines } = captureStdout();
  await emit(report, names);
  return lines().map((line) => JSON.parse(line));
}

test('the line of a tick is one of JSON, on the standard output and not by way of the console, with all that is reported', async () => {
  const log = jest.spyOn(console, 'log').mockReturnValue(undefined);
  expect(await emitted(REPORT)).toEqual([{ cdkLambdaWarmer: REPORT }]);
  expect(log).not.toHaveBeenCalled();
});

test('what is not known stands in it as null', async () => {
  const [{ cdkLambdaWarmer }] = await emitted(UNKNOWN);
  expect(cdkLambdaWarmer).toMatchObject({ coverage: null, environments: null, usedSinceLastTick: null, heldMs: null });
});

test.each([[undefined], [[]]])('no metrics where none are asked for: %j', async (names) => {
  expect(await emitted(REPORT, names)).toHaveLength(1);
});

test('metrics are embedded in a second line, by function alone', async () => {
  const before = Date.now();
  const [, { _aws: { Timestamp, CloudWatchMetrics, ...rest }, ...values }] = await emitted(REPORT, ALL);
  expect([Number.isInteger(Timestamp), Timestamp >= before, Timestamp <= Date.now()]).toEqual([true, true, true]);
  expect(rest).toEqual({});
  expect(CloudWatchMetrics).toEqual([{
    Namespace: 'LambdaWarmer',
    Dimensions: [['FunctionName']],
    Metrics: [
      { Name: 'Coverage', Unit: 'None' },
      { Name: 'WarmEnvironments', Unit: 'Count' },
      { Name: 'ColdStarts', Unit: 'Count' },
      { Name: 'Throttles', Unit: 'Count' },
      { Name: 'Errors', Unit: 'Count' },
      { Name: 'HeldTime', Unit: 'Milliseconds' },
    ],
  }]);
  expect(values).toEqual({
    FunctionName: 'orders', Coverage: 0.75, WarmEnvironments: 3, ColdStarts: 1, Throttles: 5, Errors: 40, HeldTime: 52.5,
  });
});

test('the dispatcher\'s own settings for other metrics change nothing', async () => {
  Object.assign(process.env, { POWERTOOLS_SERVICE_NAME: 'shop', POWERTOOLS_METRICS_NAMESPACE: 'Shop' });
  const [, { _aws: { CloudWatchMetrics: [{ Namespace, Dimensions }] }, ...values }] = await emitted(REPORT, [MetricName.ERRORS]);
  expect([Namespace, Dimensions]).toEqual(['LambdaWarmer', [['FunctionName']]]);
  expect(values).toEqual({ FunctionName: 'orders', Errors: 40 });
});

test.each(ALL)('only those that are asked for: %s', async (name) => {
  const [, { _aws: { CloudWatchMetrics }, ...values }, ...more] = await emitted(REPORT, [name]);
  expect(CloudWatchMetrics[0].Metrics).toEqual([{ Name: name, Unit: expect.any(String) }]);
  expect(Object.keys(values).sort()).toEqual(['FunctionName', name].sort());
  expect(more).toEqual([]);
});

test('only those that are known', async () => {
  const [, { _aws: { CloudWatchMetrics }, ...values }] = await emitted(UNKNOWN, ALL);
  expect(CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'Throttles', Unit: 'Count' }, { Name: 'Errors', Unit: 'Count' }]);
  expect(values).toEqual({ FunctionName: 'orders', Throttles: 5, Errors: 40 });
});

test('no line for metrics of which none is known', async () => {
  const complaints = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await emitted(UNKNOWN, [MetricName.COVERAGE, MetricName.COLD_STARTS, MetricName.HELD_TIME])).toHaveLength(1);
  expect(complaints).not.toHaveBeenCalled();
});

test('a zero is known', async () => {
  const zero = { ...REPORT, coverage: 0, environments: 0, heldMs: 0 };
  const [, values] = await emitted(zero, [MetricName.COVERAGE, MetricName.WARM_ENVIRONMENTS, MetricName.HELD_TIME]);
  expect(values).toMatchObject({ Coverage: 0, WarmEnvironments: 0, HeldTime: 0 });
});

test.each([
  [ARN, 'orders'],
  [`${ARN}:live`, 'orders:live'],
  [`${ARN}:42`, 'orders:42'],
  [`${ARN}:$LATEST`, 'orders:$LATEST'],
  ['arn:aws-cn:lambda:cn-north-1:111111111111:function:orders:live', 'orders:live'],
])('the function has its name, with its qualifier: %s', async (arn, name) => {
  const [, values] = await emitted({ ...REPORT, function: arn }, [MetricName.ERRORS]);
  expect(values.FunctionName).toBe(name);
});

test('ticks do not add up', async () => {
  await emitted({ ...REPORT, function: `${ARN}:live` }, ALL);
  const [, values] = await emitted(UNKNOWN, [MetricName.ERRORS]);
  expect(values).toEqual({ _aws: expect.any(Object), FunctionName: 'orders', Errors: 40 });
});

test('metrics of a fleet are embedded in one line, by its name', async () => {
  const { lines } = captureStdout();
  await emitOfFleet([REPORT, { ...REPORT, coverage: 0.5 }], { name: 'Shop/Fleet', metrics: [MetricName.COVERAGE, MetricName.WARM_ENVIRONMENTS] });
  expect(lines().map((line) => JSON.parse(line))).toEqual([{
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{
        Namespace: 'LambdaWarmer', Dimensions: [['Fleet']], Metrics: [{ Name: 'Coverage', Unit: 'None' }, { Name: 'WarmEnvironments', Unit: 'Count' }],
      }],
    },
    Fleet: 'Shop/Fleet',
    Coverage: 0.5,
    WarmEnvironments: 6,
  }]);
});

test('no line of a fleet for which none are asked for', async () => {
  const { lines } = captureStdout();
  await emitOfFleet([REPORT], { name: 'Shop/Fleet' });
  expect(lines()).toEqual([]);
});
