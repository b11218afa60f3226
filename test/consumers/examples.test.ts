/*
 * The real CDK CLI deploys the examples in Python into the emulator, with the package that is made here. Rules fire, and real
 * processes of Python are pinged. Handlers note nothing but what their users' do: a line when they are loaded, which each
 * process writes once, and which the emulator puts into the log, as Lambda does, with the start and the end of each invocation.
 *
 * The emulator finds Python packages of layers by itself: the apps are deployed as they stand.
 */
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
import { ExampleApp } from './example-app';
import { Emulator } from '../../tools/emulator';
import { SECONDS, TICK, until } from '../e2e/deployed-app';
import { lint } from '../validators/lint';

const script = new ExampleApp('EventBridgeScript', 'eventbridge-script');
const scheduled = new ExampleApp('ScheduledEvent', 'scheduled-event');
const decorated = new ExampleApp('LambdaWarmerPy', 'lambda-warmer-py');
const APPS = [script, scheduled, decorated];

let emulator: Emulator;
let firstRequest: Awaited<ReturnType<typeof request>>;

/** How often a function has been invoked, and how many processes it has started for that. */
async function countsOf(app: ExampleApp, name: string): Promise<{ readonly invocations: number; readonly processes: number }> {
  const lines = await app.linesOf(await app.functionName(name));
  return {
    invocations: lines.filter((line) => line.startsWith('START ')).length,
    processes: lines.filter((line) => / cold start$|quotes loaded$/.test(line)).length,
  };
}

/** What a request by hand changes about these. */
async function request(app: ExampleApp, name: string): Promise<{ readonly answer: any; readonly newProcesses: number }> {
  const before = await countsOf(app, name);
  const answer = await app.invoke(await app.functionName(name), '{"path":"/"}');
  return { answer, newProcesses: (await countsOf(app, name)).processes - before.processes };
}

/** What the policies of a role say, of which the tests have no SDK client. */
async function statementsOf(RoleName: string): Promise<any[]> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none';
  const ask = async (Action: string, more: { readonly [name: string]: string } = {}) => (await fetch(emulator.endpoint, {
    method: 'POST', headers: { authorization }, body: new URLSearchParams({ Action, Version: '2010-05-08', RoleName, ...more }),
  })).text();
  const names = [...(await ask('ListRolePolicies')).matchAll(/<member>([^<]+)</g)].map(([, PolicyName]) => PolicyName);
  const documents = await Promise.all(names.map(async (PolicyName) => /<PolicyDocument>([^<]+)</.exec(await ask('GetRolePolicy', { PolicyName }))![1]));
  return documents.flatMap((document) => JSON.parse(decodeURIComponent(document)).Statement);
}

async function pinged(app: ExampleApp, name: string, times: number): Promise<void> {
  await until(`${times} pings of ${name}`, async () => (await countsOf(app, name)).invocations >= times, TICK);
}

beforeAll(async () => {
  emulator = await Emulator.start();
  // In no folder of an app, so that none is run for it.
  await emulator.cdk(['bootstrap', 'aws://000000000000/us-east-1'], { cwd: emulator.folder });
  const deployments = await Promise.allSettled(APPS.map(async (app) => {
    app.use(emulator);
    await app.deploy('-c', 'everyMinutes=1');
    if (app === decorated) {
      // A minute before the first ping.
      firstRequest = await request(decorated, 'Statements');
    }
  }));
  // Only now: the emulator stops when the tests have failed, and none of them may still write into its folder.
  for (const deployment of deployments) {
    if (deployment.status === 'rejected') {
      throw deployment.reason;
    }
  }
}, 300 * SECONDS);

afterAll(() => emulator?.stop());

// First: it takes no longer than the rules take to fire.
describe('the examples in Python, synthesized without the context of these tests', () => {
  beforeAll(() => Promise.all(APPS.map((app) => app.synth())), 120 * SECONDS);

  test('ping every five minutes', () => {
    for (const { template } of APPS) {
      const rules: any[] = Object.values(template.Resources).filter(({ Type }: any) => Type === 'AWS::Events::Rule');
      expect(new Set(rules.map(({ Properties }) => Properties.ScheduleExpression))).toEqual(new Set(['rate(5 minutes)']));
    }
  });

  test('eventbridge-script: its warmer, too, costs the $0.03 a month of the tutorial', () => {
    expect(script.template.Outputs).toMatchObject({ OrdersMonthlyUsd: { Value: '0.03' }, TutorialMonthlyUsd: { Value: '0.03' } });
  });

  test('cfn-lint finds nothing in their templates', () => {
    expect(lint(...APPS.map(({ templateFile }) => templateFile))).toBe('');
  });
});

