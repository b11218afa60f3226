/*
 * The guides of docs/migration, run: what they show before and after each step is deployed by the real CDK CLI into one emulator, beside
 * the published code that they come from, and pinged. What then counts is which processes requests find warm.
 */
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand, PutRuleCommand, PutTargetsCommand, Rule, Target } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { DeployedApp, processesOf, SECONDS, until } from './deployed-app';
import { filesOf, Guide, GUIDES, State, STATES, textOf } from './migration/guides';
import { OPTIONS, versionOf } from './migration/peers';
import { zappa } from './migration/zappa';
import { step } from '../../tools/consumers/steps';
import { PROJECT_FOLDER } from '../../tools/folders';

/** Requests at once, and how long each takes, so that they need as many environments. */
const REQUESTS = 3;
const HELD_MS = 500;

/** The rules are told apart by how their names begin. */
interface Subject {
  readonly functionName: string;
  /** The rule of what the guide comes from, and how many pings it means for the handler. */
  readonly old: string;
  readonly oldPings: number;
  readonly ours: string;
  /** What a request is, and what the handler answers it with. */
  readonly request: object;
  readonly answer: object;
  /** The steps that change the function, so that all of its environments start anew. */
  readonly changed: readonly State[];
  /** Whether the deployment of these pings it by itself. */
  readonly prewarmed?: boolean;
}

const ORDER = { request: { path: '/' }, answer: { statusCode: 200, body: 'an order' } };
const HTTP = { version: '2.0', rawPath: '/', rawQueryString: '', headers: { host: 'shop' }, requestContext: { http: { method: 'GET', path: '/' } } };

const SUBJECTS: { readonly [guide in Guide]: Subject } = {
  'lambda-warmer': {
    ...ORDER, functionName: 'lambda-warmer', old: 'LambdaWarmer-OrdersSchedule', oldPings: 3, ours: 'LambdaWarmer-OrdersWarmer', changed: ['step 2', 'step 3'], prewarmed: true,
  },
  'lambda-warmer-py': {
    ...ORDER, functionName: 'lambda-warmer-py', old: 'LambdaWarmerPy-OrdersSchedule', oldPings: 3, ours: 'LambdaWarmerPy-OrdersWarmer', changed: ['step 2', 'step 3'], prewarmed: true,
  },
  'serverless-plugin-warmup': {
    ...ORDER, functionName: 'shop-production-orders', old: 'ServerlessService-', oldPings: 3, ours: 'ServerlessWarming-', changed: ['step 2', 'step 3'],
  },
  'blowtorch': {
    ...ORDER, functionName: 'blowtorch', old: 'Blowtorch-BlowtorchRule', oldPings: 3, ours: 'Blowtorch-OrdersWarmer', changed: ['step 2', 'step 3'], prewarmed: true,
  },
  'zappa': {
    functionName: 'shop-production',
    old: 'shop-production-zappa-keep-warm',
    oldPings: 1,
    ours: 'ZappaWarming-',
    request: HTTP,
    answer: expect.objectContaining({ statusCode: 200, body: 'an order' }),
    changed: ['step 2'],
  },
  'opennext': {
    functionName: 'opennext',
    old: 'OpenNext-WarmerSchedule',
    oldPings: 3,
    ours: 'OpenNext-ServerWarmer',
    request: { httpMethod: 'GET', path: '/', headers: { host: 'shop' }, requestContext: { identity: {} } },
    answer: expect.objectContaining({ statusCode: 200, body: 'This is /' }),
    changed: ['step 3'],
    prewarmed: true,
  },
};

/** What was seen of a guide in one of its states. */
interface Seen {
  /** What the handler noted of pings. */
  readonly pings: readonly any[];
  /** What it noted of requests at once, if any were sent. */
  readonly requests: readonly any[];
  /** How many processes were warm: those that requests met, and that had loaded the handler before; without requests, those that were pinged. */
  readonly warm: number;
  /** What the dispatcher says of its last tick. */
  readonly report?: any;
  /** The names of the rules there are. */
  readonly rules: readonly string[];
}

/** What a handler, or what deploys it, must have lost at the end. */
const TRACES: { readonly [guide in Guide]: RegExp } = {
  'lambda-warmer': /from 'lambda-warmer'|warmer: true|InvokesItself/,
  'lambda-warmer-py': /lambdawarmer|warmer: true|InvokesItself/,
  'serverless-plugin-warmup': /serverless-plugin-warmup/,
  'blowtorch': /blowtorch|event\.warmer/i,
  'zappa': /"keep_warm": true|keep_warm_expression/,
  'opennext': /warmer-function|WARM_PARAMS/,
};

