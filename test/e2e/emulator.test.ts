/*
 * The real CDK CLI deploys into the emulator, its schedule fires, and real processes are pinged.
 */
import { spawn } from 'child_process';
import { existsSync, readFileSync, readlinkSync, readdirSync, rmSync } from 'fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, GetPolicyCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, TICK, until } from './deployed-app';

/** Longer than from one tick to the next. */
const SILENCE = 75 * SECONDS;

/** How many pings a tick sends to each function. */
const PINGS: { readonly [name: string]: number } = {
  Nodejs: 3,
  Python: 1,
  Aliased: 1,
  Versioned: 1,
  LambdaWarmer: 3,
  LambdaWarmerPy: 3,
  LambdaWarmerRenamed: 1,
  LambdaWarmerRenamedPy: 1,
  Middy: 1,
  OpenNext: 2,
  OfType: 1,
  ScheduledEvent: 1,
  FromObject: 1,
  InNested: 1,
  InOther: 1,
};

interface Invocation {
  readonly pid: number;
  readonly at: number;
  readonly event: any;
  readonly arn: string;
  readonly version: string;
  readonly answer?: string;
}

const app = new DeployedApp('Warmed', 'app.ts');

function journalOf(name: string): Invocation[] {
  return app.journalOf(name);
}

async function untilTick(nth: number): Promise<void> {
  const waiting = () => Object.entries(PINGS).filter(([name, pings]) => journalOf(name).length < nth * pings).map(([name]) => name);
  await until(() => `tick ${nth} of ${waiting().join(', ')}`, () => waiting().length === 0, TICK);
}

async function stackId(name: string): Promise<string> {
  const { Stacks } = await new CloudFormationClient(app.emulator.clientConfig).send(new DescribeStacksCommand({}));
  return Stacks!.find(({ StackName }) => StackName!.startsWith(name))!.StackId!;
}

function guid(id: string): string {
  return id.split('/')[2];
}

beforeAll(async () => {
  await app.start();
  await untilTick(1);
}, 600 * SECONDS);

afterAll(() => app.stop());

describe('in the emulator, the first tick', () => {
  test('reaches three processes of a Node.js function with concurrency 3, each with the token of its stack', async () => {
    const invocations = journalOf('Nodejs');
    const token = guid(await stackId('Warmed'));
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    expect(invocations.map(({ event }) => event).sort((one, other) => one.cdkLambdaWarmer.index - other.cdkLambdaWarmer.index))
      .toEqual([0, 1, 2].map((index) => ({ cdkLambdaWarmer: { token, holdMs: 250, index, of: 3 } })));
    expect(processesOf(invocations).size).toBe(3);
  });

  test('reaches a Python function', async () => {
    expect(journalOf('Python').map(({ event }) => event)).toEqual([{ cdkLambdaWarmer: { token: guid(await stackId('Warmed')) } }]);
  });

  test('reaches the alias and the version, not the function itself', () => {
    expect(journalOf('Aliased')).toEqual([expect.objectContaining({ version: '1' })]);
    expect(journalOf('Versioned')).toEqual([expect.objectContaining({ version: '1' })]);
  });

  test('reaches functions of another and of a nested stack, with the tokens of theirs', async () => {
    expect(journalOf('InOther').map(({ event }) => event)).toEqual([{ cdkLambdaWarmer: { token: guid(await stackId('Functions')) } }]);
    expect(journalOf('InNested').map(({ event }) => event)).toEqual([{ cdkLambdaWarmer: { token: guid(await stackId('Warmed-Nested')) } }]);
  });

  test('makes lambda-warmer say "warmed" in three processes', () => {
    const invocations = journalOf('LambdaWarmer');
    expect(invocations.map(({ answer }) => answer)).toEqual(['warmed', 'warmed', 'warmed']);
    expect(processesOf(invocations).size).toBe(3);
  });

  test('makes lambda-warmer-py say "warmed" in three processes', () => {
    const invocations = journalOf('LambdaWarmerPy');
    expect(invocations.map(({ answer }) => answer)).toEqual(['warmed', 'warmed', 'warmed']);
    expect(processesOf(invocations).size).toBe(3);
  });

  test('makes both say "warmed" where they were configured with other field names', () => {
    for (const name of ['LambdaWarmerRenamed', 'LambdaWarmerRenamedPy']) {
      expect(journalOf(name)).toEqual([expect.objectContaining({ answer: 'warmed', event: { keepWarm: true, copies: 1 } })]);
    }
  });

  test('makes @middy/warmup say "warmup"', () => {
    expect(journalOf('Middy')).toEqual([expect.objectContaining({ answer: 'warmup', event: { source: 'serverless-plugin-warmup' } })]);
  });

  test.each<[string, unknown[]]>([
    ['OpenNext', [0, 1].map((index) => ({ type: 'warmer', warmerId: 'cdk-lambda-warmer', index, concurrency: 2, delay: 250 }))],
    ['OfType', [{ type: 'warmer' }]],
    ['FromObject', [{ warmup: true, quote: '"', deep: { list: [1, null] }, region: 'us-east-1' }]],
    ['ScheduledEvent', [expect.objectContaining({ 'detail-type': 'Scheduled Event', 'source': 'aws.events', 'detail': {} })]],
  ])('delivers the event of %s', (name, events) => {
    const byIndex = journalOf(name).map(({ event }) => event).sort((one, other) => one.index - other.index);
    expect(byIndex).toEqual(events);
  });

  test('leaves a function alone whose warmer is disabled', () => {
    expect(journalOf('Disabled')).toEqual([]);
  });
});

