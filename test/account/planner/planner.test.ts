import { LambdaClient } from '@aws-sdk/client-lambda';
import { arnOf, FakeAccount, fakeAccount, serveAccount, serviceOf } from './account-api';
import { PlannerSettings, SETTINGS_VARIABLE, Spending } from '../../../src/account/planner/settings';
import { signedByAws } from '../../dispatcher/aws-signer';
import { closeAll, LocalServer } from '../../dispatcher/local-server';
import { captureStdout } from '../../dispatcher/stdout';

type Planner = typeof import('../../../src/account/planner/planner.lambda');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SETTINGS: PlannerSettings = {
  tagKey: 'lambda-warmer:concurrency', refreshSeconds: 900, maxConcurrencyPerFunction: 50, maxShareOfConcurrency: 0.5, never: ['dispatcher'],
};
const SPENDING: Spending = {
  usd: 100,
  usdPerBatch: 0,
  usdPerFunction: 0,
  usdPerPing: 0,
  usdPerGbSecond: { x86_64: 1, arm64: 0.5 },
  ticksPerMonth: 1,
  answeringMs: 1000,
  heldMs: 0,
  heldMsPerPing: 0,
};

let account: FakeAccount;
let server: LocalServer;
let output: ReturnType<typeof captureStdout>;
let now: number;