/** A rule on the function that Zappa deploys, of somebody else's. */
const DIRECT_RULE = 'direct-on-shop-production';

const app = new DeployedApp('Migration', 'migration/app.ts');
const seen = new Map<string, Seen | Error>();

/** Throws what went wrong there: it is that guide's fault, and of no other. */
function seenOf(guide: Guide, state: State): Seen {
  const found = seen.get(`${guide}, ${state}`)!;
  if (found instanceof Error) {
    throw found;
  }
  return found;
}

async function rulesNamed(prefix: string): Promise<Rule[]> {
  const { Rules } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListRulesCommand({ NamePrefix: prefix }));
  return Rules!;
}

/** Sends what a rule sends when its time has come. */
async function fire(prefix: string): Promise<any> {
  const rules = await rulesNamed(prefix);
  expect(rules.map(({ Name }) => Name)).toEqual([expect.stringContaining(prefix)]);
  const { Targets } = await new EventBridgeClient(app.emulator.clientConfig).send(new ListTargetsByRuleCommand({ Rule: rules[0].Name! }));
  return app.invoke(Targets![0].Arn!, eventOf(rules[0], Targets![0]));
}

function eventOf({ Arn }: Rule, { Input, InputTransformer: transformer }: Target): string {
  const event: { [field: string]: any } = {
    'version': '0',
    'id': '0',
    'detail-type': 'Scheduled Event',
    'source': 'aws.events',
    'account': '000000000000',
    'time': new Date().toISOString(),
    'region': 'us-east-1',
    'resources': [Arn],
    'detail': {},
  };
  return transformer
    ? transformer.InputTemplate!.replace(/<([\w-]+)>/g, (_, name) => JSON.stringify(event[transformer.InputPathsMap![name].slice('$.'.length)]))
    : Input ?? JSON.stringify(event);
}

/** Sends requests at once, and returns what the handler noted of them, and how many processes were warm. */
async function sendRequests(journal: string, functionName: string, request: object): Promise<Pick<Seen, 'requests' | 'warm'>> {
  const noted = app.journalOf(journal).length;
  const sentAt = Date.now();
  const Payload = JSON.stringify({ ...request, hold: HELD_MS });
  await Promise.all(Array.from({ length: REQUESTS }, () => app.client.send(new InvokeCommand({ FunctionName: functionName, Payload }))));
  const requests = app.journalOf(journal).slice(noted);
  return { requests, warm: processesOf(requests.filter(({ loadedAt }) => loadedAt < sentAt)).size };
}

async function ticksOf(functionName: string): Promise<any[]> {
  const lines = (await app.dispatcherLog()).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer);
  return lines.filter((line) => line?.function?.endsWith(`:${functionName}`));
}

/** What was there before a state is deployed. */
interface Earlier {
  readonly noted: number;
  readonly ticks: number;
}

async function earlierOf(guide: Guide): Promise<Earlier> {
  return { noted: app.journalOf(guide).length, ticks: (await ticksOf(SUBJECTS[guide].functionName)).length };
}

/** Has a guide's function pinged as it is in this state, and looks at it. */
async function observe(guide: Guide, state: State, earlier: Earlier): Promise<Seen> {
  const { functionName, request, old, ours } = SUBJECTS[guide];
  const report = state === 'before' ? undefined : await tick(guide, state, earlier);
  if (state === 'before' || state === 'step 1') {
    await pingAsBefore(guide);
  }
  const pings = app.journalOf(guide).slice(earlier.noted);
  const counted = sendsRequests(guide, state)
    ? await sendRequests(guide, functionName, request)
    : { requests: [], warm: processesOf(pings).size };
  const rules = [...await rulesNamed(old), ...await rulesNamed(ours)].map(({ Name }) => Name!);
  return { pings, ...counted, report, rules };
}

/** Requests may start environments that the next state would be credited for, unless it begins with new ones. */
function sendsRequests(guide: Guide, state: State): boolean {
  const next = STATES[STATES.indexOf(state) + 1];
  return state === 'before' || next === undefined || SUBJECTS[guide].changed.includes(next);
}

async function tick(guide: Guide, state: State, earlier: Earlier): Promise<any> {
  const { functionName, ours, changed, prewarmed } = SUBJECTS[guide];
  if (!prewarmed || !changed.includes(state)) {
    return (await fire(ours)).results[0];
  }
  await until(`the tick after the deployment of ${guide}, ${state}`, async () => (await ticksOf(functionName)).length > earlier.ticks);
  return (await ticksOf(functionName)).pop();
}

