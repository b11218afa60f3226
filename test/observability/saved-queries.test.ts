/*
 * The text of the saved queries and of the dashboards' queries, run by this suite's own reading of the documented language over real
 * lines: those of the dispatcher as it is deployed, whose pings go to a function that keeps its environments as Lambda does, and those
 * that Lambda writes of invocations.
 */
import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { bodiesOf, resourcesOf } from './as-deployed';
import { LogEvent, READINGS, Reading, Row, runQuery, sourcesOf } from './insights-query';
import { PretendLambda, Reporter } from './pretend-lambda';
import { LambdaWarmer, LambdaWarmerProps, WarmerFleet, WarmingDashboard, WarmingSchedule } from '../../src';
import { bundled } from '../dispatcher/bundled';
import { closeAll, respond } from '../dispatcher/local-server';
import { COLD_RECORD, COLD_REPORT, END_LINE, REQUEST_ID, START_LINE, WARM_RECORD, WARM_REPORT } from '../dispatcher/log-lines';
import { captureStdout } from '../dispatcher/stdout';
import { contextOf, Dispatcher, entry, fakeAws, freshVariables } from '../dispatcher/ticks';
import { testApp, testFunction, testStack, WORKDAYS } from '../uses';

const MINUTE = 60_000;
/** For a machine that is busy with others' work. */
const PATIENCE = 30_000;
const INTERVAL = 5 * MINUTE;
/** A whole number of intervals. */
const BEGINNING = Date.UTC(2026, 10, 23, 8);
const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:Fn9270CBC0';
const OTHER_ARN = `${ARN}Other`;
const XRAY = 'XRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700\tSegmentId: 6b5d4c3a2f1e0d9c\tSampled: true\t\n';

const loadDispatcher = bundled<Dispatcher>('dispatcher.lambda.ts');

/** The line of a function that counts its starts: see test/loaders, where its runtimes write it. */
function startLine(name: string): string {
  const CloudWatchMetrics = [{ Namespace: 'LambdaWarmer', Dimensions: [['FunctionName']], Metrics: [{ Name: name, Unit: 'Count' }] }];
  return JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics }, FunctionName: 'Fn9270CBC0', [name]: 1 });
}

const TEXT: Reporter = (isCold) => [START_LINE, 'Init Duration: 1 ms, says the handler\n', END_LINE, isCold ? COLD_REPORT : WARM_REPORT];
const TRACED: Reporter = (isCold) => [START_LINE, END_LINE, `${isCold ? COLD_REPORT : WARM_REPORT}${XRAY}`];
const JSON_LINES: Reporter = (isCold) => ['{"level":"INFO","record":{"orders":3}}', isCold ? COLD_RECORD : WARM_RECORD];
const RESTORED: Reporter = (isCold) => [isCold ? COLD_REPORT.replace('Init Duration: 152.30 ms\t', 'Restore Duration: 152.30 ms\tBilled Restore Duration: 20 ms\t') : WARM_REPORT];
const RECORDED: Reporter = (isCold, isPing) => [...TEXT(isCold, isPing), ...isPing ? [] : [startLine(isCold ? 'ColdStart' : 'WarmStart')]];

beforeEach(freshVariables);

afterEach(() => {
  closeAll();
  jest.restoreAllMocks();
});

interface Told {
  readonly query: string;
  readonly groups: string[];
}

/** The saved query on a function's cold requests. */
function savedQuery(props: Partial<LambdaWarmerProps> = {}): Told {
  const stack = testStack(testApp());
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: props.schedule ? undefined : 3, ...props });
  new WarmingDashboard(stack, 'Dashboard');
  const { properties } = resourcesOf(stack, 'AWS::Logs::QueryDefinition').find(({ properties: { Name } }) => Name.endsWith('Cold requests, and why'))!;
  return { query: properties.QueryString, groups: properties.LogGroupNames };
}

/** What happens from one tick to the next; false: there is no tick then. */
type Slot = (lambda: PretendLambda) => boolean | void;

