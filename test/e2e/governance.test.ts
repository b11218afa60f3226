/*
 * The real CDK CLI deploys an app that is kept warm by rules alone into the emulator, whose EventBridge fires the schedules.
 * Handlers count the processes that they run in by themselves.
 */
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

const app = new DeployedApp('Governed', 'governance-app.ts');

const processes = (name: string) => processesOf(app.journalOf(name)).size;

beforeAll(() => app.start(), 300 * SECONDS);
afterAll(() => app.stop());

describe('in the emulator, an app whose teams do not mention warming', () => {
  test('has what users call warm by the aspect, and what a selector selects by the mixin', async () => {
    await until('the schedules', () => ['RestFn', 'AliasedFn', 'UrlFn'].every((name) => processes(name) >= 3) && processes('MixedFn') >= 2, TICK);
    for (const [name, concurrency] of Object.entries({ RestFn: 3, AliasedFn: 3, UrlFn: 3, MixedFn: 2 })) {
      expect([name, processes(name)]).toEqual([name, concurrency]);
    }
  }, TICK + 30 * SECONDS);

  test('is pinged through the alias that its API names', () => {
    const [{ arn, version }] = app.journalOf('AliasedFn');
    expect(arn).toMatch(/:live$/);
    expect(version).toBe('1');
  });

  test('has nothing pinged that is exempt, that no user calls, or that is the CDK\'s own', async () => {
    expect([processes('ExemptFn'), processes('BackgroundFn')]).toEqual([0, 0]);
    const pinged = async (): Promise<string[]> => (await app.dispatcherLog()).flatMap(({ cdkLambdaWarmer }) => cdkLambdaWarmer?.function ?? []);
    await until('a report of each', async () => (await pinged()).length >= 4);
    expect((await pinged()).filter((name) => !/-(RestFn|AliasedFn|UrlFn|MixedFn)[0-9A-F]{8}/.test(name))).toEqual([]);
  });

  test('is stopped by the validator in `cdk synth`, if a rule or a reason is missing, and passes with both', async () => {
    const error = await app.synth('-c', 'unexcused=true').then(() => 'synthesized', ({ message }) => message);
    expect(error).toContain("The function 'Governed/UrlFn' must be kept warm, but nothing does it.");
    expect(error).toContain("The function 'Governed/ExemptFn' must be kept warm, but nothing does it.");
    expect(error).toMatch(/Suggested fix: Write new LambdaWarmer/);
    expect(error).not.toContain('BackgroundFn');
    await app.synth();
  }, 120 * SECONDS);
});