describe('in the emulator, functions that answer pings by themselves', () => {
  const layered = [['LayeredNodejs', 5, ''], ['LayeredPython', 5, ''], ['LayeredAlias', 1, ':live'], ['Wrapped', 2, '']] as const;

  /** Invokes as many times at once, and returns what came back. */
  async function invoke(name: string, qualifier: string, event: object, times = 1): Promise<any[]> {
    const FunctionName = `${await app.functionName(name)}${qualifier}`;
    const Payload = JSON.stringify(event);
    const answers = await Promise.all(Array.from({ length: times }, () => app.client.send(new InvokeCommand({ FunctionName, Payload }))));
    return answers.map((answer) => JSON.parse(Buffer.from(answer.Payload!).toString()));
  }

  test.each(layered)('%s: the schedule has warmed %d environments without a call of the handler', async (name, concurrency, qualifier) => {
    expect(journalOf(name)).toEqual([]);
    const ping = { cdkLambdaWarmer: { token: guid(await stackId('Warmed')), holdMs: 250, index: 0, of: concurrency } };
    const answers = (await invoke(name, qualifier, ping, concurrency)).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer);
    for (const answer of answers) {
      const { pings, heldMs, ...others } = answer;
      expect(others).toEqual({ environmentId: expect.any(String), coldStart: false, idleMs: null });
      expect(pings).toBeGreaterThanOrEqual(2);
      expect(heldMs).toBeGreaterThanOrEqual(249);
    }
    expect(new Set(answers.map(({ environmentId }) => environmentId)).size).toBe(concurrency);
    expect(journalOf(name)).toEqual([]);
  });

  test.each(layered)('%s: an event reaches the handler as it came, one with a forged token too', async (name, _, qualifier) => {
    const events = [{ path: '/orders' }, { cdkLambdaWarmer: { token: 'forged', holdMs: 9000 } }];
    for (const event of events) {
      expect(await invoke(name, qualifier, event)).toEqual(['done']);
    }
    expect(journalOf(name).map(({ event }) => event)).toEqual(events);
    const [answer] = await invoke(name, qualifier, { cdkLambdaWarmer: { token: guid(await stackId('Warmed')) } });
    expect(answer.cdkLambdaWarmer).toMatchObject({ coldStart: false });
  });

  test('the alias leads to a version with the layer, which records starts', async () => {
    const FunctionName = await app.functionName('LayeredAlias');
    const { Configuration } = await app.client.send(new GetFunctionCommand({ FunctionName, Qualifier: 'live' }));
    expect(Configuration).toMatchObject({
      Version: '1',
      Handler: 'cdk_lambda_warmer_runtime.redirect.handler',
      Layers: [{ Arn: expect.stringContaining('LambdaWarmerPythonLayer') }],
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'plain.handler', CDK_LAMBDA_WARMER_RECORD_STARTS: 'true' } },
    });
  });
});

