/*
 * The real CDK CLI deploys into the emulator, and the dispatcher is handed what its rule would hand to it. Handlers
 * count the processes that they run in by themselves, whatever the dispatcher reports.
 */
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, until } from './deployed-app';

const NOTHING = { warm: 0, coldStarted: 0, answered: 0, throttled: {}, functionError: 0, accessDenied: 0, notFound: 0, timeout: 0, failed: {} };

const app = new DeployedApp('FanOut', 'fan-out-app.ts');

/** One tick of several warmers in one plan. */
async function tickTogether(...names: string[]): Promise<{ readonly [name: string]: any }> {
  const targets = await Promise.all(names.map((name) => app.targetOf(name)));
  const { results } = await app.invoke(targets[0].Arn, JSON.stringify({ plan: targets.flatMap(({ Input }) => JSON.parse(Input).plan) }));
  return Object.fromEntries(names.map((name, index) => [name, results[index]]));
}

beforeAll(() => app.start(), 300 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, the dispatcher', () => {
  test.each([1, 10, 50, 100])('reaches %d processes of as many asked for on each of five ticks, the first included', async (concurrency) => {
    const processes: Set<number>[] = [];
    for (let count = 0; count < 5; count++) {
      const { report, noted } = await app.tick(`Counted${concurrency}`);
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
    expect(app.journalOf('Counted1').map(({ event }) => event)).toEqual(Array(5).fill({ cdkLambdaWarmer: { token: expect.any(String) } }));
    const pings = app.journalOf('Counted10').map(({ event }) => event.cdkLambdaWarmer);
    const waves = new Set(pings.map(({ releaseAt }) => releaseAt));
    expect(waves.size).toBe(pings.length / 10);
    for (const wave of waves) {
      const indexes = pings.filter(({ releaseAt }) => releaseAt === wave).map(({ index, of }) => [index, of]);
      expect(indexes.sort(([one], [other]) => one - other)).toEqual(Array.from({ length: 10 }, (_, index) => [index, 10]));
    }
  });

  test('sees which environments have served real events since the last tick', async () => {
    await app.tick('Good');
    const used = await app.invoke(await app.functionName('Good'), '{"path":"/orders"}');
    expect(used).toBe('done');
    expect((await app.tick('Good')).report.usedSinceLastTick).toBe(1);
    expect((await app.tick('Good')).report.usedSinceLastTick).toBe(0);
  });

  test('reports what a limit of concurrency keeps it from, in one wave, and leaves others unharmed', async () => {
    await app.client.send(new PutFunctionConcurrencyCommand({ FunctionName: await app.functionName('Limited'), ReservedConcurrentExecutions: 3 }));
    const before = app.journalOf('Limited').length;
    const { Limited, Good } = await tickTogether('Limited', 'Good');
    expect(Limited).toMatchObject({
      coverage: 0.6,
      environments: 3,
      waves: 1,
      outcomes: { ...NOTHING, coldStarted: 3, throttled: { ReservedFunctionConcurrentInvocationLimitExceeded: 2 } },
    });
    expect(processesOf(app.journalOf('Limited').slice(before)).size).toBe(3);
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
    const lines = (await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer).filter((line) => line);
    const [hangs, alias] = ['-Hangs', '-GoodAlias'].map((name) => lines.find((line) => line.function.includes(name)));
    expect(hangs).toEqual(Hangs);
    expect(alias).toEqual(GoodAlias);
    expect(alias.tookMs).toBeLessThan(hangs.tookMs);
    expect(Date.now() - startedAt).toBeGreaterThan(hangs.tookMs);
    expect(lines.indexOf(alias)).toBeLessThan(lines.indexOf(hangs));
  });

  test('pings the version behind an alias', () => {
    expect(app.journalOf('GoodAlias').map(({ version }) => version)).toEqual(Array(app.journalOf('GoodAlias').length).fill('1'));
  });

  test('logs a line for each function and tick, and the metrics that were asked for', async () => {
    const { report } = await app.tick('Good');
    const log = await app.dispatcherLog();
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
      FunctionName: await app.functionName('Good'),
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
    const { report, noted } = await app.tick('OpenNext');
    expect(report).toMatchObject({ coverage: 1, environments: 8, heldMs: null });
    expect(processesOf(noted).size).toBe(8);
  });

  test.each([['Fixed', 3, { type: 'warmer' }], ['Scheduled', 2, expect.objectContaining({ 'detail-type': 'Scheduled Event', 'source': 'aws.events' })]])(
    'knows nothing of environments where answers name none: %s', async (name, pings, event) => {
      const { report, noted } = await app.tick(name);
      expect(noted.map((line) => line.event)).toEqual(Array(pings).fill(event));
      expect(report).toMatchObject({ coverage: null, environments: null, usedSinceLastTick: null, pings, waves: 1 });
    });

  test('makes the handlers of lambda-warmer say "warmed", each in a process of its own', async () => {
    const { report, noted } = await app.tick('LambdaWarmer');
    expect(noted.map(({ answer }) => answer)).toEqual(['warmed', 'warmed', 'warmed']);
    expect(processesOf(noted).size).toBe(3);
    expect(report).toMatchObject({ coverage: null, pings: 3, waves: 1 });
  });
});

describe('in the emulator, a handler invokes itself', () => {
  test.each(['Self', 'SelfAlias', 'SelfPython'])('%s: one invocation of the schedule becomes four', async (name) => {
    const { Arn, Input } = await app.targetOf(name);
    expect(JSON.parse(Input)).toEqual({ warmer: true, concurrency: 4 });
    await app.invoke(Arn, Input);
    await until('all four', () => app.journalOf(name).length >= 4);
    expect(app.journalOf(name).map(({ answer }) => answer)).toEqual(Array(4).fill('warmed'));
    expect(processesOf(app.journalOf(name)).size).toBeGreaterThan(1);
  });
});

describe('in the emulator, a deployment', () => {
  test('warms what it has deployed, without the schedule, and does not fail where that cannot be', async () => {
    await until('the prewarmed functions', () => processesOf(app.journalOf('Prewarmed')).size >= 3 && processesOf(app.journalOf('PrewarmedAlias')).size >= 2);
    expect(app.journalOf('PrewarmedAlias')[0].version).toBe('1');
  });

  test('that changed one function warms that again, and no other of this app', async () => {
    const before = [app.journalOf('Prewarmed').length, app.journalOf('PrewarmedAlias').length];
    await app.deploy('-c', 'change=another');
    await until('the changed function', () => processesOf(app.journalOf('Prewarmed').slice(before[0])).size >= 3);
    expect(app.journalOf('PrewarmedAlias')).toHaveLength(before[1]);
    // The imported one, of which nobody knows whether it changed.
    const missing = async () => (await app.dispatcherLog()).filter(({ cdkLambdaWarmer }) => cdkLambdaWarmer?.function.endsWith(':missing'));
    await until('the imported function', async () => (await missing()).length >= 3);
  }, 120 * SECONDS);
});
