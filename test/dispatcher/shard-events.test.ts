import { closeAll, respond } from './local-server';
import { captureStdout } from './stdout';
import { Behaviour, contextOf, Dispatcher, DISPATCHER, entry, eventsOf, fakeAws, freshHandler, freshVariables, never, ORDERS, parameters, plain, STOCK, tick, warmed } from './ticks';
import { ShardAnswer, ShardOrder } from '../../src/dispatcher/shard';
import { PingProtocol } from '../../src/payload/ping-event';

let output: ReturnType<typeof captureStdout>;

beforeEach(() => {
  freshVariables();
  Object.assign(process.env, { CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '20', CDK_LAMBDA_WARMER_PINGS_PER_SHARD: '3' });
  output = captureStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
  closeAll();
});

/** The dispatcher as its own function, each of its environments a new one, which notes the orders that it gets. */
function itself(orders: ShardOrder[], handler: () => Dispatcher['handler'] = freshHandler): Behaviour {
  return async (event, response) => {
    orders.push(event.shard);
    respond(response, await handler()(event, contextOf(20_000)));
  };
}

function orderNow(more: Partial<ShardOrder> = {}, now = Date.now()): ShardOrder {
  return { entry: entry(ORDERS, 7), from: 2, to: 4, sentAt: now, startAt: now, releaseAt: now + 50, gap: 0, deadline: now + 15_000, ...more };
}

async function shard(order: unknown, remainingMs = 20_000): Promise<ShardAnswer> {
  return await freshHandler()({ shard: order as ShardOrder }, contextOf(remainingMs)) as ShardAnswer;
}

const byIndex = ({ index: a }: { index: number }, { index: b }: { index: number }) => a - b;
const pingsOf = (server: Parameters<typeof eventsOf>[0]) => eventsOf(server).flatMap(({ cdkLambdaWarmer }) => cdkLambdaWarmer ?? []);

describe('against a local server in place of Lambda, a tick of more pings than a shard carries', () => {
  test('has invocations of the dispatcher send all of them, with one release, and counts what they reached', async () => {
    const orders: ShardOrder[] = [];
    const server = await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed() });
    const [report] = await tick([entry(ORDERS, 8)]);

    expect(report).toMatchObject({ concurrency: 8, coverage: 1, environments: 8, pings: 8, waves: 1, outcomes: { coldStarted: 8 } });
    expect(orders.map(({ from, to }) => [from, to]).sort()).toEqual([[0, 2], [2, 5], [5, 8]]);
    const pings = pingsOf(server);
    expect(pings.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(pings.map(({ of, token, releaseAt }) => `${of} ${token} ${releaseAt}`))).toEqual(new Set([`8 agreed ${orders[0].releaseAt}`]));
    // One line, of the one in charge.
    expect(output.lines()).toHaveLength(1);
  });

  test('invokes its own function and no version of it', async () => {
    const server = await fakeAws({ [DISPATCHER]: itself([]), [ORDERS]: warmed() });
    const context = { ...contextOf(20_000), invokedFunctionArn: `${DISPATCHER}:$LATEST` };
    await freshHandler()({ plan: [entry(ORDERS, 4)] }, context);
    expect(server.received.filter(({ path }) => path.includes('dispatcher')).map(({ path }) => decodeURIComponent(path)))
      .toEqual(Array(2).fill(`/2015-03-31/functions/${DISPATCHER}/invocations`));
  });

  test('reads the parameter once, and its shards do not', async () => {
    const orders: ShardOrder[] = [];
    const server = await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed() }, parameters({ '/orders': '7' }));
    expect(await tick([entry(ORDERS, 1, { parameter: '/orders', maxConcurrency: 15 })])).toMatchObject([{ concurrency: 7, coverage: 1 }]);
    expect(server.received.filter(({ path }) => path === '/')).toHaveLength(1);
    expect(orders.map(({ entry: of }) => Object.keys(of).sort())).toEqual(Array(3).fill(['concurrency', 'event', 'function', 'protocol']));
  });

  test.each([3, 1])('but none for %d', async (concurrency) => {
    const orders: ShardOrder[] = [];
    await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed() });
    expect(await tick([entry(ORDERS, concurrency)])).toMatchObject([{ coverage: 1 }]);
    expect(orders).toEqual([]);
  });

  test('but none where it is not deployed with shards', async () => {
    delete process.env.CDK_LAMBDA_WARMER_PINGS_PER_SHARD;
    await fakeAws({ [ORDERS]: warmed() });
    expect(await tick([entry(ORDERS, 8)])).toMatchObject([{ coverage: 1, pings: 8 }]);
  });

  test('reaches what it reaches where one shard is throttled', async () => {
    const orders: ShardOrder[] = [];
    const own = itself(orders);
    const throttling: Behaviour = (event, response) => event.shard.from === 2
      ? respond(response, { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' }, 429, { 'x-amzn-errortype': 'TooManyRequestsException' })
      : own(event, response);
    await fakeAws({ [DISPATCHER]: throttling, [ORDERS]: (event, response) => respond(response, { cdkLambdaWarmer: { environmentId: `e${event.cdkLambdaWarmer.index}`, coldStart: false, heldMs: 1 } }) });
    expect(await tick([entry(ORDERS, 8)])).toMatchObject([{
      environments: 5,
      coverage: 0.625,
      waves: 1,
      outcomes: { warm: 5, throttled: {}, failed: { 'Shard.ReservedFunctionConcurrentInvocationLimitExceeded': 3 } },
      error: "the dispatcher's invocation of itself for pings 2 to 4 came to nothing: ReservedFunctionConcurrentInvocationLimitExceeded",
    }]);
  });

  test.each<[string, object | string, string]>([
    ['nothing', 'null', 'an answer of 4 characters that is none of a shard'],
    ['no JSON', '{"pings', 'an answer of 7 characters that is none of a shard'],
    ['a tick', { results: [] }, 'an answer of 14 characters that is none of a shard'],
    ['too few pings', { readyAt: 1, pings: [] }, 'an answer of 24 characters that is none of a shard'],
  ])('takes an answer for none that says %s', async (_what, body, error) => {
    await fakeAws({ [DISPATCHER]: (_event, response) => respond(response, body) });
    expect(await tick([entry(ORDERS, 4)])).toMatchObject([{ coverage: 0, outcomes: { failed: { 'Shard.Answer': 4 } }, error: expect.stringContaining(error) }]);
  });

  test('reads answers that are longer than those of functions', async () => {
    const [orders, failing]: [ShardOrder[], Behaviour] = [[], (_event, response) => respond(response, { errorMessage: '\u0001'.repeat(5000) }, 200, { 'x-amz-function-error': 'Unhandled' })];
    Object.assign(process.env, { CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '80', CDK_LAMBDA_WARMER_PINGS_PER_SHARD: '60' });
    const answers: number[] = [];
    const own: Behaviour = (event, response) => {
      const end = response.end.bind(response);
      response.end = ((text: string) => {
        answers.push(text.length);
        return end(text);
      }) as typeof response.end;
      return itself(orders)(event, response);
    };
    await fakeAws({ [DISPATCHER]: own, [ORDERS]: failing });
    expect(await tick([entry(ORDERS, 80)])).toMatchObject([{ outcomes: { functionError: 80, failed: {} } }]);
    expect(Math.min(...answers)).toBeGreaterThan(65_536);
  });
});

