/*
 * AWS's own loader of Python runs handlers bare and through the layer.
 */
import { rmSync } from 'fs';
import * as path from 'path';
import { ExecutionEnvironment } from './execution-environment';
import { mountLayers, ping, TOKEN } from './layers';
import { metricsIn, startMetric } from './metrics';
import { ensurePython } from '../../tools/python';

const SECONDS = 1000;
const TASK_ROOT = path.join(__dirname, 'python');
const EVENT = { path: '/orders', list: [1, 'two', null], text: '\ud800', cdkLambdaWarmer: { token: 'another' } };

let opt: string;
const environments: ExecutionEnvironment[] = [];

async function bare(handler: string): Promise<ExecutionEnvironment> {
  const environment = await ExecutionEnvironment.python({ handler, taskRoot: TASK_ROOT });
  environments.push(environment);
  return environment;
}

async function layered(handler: string, variables: NodeJS.ProcessEnv = {}): Promise<ExecutionEnvironment> {
  const environment = await ExecutionEnvironment.python({
    handler: 'cdk_lambda_warmer_runtime.redirect.handler',
    taskRoot: TASK_ROOT,
    variables: { PYTHONPATH: path.join(opt, 'python'), CDK_LAMBDA_WARMER_HANDLER: handler, CDK_LAMBDA_WARMER_TOKEN: TOKEN, ...variables },
  });
  environments.push(environment);
  return environment;
}

