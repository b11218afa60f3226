/*
 * The real CDK CLI deploys into the emulator, and the dispatcher is handed what its rule would hand to it. Handlers
 * count the processes that they run in by themselves, whatever the dispatcher reports.
 */
import { existsSync, mkdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand, Rule } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListFunctionsCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { Emulator } from '../../tools/emulator';

const SECONDS = 1000;
const APP = 'npx tsx --tsconfig tsconfig.dev.json test/e2e/fan-out-app.ts';
const NOTHING = { warm: 0, coldStarted: 0, answered: 0, throttled: {}, functionError: 0, accessDenied: 0, notFound: 0, timeout: 0, failed: {} };

let emulator: Emulator;
let client: LambdaClient;
let folder: string;
let rules: Rule[];

async function deploy(...args: string[]): Promise<void> {
  const output = path.join(folder, 'cdk.out');
  await emulator.cdk(['deploy', '--all', '--app', APP, '--output', output, '-c', `journals=${folder}`, '--require-approval', 'never', ...args]);
}

function journalOf(name: string): any[] {
  const file = path.join(folder, `${name}.jsonl`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
}

function processesOf(lines: readonly any[]): Set<number> {
  return new Set(lines.map(({ pid }) => pid));
}

/** What the rule of a warmer invokes, and with which input. */
async function targetOf(name: string): Promise<{ readonly Arn: string; readonly Input: string }> {
  const { Targets } = await new EventBridgeClient(emulator.clientConfig)
    .send(new ListTargetsByRuleCommand({ Rule: rules.find(({ Name }) => new RegExp(`^FanOut-${name}WarmerRule`).test(Name!))!.Name! }));
  expect(Targets).toHaveLength(1);
  return Targets![0] as any;
}

async function invoke(FunctionName: string, Payload: string): Promise<any> {
  const { FunctionError, Payload: answer } = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const text = Buffer.from(answer!).toString();
  if (FunctionError) {
    throw new Error(text);
  }
  return JSON.parse(text);
}

/** One tick of one warmer: what the dispatcher says of it, and what the handlers noted meanwhile. */
async function tick(name: string): Promise<{ readonly report: any; readonly noted: any[] }> {
  const before = journalOf(name).length;
  const { Arn, Input } = await targetOf(name);
  const { results } = await invoke(Arn, Input);
  expect(results).toHaveLength(1);
  return { report: results[0], noted: journalOf(name).slice(before) };
}

/** One tick of several warmers in one plan. */
async function tickTogether(...names: string[]): Promise<{ readonly [name: string]: any }> {
  const targets = await Promise.all(names.map(targetOf));
  const { results } = await invoke(targets[0].Arn, JSON.stringify({ plan: targets.flatMap(({ Input }) => JSON.parse(Input).plan) }));
  return Object.fromEntries(names.map((name, index) => [name, results[index]]));
}

async function functionName(id: string): Promise<string> {
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  return Functions!.find(({ FunctionName }) => new RegExp(`^FanOut-${id}[0-9A-F]{8}`).test(FunctionName!))!.FunctionName!;
}

/** The lines that the dispatcher has logged, oldest first. */
async function dispatcherLog(): Promise<any[]> {
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  const { LoggingConfig } = Functions!.find(({ FunctionName }) => FunctionName!.includes('LambdaWarmerDispatcher'))!;
  const logs = new CloudWatchLogsClient(emulator.clientConfig);
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: LoggingConfig!.LogGroup }));
  return events.flatMap(({ message }) => message!.split('\n')).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30 * SECONDS;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`Waited in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  emulator = await Emulator.start();
  client = new LambdaClient({ ...emulator.clientConfig, maxAttempts: 1 });
  folder = path.join(emulator.folder, 'e2e');
  mkdirSync(folder);
  await emulator.cdk(['bootstrap', '--output', path.join(folder, 'cdk.out')]);
  await deploy();
  rules = (await new EventBridgeClient(emulator.clientConfig).send(new ListRulesCommand({}))).Rules!;
}, 300 * SECONDS);

afterAll(async () => {
  await emulator?.stop();
}, 60 * SECONDS);

describe('in the emulator, the dispatcher', () => {
  test.each([1, 10, 50, 100])('reaches %d processes of as many asked for on each of five ticks, the first included', async (concurrency) => {
    const processes: Set<number>[] = [];
    for (let count = 0; count < 5; count++) {
      const { report, noted } = await tick(`Counted${concurrency}`);
      processes.push(processesOf(noted));
      expect(report).toMatchObject({
        function: expect.stringContaining(`FanOut-Counted${concurrency}`),
        concurrency,
        coverage: 1,
        environments: processesOf(noted).size,
        usedSinceLastTick: 0,
        pings: noted.length,
        outcomes: { ...NOTHING, warm: expect.any(Number), coldStarted: count === 0 ? processesOf(noted).size : 0 },
      });
      expect(report.outcomes.warm + report.outcomes.coldStarted).toBe(noted.length);
      expect(report.waves).toBe(noted.length / concurrency);
    }
    // Not only as many as were asked for, but the same at each tick. A further wave may find one still busy with the wave
    // before, and start one more.
    for (const each of processes) {
      expect([...each].filter((pid) => !processes[0].has(pid))).toEqual([]);
      expect(each.size).toBeGreaterThanOrEqual(concurrency);
    }
  }, 120 * SECONDS);

  test('holds all pings of a wave until the same moment, and a single one not at all', () => {
    expect(journalOf('Counted1').map(({ event }) => event)).toEqual(Array(5).fill({ cdkLambdaWarmer: { token: expect.any(String) } }));
    const pings = journalOf('Counted10').map(({ event }) => event.cdkLambdaWarmer);
    const waves = new Set(pings.map(({ releaseAt }) => releaseAt));
    expect(waves.size).toBe(pings.length / 10);
    for (const wave of waves) {
      const indexes = pings.filter(({ releaseAt }) => releaseAt === wave).map(({ index, of }) => [index, of]);
      expect(indexes.sort(([one], [other]) => one - other)).toEqual(Array.from({ length: 10 }, (_, index) => [index, 10]));
    }
  });

  test('sees which environments have served real events since the last tick', async () => {
    await tick('Good');
    const used = await invoke(await functionName('Good'), '{"path":"/orders"}');
    expect(used).toBe('done');
    expect((await tick('Good')).report.usedSinceLastTick).toBe(1);
    expect((await tick('Good')).report.usedSinceLastTick).toBe(0);
  });

  test('reports what a limit of concurrency keeps it from, in one wave, and leaves others unharmed', async () => {
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: await functionName('Limited'), ReservedConcurrentExecutions: 3 }));
    const before = journalOf('Limited').length;
    const { Limited, Good } = await tickTogether('Limited', 'Good');
    expect(Limited).toMatchObject({
      coverage: 0.6,
      environments: 3,
      waves: 1,
      outcomes: { ...NOTHING, coldStarted: 3, throttled: { ReservedFunctionConcurrentInvocationLimitExceeded: 2 } },
    });
    expect(processesOf(journalOf('Limited').slice(before)).size).toBe(3);
    expect(Good).toMatchObject({ coverage: 1, outcomes: { throttled: {} } });
  });

  test('keeps apart what failed and how, beside functions that are well', async () => {
    const startedAt = Date.now();
    const { Throws, Hangs, Missing, Good, GoodAlias } = await tickTogether('Throws', 'Hangs', 'Missing', 'Good', 'GoodAlias');
    expect(Throws).toMatchObject({ coverage: 0, environments: 0, waves: 1, outcomes: { ...NOTHING, functionError: 2 } });
    expect(Throws.error).toContain('This event has no order');
    expect(Hangs).toMatchObject({ coverage: 0, waves: 1, outcomes: { ...NOTHING, timeout: 2 }, error: expect.stringContaining('Task timed out after 3') });
    expect(Missing).toMatchObject({ coverage: 0, waves: 1, outcomes: { ...NOTHING, notFound: 2 }, error: expect.stringContaining('Function not found') });
    expect(Good).toMatchObject({ coverage: 1, environments: 5 });
    expect(GoodAlias).toMatchObject({ coverage: 1, environments: 5, function: expect.stringMatching(/:live$/) });

    // The one that takes its time does not delay the line of another.
    const lines = (await dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer).filter((line) => line);
    const [hangs, alias] = ['-Hangs', '-GoodAlias'].map((name) => lines.find((line) => line.function.includes(name)));
    expect(hangs).toEqual(Hangs);
    expect(alias).toEqual(GoodAlias);
    expect(alias.tookMs).toBeLessThan(hangs.tookMs);
    expect(Date.now() - startedAt).toBeGreaterThan(hangs.tookMs);
    expect(lines.indexOf(alias)).toBeLessThan(lines.indexOf(hangs));
  });

  test('pings the version behind an alias', () => {
    expect(journalOf('GoodAlias').map(({ version }) => version)).toEqual(Array(journalOf('GoodAlias').length).fill('1'));
  });

  test('logs a line for each function and tick, and the metrics that were asked for', async () => {
    const { report } = await tick('Good');
    const log = await dispatcherLog();
    expect(log.filter(({ cdkLambdaWarmer }) => cdkLambdaWarmer).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer)).toContainEqual(report);
    const metrics = log.filter(({ _aws }) => _aws);
    expect(metrics[metrics.length - 1]).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{
          Namespace: 'LambdaWarmer',
          Dimensions: [['FunctionName']],
          Metrics: ['Coverage', 'WarmEnvironments', 'ColdStarts', 'Throttles', 'Errors', 'HeldTime'].map((Name) => expect.objectContaining({ Name })),
        }],
      },
      FunctionName: await functionName('Good'),
      Coverage: 1,
      WarmEnvironments: 5,
      ColdStarts: 0,
      Throttles: 0,
      Errors: 0,
      HeldTime: report.heldMs,
    });
    // Of a function that nobody asked metrics for, there are none.
    expect(metrics.filter(({ FunctionName }) => FunctionName !== metrics[0].FunctionName)).toEqual([]);
  });

  test('counts the servers of an OpenNext function', async () => {
    const { report, noted } = await tick('OpenNext');
    expect(report).toMatchObject({ coverage: 1, environments: 8, heldMs: null });
    expect(processesOf(noted).size).toBe(8);
  });

  test.each([['Fixed', 3, { type: 'warmer' }], ['Scheduled', 2, expect.objectContaining({ 'detail-type': 'Scheduled Event', 'source': 'aws.events' })]])(
    'knows nothing of environments where answers name none: %s', async (name, pings, event) => {
      const { report, noted } = await tick(name);
      expect(noted.map((line) => line.event)).toEqual(Array(pings).fill(event));
      expect(report).toMatchObject({ coverage: null, environments: null, usedSinceLastTick: null, pings, waves: 1 });
    });

  test('makes the handlers of lambda-warmer say "warmed", each in a process of its own', async () => {
    const { report, noted } = await tick('LambdaWarmer');
    expect(noted.map(({ answer }) => answer)).toEqual(['warmed', 'warmed', 'warmed']);
    expect(processesOf(noted).size).toBe(3);
    expect(report).toMatchObject({ coverage: null, pings: 3, waves: 1 });
  });
});

describe('in the emulator, a handler invokes itself', () => {
  test.each(['Self', 'SelfAlias', 'SelfPython'])('%s: one invocation of the schedule becomes four', async (name) => {
    const { Arn, Input } = await targetOf(name);
    expect(JSON.parse(Input)).toEqual({ warmer: true, concurrency: 4 });
    await invoke(Arn, Input);
    await until('all four', () => journalOf(name).length >= 4);
    expect(journalOf(name).map(({ answer }) => answer)).toEqual(Array(4).fill('warmed'));
    expect(processesOf(journalOf(name)).size).toBeGreaterThan(1);
  }, 60 * SECONDS);
});

describe('in the emulator, a deployment', () => {
  test('warms what it has deployed, without the schedule, and does not fail where that cannot be', async () => {
    await until('the prewarmed functions', () => processesOf(journalOf('Prewarmed')).size >= 3 && processesOf(journalOf('PrewarmedAlias')).size >= 2);
    expect(journalOf('PrewarmedAlias')[0].version).toBe('1');
  }, 60 * SECONDS);

  test('that changed one function warms that again, and no other of this app', async () => {
    const before = [journalOf('Prewarmed').length, journalOf('PrewarmedAlias').length];
    await deploy('-c', 'change=another');
    await until('the changed function', () => processesOf(journalOf('Prewarmed').slice(before[0])).size >= 3);
    expect(journalOf('PrewarmedAlias')).toHaveLength(before[1]);
    // The imported one, of which nobody knows whether it changed.
    const missing = (await dispatcherLog()).filter(({ cdkLambdaWarmer }) => cdkLambdaWarmer?.function.endsWith(':missing'));
    expect(missing.length).toBeGreaterThanOrEqual(3);
  }, 120 * SECONDS);
});