test('in the emulator, the policy of a function lets in the one rule that pings it, on behalf of nobody else', async () => {
  const FunctionName = await app.functionName('Nodejs');
  const { Policy } = await app.client.send(new GetPolicyCommand({ FunctionName }));
  const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({ NamePrefix: 'Warmed-NodejsWarmer' }));
  expect(JSON.parse(Policy!).Statement).toEqual([expect.objectContaining({
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnLike: { 'AWS:SourceArn': Rules![0].Arn } },
  })]);
  expect(Rules).toHaveLength(1);
});

test('in the emulator, the second tick finds the same processes warm', async () => {
  const first = processesOf(journalOf('Nodejs'));
  await untilTick(2);
  for (const [name, pings] of Object.entries(PINGS)) {
    expect([name, journalOf(name).length]).toEqual([name, 2 * pings]);
  }
  expect(processesOf(journalOf('Nodejs'))).toEqual(first);
  expect(processesOf(journalOf('Python')).size).toBe(1);
}, TICK + 10 * SECONDS);

// Linux alone tells which sockets a process listens on without a tool of its own.
(existsSync('/proc/net/tcp') ? test : test.skip)('the emulator listens on the loopback interface only', () => {
  const sockets = new Set(readdirSync(`/proc/${app.emulator.pid}/fd`).map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${app.emulator.pid}/fd/${fd}`))?.[1];
    } catch {
      // Closed in the meantime.
      return undefined;
    }
  }));
  const listening = ['tcp', 'tcp6'].flatMap((protocol) => readFileSync(`/proc/${app.emulator.pid}/net/${protocol}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode))
    .map(([, address]) => address.split(':')[0]);
  expect(listening).toEqual(['0100007F']);
});

test('the emulator is gone when whoever started it was killed', async () => {
  const script = "require('./tools/emulator').Emulator.start().then(({ endpoint, folder }) => { console.log(`${endpoint} ${folder}`); setInterval(() => {}, 1000); })";
  const owner = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script], { env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' } });
  const line = await new Promise<Buffer>((resolve, reject) => {
    owner.stdout.once('data', resolve);
    owner.once('exit', (code) => reject(new Error(`The script ended with ${code}`)));
  });
  const [, endpoint, folder] = /^(\S+) (.*)$/m.exec(line.toString())!;
  expect((await fetch(`${endpoint}/_ministack/health`)).ok).toBe(true);
  owner.kill('SIGKILL');

  await until('its end', () => fetch(`${endpoint}/_ministack/health`).then(() => false, () => true));
  rmSync(folder, { recursive: true });
});

test('in the emulator, a warmer that is disabled by the next deployment pings no more', async () => {
  await app.deploy('-c', 'enabled=false');
  const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({}));
  expect(Rules!.length).toBeGreaterThan(10);
  expect(Rules!.filter(({ State }) => State !== 'DISABLED')).toEqual([]);

  const before = journalOf('Nodejs').length;
  await new Promise((resolve) => setTimeout(resolve, SILENCE));
  expect(journalOf('Nodejs')).toHaveLength(before);
}, SILENCE + 120 * SECONDS);

test('in the emulator, `cdk destroy` leaves no stack but the toolkit\'s, no function and no rule', async () => {
  await app.destroy();
  const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({}));
  const { Stacks } = await new CloudFormationClient(app.emulator.clientConfig).send(new DescribeStacksCommand({}));
  expect(Stacks!.map(({ StackName }) => StackName)).toEqual(['CDKToolkit']);
  expect(await app.functions()).toEqual([]);
  expect(Rules).toEqual([]);
}, 120 * SECONDS);
