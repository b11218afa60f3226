/*
 * The real CDK CLI deploys aliases with provisioned concurrency into the emulator, which stores it, but starts no
 * environment for it, and knows neither Application Auto Scaling nor CodeDeploy. What goes by way of the alias is real.
 */
import { GetAliasCommand, GetProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

const app = new DeployedApp('Provisioned', 'provisioned-app.ts');

/** The alias of one of the app's warmers, as the deployment has put it out. */
async function aliasOf(id: string): Promise<{ readonly arn: string; readonly version: string; readonly provisioned?: number }> {
  const arn = await app.output(`${id}Alias`);
  const [,,,,,, FunctionName, Name] = arn.split(':');
  const { FunctionVersion } = await app.client.send(new GetAliasCommand({ FunctionName, Name }));
  const config = await app.client.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: Name }));
  return { arn, version: FunctionVersion!, provisioned: config.RequestedProvisionedConcurrentExecutions };
}

beforeAll(() => app.start(), 300 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, an alias with provisioned concurrency', () => {
  test('has the first version, its own name, and what is provisioned', async () => {
    expect(await aliasOf('Alone')).toEqual({ arn: expect.stringMatching(/:live$/), version: '1', provisioned: 2 });
    expect(await aliasOf('Prewarmed')).toEqual({ arn: expect.stringMatching(/:serving$/), version: '1', provisioned: 2 });
  });

  test('is prewarmed by the deployment that made it, as many environments of its version as were asked for', async () => {
    await until('the pings', () => processesOf(app.journalOf('Prewarmed')).size >= 4);
    const { arn } = await aliasOf('Prewarmed');
    expect(new Set(app.journalOf('Prewarmed').map((line) => [line.arn, line.version].join(' ')))).toEqual(new Set([`${arn} 1`]));
  });

  test('gets the pings of the schedule, as many processes as were asked for, of the version behind it', async () => {
    const { arn } = await aliasOf('Scheduled');
    await until('the schedule', () => processesOf(app.journalOf('Scheduled')).size >= 4, TICK);
    expect(new Set(app.journalOf('Scheduled').map((line) => [line.arn, line.version].join(' ')))).toEqual(new Set([`${arn} 1`]));
  }, TICK + 30 * SECONDS);

  test('has pings answered by the layer of its version, and everything else by the handler', async () => {
    const { arn } = await aliasOf('Layered');
    const { report, noted } = await app.tick('Layered');
    expect(report).toMatchObject({ function: arn, concurrency: 3, coverage: 1, environments: 3 });
    expect(noted).toEqual([]);
    await app.invoke(arn, '{"path":"/orders"}');
    expect(app.journalOf('Layered')).toEqual([expect.objectContaining({ event: { path: '/orders' }, arn, version: '1' })]);
  });

  test('gets no ping where none is asked for', async () => {
    expect(app.journalOf('Alone')).toEqual([]);
    await expect(app.targetOf('Alone')).rejects.toThrow();
  });
});

describe('in the emulator, a second deployment', () => {
  test('that changed nothing publishes no version, and prewarms nothing', async () => {
    const before = app.journalOf('Prewarmed').length;
    await app.deploy();
    expect((await aliasOf('Alone')).version).toBe('1');
    expect((await aliasOf('Prewarmed')).version).toBe('1');
    expect(app.journalOf('Prewarmed')).toHaveLength(before);
  }, 120 * SECONDS);

  test('of changed code moves the alias to the new version, and prewarms that', async () => {
    const before = app.journalOf('Prewarmed');
    await app.deploy('-c', 'change=another');
    expect(await aliasOf('Alone')).toMatchObject({ version: '2', provisioned: 2 });
    expect(await aliasOf('Prewarmed')).toMatchObject({ version: '2', provisioned: 2 });
    const news = () => app.journalOf('Prewarmed').slice(before.length);
    await until('the new version', () => processesOf(news()).size >= 4);
    expect(new Set(news().map(({ version }) => version))).toEqual(new Set(['2']));
    expect([...processesOf(news())].filter((pid) => processesOf(before).has(pid))).toEqual([]);
  }, 120 * SECONDS);
});
