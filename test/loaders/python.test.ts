/*
 * AWS's own loader of Python runs handlers bare and through the layer.
 */
import { rmSync } from 'fs';
import * as path from 'path';
import { ExecutionEnvironment } from './execution-environment';
import { mountLayers, ping, TOKEN } from './layers';
import { testStandardPing } from './standard-ping';
import { ensurePython } from '../../tools/python';

const SECONDS = 1000;
const TASK_ROOT = path.join(__dirname, 'python');
const EVENT = { path: '/orders', list: [1, 'two', null], text: '\ud800', cdkLambdaWarmer: { token: 'another' } };

let opt: string;

async function bare(handler: string): Promise<ExecutionEnvironment> {
  return ExecutionEnvironment.python({ handler, taskRoot: TASK_ROOT });
}

async function layered(handler: string, variables: NodeJS.ProcessEnv = {}): Promise<ExecutionEnvironment> {
  return ExecutionEnvironment.python({
    handler: 'cdk_lambda_warmer_runtime.redirect.handler',
    taskRoot: TASK_ROOT,
    variables: { PYTHONPATH: path.join(opt, 'python'), CDK_LAMBDA_WARMER_HANDLER: handler, CDK_LAMBDA_WARMER_TOKEN: TOKEN, ...variables },
  });
}

// There are wheels of the loader for Linux only.
(process.platform === 'linux' ? describe : describe.skip)('awslambdaric 4.2', () => {
  beforeAll(() => {
    ensurePython();
    opt = mountLayers();
  }, 300 * SECONDS);

  afterEach(() => ExecutionEnvironment.stopAll());

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
  });

  testStandardPing(layered, 'app.handler', 'warmed.handler');

  test('reports what a handler raises as it came', async () => {
    const [without, through] = [await bare('app.throwing'), await layered('app.throwing')];
    const [expected, found] = [(await without.invoke(EVENT)).error!, (await through.invoke(EVENT)).error!];
    expect(found).toMatchObject({ errorType: 'ValueError', errorMessage: 'on purpose' });
    expect(found.stackTrace!.at(-1)).toBe(expected.stackTrace!.at(-1));
  });

  test.each(['syntax.handler', 'missing.handler', 'faulty.handler', 'app.nothing', 'no_such_module.handler', 'sys.exit', 'withoutdot'])('reports the same init error for %s: type, message and the shape of the stack', async (handler) => {
    const [without, through] = [await bare(handler), await layered(handler)];
    const [expected, found] = (await Promise.all([without.initError, through.initError])).map(({ error }) => error!);
    expect(found).toMatchObject({ errorType: expected.errorType, errorMessage: expected.errorMessage });
    // The lines are those that lead to the fault, with some of the layer's on the way.
    expect(found.stackTrace!.slice(-1)).toEqual(expected.stackTrace!.slice(-1));
    expect(found.stackTrace!.length > 0).toBe(expected.stackTrace!.length > 0);
  });

  test('hands out on_warm to modules that ask the layer for it, and logs a failure once', async () => {
    const environment = await layered('warmed.handler');
    await environment.invoke(ping());
    await environment.invoke(ping());
    expect((await environment.invoke(EVENT)).response).toEqual({ event: EVENT, warmed: 2 });
    expect(environment.output.match(/ValueError: on warm, on purpose/g)).toHaveLength(1);
  });

  test('tells two environments apart that were restored from one snapshot', async () => {
    const environment = await layered('forked.handler', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' });
    const held = ping({ holdMs: 500 });
    const answers = await Promise.all([environment.invoke(held), environment.invoke(held)]);
    const ids = answers.map(({ response }) => response.cdkLambdaWarmer.environmentId);
    expect(new Set(ids).size).toBe(2);
    expect(answers.map(({ response }) => response.cdkLambdaWarmer.coldStart)).toEqual([true, true]);
  });
});