// There are wheels of the loader for Linux only.
(process.platform === 'linux' ? describe : describe.skip)('awslambdaric 4.2', () => {
  beforeAll(() => {
    ensurePython();
    opt = mountLayers();
  }, 300 * SECONDS);

  afterEach(() => {
    environments.splice(0).forEach((environment) => environment.stop());
  });

  afterAll(() => rmSync(opt, { recursive: true, force: true }));

  test.each([
    'app.handler', 'app.partial', 'app.bound', 'app.instance', 'app.unhashable', 'app.anonymous', 'app.Response', 'pkg.mod.fn', 'pkg/mod.fn',
  ])('answers a ping to %s through the layer, and gives it an event as it came', async (handler) => {
    const [without, through] = [await bare(handler), await layered(handler)];
    const [expected, answer] = await Promise.all([without.invoke(EVENT), through.invoke(ping())]);
    expect(answer.response).toEqual({
      cdkLambdaWarmer: { environmentId: expect.stringMatching(/^[0-9a-f]{32}$/), coldStart: true, heldMs: expect.any(Number), pings: 1, idleMs: null },
    });
    expect(expected.response.event).toEqual(EVENT);
    expect(JSON.parse((await through.invoke(EVENT)).body.replace('request-2', 'request-1'))).toEqual(expected.response);
  }, 30 * SECONDS);

  test('keeps an environment warm: the answers tell of it', async () => {
    const environment = await layered('app.handler');
    const first = await environment.invoke(ping({ holdMs: 60, index: 0, of: 2 }));
    await environment.invoke(EVENT);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await environment.invoke(ping());
    const [one, other] = [first, second].map(({ response }) => response.cdkLambdaWarmer);
    expect(one).toMatchObject({ coldStart: true, pings: 1, idleMs: null });
    expect(one.heldMs).toBeGreaterThanOrEqual(59);
    expect(other).toEqual({ environmentId: one.environmentId, coldStart: false, heldMs: expect.any(Number), pings: 2, idleMs: expect.any(Number) });
    expect(other.idleMs).toBeGreaterThanOrEqual(50);
    expect(other.idleMs).toBeLessThan(5 * SECONDS);
  }, 30 * SECONDS);

  test('finds a real first event cold, and a ping after it warm', async () => {
    const environment = await layered('app.handler');
    await environment.invoke(EVENT);
    expect((await environment.invoke(ping())).response.cdkLambdaWarmer).toMatchObject({ coldStart: false, pings: 1, idleMs: expect.any(Number) });
  }, 30 * SECONDS);

  test('releases a ping at the moment that it names, and in time before a timeout', async () => {
    const environment = await layered('app.handler');
    await environment.invoke(ping());
    const releaseAt = Date.now() + 300;
    await environment.invoke(ping({ releaseAt }));
    expect(Date.now()).toBeGreaterThanOrEqual(releaseAt - 1);
    const clamped = await environment.invoke(ping({ releaseAt: Date.now() + 60 * SECONDS }), SECONDS);
    expect(clamped.response.cdkLambdaWarmer.heldMs).toBeLessThanOrEqual(510);
    const late = await environment.invoke(ping({ releaseAt: Date.now() - 60 * SECONDS }));
    expect(late.response.cdkLambdaWarmer.heldMs).toBeLessThan(100);
  }, 30 * SECONDS);

  test('takes an event with another token, with none, or of a function that knows none for a real one', async () => {
    const environment = await layered('app.handler');
    for (const event of [{ cdkLambdaWarmer: { token: `${TOKEN}x` } }, { cdkLambdaWarmer: {} }, { cdkLambdaWarmer: null }, { cdkLambdaWarmer: { token: '\ud800' } }]) {
      expect((await environment.invoke(event)).response.event).toEqual(event);
    }
    const unaware = await layered('app.handler', { CDK_LAMBDA_WARMER_TOKEN: undefined });
    expect((await unaware.invoke(ping())).response.event).toEqual(ping());
  }, 30 * SECONDS);

  test('reports what a handler raises as it came', async () => {
    const [without, through] = [await bare('app.throwing'), await layered('app.throwing')];
    const [expected, found] = [(await without.invoke(EVENT)).error!, (await through.invoke(EVENT)).error!];
    expect(found).toMatchObject({ errorType: 'ValueError', errorMessage: 'on purpose' });
    expect(found.stackTrace!.at(-1)).toBe(expected.stackTrace!.at(-1));
  }, 30 * SECONDS);

  test.each(['syntax.handler', 'missing.handler', 'faulty.handler', 'app.nothing', 'no_such_module.handler', 'sys.exit', 'withoutdot'])('reports the same init error for %s: type, message and the shape of the stack', async (handler) => {
    const [without, through] = [await bare(handler), await layered(handler)];
    const [expected, found] = (await Promise.all([without.initError, through.initError])).map(({ error }) => error!);
    expect(found).toMatchObject({ errorType: expected.errorType, errorMessage: expected.errorMessage });
    // The lines are those that lead to the fault, with some of the layer's on the way.
    expect(found.stackTrace!.slice(-1)).toEqual(expected.stackTrace!.slice(-1));
    expect(found.stackTrace!.length > 0).toBe(expected.stackTrace!.length > 0);
  }, 30 * SECONDS);

  test('hands out on_warm to modules that ask the layer for it, and logs a failure once', async () => {
    const environment = await layered('warmed.handler');
    await environment.invoke(ping());
    await environment.invoke(ping());
    expect((await environment.invoke(EVENT)).response).toEqual({ event: EVENT, warmed: 2 });
    expect(environment.output.match(/ValueError: on warm, on purpose/g)).toHaveLength(1);
  }, 30 * SECONDS);

  test.each(['TEXT', 'JSON'])('records starts as embedded metrics that logging in %s leaves alone, pings apart', async (format) => {
    const environment = await layered('warmed.handler', { CDK_LAMBDA_WARMER_RECORD_STARTS: 'true', AWS_LAMBDA_LOG_FORMAT: format });
    for (const event of [EVENT, ping(), EVENT]) {
      await environment.invoke(event);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(metricsIn(environment.output)).toEqual([startMetric('ColdStart'), startMetric('WarmStart')]);
  }, 30 * SECONDS);

  test('tells two environments apart that were restored from one snapshot', async () => {
    const environment = await layered('forked.handler', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' });
    const held = ping({ holdMs: 500 });
    const answers = await Promise.all([environment.invoke(held), environment.invoke(held)]);
    const ids = answers.map(({ response }) => response.cdkLambdaWarmer.environmentId);
    expect(new Set(ids).size).toBe(2);
    expect(answers.map(({ response }) => response.cdkLambdaWarmer.coldStart)).toEqual([true, true]);
  }, 30 * SECONDS);
});