describe('nothing in an event makes more of it', () => {
  test('a plan has no more shards than the deployed maximum takes', async () => {
    const orders: ShardOrder[] = [];
    await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed() });
    expect(await tick([entry(ORDERS, 1000)])).toMatchObject([{ concurrency: 20, pings: 20 }]);
    expect(orders).toHaveLength(7);
  });

  test('a plan has shards for one function alone, whatever others ask for', async () => {
    const orders: ShardOrder[] = [];
    await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed(), [STOCK]: warmed() });
    expect(await tick([entry(ORDERS, 8), entry(STOCK, 8)])).toMatchObject([{ concurrency: 8, coverage: 1 }, { concurrency: 3, coverage: 1 }]);
    expect(orders).toHaveLength(3);
  });

  test('nor for those to which a parameter gives more', async () => {
    const orders: ShardOrder[] = [];
    await fakeAws({ [DISPATCHER]: itself(orders), [ORDERS]: warmed(), [STOCK]: warmed() }, parameters({ '/one': '8', '/two': '8' }));
    const plan = [entry(ORDERS, 1, { parameter: '/one', maxConcurrency: 8 }), entry(STOCK, 1, { parameter: '/two', maxConcurrency: 8 })];
    expect(await tick(plan)).toMatchObject([{ concurrency: 8 }, { concurrency: 3 }]);
    expect(orders).toHaveLength(3);
  });

  test.each([DISPATCHER, `${DISPATCHER}:$LATEST`, `${DISPATCHER}:live`, DISPATCHER.replace('arn:aws:', 'arn:aws-cn:')])(
    'the dispatcher is never what is pinged, though it may invoke itself: %s', async (self) => {
      const server = await fakeAws({ [self]: plain(), [ORDERS]: plain() });
      const ping = entry(self, 2, { protocol: PingProtocol.FIXED, event: { plan: [entry(self, 2)] } });
      await expect(tick([ping])).rejects.toThrow('no plan');
      await expect(shard(orderNow({ entry: { ...ping, concurrency: 7 } }))).rejects.toThrow('no shard');
      expect(server.connections).toEqual([]);
      expect(await tick([ping, entry(ORDERS, 1)])).toMatchObject([{ function: ORDERS }]);
      expect(server.received).toHaveLength(1);
    });

  test('a shard sends what it is asked for by itself', async () => {
    const server = await fakeAws({ [DISPATCHER]: itself([]), [ORDERS]: plain() });
    const { readyAt, pings } = await shard(orderNow());
    expect(pingsOf(server).sort(byIndex)).toEqual([2, 3].map((index) => ({ token: 'agreed', releaseAt: expect.any(Number), index, of: 7 })));
    expect(server.received).toHaveLength(2);
    expect(pings).toEqual(Array(2).fill([expect.any(Number), expect.any(Number), { kind: 'answered', coldStart: false }]));
    expect(pings.every(([sentAt, endedAt]) => sentAt >= readyAt && endedAt >= sentAt)).toBe(true);
    expect(output.lines()).toEqual([]);
  });

  const now = 1_900_000_000_000;
  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'shard'],
    ['an empty one', {}],
    ['no entry', orderNow({ entry: undefined })],
    ['an entry without a token', orderNow({ entry: { ...entry(ORDERS, 7), event: {} } })],
    ['another name of a function', orderNow({ entry: entry('orders', 7) })],
    ['a wave that is larger than any that was deployed', orderNow({ entry: entry(ORDERS, 21) })],
    ['a wave that takes no shards', orderNow({ entry: entry(ORDERS, 3), from: 0, to: 3 })],
    ['more pings than a shard carries', orderNow({ from: 0, to: 4 })],
    ['no pings', orderNow({ from: 2, to: 2 })],
    ['pings the other way round', orderNow({ from: 3, to: 2 })],
    ['pings before the first', orderNow({ from: -1, to: 2 })],
    ['pings beyond the last', orderNow({ from: 6, to: 8 })],
    ['parts of pings', orderNow({ from: 0.5, to: 2 })],
    ['a text as number', orderNow({ from: '2' as never })],
    ['many as number', orderNow({ to: NaN })],
    ['a moment long after now', orderNow({ startAt: now + 11_001 }, now)],
    ['no moment', orderNow({ startAt: undefined })],
    ['an endless moment', orderNow({ startAt: -Infinity })],
    ['no release', orderNow({ releaseAt: undefined })],
    ['a long hold', orderNow({ startAt: now, releaseAt: now + 10_002 }, now)],
    ['gaps of which nobody sees the end', orderNow({ gap: 5001 })],
    ['gaps backwards', orderNow({ gap: -1 })],
    ['no deadline', orderNow({ deadline: undefined })],
    ['a deadline as text', orderNow({ deadline: '2030' as never })],
  ])('what no dispatcher would order is an error, and nothing is pinged: %s', async (_what, order) => {
    jest.spyOn(Date, 'now').mockReturnValue(now);
    const server = await fakeAws({ [DISPATCHER]: itself([]), [ORDERS]: plain() });
    await expect(shard(order)).rejects.toThrow(/^This event is no shard of a wave that this dispatcher would send$/);
    expect(server.connections).toEqual([]);
  });

  test('a shard is one only where it is deployed', async () => {
    delete process.env.CDK_LAMBDA_WARMER_PINGS_PER_SHARD;
    await expect(shard(orderNow())).rejects.toThrow('no shard');
  });

  test('a shard with a plan beside it is a shard', async () => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain() });
    await freshHandler()({ plan: [entry(STOCK, 2)], shard: orderNow() }, contextOf(20_000));
    expect(server.received.map(({ path }) => path.includes('stock'))).toEqual([false, false]);
  });
});