async function pingAsBefore(guide: Guide): Promise<void> {
  const { old, oldPings } = SUBJECTS[guide];
  const noted = app.journalOf(guide).length;
  await fire(old);
  await until(`the pings of ${guide} as before`, () => app.journalOf(guide).length >= noted + oldPings);
}

async function deploy(state: State): Promise<void> {
  if (state !== 'before') {
    await app.deploy('-c', `state=${state}`);
  }
  // What the guide has its reader do with Zappa's own program.
  if (state === 'before') {
    await zappa(['schedule', 'production'], state, app.emulator);
  } else if (state === 'step 2') {
    await addRuleOnZappa();
    await zappa(['unschedule', 'production'], state, app.emulator);
  }
  await app.stopRules();
}

/** As a warmer without a dispatcher has it. */
async function addRuleOnZappa(): Promise<void> {
  const events = new EventBridgeClient(app.emulator.clientConfig);
  const { Configuration } = await app.client.send(new GetFunctionCommand({ FunctionName: SUBJECTS.zappa.functionName }));
  await events.send(new PutRuleCommand({ Name: DIRECT_RULE, ScheduleExpression: 'rate(1 day)' }));
  await events.send(new PutTargetsCommand({ Rule: DIRECT_RULE, Targets: [{ Id: 'Target0', Arn: Configuration!.FunctionArn! }] }));
}

beforeAll(async () => {
  await step('Building what the guides deploy', 'npx', ['tsx', '--tsconfig', 'tsconfig.dev.json', 'test/e2e/migration/build.ts'], { cwd: PROJECT_FOLDER });
  await app.start();
  for (const state of STATES) {
    const earlier = await Promise.all(GUIDES.map(earlierOf));
    await deploy(state);
    await Promise.all(GUIDES.map(async (guide, index) => {
      seen.set(`${guide}, ${state}`, await observe(guide, state, earlier[index]).catch((error) => error));
    }));
  }
}, 600 * SECONDS);

afterAll(() => app.stop());

describe.each(GUIDES)('in the emulator, the guide from %s', (guide) => {
  const { answer, oldPings } = SUBJECTS[guide];

  test('begins with what keeps the function warm before', () => {
    const { pings, warm, rules } = seenOf(guide, 'before');
    expect(rules).toEqual([expect.stringContaining(SUBJECTS[guide].old)]);
    // Its schedule may have come round before it was stopped.
    expect(pings.length).toBeGreaterThanOrEqual(oldPings);
    expect(warm).toBeGreaterThanOrEqual(1);
  });

  test('leaves it as warm in each step, by what was before and by the warmer, then by the warmer alone', () => {
    const before = seenOf(guide, 'before').warm;
    for (const state of STATES.slice(1)) {
      const { warm, rules } = seenOf(guide, state);
      expect([state, warm]).toEqual([state, Math.max(warm, before)]);
      const names = [expect.stringContaining(SUBJECTS[guide].ours)];
      expect([state, rules]).toEqual([state, state === 'step 1' ? [expect.stringContaining(SUBJECTS[guide].old), ...names] : names]);
    }
  });

  test('ends with three environments, which the dispatcher counts and requests meet', () => {
    const { warm, report } = seenOf(guide, 'step 3');
    expect(report).toMatchObject({ environments: 3, coverage: 1 });
    expect(warm).toBe(3);
  });

  test('has no ping run as a request, and no request taken for a ping, in any state', () => {
    for (const state of STATES) {
      const { pings, requests } = seenOf(guide, state);
      for (const ping of pings) {
        expect([state, ping]).not.toEqual([state, expect.objectContaining({ answer })]);
      }
      expect([state, requests.map((request) => request.answer)]).toEqual([state, requests.map(() => answer)]);
      expect(requests).toHaveLength(sendsRequests(guide, state) ? REQUESTS : 0);
    }
  });

  test('ends with a handler that has nothing of it', () => {
    const traces = TRACES[guide];
    const text = (state: State) => [...filesOf(guide, state).values()].join('\n');
    expect(text('before')).toMatch(traces);
    expect(text('step 3')).not.toMatch(traces);
  });
});

