import { spawnSync } from 'child_process';
import * as path from 'path';
import * as fc from 'fast-check';
import { Answered, outcomeOf } from '../../src/dispatcher/outcome';
import { PingOfTick, PingProtocol, PingTemplate, pingEvent } from '../../src/payload/ping-event';

const PROJECT_FOLDER = path.join(__dirname, '..', '..');
const vectors: typeof import('../../runtime/vectors.json') = jest.requireActual('../../runtime/vectors.json');
const { token: TOKEN, now: NOW } = vectors;

const STANDARD: PingTemplate = { protocol: PingProtocol.STANDARD, event: { cdkLambdaWarmer: { token: TOKEN } } };
const LAMBDA_WARMER: PingTemplate = { protocol: PingProtocol.LAMBDA_WARMER, event: { warmer: true, concurrency: 1 } };
const OPEN_NEXT: PingTemplate = { protocol: PingProtocol.OPEN_NEXT, event: { type: 'warmer', warmerId: 'cdk-lambda-warmer' } };

const ALONE: PingOfTick = { index: 0, of: 1, holdMs: 0 };
const SECOND: PingOfTick = { index: 1, of: 3, holdMs: 36, releaseAt: NOW + 36 };
const { releaseAt: _, ...SECOND_FOR_A_TIME } = SECOND;

describe.each<[string, PingTemplate, object | undefined, object | undefined, object | undefined]>([
  [
    'standard', STANDARD,
    { cdkLambdaWarmer: { token: TOKEN } },
    { cdkLambdaWarmer: { token: TOKEN, releaseAt: NOW + 36, index: 1, of: 3 } },
    { cdkLambdaWarmer: { token: TOKEN, holdMs: 36, index: 1, of: 3 } },
  ],
  [
    'lambdaWarmer', LAMBDA_WARMER,
    { warmer: true, concurrency: 1 },
    { warmer: true, concurrency: 1, __WARMER_INVOCATION__: 3, __WARMER_CONCURRENCY__: 3 },
    { warmer: true, concurrency: 1, __WARMER_INVOCATION__: 3, __WARMER_CONCURRENCY__: 3 },
  ],
  [
    'openNext', OPEN_NEXT,
    { type: 'warmer', warmerId: 'cdk-lambda-warmer', index: 0, concurrency: 1, delay: 0 },
    { type: 'warmer', warmerId: 'cdk-lambda-warmer', index: 1, concurrency: 3, delay: 36 },
    { type: 'warmer', warmerId: 'cdk-lambda-warmer', index: 1, concurrency: 3, delay: 36 },
  ],
  ['scheduledEvent', { protocol: PingProtocol.SCHEDULED_EVENT }, undefined, undefined, undefined],
  ['fixed', { protocol: PingProtocol.FIXED, event: { source: 'warm', n: [1] } }, { source: 'warm', n: [1] }, { source: 'warm', n: [1] }, { source: 'warm', n: [1] }],
])('the event of %s', (_what, template, alone, until, forATime) => {
  test('of a ping that is alone', () => {
    expect(pingEvent(template, ALONE)).toStrictEqual(alone);
    // There is nothing to wait for.
    expect(pingEvent(template, { ...ALONE, holdMs: 36, releaseAt: NOW })).toStrictEqual(alone);
  });

  test('of one of several that are held until a moment', () => {
    expect(pingEvent(template, SECOND)).toStrictEqual(until);
  });

  test('of one of several that are held for a time', () => {
    expect(pingEvent(template, SECOND_FOR_A_TIME)).toStrictEqual(forATime);
  });

  test('leaves what all pings have in common as it is', () => {
    const before = JSON.stringify(template);
    pingEvent(template, SECOND);
    expect(JSON.stringify(template)).toBe(before);
  });
});

test('no handler of lambda-warmer takes any of several for the first, which it would not hold', () => {
  const invocations = [0, 1, 2].map((index) => pingEvent(LAMBDA_WARMER, { ...SECOND, index })!.__WARMER_INVOCATION__);
  expect(invocations).toEqual([2, 3, 4]);
});

test('a standard ping carries its token and nothing else of its template', () => {
  const template = { ...STANDARD, event: { cdkLambdaWarmer: { token: TOKEN, more: 1 }, other: 2 } };
  expect(pingEvent(template, ALONE)).toStrictEqual({ cdkLambdaWarmer: { token: TOKEN } });
});