describe('a shard', () => {
  test('ends in time, by its own clock and by that of the one in charge', async () => {
    await fakeAws({ [ORDERS]: never });
    for (const [deadline, remainingMs] of [[Date.now() + 600, 20_000], [Date.now() + 15_000, 2200]]) {
      const startedAt = Date.now();
      const { pings } = await shard(orderNow({ deadline }), remainingMs);
      expect(pings.map(([, , { kind }]) => kind)).toEqual(['timeout', 'timeout']);
      expect(Date.now() - startedAt).toBeLessThan(2200);
    }
  });

  test('waits until its moment has come, and sends nothing before', async () => {
    const server = await fakeAws({ [ORDERS]: plain() });
    const startAt = Date.now() + 400;
    const { readyAt, pings } = await shard(orderNow({ startAt, releaseAt: startAt }));
    expect(readyAt).toBeLessThan(startAt);
    // Timers may be a millisecond early.
    expect(pings.every(([sentAt]) => sentAt >= startAt - 1)).toBe(true);
    expect(server.received).toHaveLength(2);
  });

  test('leaves the gap that it is asked for', async () => {
    await fakeAws({ [ORDERS]: plain() });
    const { pings: [[first], [second]] } = await shard(orderNow({ gap: 200 }));
    expect(second - first).toBeGreaterThanOrEqual(199);
  });

  test('pings by the protocol of its entry', async () => {
    const server = await fakeAws({ [ORDERS]: (_event, response) => respond(response, { serverId: 'server' }) });
    const { pings } = await shard(orderNow({ entry: entry(ORDERS, 7, { protocol: PingProtocol.OPEN_NEXT, event: { type: 'warmer' } }) }));
    expect(eventsOf(server).sort(byIndex)).toEqual([2, 3].map((index) => ({ type: 'warmer', index, concurrency: 7, delay: expect.any(Number) })));
    expect(pings.map(([, , outcome]) => outcome)).toEqual(Array(2).fill({ kind: 'answered', environment: 'server' }));
  });
});