/** Lives through ticks and requests, five minutes from one to the next. */
async function live([functionLog, tickLog]: readonly string[], report: Reporter, phase: number, slots: readonly Slot[]): Promise<LogEvent[]> {
  const lambda = new PretendLambda(`111111111111:${functionLog}`, report);
  const other = new PretendLambda('', report);
  await fakeAws({ [ARN]: lambda.behaviour, [OTHER_ARN]: other.behaviour });
  const { lines } = captureStdout();
  const { handler } = loadDispatcher();
  const events: LogEvent[] = [];
  for (const [index, happens] of slots.entries()) {
    lambda.now = BEGINNING + index * INTERVAL + phase - MINUTE;
    const isPinged = happens(lambda) !== false;
    lambda.now += MINUTE;
    if (isPinged) {
      const before = lines().length;
      await handler({ plan: [entry(ARN, 3, { everySeconds: 300 }), entry(OTHER_ARN, 3, { everySeconds: 300 })] }, contextOf(20_000));
      const said = [...lines().slice(before), START_LINE, END_LINE, index === 0 ? COLD_REPORT : WARM_REPORT];
      events.push(...said.map((message) => ({ timestamp: lambda.now, log: `111111111111:${tickLog}`, message })));
    }
  }
  return [...events, ...lambda.events];
}

/** All four reasons, one after the other. */
const DAY: readonly Slot[] = [
  () => undefined,
  (lambda) => lambda.request(2),
  // A deployment, and one request after it.
  (lambda) => (lambda.forget(), lambda.request(1)),
  // Two more at once than are kept warm.
  (lambda) => lambda.request(5),
  // No tick: the window is over, and Lambda has let all go.
  (lambda) => (lambda.forget(), lambda.request(1), lambda.forget(), false),
  () => undefined,
  // Lambda has replaced two, and one request finds none.
  (lambda) => (lambda.recycle(2), lambda.request(2)),
  () => undefined,
];

function slot(index: number): number {
  return BEGINNING + index * INTERVAL;
}

describe.each<[string, Reporter, Partial<LambdaWarmerProps>]>([
  ['REPORT lines', TEXT, {}],
  ['REPORT lines with traces', TRACED, {}],
  ['REPORT lines of snapshots', RESTORED, {}],
  ['reports in JSON', JSON_LINES, {}],
  ['starts that the function records', RECORDED, { recordStarts: true }],
])('the query on cold requests, with %s', (_, report, props) => {
  test.each(READINGS.map((reading) => [JSON.stringify(reading), reading] as const))('tells the four reasons apart: %s', async (__, reading) => {
    const { query, groups } = savedQuery(props);
    const rows = runQuery(query, await live(groups, report, 2 * MINUTE, DAY), reading);
    const none = { afterDeployment: 0, aboveConcurrency: 0, withoutPings: 0, recycled: 0 };
    expect(rows).toEqual([
      { slot: slot(6), coldRequests: 1, ...none, recycled: 1, startedByPings: 1, concurrency: 3 },
      { slot: slot(4), coldRequests: 1, ...none, withoutPings: 1, startedByPings: 0, concurrency: 0 },
      { slot: slot(3), coldRequests: 2, ...none, aboveConcurrency: 2, startedByPings: 0, concurrency: 3 },
      { slot: slot(2), coldRequests: 1, ...none, afterDeployment: 1, startedByPings: 2, concurrency: 3 },
    ]);
  }, PATIENCE);
});

test('with a schedule that has windows, a slot ends with the tick that begins at its end, and the columns are called otherwise', async () => {
  const windows = [{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 3 }];
  const { query, groups } = savedQuery({ schedule: WarmingSchedule.windows({ windows, timeZone: TimeZone.EUROPE_BERLIN }) });
  // The tick of a slot comes with the minute after it.
  const rows = runQuery(query, await live(groups, TEXT, INTERVAL + 2000, DAY), READINGS[0]);
  expect(rows.map(({ slot: at, coldRequests, afterDeploymentOrAsWindowBegins, aboveConcurrency, outsideWindow, recycled }) =>
    [at, coldRequests, afterDeploymentOrAsWindowBegins, aboveConcurrency, outsideWindow, recycled])).toEqual([
    [slot(6), 1, 0, 0, 0, 1],
    [slot(4), 1, 0, 0, 1, 0],
    [slot(3), 2, 0, 2, 0, 0],
    [slot(2), 1, 1, 0, 0, 0],
  ]);
}, PATIENCE);

test.each([[90, '2h'], [60, '60m'], [26 * 60, '2d'], [1, '1m']])('the slots are as long as the interval, or a little longer: %i minutes', (minutes, period) => {
  expect(savedQuery({ schedule: WarmingSchedule.every(Duration.minutes(minutes)), concurrency: 3 }).query).toContain(`by bin(${period}) as slot`);
});