beforeEach(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', CDK_LAMBDA_WARMER_DOMAIN: 'eu-west-1.amazonaws.com' });
  account = fakeAccount();
  server = await serveAccount(account);
  output = captureStdout();
  const started = Date.now();
  now = started;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterEach(() => {
  jest.restoreAllMocks();
  closeAll();
  delete process.env.AWS_ENDPOINT_URL;
  delete process.env[SETTINGS_VARIABLE];
});

/** A planner in a new environment: the pings of a tick by name. */
function fresh(settings: Partial<PlannerSettings> = {}): () => Promise<{ readonly [name: string]: number }> {
  process.env[SETTINGS_VARIABLE] = JSON.stringify({ ...SETTINGS, ...settings });
  let planner: Planner;
  jest.isolateModules(() => {
    planner = jest.requireActual('../../../src/account/planner/planner.lambda');
  });
  return async () => {
    const { batches } = await planner!.handler({ never: 'read' }, { invokedFunctionArn: arnOf('planner') });
    return Object.fromEntries(batches.flat().map(({ function: arn, concurrency }) => [arn.split(':')[6], concurrency]));
  };
}

/** What the planner has said of its last tick. */
function said(): any {
  return JSON.parse(output.lines().at(-1)!).cdkLambdaWarmer;
}

function asked(service: string): number {
  return server.received.filter((one) => serviceOf(one) === service).length;
}

describe('against a local server in place of AWS, the planner', () => {
  test('finds all that is tagged, on all pages, by name', async () => {
    account.tags = { f: '2', e: '1', d: '3', c: '1', b: '1', a: '5', g: '7' };
    expect(Object.entries(await fresh()())).toEqual([['a', 5], ['b', 1], ['c', 1], ['d', 3], ['e', 1], ['f', 2], ['g', 7]]);
    const pages = server.received.filter((one) => serviceOf(one) === 'tagging').map(({ body }) => JSON.parse(body));
    expect(pages).toEqual([undefined, '3', '6'].map((token) => ({
      ResourceTypeFilters: ['lambda:function'], TagFilters: [{ Key: 'lambda-warmer:concurrency' }], ResourcesPerPage: 100, ...token && { PaginationToken: token },
    })));
  });

  test('asks each API as it wants to be asked', async () => {
    await fresh({ spending: SPENDING })();
    const requests = server.received.map((one) => [serviceOf(one), one.method, one.path, one.headers['x-amz-target'], one.headers['content-type']]);
    expect(requests).toHaveLength(4);
    expect(requests).toEqual(expect.arrayContaining([
      ['tagging', 'POST', '/', 'ResourceGroupsTaggingAPI_20170126.GetResources', 'application/x-amz-json-1.1'],
      ['monitoring', 'POST', '/', 'GraniteServiceVersion20100801.GetMetricStatistics', 'application/x-amz-json-1.0'],
      ['lambda', 'GET', '/2016-08-19/account-settings/', undefined, undefined],
      ['lambda', 'GET', '/2015-03-31/functions/?MaxItems=50', undefined, undefined],
    ]));
    const minute = Math.floor(now / MINUTE) * 60;
    expect(JSON.parse(server.received.find((one) => serviceOf(one) === 'monitoring')!.body)).toEqual({
      Namespace: 'AWS/Lambda', MetricName: 'ClaimedAccountConcurrency', StartTime: minute - 900, EndTime: minute, Period: 60, Statistics: ['Maximum'],
    });
  });

  test("signs what it asks as AWS's own clients do", async () => {
    account.sizes = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { memorySize: 128 }]));
    await fresh({ spending: SPENDING })();
    expect(server.received).toHaveLength(5);
    for (const one of server.received) {
      // A client keeps to the service that it has signed for first.
      const client = new LambdaClient({ region: 'eu-west-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } });
      expect(one.headers.authorization).toBe(await signedByAws(client, one, serviceOf(one)));
    }
  });

  test('finds nothing where nothing is tagged', async () => {
    expect(await fresh()()).toEqual({});
    expect(said()).toMatchObject({ functions: 0, batches: 0, asked: 0, planned: 0 });
  });

  test.each(['0', '-1', '1.5', '01', ' 1', '1e2', 'five', '', '1000000', 'Infinity'])("skips a function whose tag says '%s', and names it", async (value) => {
    account.tags = { good: '1', bad: value };
    expect(await fresh()()).toEqual({ good: 1 });
    expect(said()).toMatchObject({ malformed: [{ function: arnOf('bad'), value }], malformedFunctions: 1 });
  });

  test('pings neither itself nor the dispatcher, whatever their tags', async () => {
    account.tags = { planner: '3', dispatcher: '3', other: '3' };
    expect(await fresh()()).toEqual({ other: 3 });
  });

  test.each(['arn:aws:lambda:eu-west-1:111111111111:event-source-mapping:1', 'arn:aws:lambda:eu-west-1:111111111111:function:f:live'])('takes %s for no function', async (arn) => {
    account.tags = { [arn]: '1' };
    expect(await fresh()()).toEqual({});
  });

  test('says what it cuts', async () => {
    account.tags = { a: '60', b: '2' };
    await fresh({ maxConcurrency: 10 })();
    expect(said()).toEqual({
      functions: 2,
      batches: 1,
      asked: 62,
      planned: 10,
      mostAtOnce: 10,
      concurrency: { unreserved: 900, claimed: null, free: 900 },
      cut: [{ function: arnOf('a'), asked: 60, planned: 8 }],
      cutFunctions: 1,
      malformed: [],
      malformedFunctions: 0,
    });
  });
});

describe('what was found', () => {
  test('is remembered for a while, and read anew then', async () => {
    account.tags = { a: '1' };
    const tick = fresh();
    expect(await tick()).toEqual({ a: 1 });
    account.tags = { a: '2', later: '1' };
    now += 14 * MINUTE;
    expect(await tick()).toEqual({ a: 1 });
    expect(asked('tagging')).toBe(1);
    now += 2 * MINUTE;
    expect(await tick()).toEqual({ a: 2, later: 1 });
    expect(asked('tagging')).toBe(2);
  });

  test('is used for six more hours where it cannot be read anew, as the log says; then the tick fails', async () => {
    account.tags = { a: '1' };
    const tick = fresh();
    await tick();
    account.failing = { tagging: 429 };
    for (const later of [HOUR, 2 * HOUR, 3 * HOUR]) {
      now += later;
      expect(await tick()).toEqual({ a: 1 });
    }
    expect(output.lines().map((line) => JSON.parse(line).cdkLambdaWarmer.warning).filter(Boolean)).toEqual([1, 3, 6].map((hours) =>
      `what is tagged cannot be read (tagging: status 429: {"__type":"ThrottlingException","message":"slow down"}): taken as it was ${hours * 3600} seconds ago`));
    now += HOUR;
    await expect(tick()).rejects.toThrow('what is tagged cannot be read (tagging: status 429');
    account.failing = {};
    expect(await tick()).toEqual({ a: 1 });
  });

  test('is asked for once a tick while it cannot be read', async () => {
    account.tags = { a: '1' };
    const tick = fresh();
    await tick();
    account.failing = { tagging: 500 };
    now += HOUR;
    await tick();
    await tick();
    expect(asked('tagging')).toBe(3);
  });

  test.each([['tagging', 'what is tagged'], ['monitoring', 'the concurrency of the account'], ['lambda', 'the concurrency of the account']])('must be there at first: without %s the tick fails', async (service, what) => {
    account.failing = { [service]: 403 };
    await expect(fresh()()).rejects.toThrow(`${what} cannot be read (${service}: status 403`);
  });
});

