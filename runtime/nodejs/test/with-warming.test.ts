import { anotherCopy, contextOf, freshRuntime, ping } from './fresh-runtime';
import vectors from '../../vectors.json';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

const handler = async (event: any, context: any) => ({ event, context });

/** As AWS's loaders define it. */
function streamifyResponse<Handler>(streaming: Handler, options?: { highWaterMark: number }): Handler {
  Object.assign(streaming as object, { [STREAMING]: 'response', ...options && { [HIGH_WATER_MARK]: options.highWaterMark } });
  return streaming;
}

async function answerOf(warmed: (...args: any[]) => any, event: object = ping(), context: object = contextOf()): Promise<any> {
  const answer = await warmed(event, context, undefined);
  expect(Object.keys(answer)).toEqual(['cdkLambdaWarmer']);
  return answer.cdkLambdaWarmer;
}

/** The id of another environment. */
async function freshId(): Promise<string> {
  return (await answerOf(freshRuntime().withWarming(handler))).environmentId;
}

describe('an event that is no ping', () => {
  test('reaches the handler as the same object, with the same context, and its result comes back as it is', async () => {
    const { withWarming } = freshRuntime();
    const [event, context, result] = [{ a: 1 }, contextOf(), Promise.resolve(1)];
    const seen: unknown[] = [];
    const warmed = withWarming((...args: any[]) => {
      seen.push(...args);
      return result;
    });
    expect(warmed(event, context)).toBe(result);
    expect(seen).toEqual([event, context]);
    expect(seen[0]).toBe(event);
    expect(seen[1]).toBe(context);
  });

  test.each([null, undefined, 'cdkLambdaWarmer', 1, true, ['cdkLambdaWarmer'], [ping()]])('may be %j', async (event) => {
    const { withWarming } = freshRuntime();
    expect(await withWarming(handler)(event, undefined)).toEqual({ event, context: undefined });
  });

  test('comes with the callback where the runtime gives one, and with `this`', () => {
    const { withWarming } = freshRuntime();
    const callback = jest.fn();
    const self = {};
    const seen: unknown[] = [];
    const warmed = withWarming(function (this: unknown, ...args: any[]) {
      seen.push(this, args.length, args[2]);
    });
    warmed.call(self, {}, contextOf(), callback);
    warmed.call(self, {}, contextOf());
    expect(seen).toEqual([self, 3, callback, self, 2, undefined]);
  });

  test('fails as the handler does, at once or later', async () => {
    const { withWarming } = freshRuntime();
    const error = new RangeError('on purpose');
    const sync = withWarming(() => {
      throw error;
    });
    expect(sync).toThrow(error);
    await expect(withWarming(async () => Promise.reject(error))()).rejects.toBe(error);
  });
});

describe('the wrapped handler', () => {
  test.each<[number, (...args: any[]) => any]>([
    [0, () => 0], [0, (...args) => args], [1, (a) => a], [2, (a, b) => [a, b]], [3, (a, b, c) => [a, b, c]],
  ])('has the arity of the handler: %d', (arity, original) => {
    expect(freshRuntime().withWarming(original)).toHaveLength(arity);
  });

  test('has its name and all that tools have left on it', () => {
    const { withWarming } = freshRuntime();
    const mark = Symbol('mark');
    const original = Object.assign(async function orders() {}, { mark: 1, [mark]: 2 });
    Object.defineProperty(original, 'hidden', { value: 3, enumerable: false });
    const warmed: any = withWarming(original);
    expect([warmed.name, warmed.mark, warmed[mark], warmed.hidden]).toEqual(['orders', 1, 2, 3]);
    expect(Object.keys(warmed)).toEqual(['mark']);
  });

  test.each<[string, (...args: any[]) => any]>([
    ['frozen', Object.freeze(async (event: any) => event)],
    ['a function that is not strict', new Function('event', 'return event') as any],
    ['a generator', function* (event: any) {
      yield event;
    }],
    ['bound', handler.bind(undefined)],
    ['a proxy', new Proxy(handler, {})],
  ])('may be made of one that is %s', (_, original) => {
    const warmed = freshRuntime().withWarming(original);
    expect([warmed.name, warmed.length]).toEqual([original.name, original.length]);
    expect(streamifyResponse(warmed)).toHaveProperty([STREAMING], 'response');
  });

  test('is the same when it is wrapped again, by another copy too', () => {
    const warmed = freshRuntime().withWarming(handler);
    expect(warmed).not.toBe(handler);
    expect(anotherCopy().withWarming(warmed)).toBe(warmed);
  });

  test('is wrapped anew when a wrapper has copied its properties, so that the wrapper sees no pings', async () => {
    const { withWarming } = freshRuntime();
    const inner = withWarming(handler);
    const between = async (event: any, context: any) => inner({ ...event, length: event.id.length }, context);
    Object.defineProperties(between, Object.getOwnPropertyDescriptors(inner));
    expect(await withWarming(between)(ping(), contextOf())).toHaveProperty('cdkLambdaWarmer.pings', 1);
    expect(withWarming(withWarming(between))).toHaveLength(2);
  });

  test.each([undefined, null, 'index.handler', { handler }])('is none for %j, which is no function', (wrong) => {
    expect(() => freshRuntime().withWarming(wrong as any)).toThrow(new TypeError(`withWarming takes the handler, a function, not ${wrong === null ? 'null' : typeof wrong}`));
  });
});