test('the query on cold requests is of the function\'s own log group, or that which Lambda makes, and of its dispatcher\'s', () => {
  expect(savedQuery().groups).toEqual(['/aws/lambda/Fn9270CBC0', 'LambdaWarmerDispatcherLogs3E787BB2']);
  const stack = testStack(testApp());
  const target = testFunction(stack, 'Fn', { logGroup: new logs.LogGroup(stack, 'Log', { logGroupName: 'own' }) });
  new LambdaWarmer(stack, 'Warmer', { target, concurrency: 2 });
  new WarmingDashboard(stack, 'Dashboard');
  expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition').map(({ properties: { Name, LogGroupNames } }) => [Name, LogGroupNames])).toEqual([
    ['LambdaWarmer/Stack/LambdaWarmerDispatcher/What the ticks reached', ['LambdaWarmerDispatcherLogs3E787BB2']],
    ['LambdaWarmer/Stack/Fn/Cold requests, and why', ['own', 'LambdaWarmerDispatcherLogs3E787BB2']],
    ['LambdaWarmer/Stack/Fn/Cold starts, one by one', ['own']],
  ]);
});

describe('over the same lines', () => {
  /** The rows of the widget of a title, or of the saved query of a name. */
  function found(stack: Stack, title: string, events: readonly LogEvent[], reading: Reading): Row[] {
    const texts = bodiesOf(stack).flatMap(({ widgets }) => widgets)
      .filter(({ type, properties }) => type === 'log' && properties.title.startsWith(title))
      .map(({ properties }) => sourcesOf(properties.query).query);
    const saved = resourcesOf(stack, 'AWS::Logs::QueryDefinition').filter(({ properties: { Name } }) => Name.endsWith(title)).map(({ properties }) => properties.QueryString);
    expect([...texts, ...saved]).toHaveLength(1);
    return runQuery([...texts, ...saved][0], events, reading);
  }

  function stackWith(build: (stack: Stack) => void): Stack {
    const stack = testStack(testApp());
    build(stack);
    new WarmingDashboard(stack, 'Dashboard');
    return stack;
  }

  const LOGS = ['/aws/lambda/Fn9270CBC0', 'LambdaWarmerDispatcherLogs3E787BB2'];

  test.each(READINGS)('the queries of a warmer find its coverage, pings, held time and dollars, and none of another\'s: %j', async (reading) => {
    const stack = stackWith((it) => new LambdaWarmer(it, 'Warmer', { target: testFunction(it), concurrency: 3 }));
    const events = await live(LOGS, TEXT, 2 * MINUTE, DAY);
    const coverage = found(stack, 'Coverage', events, reading);
    expect(coverage.map((row) => Object.values(row))).toEqual([0, 1, 2, 3, 5, 6, 7].map((index) => [slot(index), 1]));
    const [{ pings, heldMs, usd }] = found(stack, 'Held time and cost', events, reading);
    expect([pings, heldMs]).toEqual([21, 42]);
    // 128 MiB on x86_64 in us-east-1: 0.125 GB at $0.0000166667 a second, 10 ms a ping beside those that it is held, and $0.20 a million.
    expect(usd).toBeCloseTo(21 * 0.0000002 + (21 * 10 + 42) / 1000 * 0.125 * 0.0000166667, 12);
    const ticks = found(stack, 'What the ticks reached', events, reading).filter(({ summary }) => String(summary).startsWith('Fn9270CBC0:'));
    expect(ticks).toHaveLength(7);
    expect(ticks[0]).toMatchObject({ '@timestamp': slot(7) + 2 * MINUTE, 'coverage': 1, 'environments': 3, 'concurrency': 3, 'warm': 3, 'coldStarted': 0 });
    expect(ticks[0].summary).toMatch(/^Fn9270CBC0: 3 of 3 environments warm; 3 pings in 1 wave, /);
  }, PATIENCE);

  test.each<[string, Reporter, Partial<LambdaWarmerProps>]>([
    ['REPORT lines', TEXT, { concurrency: 3 }],
    ['REPORT lines with traces', TRACED, { concurrency: 3 }],
    ['REPORT lines of snapshots', RESTORED, { concurrency: 3 }],
    ['reports in JSON', JSON_LINES, { concurrency: 3 }],
    ['REPORT lines that nothing counts', TEXT, {}],
  ])('the query on cold starts, one by one, finds each, of pings too: %s', async (_, report, props) => {
    const stack = stackWith((it) => new LambdaWarmer(it, 'Warmer', { target: testFunction(it), ...props }));
    const lambda = new PretendLambda(LOGS[0], report);
    lambda.now = slot(0);
    lambda.request(2);
    lambda.now = slot(1);
    lambda.request(3);
    for (const reading of READINGS) {
      const rows = found(stack, 'Cold starts, one by one', lambda.events, reading);
      expect(rows.map(({ '@timestamp': at, requestId, startedInMs }) => [at, requestId, Number(startedInMs)])).toEqual([
        [slot(1), REQUEST_ID, 152.3], [slot(0), REQUEST_ID, 152.3], [slot(0), REQUEST_ID, 152.3],
      ]);
    }
  });

  test.each(READINGS)('the queries of a fleet find the worst of its functions first, what comes to nothing, and none of another one\'s: %j', async (reading) => {
    const stack = stackWith((it) => {
      const fleet = new WarmerFleet(it, 'Fleet');
      fleet.add(testFunction(it), { concurrency: 3 });
    });
    await fakeAws({ [ARN]: new PretendLambda('', TEXT).behaviour, [OTHER_ARN]: (__, response) => respond(response, { Reason: 'ConcurrentInvocationLimitExceeded' }, 429) });
    const { lines } = captureStdout();
    const ofFleet = (name: string) => ({ everySeconds: 300, fleet: { name } });
    const { handler } = loadDispatcher();
    await handler({ plan: [entry(ARN, 3, ofFleet('Stack/Fleet')), entry(OTHER_ARN, 2, ofFleet('Stack/Fleet'))] }, contextOf(20_000));
    await handler({ plan: [entry(OTHER_ARN, 1, ofFleet('Stack/Another'))] }, contextOf(20_000));
    const events = lines().map((message) => ({ timestamp: slot(0), log: 'dispatcher', message }));
    expect(found(stack, 'Coverage, the worst', events, reading)).toEqual([{ 'bin(5m)': slot(0), 'coverage': 0 }]);
    expect(found(stack, 'Coverage by function, the worst first', events, reading)).toEqual([
      { name: OTHER_ARN, worstCoverage: 0, averageCoverage: 0, startedByPings: 0, pings: 2 },
      { name: ARN, worstCoverage: 1, averageCoverage: 1, startedByPings: 3, pings: 3 },
    ]);
    expect(found(stack, 'Started by pings', events, reading)).toEqual([{ 'bin(5m)': slot(0), 'startedByPings': 3 }]);
    expect(found(stack, 'Pings without an answer', events, reading)).toEqual([{ 'bin(5m)': slot(0), 'unansweredPings': 2 }]);
    expect(found(stack, 'Held time', events, reading)).toMatchObject([{ pings: 5, heldMs: 6 }]);
    expect(found(stack, 'What the ticks reached', events, reading)).toHaveLength(3);
  }, PATIENCE);
});