describe('in the emulator, the example lambda-warmer-py', () => {
  test('lets the function with the decorator invoke itself, by its policy and by no other', async () => {
    const [{ FunctionArn, Role }] = await decorated.functionsNamed('Reports');
    expect((await statementsOf(Role!.split('/').pop()!)).filter(({ Action }) => Action.startsWith('lambda:'))).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [FunctionArn, `${FunctionArn}:$LATEST`] },
    ]);
  });

  test('counts a request that came before the first ping as a cold start, without the decorator, by the log alone', async () => {
    expect(firstRequest).toEqual({ answer: { statusCode: 200, body: 'the statement' }, newProcesses: 1 });
    const FunctionName = await decorated.functionName('Statements');
    expect((await decorated.logOf(FunctionName)).filter(({ _aws }) => _aws)).toEqual([expect.objectContaining({ FunctionName, ColdStart: 1 })]);
  });

  test('has its rule send the fields that the decorator was told of', async () => {
    const { Arn, Input } = await decorated.targetOf('Reports');
    expect(Arn).toMatch(/:function:LambdaWarmerPy-Reports\w+-\w+$/);
    expect(JSON.parse(Input)).toEqual({ keepWarm: true, copies: 4 });
  });

  test('has the function with the decorator invoke itself three times for the first ping, and a request finds one of the processes', async () => {
    await pinged(decorated, 'Reports', 4);
    // How many it reaches by that is a matter of luck: a slow machine may be done with one before it comes to the next.
    expect((await countsOf(decorated, 'Reports')).processes).toBeGreaterThan(1);
    expect(await request(decorated, 'Reports')).toEqual({ answer: { statusCode: 200, body: 'the report' }, newProcesses: 0 });
  }, TICK + 10 * SECONDS);

  test('reaches four processes without the decorator, counted by the dispatcher, and a request finds one of them', async () => {
    await until('the dispatcher', async () => (await decorated.dispatcherLog()).length > 0, TICK);
    const [{ cdkLambdaWarmer }] = await decorated.dispatcherLog();
    expect(cdkLambdaWarmer).toMatchObject({ concurrency: 4, coverage: 1, environments: 4 });
    expect((await countsOf(decorated, 'Statements')).processes).toBe(4);
    expect(await request(decorated, 'Statements')).toEqual({ answer: { statusCode: 200, body: 'the statement' }, newProcesses: 0 });
  }, TICK + 10 * SECONDS);

  test('has the same two metrics of both: of the decorator by calls to CloudWatch, without it by lines of the log', async () => {
    const { Metrics } = await new CloudWatchClient(emulator.clientConfig).send(new ListMetricsCommand({ Namespace: 'LambdaWarmer' }));
    const reports = await decorated.functionName('Reports');
    expect(Metrics!.map(({ MetricName, Dimensions }) => [MetricName, Dimensions]).sort()).toEqual([
      ['ColdStart', [{ Name: 'By Function Name', Value: reports }]],
      ['WarmStart', [{ Name: 'By Function Name', Value: reports }]],
    ]);

    const statements = await decorated.functionName('Statements');
    const lines = (await decorated.logOf(statements)).filter(({ _aws }) => _aws);
    // Of requests only, not of pings.
    expect(lines).toEqual([expect.objectContaining({ ColdStart: 1 }), expect.objectContaining({ WarmStart: 1 })]);
    for (const [index, Name] of ['ColdStart', 'WarmStart'].entries()) {
      expect(lines[index]._aws.CloudWatchMetrics).toEqual([{ Namespace: 'LambdaWarmer', Dimensions: [['FunctionName']], Metrics: [{ Name, Unit: 'Count' }] }]);
      expect(lines[index].FunctionName).toBe(statements);
    }
  });
});

