/*
 * The real CDK CLI deploys the warmer of an account into the emulator, whose EventBridge starts its state machine by itself.
 * Handlers count the processes that they run in by themselves, whatever the planner and the dispatchers report.
 *
 * The emulator answers for the Tagging API in one page, evaluates no conditions of policies, and counts no concurrency: a test
 * puts into CloudWatch what Lambda would. How the planner turns pages is shown against a server of the unit tests.
 */
import { LambdaClient, ListFunctionsCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

/** What the tags ask for, and the most of one function cuts down. */
const WARMED = { ThreeFn: 3, OneFn: 1, GreedyFn: 4 };
const LAYERED = 2;
const NEVER = ['UntaggedFn', 'MalformedFn', 'LaterFn'];

const app = new DeployedApp('Platform', 'account-app.ts');

/** What the planner has said, tick by tick. */
async function plans(): Promise<any[]> {
  return (await app.logOf('Platform-AccountPlanner')).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer).filter((line) => line?.batches !== undefined);
}

/** What the dispatchers have said of a function, tick by tick. */
async function reportsOf(name: string): Promise<any[]> {
  const lines = (await app.logOf('Platform-AccountDispatcher')).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer);
  return lines.filter((line) => new RegExp(`-${name}[0-9A-F]{8}`).test(line?.function));
}

/** One of AWS's APIs for which there is no client here. */
async function ask(service: string, target: string, body: object): Promise<any> {
  const answer = await fetch(app.emulator.endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': target,
      'Authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer.text().then((text) => text ? JSON.parse(text) : {});
}

async function stateMachine(): Promise<string> {
  const { stateMachines: [{ stateMachineArn }] } = await ask('states', 'AWSStepFunctions.ListStateMachines', {});
  return stateMachineArn;
}

async function executions(): Promise<any[]> {
  return (await ask('states', 'AWSStepFunctions.ListExecutions', { stateMachineArn: await stateMachine() })).executions;
}

/** What the schedule does when it fires, without the wait for it. */
async function tick(): Promise<any> {
  const { executionArn } = await ask('states', 'AWSStepFunctions.StartExecution', { stateMachineArn: await stateMachine(), input: '{}' });
  await until('the state machine', async () => (await ask('states', 'AWSStepFunctions.DescribeExecution', { executionArn })).status !== 'RUNNING');
  return (await plans()).at(-1);
}

async function arnOf(name: string): Promise<string> {
  const { Functions } = await new LambdaClient(app.emulator.clientConfig).send(new ListFunctionsCommand({}));
  return Functions!.find(({ FunctionName }) => FunctionName!.includes(name))!.FunctionArn!;
}

async function tag(name: string, value: string): Promise<void> {
  await app.client.send(new TagResourceCommand({ Resource: await arnOf(name), Tags: { 'lambda-warmer:concurrency': value } }));
}

/** What Lambda would tell CloudWatch for each of the last minutes. */
async function claim(concurrency: number): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await ask('monitoring', 'GraniteServiceVersion20100801.PutMetricData', {
    Namespace: 'AWS/Lambda',
    MetricData: Array.from({ length: 10 }, (_, minute) => ({
      MetricName: 'ClaimedAccountConcurrency', Timestamp: now - minute * 60, Value: concurrency, Unit: 'Count',
    })),
  });
}

beforeAll(() => app.start(), 300 * SECONDS);
afterAll(() => app.stop());

describe("in the emulator, an account's warmer", () => {
  test('is started by its schedule, and warms exactly the functions that are tagged, with as many processes of each as asked for, up to the most of one', async () => {
    await until('the schedule', async () => (await executions()).some(({ status }) => status === 'SUCCEEDED'), TICK);
    await app.stopRules();
    const [plan] = await plans();
    for (const [name, concurrency] of Object.entries(WARMED)) {
      expect([name, processesOf(app.journalOf(name)).size]).toEqual([name, concurrency]);
      expect((await reportsOf(name))[0]).toMatchObject({ concurrency, coverage: 1, environments: concurrency });
    }
    for (const name of NEVER) {
      expect([name, app.journalOf(name)]).toEqual([name, []]);
    }
    expect(plan).toMatchObject({
      functions: 4,
      planned: 10,
      asked: 26,
      cut: [{ function: await arnOf('GreedyFn'), asked: 20, planned: 4 }],
      malformed: [{ function: await arnOf('MalformedFn'), value: 'lots' }],
    });
  }, TICK + 50 * SECONDS);

  test('has a function answer whose handler knows nothing of pings', async () => {
    const [report] = await reportsOf('LayeredFn');
    expect(report).toMatchObject({ concurrency: LAYERED, environments: LAYERED, coverage: 1, outcomes: { functionError: 0 } });
    expect(app.journalOf('LayeredFn')).toEqual([]);
  });

  test('finds a function that is tagged later, and pings neither its planner nor its dispatcher that are tagged too', async () => {
    await tag('LaterFn', '2');
    await tag('AccountPlanner', '2');
    await tag('AccountDispatcher', '2');
    // The first one may know what it has found a minute ago.
    await until('the refresh', async () => (await tick()).functions === 5, TICK);
    expect(processesOf(app.journalOf('LaterFn')).size).toBe(2);
    expect((await plans()).at(-1)).toMatchObject({ functions: 5, planned: 12 });
    // Warm as they were.
    for (const [name, concurrency] of Object.entries(WARMED)) {
      expect([name, processesOf(app.journalOf(name)).size]).toEqual([name, concurrency]);
    }
  }, TICK + 50 * SECONDS);

  test('keeps to a total, which each function gets a part of, and to the share of what is free', async () => {
    await app.deploy('-c', 'most=7');
    // The account runs so many at the same time: what is in use leaves 12, of which half is 6, with the dispatcher.
    const { concurrency: { unreserved } } = (await plans()).at(-1);
    const total = await tick();
    expect(total).toMatchObject({ planned: 7, mostAtOnce: 7, functions: 5 });
    const each = async () => Object.fromEntries(await Promise.all([...Object.keys(WARMED), 'LayeredFn', 'LaterFn'].map(async (name) =>
      [name, (await reportsOf(name)).at(-1).concurrency])));
    // In the order of their names, of which the stack's comes first.
    expect(await each()).toEqual({ LaterFn: 2, LayeredFn: 2, ThreeFn: 1, GreedyFn: 1, OneFn: 1 });

    await claim(unreserved - 12);
    const shared = await tick();
    expect(shared).toMatchObject({ planned: 5, mostAtOnce: 6, concurrency: { claimed: unreserved - 12, free: 12 } });
    expect(await each()).toEqual({ LaterFn: 1, LayeredFn: 1, ThreeFn: 1, GreedyFn: 1, OneFn: 1 });
  }, 150 * SECONDS);

  test('has not failed once', async () => {
    expect((await executions()).filter(({ status }) => !['SUCCEEDED', 'RUNNING'].includes(status))).toEqual([]);
  });

  test('is gone with its stacks', async () => {
    await app.destroy();
    expect(await app.functionsNamed('Platform')).toEqual([]);
  });
});