describe('this reading of the language', () => {
  const EVENTS = [{ timestamp: 0, log: 'group', message: '{"a":1,"b":null}' }];
  const run = (query: string) => runQuery(query, EVENTS, { hasNulls: true, hasEmptySums: true });

  test.each([
    ['case(a = 1, 2)', 'fields case(a) as x'],
    ['a third stats', 'stats count(a) as x | stats max(x) as y | stats max(y) as z'],
    ['a field that is gone', 'stats count(a) as x | stats max(a) as y'],
    ['a sort before the last stats', 'stats count(a) as x | sort x asc | stats max(x) as y'],
    ['a number of what is not there', 'fields least(1, c) as x'],
    ['a boolean that is reckoned with', 'fields ispresent(a) + 1 as x'],
    ['a period that is too long', 'stats count(a) by bin(90m)'],
    ['an unknown command', 'display a'],
    ['what is left over', 'filter a = 1 1'],
  ])('takes no %s', (_, query) => {
    expect(() => run(query)).toThrow();
  });

  test('takes comments, texts with bars, and aggregations inside of functions', () => {
    expect(run('# a | b "c\nfields strcontains("a|b", "|") as x, greatest(a, 2) + 3 * 2 as y\n| stats greatest(sum(x), 5) as z, count(b) by y')).toEqual([{ 'y': 8, 'z': 5, 'count(b)': 0 }]);
  });
});
