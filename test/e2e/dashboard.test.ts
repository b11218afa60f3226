/*
 * The real CDK CLI deploys a warmer, a fleet, their alarms and a dashboard into the emulator, whose EventBridge fires their schedules.
 * Handlers count the processes that they run in by themselves, whatever is reported of them. The emulator keeps dashboards as they are,
 * and does not know AWS::Logs::QueryDefinition: saved queries are turned off here.
 */
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeployedApp, processesOf, SECONDS, until } from './deployed-app';
import { problemsOfBody } from '../observability/dashboard-body';
import { sourcesOf } from '../observability/insights-query';

const COUNTED = { Counted: 3, MemberOne: 2, MemberTwo: 1 };
const FLEET = 'Shown/Fleet';

const app = new DeployedApp('Shown', 'dashboard-app.ts');

/** What the dispatcher says of a function, tick by tick. */
async function reportsOf(id: string): Promise<any[]> {
  const lines = (await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer);
  return lines.filter((line) => new RegExp(`-${id}[0-9A-F]{8}`).test(line?.function));
}

/** The rules' inputs, by what they ping. */
async function targets(): Promise<{ readonly Arn: string; readonly Input: string }[]> {
  const events = new EventBridgeClient(app.emulator.clientConfig);
  const { Rules } = await events.send(new ListRulesCommand({}));
  const found = await Promise.all(Rules!.map(({ Name }) => events.send(new ListTargetsByRuleCommand({ Rule: Name! }))));
  return found.flatMap(({ Targets }) => Targets as any);
}

function cloudWatch(): CloudWatchClient {
  return new CloudWatchClient(app.emulator.clientConfig);
}

beforeAll(() => app.start(), 300 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, a dashboard without saved queries', () => {
  let body: any;

  beforeAll(async () => {
    const { DashboardBody } = await cloudWatch().send(new GetDashboardCommand({ DashboardName: await app.output('DashboardNames') }));
    body = JSON.parse(DashboardBody!);
  });

  test('is deployed as JSON that CloudWatch takes, with a row for each warmer and for the fleet', () => {
    expect(problemsOfBody(body)).toEqual([]);
    expect(body.widgets.map(({ properties }: any) => properties.markdown).filter((text: string) => text?.startsWith('## ')).map((text: string) => text.split('\n')[0]))
      .toEqual(['## Shown/CountedWarmer', '## Shown/Fleet', '## Shown/RecordedWarmer']);
  });

  test('has the names of the functions that are deployed, of their dispatcher and of its log group', async () => {
    const names = await Promise.all([...Object.keys(COUNTED), 'Recorded'].map((id) => app.functionName(id)));
    const metrics: any[][] = body.widgets.flatMap(({ properties }: any) => properties.metrics ?? []);
    const functions = metrics.filter((metric) => metric[2] === 'FunctionName').map((metric) => metric[3]);
    expect([...new Set(functions)].sort()).toEqual([...names].sort());
    expect(metrics.filter((metric) => metric[2] === 'Fleet').map((metric) => metric[3])).toEqual([FLEET]);
    const [{ LoggingConfig }] = await app.dispatchers();
    const queries = body.widgets.filter(({ type }: any) => type === 'log').map(({ properties }: any) => sourcesOf(properties.query));
    expect(new Set(queries.flatMap(({ logs }: any) => logs))).toEqual(new Set([LoggingConfig!.LogGroup]));
    const arns = (await app.functions()).map(({ FunctionArn }) => FunctionArn);
    const named = queries.flatMap(({ query }: any) => /function = "([^"]+)"/.exec(query)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((arn: string) => !arns.includes(arn))).toEqual([]);
  });

  test('shows what the alarms are on', async () => {
    const { MetricAlarms } = await cloudWatch().send(new DescribeAlarmsCommand({}));
    const alarmed = MetricAlarms!.map(({ Namespace, MetricName, Dimensions }) => [Namespace, MetricName, Dimensions![0].Name, Dimensions![0].Value]);
    expect(alarmed).toHaveLength(2);
    const shown = body.widgets.flatMap(({ properties }: any) => properties.metrics ?? []).map((metric: any[]) => metric.slice(0, 4));
    expect(shown).toEqual(expect.arrayContaining(alarmed));
  });
});

