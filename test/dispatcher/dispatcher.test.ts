import { bundled } from './bundled';
import { closeAll, deadPort, nothingResolves, respond, until } from './local-server';
import { captureStdout } from './stdout';
import { BASKET, contextOf, Dispatcher, entry, eventsOf, fakeAws, freshHandler, freshVariables, never, ORDERS, plain, STOCK, tick, warmed } from './ticks';
import { PlanEntry } from '../../src/dispatcher/plan';
import { TickReport } from '../../src/dispatcher/tick-report';
import { PingProtocol } from '../../src/payload/ping-event';

let output: ReturnType<typeof captureStdout>;

beforeEach(() => {
  freshVariables();
  output = captureStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
  closeAll();
});

describe('against a local server in place of Lambda, a tick', () => {
  test('warms each function of the plan, and returns what it logs', async () => {
    const server = await fakeAws({ [ORDERS]: warmed(), [STOCK]: warmed(), [BASKET]: warmed() });
    const startedAt = Date.now();
    const results = await tick([entry(ORDERS, 4), entry(STOCK, 1), entry(BASKET, 2)]);

    expect(results.map(({ function: arn, concurrency, coverage, environments }) => [arn, concurrency, coverage, environments])).toEqual([
      [ORDERS, 4, 1, 4], [STOCK, 1, 1, 1], [BASKET, 2, 1, 2],
    ]);
    for (const { outcomes, tookMs, leadMs, pings } of results) {
      expect(outcomes.coldStarted).toBe(pings);
      expect(tookMs).toBeLessThanOrEqual(Date.now() - startedAt);
      expect(leadMs > 0).toBe(pings > 1);
    }
    const byArn = (reports: readonly TickReport[]) => [...reports].sort((a, b) => a.function.localeCompare(b.function));
    expect(byArn(output.reports())).toEqual(byArn(JSON.parse(JSON.stringify(results))));
    // Without metrics, there is nothing else in the log.
    expect(output.lines()).toHaveLength(3);
    expect(server.received).toHaveLength(7);
    expect(eventsOf(server).every(({ cdkLambdaWarmer: { token } }) => token === 'agreed')).toBe(true);
  });

  test('leaves no connection open', async () => {
    const server = await fakeAws({ [ORDERS]: warmed(), [STOCK]: plain() });
    await tick([entry(ORDERS, 3), entry(STOCK, 3)]);
    await until(() => server.open === 0);
    expect(server.connections).toHaveLength(6);
  });

  test('says of each function what came of it as soon as that is known, and ends in time', async () => {
    const server = await fakeAws({ [ORDERS]: never, [STOCK]: warmed(), [BASKET]: (_event, response) => respond(response, {}, 404) });
    let isOver = false;
    const startedAt = Date.now();
    // Of which it leaves a part for reporting.
    const remainingMs = 4000;
    const ticking = tick([entry(ORDERS, 2), entry(STOCK, 2), entry(BASKET, 2)], freshHandler(), remainingMs).finally(() => (isOver = true));

    await until(() => output.reports().length === 2);
    expect(isOver).toBe(false);
    expect(output.reports().map(({ function: arn }) => arn).sort()).toEqual([BASKET, STOCK]);

    const [hanging, good, missing] = await ticking;
    expect(Date.now() - startedAt).toBeLessThan(remainingMs);
    expect(output.reports().map(({ function: arn }) => arn)[2]).toBe(ORDERS);
    expect(hanging).toMatchObject({ function: ORDERS, coverage: 0, outcomes: { timeout: 2 }, error: 'no answer before the dispatcher had to end', pings: 2 });
    expect(good).toMatchObject({ function: STOCK, coverage: 1 });
    expect(missing).toMatchObject({ function: BASKET, coverage: 0, outcomes: { notFound: 2 } });
    expect(server.received.filter(({ path }) => path.includes('orders'))).toHaveLength(2);
  });

  test('of a function that is never reached says so', async () => {
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await deadPort()}`;
    expect(await tick([entry(ORDERS, 2)])).toMatchObject([{ coverage: 0, environments: 0, outcomes: { failed: { ECONNREFUSED: 2 } }, heldMs: null }]);
  });

  test.each([
    ['10', 3, 3],
    ['3', 3, 3],
    ['2', 3, 2],
    ['1', 3, 1],
    ['2', 500, 2],
  ])('sends no more pings than the %s that were deployed: %i asked for', async (most, asked, sent) => {
    process.env.CDK_LAMBDA_WARMER_MAX_CONCURRENCY = most;
    const server = await fakeAws({ [ORDERS]: plain() });
    expect(await tick([entry(ORDERS, asked)])).toMatchObject([{ concurrency: sent, pings: sent }]);
    expect(eventsOf(server).map(({ cdkLambdaWarmer: { of } }) => of)).toEqual(Array(sent).fill(sent === 1 ? undefined : sent));
  });

  test('takes what all entries have in common from beside the plan, where an entry says nothing else', async () => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain() });
    const { protocol, event } = entry(ORDERS, 1);
    const other = { cdkLambdaWarmer: { token: 'other' } };
    const plan = [{ function: ORDERS, concurrency: 2 }, { function: STOCK, concurrency: 1, event: other }] as PlanEntry[];
    expect(await freshHandler()({ plan, common: { protocol, event } }, contextOf(5000)))
      .toMatchObject({ results: [{ function: ORDERS, pings: 2 }, { function: STOCK, pings: 1 }] });
    expect(eventsOf(server).map(({ cdkLambdaWarmer: { token } }) => token).sort()).toEqual(['agreed', 'agreed', 'other']);
  });

  test('pings a function of several entries by the first of them alone', async () => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain() });
    expect(await tick([entry(ORDERS, 2), entry(STOCK, 1), entry(ORDERS, 1), entry(ORDERS, 5)])).toMatchObject([
      { function: ORDERS, pings: 2 }, { function: STOCK, pings: 1 },
    ]);
    expect(server.received).toHaveLength(3);
  });

  test('emits the metrics that an entry asks for', async () => {
    await fakeAws({ [ORDERS]: warmed(), [STOCK]: warmed() });
    const { handler } = bundled<Dispatcher>('dispatcher.lambda.ts')();
    await tick([entry(ORDERS, 2, { metrics: ['Coverage', 'WarmEnvironments'] as never }), entry(STOCK, 1)], handler);
    const metrics = output.lines().map((line) => JSON.parse(line)).filter(({ _aws }) => _aws !== undefined);
    expect(metrics).toEqual([{ _aws: expect.anything(), FunctionName: 'orders:live', Coverage: 1, WarmEnvironments: 2 }]);
  });

  test.each<[unknown]>([
    [null], ['Shop/Fleet'], [{ name: 5, metrics: ['Coverage'] }], [{ name: 'Shop/Fleet', metrics: 'Coverage' }], [{ name: 'Shop/Fleet', metrics: ['Secrets'] }],
  ])('emits no metrics of what is no fleet, or of no such metrics, and warms all the same: %j', async (fleet) => {
    await fakeAws({ [ORDERS]: warmed() });
    const { handler } = bundled<Dispatcher>('dispatcher.lambda.ts')();
    await expect(handler({ plan: [entry(ORDERS, 2, { metrics: 'Coverage' as never })], common: { fleet: fleet as never } }, contextOf(20_000)))
      .resolves.toMatchObject({ results: [{ coverage: 1 }] });
    expect(output.lines()).toHaveLength(1);
  });

  test('emits the metrics that a fleet asks for once, of all its functions in the plan', async () => {
    await fakeAws({ [ORDERS]: warmed(), [STOCK]: (_event, response) => respond(response, {}, 404) });
    const { handler } = bundled<Dispatcher>('dispatcher.lambda.ts')();
    const fleet = { name: 'Shop/Fleet', metrics: ['Coverage', 'WarmEnvironments', 'Errors'] as never };
    await handler({ plan: [entry(ORDERS, 2), entry(STOCK, 1)], common: { fleet } }, contextOf(20_000));
    expect(output.reports().map((report) => report.fleet)).toEqual(['Shop/Fleet', 'Shop/Fleet']);
    const metrics = output.lines().map((line) => JSON.parse(line)).filter(({ _aws }) => _aws !== undefined);
    expect(metrics).toEqual([{ _aws: expect.anything(), Fleet: 'Shop/Fleet', Coverage: 0, WarmEnvironments: 2, Errors: 1 }]);
  });
});

describe('a ping', () => {
  test.each<[Partial<PlanEntry>, object[]]>([
    [{ protocol: PingProtocol.FIXED, event: { source: 'serverless-plugin-warmup' } }, [{ source: 'serverless-plugin-warmup' }, { source: 'serverless-plugin-warmup' }]],
    [{ protocol: PingProtocol.OPEN_NEXT, event: { type: 'warmer' } }, [0, 1].map((index) => ({ type: 'warmer', index, concurrency: 2, delay: expect.any(Number) }))],
    [{ protocol: 'of tomorrow' as PingProtocol, event: { some: 'event' } }, [{ some: 'event' }, { some: 'event' }]],
    ...[PingProtocol.SCHEDULED_EVENT, 'of tomorrow' as PingProtocol].map((protocol): [Partial<PlanEntry>, object[]] => [
      { protocol, event: undefined },
      Array(2).fill(expect.objectContaining({ 'detail-type': 'Scheduled Event', 'account': '111111111111', 'region': 'eu-west-1' })),
    ]),
  ])('of %j', async (template, events) => {
    const seen: unknown[] = [];
    await fakeAws({ [ORDERS]: plain(seen) });
    expect(await tick([entry(ORDERS, 2, template)])).toMatchObject([{ coverage: null, environments: null, outcomes: { warm: 2 }, heldMs: null }]);
    const byIndex = ({ index: a }: any, { index: b }: any) => a - b;
    expect(template.protocol === PingProtocol.OPEN_NEXT ? seen.sort(byIndex) : seen).toEqual(events);
  });
});

describe('what is no plan is an error, and nothing is pinged', () => {
  const fault = /^This event is no plan: /;

  test.each<[unknown]>([
    [undefined], [null], ['plan'], [[]], [{}], [{ function: ORDERS }],
    [[{}]], [['plan']], [[entry(ORDERS, 0)]], [[entry(ORDERS, -1)]], [[entry(ORDERS, 1.5)]], [[entry(ORDERS, NaN)]], [[entry(ORDERS, Infinity)]],
    [[{ ...entry(ORDERS), concurrency: '2' }]], [[{ ...entry(ORDERS), concurrency: undefined }]], [[{ ...entry(ORDERS), concurrency: null }]],
    [[{ ...entry(ORDERS), function: undefined }]], [[{ ...entry(ORDERS), function: [ORDERS] }]], [[{ ...entry(ORDERS), function: { Ref: 'Fn' } }]],
  ])('plan: %j', async (plan) => {
    const server = await fakeAws({ [ORDERS]: plain() });
    await expect(tick(plan)).rejects.toThrow(fault);
    expect([server.connections, output.lines()]).toEqual([[], []]);
  });

  test.each([{}, 'plan', 5, [entry(ORDERS)], { 'detail-type': 'Scheduled Event' }])('event: %j', async (event) => {
    const server = await fakeAws({ [ORDERS]: plain() });
    await expect(freshHandler()(event as never, contextOf(5000))).rejects.toThrow(fault);
    expect([server.connections, output.lines()]).toEqual([[], []]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a standard ping without a token', { ...entry(ORDERS), event: {} }],
    ['a standard ping without an event', { ...entry(ORDERS), event: undefined }],
  ])('an entry: %s', async (_what, none) => {
    const server = await fakeAws({ [ORDERS]: plain() });
    await expect(tick([none])).rejects.toThrow();
    expect([server.received, output.lines()]).toEqual([[], []]);
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['no concurrency', entry(STOCK, 0)],
    ['no function', { function: 5, concurrency: 1 }],
    ['a standard ping without a token', { ...entry(STOCK), event: undefined }],
  ])('but where other entries are fine, one with %s is passed over', async (_what, none) => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain() });
    expect(await tick([none, entry(ORDERS, 1)])).toMatchObject([{ function: ORDERS, pings: 1 }]);
    expect(server.received).toHaveLength(1);
  });
});

describe('from tick to tick', () => {
  const TEN_MINUTES = 600_000;

  test('an environment knows when its last one was, by function', async () => {
    await fakeAws({ [ORDERS]: warmed(0), [STOCK]: warmed(0) });
    const handler = freshHandler();
    expect(await tick([entry(ORDERS)], handler)).toMatchObject([{ usedSinceLastTick: null }]);
    expect(await tick([entry(ORDERS), entry(STOCK)], handler)).toMatchObject([{ usedSinceLastTick: 2 }, { usedSinceLastTick: null }]);
    expect(await tick([entry(ORDERS), entry(STOCK)], handler)).toMatchObject([{ usedSinceLastTick: 2 }, { usedSinceLastTick: 2 }]);
    // Another does not.
    expect(await tick([entry(ORDERS)], freshHandler())).toMatchObject([{ usedSinceLastTick: null }]);
  });

  test('the schedule says when the last one was, where it has a fixed interval', async () => {
    await fakeAws({ [ORDERS]: warmed(TEN_MINUTES), [STOCK]: warmed(TEN_MINUTES) });
    expect(await tick([entry(ORDERS, 2, { everySeconds: 601 }), entry(STOCK, 2, { everySeconds: 600 })]))
      .toMatchObject([{ usedSinceLastTick: 2 }, { usedSinceLastTick: 0 }]);
  });

  test('the later of both counts', async () => {
    await fakeAws({ [ORDERS]: warmed(TEN_MINUTES) });
    const handler = freshHandler();
    const plan = [entry(ORDERS, 2, { everySeconds: 3600 })];
    expect(await tick(plan, handler)).toMatchObject([{ usedSinceLastTick: 2 }]);
    // Only a moment ago: nothing has been used since.
    expect(await tick(plan, handler)).toMatchObject([{ usedSinceLastTick: 0 }]);
  });

  test('it is from the beginning of one to the beginning of the other', async () => {
    await fakeAws({ [ORDERS]: warmed(300, 500) });
    const handler = freshHandler();
    await tick([entry(ORDERS, 1)], handler);
    await fakeAws({ [ORDERS]: warmed(300) });
    expect(await tick([entry(ORDERS, 1)], handler)).toMatchObject([{ usedSinceLastTick: 1 }]);
  });

  test('a wave\'s lead is learnt', async () => {
    await fakeAws({ [ORDERS]: warmed() });
    const handler = freshHandler();
    const leads: number[] = [];
    for (let nth = 0; nth < 6; nth++) {
      leads.push(...(await tick([entry(ORDERS)], handler)).map(({ leadMs }) => leadMs));
    }
    // However slow this machine is, not all ticks take the first guess.
    expect(new Set(leads).size).toBeGreaterThan(1);
  });
});

describe('the endpoint is', () => {
  test.each([
    ['that of all services', { CDK_LAMBDA_WARMER_DOMAIN: 'bad', AWS_ENDPOINT_URL: 'good' }],
    ['that of Lambda', { CDK_LAMBDA_WARMER_DOMAIN: 'bad', AWS_ENDPOINT_URL: 'bad', AWS_ENDPOINT_URL_LAMBDA: 'good' }],
    ['not that of another service', { AWS_ENDPOINT_URL: 'good', AWS_ENDPOINT_URL_SSM: 'bad' }],
  ])('%s', async (_what, variables) => {
    const { url } = await fakeAws({ [ORDERS]: warmed() });
    delete process.env.AWS_ENDPOINT_URL;
    const bad = `http://127.0.0.1:${await deadPort()}`;
    for (const [name, value] of Object.entries(variables)) {
      process.env[name] = value === 'good' ? url : bad;
    }
    expect(await tick([entry(ORDERS, 1)])).toMatchObject([{ coverage: 1 }]);
  });

  test('the public one where no other is given', async () => {
    const lookup = nothingResolves();
    process.env.CDK_LAMBDA_WARMER_DOMAIN = 'eu-west-1.amazonaws.test';
    const [{ outcomes, error }] = await tick([entry(ORDERS, 1)]);
    expect([outcomes.failed, error]).toEqual([{ ENOTFOUND: 1 }, 'getaddrinfo ENOTFOUND lambda.eu-west-1.amazonaws.test']);
    expect(new Set(lookup.mock.calls.map(([host]) => host))).toEqual(new Set(['lambda.eu-west-1.amazonaws.test']));
  });
});