describe('in the emulator, the handler sees', () => {
  const events = (guide: Guide, state: State) => seenOf(guide, state).pings.map(({ event }) => event);

  test.each(['lambda-warmer', 'lambda-warmer-py'] as const)('of %s the pings that it sends itself, then those of the warmer, then none', (guide) => {
    expect(events(guide, 'before')).toEqual(expect.arrayContaining([
      { warmer: true, concurrency: 3 },
      expect.objectContaining({ warmer: true, __WARMER_INVOCATION__: 2, __WARMER_CONCURRENCY__: 3 }),
      expect.objectContaining({ warmer: true, __WARMER_INVOCATION__: 3, __WARMER_CONCURRENCY__: 3 }),
    ]));
    expect(events(guide, 'step 1')).toEqual(expect.arrayContaining(
      [2, 3, 4].map((index) => ({ warmer: true, concurrency: 1, __WARMER_INVOCATION__: index, __WARMER_CONCURRENCY__: 3 })),
    ));
    expect(events(guide, 'step 3')).toEqual([]);
  });

  test('of blowtorch the same event of both, then none', () => {
    expect(new Set([...events('blowtorch', 'before'), ...events('blowtorch', 'step 1')].map((event) => JSON.stringify(event)))).toEqual(new Set(['{"warmer":true}']));
    expect(events('blowtorch', 'step 3')).toEqual([]);
  });

  test('of serverless-plugin-warmup the same event of both, then pings that the runtime answers for it', () => {
    const early = STATES.slice(0, 3).flatMap((state) => events('serverless-plugin-warmup', state));
    expect(new Set(early.map((event) => JSON.stringify(event)))).toEqual(new Set(['{"source":"serverless-plugin-warmup"}']));
    expect(seenOf('serverless-plugin-warmup', 'step 3').pings.map((ping) => ping.answer)).toEqual(
      [1, 2, 3].map(() => ({ cdkLambdaWarmer: expect.objectContaining({ environmentId: expect.any(String) }) })),
    );
  });

  test('of Zappa what its rule sends, then what it looks at of that, then pings that the runtime answers for it', () => {
    const resources = ['zappa-keep-warm-handler.keep_warm_callback'];
    expect(events('zappa', 'before')).toEqual([expect.objectContaining({
      'detail-type': 'Scheduled Event', 'resources': [expect.stringContaining(`rule/shop-production-${resources[0]}`)], 'kwargs': {},
    })]);
    expect(events('zappa', 'step 1')).toContainEqual({ 'detail-type': 'Scheduled Event', resources });
    expect(events('zappa', 'step 2')).toEqual([{ 'detail-type': 'Scheduled Event', resources }]);
    expect(seenOf('zappa', 'step 3').pings.map((ping) => ping.answer)).toEqual(
      [1, 2, 3].map(() => ({ cdkLambdaWarmer: expect.objectContaining({ environmentId: expect.any(String) }) })),
    );
  });

  test('of OpenNext the event of its warmer, then the same of ours, then none', () => {
    const warmers = (state: State) => new Set(events('opennext', state).map(({ type, warmerId }) => `${type} ${warmerId.split('-')[0]}`));
    expect(warmers('before')).toEqual(new Set(['warmer warmer']));
    expect(warmers('step 1')).toEqual(new Set(['warmer warmer', 'warmer cdk']));
    expect(warmers('step 2')).toEqual(new Set(['warmer cdk']));
    expect(events('opennext', 'step 3')).toEqual([]);
  });
});

test('in the emulator, the function that moves into the CDK app is warm after its first deployment, and sees no ping', async () => {
  await until('its first tick', async () => (await ticksOf('moved')).length > 0);
  expect(await sendRequests('moved', 'moved', ORDER.request)).toMatchObject({ warm: 3, requests: [1, 2, 3].map(() => ({ answer: ORDER.answer })) });
  expect(app.journalOf('moved')).toHaveLength(REQUESTS);
});

test('in the emulator, `zappa unschedule` deletes whatever rule has the function as its target, and leaves the warmer its dispatcher\'s', async () => {
  expect(await rulesNamed(DIRECT_RULE)).toEqual([]);
  expect(await rulesNamed(SUBJECTS.zappa.ours)).toHaveLength(1);
});

describe('a guide', () => {
  test.each(GUIDES)('from %s is written for the version that is run here', (guide) => {
    expect(textOf(guide)).toContain(` ${versionOf(guide)}.`);
  });

  test.each(Object.keys(OPTIONS) as Guide[])('from %s says what becomes of each option that its documentation names', (guide) => {
    const options = OPTIONS[guide]!();
    expect(options.length).toBeGreaterThan(2);
    expect(options.filter((option) => !textOf(guide).includes(`\`${option}\``))).toEqual([]);
  });
});
