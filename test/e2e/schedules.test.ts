/*
 * The real CDK CLI deploys into the emulator, whose EventBridge Scheduler and rules fire by themselves, and whose parameters
 * change what they come to. Handlers count the processes that they run in, whatever the dispatcher reports.
 */
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  GetScheduleCommand, GetScheduleCommandOutput, ListScheduleGroupsCommand, ListSchedulesCommand, SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { DeleteParameterCommand, DescribeParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

const app = new DeployedApp('Schedules', 'schedules-app.ts');
let scheduler: SchedulerClient;
let ssm: SSMClient;
let cloudFormation: CloudFormationClient;

/** The name that CloudFormation gave to the one resource with such a logical ID. */
async function nameOf(type: string, logicalId: RegExp): Promise<string> {
  const { StackResourceSummaries } = await cloudFormation.send(new ListStackResourcesCommand({ StackName: 'Schedules' }));
  const found = StackResourceSummaries!.filter(({ ResourceType, LogicalResourceId }) => ResourceType === type && logicalId.test(LogicalResourceId!));
  expect(found).toHaveLength(1);
  return found[0].PhysicalResourceId!;
}

async function scheduleOf(name: string): Promise<GetScheduleCommandOutput> {
  const { Schedules } = await scheduler.send(new ListSchedulesCommand({}));
  const found = Schedules!.filter(({ Name }) => Name!.startsWith(`Schedules-${name}Warmer`));
  expect(found).toHaveLength(1);
  return scheduler.send(new GetScheduleCommand({ Name: found[0].Name, GroupName: found[0].GroupName }));
}

async function parameterOf(name: string): Promise<string> {
  return app.output(`${name}Parameter`);
}

async function say(name: string, value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: await parameterOf(name), Value: value, Overwrite: true }));
}

async function forget(name: string): Promise<void> {
  await ssm.send(new DeleteParameterCommand({ Name: await parameterOf(name) }));
}

/** The lines of the dispatcher's log about one function: of its ticks, and what else was to say. */
async function logOf(name: string): Promise<{ readonly reports: any[]; readonly warnings: any[] }> {
  const lines = (await app.dispatcherLog()).flatMap(({ cdkLambdaWarmer }) => cdkLambdaWarmer ?? []);
  const own = lines.filter((line) => line.function.includes(`:Schedules-${name}`));
  return { reports: own.filter((line) => line.pings !== undefined), warnings: own.filter((line) => line.pings === undefined) };
}

/** What was noted is a tick that asked for so many processes, and reached them. */
function expectTick({ report, noted }: { readonly report: any; readonly noted: any[] }, concurrency: number): void {
  expect(report).toMatchObject({ concurrency, coverage: 1, environments: processesOf(noted).size, pings: noted.length });
  expect(noted.map(({ event }) => event.cdkLambdaWarmer.of)).toEqual(Array(noted.length).fill(concurrency));
  // A further wave may find one still busy with the wave before, and start one more.
  expect(processesOf(noted).size).toBeGreaterThanOrEqual(concurrency);
  expect(report.waves > 1 || processesOf(noted).size === concurrency).toBe(true);
}

/** What a tick has come to that no test has asked for: the nth one, counted from 0. */
async function firedTick(name: string, nth: number): Promise<{ readonly report: any; readonly noted: any[] }> {
  await until(`tick ${nth + 1} of ${name}`, async () => (await logOf(name)).reports.length > nth, TICK);
  const { reports } = await logOf(name);
  const before = reports.slice(0, nth).reduce((sum, { pings }) => sum + pings, 0);
  return { report: reports[nth], noted: app.journalOf(name).slice(before, before + reports[nth].pings) };
}

beforeAll(async () => {
  await app.start();
  const { clientConfig } = app.emulator;
  scheduler = new SchedulerClient(clientConfig);
  ssm = new SSMClient(clientConfig);
  cloudFormation = new CloudFormationClient(clientConfig);
}, 300 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, a parameter says how many processes the dispatcher reaches', () => {
  test('as many as were deployed, as long as nobody has changed it', async () => {
    expectTick(await app.tick('Unchanged'), 2);
    expect((await logOf('Unchanged')).warnings).toEqual([]);
  });

  test('as many as one that is given says', async () => {
    expectTick(await app.tick('Given'), 3);
    expect((await logOf('Given')).warnings).toEqual([]);
  });

  test.each<[string, string, () => Promise<void>, number, string]>([
    ['Beyond', 'no more than were deployed as the most', () => say('Beyond', '99'), 4, 'says 99, more than the 4 that were deployed as the most: 4'],
    // Whose parameters, unlike those of AWS, take what their pattern does not allow.
    ['Nonsense', 'as many as were deployed, if it says nonsense', () => say('Nonsense', 'many'), 2,
      "says 'many', which is neither a whole number nor 'deployed': 2 as deployed"],
    ['Gone', 'as many as were deployed, if it is gone', () => forget('Gone'), 2, 'cannot be read (ParameterNotFound'],
  ])('%s: %s, and the log says why', async (name, _what, change, processes, warning) => {
    await change();
    expectTick(await app.tick(name), processes);
    expect((await logOf(name)).warnings).toEqual([
      { function: expect.any(String), parameter: await parameterOf(name), warning: expect.stringContaining(warning) },
    ]);
  });

  test('none, if it says 0', async () => {
    await say('Paused', '0');
    const { report, noted } = await app.tick('Paused');
    expect(report).toMatchObject({ concurrency: 0, coverage: null, environments: null, pings: 0, waves: 0 });
    expect(noted).toEqual([]);
    expect((await logOf('Paused')).warnings).toEqual([]);
  });
});