describe('a standard ping, by the vectors that the runtimes are tested with', () => {
  const SENT = [
    pingEvent(STANDARD, ALONE)!,
    ...[SECOND, SECOND_FOR_A_TIME, { ...SECOND, releaseAt: NOW }, { ...SECOND_FOR_A_TIME, holdMs: 0 }].map((ping) => pingEvent(STANDARD, ping)!),
  ];
  const event = { other: 'event' };

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    process.env.CDK_LAMBDA_WARMER_TOKEN = TOKEN;
  });

  afterEach(() => {
    jest.useRealTimers();
    delete process.env.CDK_LAMBDA_WARMER_TOKEN;
  });

  /** A function with the runtime for Node.js, in a new environment. */
  function freshFunction(): (event: object, remainingMs?: number) => Promise<any> {
    delete (globalThis as any)[Symbol.for('cdk-lambda-warmer.environment')];
    let withWarming: typeof import('../../runtime/nodejs').withWarming;
    jest.isolateModules(() => {
      ({ withWarming } = jest.requireActual('../../runtime/nodejs/index.cjs'));
    });
    const handler: any = withWarming!(async (received: unknown, _context: unknown): Promise<unknown> => ({ received }));
    return async (received, remainingMs = 60_000) => {
      const deadline = Date.now() + remainingMs;
      const answer = handler(received, { getRemainingTimeInMillis: () => deadline - Date.now() });
      await jest.runAllTimersAsync();
      return answer;
    };
  }

  /** What the dispatcher takes an answer for. */
  function understood(answer: unknown): Answered {
    const outcome = outcomeOf(PingProtocol.STANDARD, { status: 200, headers: {}, body: JSON.stringify(answer) });
    expect(outcome.kind).toBe('answered');
    return outcome as Answered;
  }

  test('is what they say that a ping is', () => {
    // All three forms are among them as they are.
    const recognized = vectors.recognition.filter(({ ping }) => ping).map(({ event: recognizedEvent }) => recognizedEvent);
    expect(recognized).toContainEqual(pingEvent(STANDARD, ALONE));
    expect(recognized).toContainEqual(pingEvent(STANDARD, { index: 0, of: 3, holdMs: 0 }));
    expect(recognized).toContainEqual(pingEvent(STANDARD, { index: 1, of: 3, holdMs: 0, releaseAt: NOW }));
  });

  test.each(SENT)('is answered by the runtime for Node.js, and the answer understood: %j', async (ping) => {
    const send = freshFunction();
    const first = understood(await send(ping));
    expect(first).toMatchObject({ environment: expect.stringMatching(/./), coldStart: true, idleMs: null });
    expect(understood(await send(ping))).toMatchObject({ environment: first.environment, coldStart: false, idleMs: null });
    await send(event);
    jest.setSystemTime(Date.now() + 5000);
    expect(understood(await send(ping))).toMatchObject({ environment: first.environment, coldStart: false, idleMs: 5000 });
    expect(understood(await freshFunction()(ping)).environment).not.toBe(first.environment);
  });

  const holds = vectors.holds.flatMap(({ wishes, remainingMs, heldMs }) => {
    const { releaseAt, holdMs = 0 } = wishes as { releaseAt?: number; holdMs?: number };
    return [releaseAt ?? 0, holdMs].every((wish) => typeof wish === 'number') ? [{ remainingMs, heldMs, ping: { index: 0, of: 2, holdMs, releaseAt } }] : [];
  });

  test.each(holds)('is held as long as they say, and the answer says so: %j', async ({ ping, remainingMs, heldMs }) => {
    expect(understood(await freshFunction()(pingEvent(STANDARD, ping)!, remainingMs)).heldMs).toBe(heldMs);
  });

  test('with another token is no ping', async () => {
    const ping = pingEvent({ ...STANDARD, event: { cdkLambdaWarmer: { token: `${TOKEN}0` } } }, SECOND)!;
    const answer = await freshFunction()(ping);
    expect(answer).toEqual({ received: ping });
    expect(understood(answer).environment).toBeUndefined();
  });

  test('property: with whatever token and numbers, is answered by the runtime for Node.js', async () => {
    await fc.assert(fc.asyncProperty(
      fc.string({ minLength: 1 }).filter((token) => !token.includes('\0')),
      fc.nat({ max: 999 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.nat({ max: 20_000 }),
      fc.option(fc.integer({ min: -5000, max: 20_000 }), { nil: undefined }),
      async (token, index, of, holdMs, lead) => {
        process.env.CDK_LAMBDA_WARMER_TOKEN = token;
        const releaseAt = lead === undefined ? undefined : Date.now() + lead;
        const ping = pingEvent({ ...STANDARD, event: { cdkLambdaWarmer: { token } } }, { index, of, holdMs, releaseAt })!;
        const { environment, heldMs } = understood(await freshFunction()(JSON.parse(JSON.stringify(ping))));
        expect(environment).toBeDefined();
        expect(heldMs).toBe(of === 1 ? 0 : Math.min(10_000, Math.max(0, lead ?? holdMs)));
      },
    ), { numRuns: 50 });
  });

  const python = ['python3', 'python'].find((program) => spawnSync(program, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0);

  (python === undefined ? test.skip : test)('is answered by the runtime for Python, and the answer understood', () => {
    const script = [
      'import json, sys',
      'from cdk_lambda_warmer_runtime import with_warming',
      'handler = with_warming(lambda event, context: {"received": event})',
      'print(json.dumps([handler(event, None) for event in json.load(sys.stdin)]))',
    ].join('\n');
    const { stdout, stderr } = spawnSync(python!, ['-c', script], {
      cwd: path.join(PROJECT_FOLDER, 'runtime', 'python'),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      input: JSON.stringify([...SENT, event]),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const answers = JSON.parse(stdout);
    expect(answers.pop()).toEqual({ received: event });
    const outcomes: Answered[] = answers.map(understood);
    expect(outcomes.map(({ coldStart }) => coldStart)).toEqual([true, false, false, false, false]);
    expect(new Set(outcomes.map(({ environment }) => environment)).size).toBe(1);
    for (const { environment, heldMs, idleMs } of outcomes) {
      expect([typeof environment, typeof heldMs, idleMs]).toEqual(['string', 'number', null]);
    }
  });
});
