/*
 * The real CDK CLI deploys into the emulator a warmer whose dispatcher has shards, and its schedule fires. Handlers count the
 * processes that they run in by themselves, whatever the dispatcher reports.
 */
import { GetFunctionConfigurationCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

const CONCURRENCY = 36;

const app = new DeployedApp('Shards', 'shards-app.ts');

/** What the dispatcher says of the function, tick by tick. */
async function reports(): Promise<any[]> {
  return (await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer).filter((line) => line?.function);
}

async function dispatcherName(): Promise<string> {
  const [{ FunctionName }, ...others] = await app.dispatchers();
  expect(others).toEqual([]);
  return FunctionName!;
}

/** The pings of each wave by their release, as the handlers noted them. */
function waves(): any[][] {
  const pings = app.journalOf('Counted').map(({ event }) => event.cdkLambdaWarmer);
  return [...new Set(pings.map(({ releaseAt }) => releaseAt))].map((wave) => pings.filter(({ releaseAt }) => releaseAt === wave));
}

beforeAll(() => app.start(), 300 * SECONDS);
afterAll(() => app.stop());

describe('in the emulator, four shards of a dispatcher', () => {
  test('reach all processes that were asked for on the first tick of the schedule, and the same ones on the next', async () => {
    await until('the schedule', async () => (await reports()).length > 0, TICK);
    await app.stopRules();
    const first = processesOf(app.journalOf('Counted'));
    expect(first.size).toBeGreaterThanOrEqual(CONCURRENCY);
    const { report, noted } = await app.tick('Counted');
    expect([...processesOf(noted)].filter((pid) => !first.has(pid))).toEqual([]);
    expect(processesOf(noted).size).toBeGreaterThanOrEqual(CONCURRENCY);
    expect(report).toMatchObject({ concurrency: CONCURRENCY, coverage: 1, pings: noted.length, outcomes: { coldStarted: 0, failed: {} } });
    for (const line of await reports()) {
      expect(line).toMatchObject({ concurrency: CONCURRENCY, coverage: 1, outcomes: { throttled: {}, functionError: 0, timeout: 0, failed: {} } });
    }
  }, TICK + 30 * SECONDS);

  test('send each ping of a wave once, with the same release', () => {
    expect(waves().length).toBeGreaterThanOrEqual(2);
    for (const wave of waves()) {
      expect(wave.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: CONCURRENCY }, (_, index) => index));
      expect(new Set(wave.map(({ of }) => of))).toEqual(new Set([CONCURRENCY]));
    }
  });

  test('are invocations of their own: where there is room for two alone, the others are reported, and these two send', async () => {
    const FunctionName = await dispatcherName();
    // The one in charge is one more.
    await app.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }));
    const { report, noted } = await app.tick('Counted');
    expect(report).toMatchObject({
      waves: 1,
      coverage: 0.5,
      environments: 18,
      outcomes: { warm: 18, throttled: {}, failed: { 'Shard.ReservedFunctionConcurrentInvocationLimitExceeded': 18 } },
      error: expect.stringMatching(/^the dispatcher's invocation of itself for pings \d+ to \d+ came to nothing: ReservedFunctionConcurrentInvocationLimitExceeded$/),
    });
    expect(processesOf(noted).size).toBe(18);
  });
});

describe('in the emulator, an event', () => {
  test('makes a shard of no more than it carries, and a plan of no more than was deployed', async () => {
    const { Arn, Input } = await app.targetOf('Counted');
    const [entry] = JSON.parse(Input).plan;
    const { Environment } = await app.client.send(new GetFunctionConfigurationCommand({ FunctionName: Arn }));
    expect(Environment!.Variables).toMatchObject({ CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '1000', CDK_LAMBDA_WARMER_PINGS_PER_SHARD: '10' });
    const before = app.journalOf('Counted').length;
    const now = Date.now();
    const order = { entry, from: 0, to: 11, sentAt: now, startAt: now, releaseAt: now, gap: 0, deadline: now + 10_000 };
    await expect(app.invoke(Arn, JSON.stringify({ shard: order }))).rejects.toThrow('no shard of a wave that this dispatcher would send');
    await expect(app.invoke(Arn, JSON.stringify({ shard: { ...order, to: 1, entry: { ...entry, concurrency: 1001 } } }))).rejects.toThrow('no shard');
    expect(app.journalOf('Counted')).toHaveLength(before);
  });
});