describe('the concurrency that is free', () => {
  beforeEach(() => {
    account.tags = { a: '950', b: '950' };
  });

  const tick = async () => {
    await fresh({ maxConcurrencyPerFunction: 950 })();
    const { planned, concurrency } = said();
    return { planned, ...concurrency };
  };

  test('is what functions reserve none of, where nothing else is in use', async () => {
    // Half of it, less two dispatchers.
    expect(await tick()).toEqual({ unreserved: 900, claimed: null, free: 900, planned: 448 });
  });

  test('is what is left of all, where more is in use', async () => {
    account.claimed = [{ minute: 3, maximum: 800 }, { minute: 1, maximum: 0 }, { minute: 2, maximum: 800 }];
    expect(await tick()).toEqual({ unreserved: 900, claimed: 800, free: 200, planned: 99 });
  });

  test('is less where use has risen in the last minutes, in whatever order CloudWatch tells of them', async () => {
    account.claimed = [9, 3, 10, 1, 5, 2, 4, 8, 6, 7].map((minute) => ({ minute, maximum: minute >= 8 ? 600 + minute : 10 }));
    expect(await tick()).toMatchObject({ claimed: 608, free: 392 });
  });

  test('is what functions reserve none of, where that is less', async () => {
    account.claimed = [{ minute: 1, maximum: 50 }];
    expect(await tick()).toMatchObject({ claimed: 50, free: 900 });
  });

  test('is none, where the account is busy', async () => {
    account.claimed = [{ minute: 1, maximum: 1200 }];
    expect(await tick()).toMatchObject({ claimed: 1200, free: 0, planned: 0 });
  });

  test('is read at each tick', async () => {
    const some = fresh();
    await some();
    account.claimed = [{ minute: 1, maximum: 900 }];
    await some();
    expect(said().concurrency).toEqual({ unreserved: 900, claimed: 900, free: 100 });
  });
});

describe('what functions cost', () => {
  test('is told by their memory and architecture, on all pages of them', async () => {
    account.tags = { a: '9', b: '9', e: '9' };
    account.sizes = { a: { memorySize: 1024 }, b: { memorySize: 2048, architecture: 'arm64' }, c: { memorySize: 128 }, d: { memorySize: 128 }, e: { memorySize: 512 } };
    // A ping of each is a second, for a dollar or half of one a GB-second.
    expect(await fresh({ spending: { ...SPENDING, usd: 5 } })()).toEqual({ a: 2, b: 2, e: 2 });
    expect(said()).toMatchObject({ usd: 5, planned: 6, cutFunctions: 3 });
    expect(server.received.map(({ path }) => path).filter((path) => path.includes('functions'))).toEqual([
      '/2015-03-31/functions/?MaxItems=50', '/2015-03-31/functions/?MaxItems=50&Marker=3%2F%2B%3D',
    ]);
  });

  test('is not asked for without a limit', async () => {
    account.tags = { a: '1' };
    await fresh()();
    expect(server.received.filter(({ path }) => path.includes('functions'))).toEqual([]);
    expect(said().usd).toBeUndefined();
  });
});