describe('a ping', () => {
  test('is answered with what the environment knows of itself, and never reaches the handler', async () => {
    const { withWarming } = freshRuntime();
    const original = jest.fn(handler);
    const warmed = withWarming(original);
    const first = await answerOf(warmed);
    expect(first).toEqual({ environmentId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/), coldStart: true, heldMs: expect.any(Number), pings: 1, idleMs: null });
    expect(await answerOf(warmed)).toEqual({ ...first, coldStart: false, pings: 2, heldMs: expect.any(Number) });
    expect(original).not.toHaveBeenCalled();
  });

  test('is answered by a promise also for a handler with a callback, which is not called', async () => {
    const { withWarming } = freshRuntime();
    const callback = jest.fn();
    const warmed: any = withWarming((event: any, context: any, done: any) => done(null, [event, context]));
    const answer = warmed(ping(), contextOf(), callback);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toHaveProperty('cdkLambdaWarmer.pings', 1);
    expect(callback).not.toHaveBeenCalled();
  });

  test('tells how long ago the last real event came', async () => {
    jest.useFakeTimers({ now: 1_000_000 });
    const { withWarming } = freshRuntime();
    const warmed = withWarming(handler);
    await warmed({}, contextOf());
    jest.setSystemTime(1_000_000 + 290_000);
    expect(await answerOf(warmed)).toMatchObject({ coldStart: false, idleMs: 290_000 });
    // Pings are no real events.
    jest.setSystemTime(1_000_000 + 590_000);
    expect(await answerOf(warmed)).toMatchObject({ idleMs: 590_000, pings: 2 });
    jest.useRealTimers();
  });

  test('tells it though a context counts down to 0 only, at least as long as the timeout', async () => {
    jest.useFakeTimers({ now: 1_000_000 });
    const clamping = () => {
      const { getRemainingTimeInMillis } = contextOf(3000);
      return { getRemainingTimeInMillis: () => Math.max(0, getRemainingTimeInMillis()) };
    };
    const warmed = freshRuntime().withWarming(handler);
    await warmed({}, clamping());
    jest.setSystemTime(1_000_000 + 290_000);
    expect((await answerOf(warmed, ping(), clamping())).idleMs).toBe(3000);
    jest.useRealTimers();
  });

  test('never tells a negative time', async () => {
    const warmed = freshRuntime().withWarming(handler);
    await warmed({}, contextOf(3000));
    expect((await answerOf(warmed, ping(), contextOf(2000))).idleMs).toBe(0);
  });

  test.each([NaN, undefined, Infinity])('with a context that tells %p of the time left is held as it asks', async (left) => {
    const warmed = freshRuntime().withWarming(handler);
    expect((await answerOf(warmed, ping({ holdMs: 30 }), { getRemainingTimeInMillis: () => left })).heldMs).toBeGreaterThanOrEqual(29);
  });

  test('finds the first real event to have been the cold start', async () => {
    const { withWarming } = freshRuntime();
    const warmed = withWarming(handler);
    await warmed({}, contextOf());
    expect(await answerOf(warmed)).toMatchObject({ coldStart: false, pings: 1 });
  });

  test('finds one environment, however many copies of the package it loads', async () => {
    const one = freshRuntime().withWarming(handler);
    const other = anotherCopy().withWarming(async () => 'other');
    const { environmentId } = await answerOf(one);
    expect(await answerOf(other)).toMatchObject({ environmentId, pings: 2, coldStart: false });
  });

  test('finds another id in each environment', async () => {
    const ids = [await freshId(), await freshId()];
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('gets an id without a global `crypto`, as in Node.js 18', async () => {
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
    const ids = [await freshId(), await freshId()];
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    expect(ids).toEqual([expect.stringMatching(/^\w+-\w+$/), expect.stringMatching(/^\w+-\w+$/)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('without a context, as in a local test, is answered too', async () => {
    expect(await freshRuntime().withWarming(handler)(ping(), undefined)).toHaveProperty('cdkLambdaWarmer.pings', 1);
  });
});

test.each(vectors.recognition)('$ping, it is a ping: $event', async ({ event, ping: isPing }) => {
  const received: any = await freshRuntime().withWarming(handler)(event, undefined);
  if (isPing) {
    expect(received).toHaveProperty('cdkLambdaWarmer.pings', 1);
  } else {
    expect(received.event).toBe(event);
  }
});

describe('a forged ping is the user\'s event', () => {
  test.each([undefined, ''])('where the function knows no token: %j', async (token) => {
    const { withWarming } = freshRuntime();
    delete process.env.CDK_LAMBDA_WARMER_TOKEN;
    if (token !== undefined) {
      process.env.CDK_LAMBDA_WARMER_TOKEN = token;
    }
    for (const event of [ping(), { cdkLambdaWarmer: { token: '' } }, { cdkLambdaWarmer: { token: 'undefined' } }]) {
      expect(await withWarming(handler)(event, undefined)).toEqual({ event, context: undefined });
    }
  });
});

describe('a streaming handler', () => {
  function stream() {
    return { setContentType: jest.fn(), write: jest.fn(), end: jest.fn() };
  }

  test.each([
    ['streamify(warm(handler))', (withWarming: any, original: any) => streamifyResponse(withWarming(original), { highWaterMark: 10 })],
    ['warm(streamify(handler))', (withWarming: any, original: any) => withWarming(streamifyResponse(original, { highWaterMark: 10 }))],
  ])('stays one, and its pings are answered into the stream: %s', async (_, wrap) => {
    const { withWarming } = freshRuntime();
    const original = jest.fn(async (event: any, out: any) => {
      out.write(event.text);
      out.end();
    });
    const warmed: any = wrap(withWarming, original);
    expect([warmed[STREAMING], warmed[HIGH_WATER_MARK]]).toEqual(['response', 10]);

    const [forEvent, forPing] = [stream(), stream()];
    const context = contextOf();
    expect(await warmed({ text: 'hello' }, forEvent, context)).toBeUndefined();
    expect(original).toHaveBeenCalledWith({ text: 'hello' }, forEvent, context);
    expect(await warmed(ping(), forPing, contextOf())).toBeUndefined();
    expect(original).toHaveBeenCalledTimes(1);
    expect(forPing.setContentType).toHaveBeenCalledWith('application/json');
    expect(forPing.end).toHaveBeenCalledTimes(1);
    expect(JSON.parse(forPing.write.mock.calls[0][0])).toEqual({
      cdkLambdaWarmer: { environmentId: expect.any(String), coldStart: false, heldMs: expect.any(Number), pings: 1, idleMs: expect.any(Number) },
    });
  });

  test('tells its idle time too', async () => {
    jest.useFakeTimers({ now: 1_000_000 });
    const warmed: any = freshRuntime().withWarming(streamifyResponse(async () => {}));
    await warmed({}, stream(), contextOf());
    jest.setSystemTime(1_000_000 + 290_000);
    const forPing = stream();
    await warmed(ping(), forPing, contextOf());
    expect(JSON.parse(forPing.write.mock.calls[0][0]).cdkLambdaWarmer.idleMs).toBe(290_000);
    jest.useRealTimers();
  });

  test('is told apart from one whose mark says that it is none', async () => {
    const { withWarming } = freshRuntime();
    const warmed = withWarming(Object.assign(async () => 'done', { [STREAMING]: false }));
    expect(await (warmed as any)(ping(), contextOf())).toHaveProperty('cdkLambdaWarmer.pings', 1);
  });
});
