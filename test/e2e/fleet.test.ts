/*
 * The real CDK CLI deploys a fleet into the emulator, whose EventBridge fires its schedule. Handlers count the processes that
 * they run in by themselves, whatever the dispatchers report.
 */
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

const MEMBERS = Array.from({ length: 40 }, (_, index) => ({ name: `Member${index}Fn`, concurrency: 1 + index % 5 }));
const PINGS = MEMBERS.reduce((sum, { concurrency }) => sum + concurrency, 0);

const app = new DeployedApp('Fleet', 'fleet-app.ts');

/** What the dispatchers say of each function, tick by tick. */
async function reports(): Promise<{ readonly [name: string]: any[] }> {
  const lines = (await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer).filter((line) => line?.function);
  return Object.fromEntries(MEMBERS.map(({ name }) => [name, lines.filter((line) => new RegExp(`-${name}[0-9A-F]{8}`).test(line.function))]));
}

/** What the rules of the fleet do when they fire, without the wait for it. */
async function fire(): Promise<void> {
  const events = new EventBridgeClient(app.emulator.clientConfig);
  const { Rules } = await events.send(new ListRulesCommand({}));
  const targets = await Promise.all(Rules!.map(({ Name }) => events.send(new ListTargetsByRuleCommand({ Rule: Name! }))));
  await Promise.all(targets.flatMap(({ Targets }) => Targets!.map(({ Arn, Input }) => app.invoke(Arn!, Input!))));
}

beforeAll(() => app.start(), 300 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, a fleet of forty functions', () => {
  test('has one rule and one dispatcher in each of its two stacks', async () => {
    const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({}));
    expect(Rules!.map(({ Name }) => Name!.split('-')[0]).sort()).toEqual(['Fleet', 'FleetOther']);
    expect(await app.dispatchers()).toHaveLength(2);
  });

  test('reaches as many processes of each as were asked for, on the first tick of its schedule and on the next one', async () => {
    await until('the schedule', async () => Object.values(await reports()).every((lines) => lines.length >= 1), TICK);
    await app.stopRules();
    await fire();
    const ticks = await reports();
    for (const { name, concurrency } of MEMBERS) {
      const journal = app.journalOf(name);
      expect([name, processesOf(journal).size >= concurrency]).toEqual([name, true]);
      for (const line of ticks[name]) {
        expect({ name, ...line }).toMatchObject({ name, concurrency, coverage: 1, environments: concurrency });
      }
      // Warm at the second tick: the same processes.
      expect([name, ticks[name][1].outcomes.coldStarted]).toEqual([name, 0]);
    }
    expect(MEMBERS.flatMap(({ name }) => [...processesOf(app.journalOf(name))]).length).toBeGreaterThanOrEqual(PINGS);
  }, TICK + 30 * SECONDS);

  test('is gone with its stacks', async () => {
    await app.destroy();
    const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({}));
    expect(Rules).toEqual([]);
    expect(await app.dispatchers()).toEqual([]);
  });
});