describe('in the emulator, the example eventbridge-script', () => {
  test('has the rule of the script for one function, and one rule for all others', async () => {
    const rules = await script.rules();
    expect(rules).toHaveLength(2);
    expect(rules.find(({ Name }) => Name!.includes('OrdersWarmer'))).toMatchObject({
      ScheduleExpression: 'rate(1 minute)', Description: 'Keeps the orders warm', State: 'ENABLED', EventBusName: 'default',
    });
    const { Arn, Input } = await script.targetOf('Orders');
    expect(Arn).toMatch(/:function:EventBridgeScript-Orders\w+-\w+$/);
    expect(JSON.parse(Input)).toEqual({ type: 'warmer' });
  });

  test.each(['Orders', 'Customers', 'Invoices'])('pings %s, and a request finds the process that the ping has started', async (name) => {
    await pinged(script, name, 1);
    expect((await countsOf(script, name)).processes).toBe(1);
    expect(await request(script, name)).toEqual({ answer: { statusCode: 200, body: `{"${name.toLowerCase()}": []}` }, newProcesses: 0 });
  }, TICK + 10 * SECONDS);

  test('has its handlers answer without an error, each ping once', async () => {
    const lines = (await script.dispatcherLog()).slice(0, 2).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer);
    expect(lines.map((line) => line.function.split(':').pop()).sort()).toEqual([await script.functionName('Customers'), await script.functionName('Invoices')]);
    for (const line of lines) {
      expect(line).toMatchObject({ concurrency: 1, pings: 1, outcomes: { functionError: 0, accessDenied: 0, timeout: 0, failed: {} } });
    }
  });

  test('says the $0.03 a month of the tutorial, as an output', async () => {
    expect(await script.output('TutorialMonthlyUsd')).toBe('0.03');
  });
});

describe('in the emulator, the example scheduled-event', () => {
  test('has the first version behind the alias, which its rule invokes without any input of its own', async () => {
    const arn = await scheduled.output('AliasArn');
    const FunctionName = await scheduled.functionName('Quotes');
    expect(await scheduled.client.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).toMatchObject({ AliasArn: arn, FunctionVersion: '1' });
    expect(await scheduled.output('Version')).toBe('1');
    const target = await scheduled.targetOf('');
    expect(target.Arn).toBe(arn);
    expect(target).not.toHaveProperty('Input');
  });

  test('lets the rule and API Gateway invoke the alias, and nobody the function itself', async () => {
    const { Policy } = await scheduled.client.send(new GetPolicyCommand({ FunctionName: await scheduled.functionName('Quotes') }));
    const { Statement } = JSON.parse(Policy!);
    expect(new Set(Statement.map(({ Resource }: any) => Resource))).toEqual(new Set([await scheduled.output('AliasArn')]));
    const [{ Arn }] = await scheduled.rules();
    expect(Statement.filter(({ Principal }: any) => Principal.Service === 'events.amazonaws.com')).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Condition: { ArnLike: { 'AWS:SourceArn': Arn } } }),
    ]);
  });

  test('has its handler know the scheduled event, and a request through API Gateway finds the process that this has started', async () => {
    await pinged(scheduled, 'Quotes', 1);
    const lines = await scheduled.linesOf(await scheduled.functionName('Quotes'));
    expect(lines.slice(0, 3)).toEqual([expect.stringMatching(/^START RequestId: .* Version: 1$/), '3 quotes loaded', 'Kept warm by a scheduled event']);

    // As the emulator has APIs on one port.
    const [, id, stage] = /https:\/\/(\w+)\..*\/(\w+)\/$/.exec(await apiEndpoint())!;
    const answer = await fetch(`${emulator.endpoint}/_aws/execute-api/${id}/${stage}/quotes`);
    expect(await answer.json()).toEqual({ quote: expect.stringContaining(' is better than ') });
    expect(await countsOf(scheduled, 'Quotes')).toMatchObject({ processes: 1 });
  }, TICK + 10 * SECONDS);

  async function apiEndpoint(): Promise<string> {
    return scheduled.output(Object.keys(scheduled.template.Outputs).find((name) => name.startsWith('ApiEndpoint'))!);
  }
});