describe('in the emulator, after three ticks of the schedule', () => {
  beforeAll(async () => {
    await until('three ticks', async () => {
      const all = await Promise.all(Object.keys(COUNTED).map(reportsOf));
      return all.every((reports) => reports.length >= 3);
    }, 240 * SECONDS);
    await app.stopRules();
  }, 270 * SECONDS);

  test.each(Object.entries(COUNTED))('what the lines say of %s adds up to what its processes noted', async (id, concurrency) => {
    // A tick may just be under way.
    await until('the line of the last pings', async () => sumOf(await reportsOf(id), ({ pings }) => pings) === app.journalOf(id).length);
    const [reports, journal] = [await reportsOf(id), app.journalOf(id)];
    for (const { pings, waves, environments, coverage, heldMs, outcomes: { warm, coldStarted } } of reports) {
      expect({ pings: warm + coldStarted, environments, coverage }).toEqual({ pings, environments: concurrency, coverage: 1 });
      expect(pings).toBe(waves * concurrency);
      expect(heldMs).toBeGreaterThanOrEqual(0);
    }
    expect(sumOf(reports, ({ outcomes }) => outcomes.coldStarted)).toBe(processesOf(journal).size);
    expect(processesOf(journal).size).toBeGreaterThanOrEqual(concurrency);
  });

  test.each(Object.keys(COUNTED))('the time for which pings to %s were held is that from when its processes noted them until they were to be released', async (id) => {
    const noted = app.journalOf(id).map(({ at, event: { cdkLambdaWarmer: { releaseAt = 0 } } }) => Math.max(0, releaseAt - at));
    const [held, expected] = [sumOf(await reportsOf(id), ({ heldMs }) => heldMs), sumOf(noted, (milliseconds) => milliseconds)];
    // A process notes a ping a little before it holds it, and a timer is late on a busy machine.
    expect(held).toBeGreaterThanOrEqual(expected - 20 * noted.length);
    expect(held).toBeLessThanOrEqual(expected + 100 * noted.length);
  });

  test('what the rules hand to the dispatcher brings results that are the lines of that tick, in words too', async () => {
    const inputs = await targets();
    expect(inputs).toHaveLength(3);
    for (const { Arn, Input } of inputs) {
      const { results } = await app.invoke(Arn, Input);
      const names: string[] = results.map((one: any) => one.function.split(':')[6]);
      expect(results.map(({ summary }: any) => summary.split(':')[0])).toEqual(names);
      for (const result of results) {
        expect(result.summary).toMatch(/: (\d) of \1 environments? warm/);
        await until('the line', async () => (await app.dispatcherLog()).some(({ cdkLambdaWarmer }) => cdkLambdaWarmer?.summary === result.summary));
        expect((await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer)).toContainEqual(result);
      }
    }
  });

  test('the fleet\'s metric is of both its functions', async () => {
    const lines = await app.dispatcherLog();
    const ofFleet = lines.filter(({ Fleet }) => Fleet === FLEET);
    expect(ofFleet.length).toBeGreaterThanOrEqual(3);
    expect(ofFleet.map(({ Coverage }) => Coverage)).toEqual(ofFleet.map(() => 1));
    expect(lines.filter(({ cdkLambdaWarmer }) => cdkLambdaWarmer?.fleet === FLEET).length).toBe(2 * ofFleet.length);
  });
});

function sumOf(reports: readonly any[], numberOf: (report: any) => number): number {
  return reports.reduce((sum, report) => sum + numberOf(report), 0);
}