describe('the emulator\'s EventBridge Scheduler stores', () => {
  test.each([
    ['Direct', /^Direct[0-9A-F]{8}$/, /^DirectWarmerSchedulerRole/, 'ENABLED'],
    ['Disabled', /^Disabled[0-9A-F]{8}$/, /^DisabledWarmerSchedulerRole/, 'DISABLED'],
    ['Windowed', /^LambdaWarmerDispatcherFunction/, /^LambdaWarmerDispatcherSchedulerRole/, 'ENABLED'],
  ])('%s: the function itself, the role of its own, no retries, no flexibility, and the group of the stack', async (name, fn, role, state) => {
    const { Target, FlexibleTimeWindow, GroupName, State } = await scheduleOf(name);
    expect(Target).toEqual({
      Arn: `arn:aws:lambda:us-east-1:000000000000:function:${await nameOf('AWS::Lambda::Function', fn)}`,
      RoleArn: `arn:aws:iam::000000000000:role/${await nameOf('AWS::IAM::Role', role)}`,
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      Input: expect.any(String),
    });
    expect([FlexibleTimeWindow, State]).toEqual([{ Mode: 'OFF' }, state]);
    expect(GroupName).toBe(await nameOf('AWS::Scheduler::ScheduleGroup', /^LambdaWarmerSchedules/));
  });

  test('no other schedule, and no other group beside its own', async () => {
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({}));
    const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}));
    expect([Schedules!.length, ScheduleGroups!.map(({ Name }) => Name).filter((name) => name !== 'default').length]).toEqual([3, 1]);
  });
});

describe('in the emulator, what nobody but the schedule invokes', () => {
  let windowed: Set<number>;
  let changed: Set<number>;

  test('is pinged without a dispatcher by EventBridge Scheduler', async () => {
    await until('the first tick', () => app.journalOf('Direct').length > 0, TICK);
    expect(app.journalOf('Direct').map(({ event }) => event)).toEqual([{ cdkLambdaWarmer: { token: expect.any(String) } }]);
  }, TICK + 10 * SECONDS);

  test('is pinged by EventBridge Scheduler and the dispatcher in as many processes as its window asks for', async () => {
    const tick = await firedTick('Windowed', 0);
    expectTick(tick, 3);
    windowed = processesOf(tick.noted);
  }, TICK + 10 * SECONDS);

  test('is pinged by a rule and the dispatcher in as many processes as were deployed', async () => {
    const tick = await firedTick('Changed', 0);
    expectTick(tick, 2);
    changed = processesOf(tick.noted);
    await say('Changed', '3');
  }, TICK + 10 * SECONDS);

  test('is found in the same processes at the second tick', async () => {
    const { report, noted } = await firedTick('Windowed', 1);
    expectTick({ report, noted }, 3);
    expect(report.outcomes).toMatchObject({ coldStarted: 0 });
    expect([...processesOf(noted)].filter((pid) => !windowed.has(pid))).toEqual([]);
    await until('the second tick', () => app.journalOf('Direct').length > 1, TICK);
    expect(processesOf(app.journalOf('Direct')).size).toBe(1);
  }, 2 * TICK + 10 * SECONDS);

  test('is pinged in as many processes as its parameter says since the first tick', async () => {
    const { report, noted } = await firedTick('Changed', 1);
    expectTick({ report, noted }, 3);
    expect([...changed].filter((pid) => !processesOf(noted).has(pid))).toEqual([]);
    expect((await logOf('Changed')).warnings).toEqual([]);
  }, TICK + 10 * SECONDS);

  test('is left alone if its warmer is disabled', () => {
    expect(app.journalOf('Disabled')).toEqual([]);
  });
});

test('in the emulator, nothing is left after the stack is destroyed: no schedule, no group of its own, no parameter', async () => {
  await app.destroy();
  const { Schedules } = await scheduler.send(new ListSchedulesCommand({}));
  const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}));
  const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
  expect([Schedules, ScheduleGroups!.map(({ Name }) => Name)]).toEqual([[], ['default']]);
  expect(Parameters!.map(({ Name }) => Name)).toEqual(['/cdk-bootstrap/hnb659fds/version']);
});
