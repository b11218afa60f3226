/*
 * AWS's own loaders, of Node.js 20 and 22 (3.x) and of Node.js 24 (4.x), run handlers bare and through the layer.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ExecutionEnvironment } from './execution-environment';
import { mountLayers, ping, TOKEN } from './layers';
import { testStandardPing } from './standard-ping';
import { ensureLambdaRuntimes, nodejsLoaders } from '../../tools/lambda-runtimes';

const SECONDS = 1000;
const TASK_ROOT = path.join(__dirname, 'nodejs');
const EVENT = { path: '/orders', list: [1, 'two', null], cdkLambdaWarmer: { token: 'another' }, __proto__x: {} };

const LOADERS = nodejsLoaders().map((loader) => [loader.name, loader] as const);
const OLDER = LOADERS.filter(([, { major }]) => major === 3);
const NEWER = LOADERS.filter(([, { major }]) => major === 4);

let opt: string;

type Loader = typeof LOADERS[number][1];

async function bare(loader: Loader, handler: string, taskRoot = TASK_ROOT): Promise<ExecutionEnvironment> {
  return ExecutionEnvironment.nodejs(loader, { handler, taskRoot });
}

async function layered(loader: Loader, handler: string, variables: NodeJS.ProcessEnv = {}, taskRoot = TASK_ROOT): Promise<ExecutionEnvironment> {
  const modules = path.join(opt, 'nodejs', 'node_modules');
  return ExecutionEnvironment.nodejs(loader, {
    handler: path.join(modules, 'cdk-lambda-warmer-runtime', 'redirect.handler'),
    taskRoot,
    variables: { NODE_PATH: modules, CDK_LAMBDA_WARMER_HANDLER: handler, CDK_LAMBDA_WARMER_TOKEN: TOKEN, ...variables },
  });
}

beforeAll(() => {
  ensureLambdaRuntimes();
  opt = mountLayers();
}, 300 * SECONDS);

afterEach(() => ExecutionEnvironment.stopAll());

afterAll(() => rmSync(opt, { recursive: true, force: true }));

/** What every loader takes, and what of the answer differs with the layer. */
const HANDLERS = [
  'async.handler',
  'plain.handler',
  'module.handler',
  'common.handler',
  'typed/module.handler',
  'typed/inner/module.handler',
  'nested/deep/file.handler',
  'nested/deep/file.api.v1.handler',
  'shapes.getter',
  'shapes.bound',
  'shapes.self',
  'shapes.proxied',
  'shapes.defaults',
  'bundled.handler',
];
/** What only the loader up to Node.js 22 takes. */
const OLDER_HANDLERS = ['callback.handler', 'callback.rest', 'waiting.handler', 'folder.handler'];
/** What only the loader of Node.js 24 finds. */
const NEWER_HANDLERS = ['module.inner', 'untyped.handler'];

const CASES = LOADERS.flatMap(([name, loader]) => [...HANDLERS, ...loader.major === 3 ? OLDER_HANDLERS : NEWER_HANDLERS]
  // On Node.js 22 Lambda has the older loader.
  .filter((handler) => !NEWER_HANDLERS.includes(handler) || loader.executionEnvironment === 'AWS_Lambda_nodejs24.x')
  .map((handler) => [name, handler, loader] as const));

test.each(CASES)('%s answers a ping to %s through the layer, and gives it an event as it came', async (_, handler, loader) => {
  const without = await bare(loader, handler);
  const through = await layered(loader, handler);
  const [expected, answer] = await Promise.all([without.invoke(EVENT), through.invoke(ping())]);
  expect(answer.response).toEqual({
    cdkLambdaWarmer: { environmentId: expect.stringMatching(/^[0-9a-f-]{36}$/), coldStart: true, heldMs: expect.any(Number), pings: 1, idleMs: null },
  });
  expect(expected.response.event).toEqual(EVENT);
  expect(JSON.parse((await through.invoke(EVENT)).body.replace('request-2', 'request-1'))).toEqual(expected.response);
});

describe.each(LOADERS)('%s', (_, loader) => {
  testStandardPing((handler, variables) => layered(loader, handler, variables), 'async.handler', 'recorded.handler');

  test('streams what a streaming handler streams, and answers a ping to it', async () => {
    const without = await bare(loader, 'streaming.handler');
    const through = await layered(loader, 'streaming.handler');
    const expected = await without.invoke(EVENT);
    const event = await through.invoke(EVENT);
    const answer = await through.invoke(ping({ holdMs: 20 }));
    const again = await through.invoke(EVENT);
    for (const { headers } of [expected, event, answer, again]) {
      expect(headers['lambda-runtime-function-response-mode']).toBe('streaming');
    }
    expect([event.body, event.headers['content-type']]).toEqual([expected.body, 'text/plain']);
    expect(again.body).toBe(expected.body.replace('request-1', 'request-3'));
    expect(answer.response).toMatchObject({ cdkLambdaWarmer: { coldStart: false, pings: 1, idleMs: expect.any(Number) } });
    expect(answer.headers['content-type']).toBe('application/json');
  });

  test('keeps the prelude of an HTTP response, and reports a handler that fails while it streams', async () => {
    const [without, through] = [await bare(loader, 'streaming.http'), await layered(loader, 'streaming.http')];
    const expected = await without.invoke(EVENT);
    expect((await through.invoke(EVENT)).body).toBe(expected.body);
    expect(expected.body).toContain('{"statusCode":201}');
    expect((await through.invoke(ping())).response).toHaveProperty('cdkLambdaWarmer.pings', 1);

    const [failing, bareFailing] = await Promise.all([await layered(loader, 'streaming.failing'), await bare(loader, 'streaming.failing')].map((one) => one.invoke(EVENT)));
    expect(failing.trailers['lambda-runtime-function-error-type']).toBe('RangeError');
    expect(bareFailing.trailers['lambda-runtime-function-error-type']).toBe('RangeError');
  });

  test.each(['throwing.handler', 'throwing.sync', ...loader.major === 3 ? ['callback.failing'] : []])('reports what %s throws as it came', async (handler) => {
    const [without, through] = [await bare(loader, handler), await layered(loader, handler)];
    const { error } = await through.invoke(EVENT);
    const expected = (await without.invoke(EVENT)).error!;
    expect(error).toMatchObject({ errorType: expected.errorType, errorMessage: expected.errorMessage });
    // V8 adds by which name a method was called.
    const [found, wanted] = [error!, expected].map(({ trace }) => trace!.slice(0, 2).map((line) => line.replace(' [as handler]', '')));
    expect(found).toEqual(wanted);
    expect((await through.invoke(ping())).response).toHaveProperty('cdkLambdaWarmer.pings', 1);
  });

  test.each([
    'syntax.handler', 'syntax-module.handler', 'missing.handler', 'missing-module.handler', 'faulty.handler', 'faulty-module.handler', 'thrown-text.handler',
    'exports.nothing', 'exports.deep.nothing', 'exports.nothing.at.all', 'exports.text', 'no-such-file.handler', 'nested/no-such-file.handler', 'without-dot', '../outside.handler',
  ])('reports the same init error for %s: type, message and the shape of the stack', async (handler) => {
    const [without, through] = [await bare(loader, handler), await layered(loader, handler)];
    const [expected, found] = (await Promise.all([without.initError, through.initError])).map(({ error }) => error!);
    expect(found.errorType).toBe(expected.errorType);
    // The modules that led there are others.
    expect(withoutRequireStack(found.errorMessage)).toBe(withoutRequireStack(expected.errorMessage));
    const shapes = [found, expected].map(({ trace }) => trace?.map(shapeOf).filter((line, index, all) => line !== all[index - 1]));
    expect(shapes[0]).toEqual(shapes[1]);
  });

  test('says which variable is missing where it has been taken away', async () => {
    const { error } = await (await layered(loader, 'async.handler', { CDK_LAMBDA_WARMER_HANDLER: undefined })).initError;
    expect(error!.errorMessage).toBe('The environment variable CDK_LAMBDA_WARMER_HANDLER is missing: it names the handler that cdk-lambda-warmer wraps.');
  });

  test('hands out onWarm to modules that ask the layer for it, and logs a failure once', async () => {
    const environment = await layered(loader, 'recorded.handler');
    await environment.invoke(ping());
    await environment.invoke(ping());
    expect((await environment.invoke(EVENT)).response).toEqual({ event: EVENT, warmed: 2 });
    expect(environment.output.match(/on warm, on purpose/g)!.length).toBeGreaterThan(0);
    expect(environment.output.match(/a function registered by onWarm failed/g)).toHaveLength(1);
  });

});

describe.each(OLDER)('%s', (_, loader) => {
  test('answers a ping at once though a socket is open and a callback would wait for it', async () => {
    const without = await bare(loader, 'stuck.handler');
    const through = await layered(loader, 'stuck.handler');
    // As long as the socket is open, what the callback was given goes nowhere.
    const stuck = await Promise.race([without.invoke(EVENT), new Promise((resolve) => setTimeout(resolve, SECONDS, 'stuck'))]);
    expect(stuck).toBe('stuck');
    expect((await through.invoke(ping())).response).toHaveProperty('cdkLambdaWarmer.coldStart', true);
    expect((await through.invoke(ping())).response).toHaveProperty('cdkLambdaWarmer.coldStart', false);
  });
});

describe.each(OLDER)('%s', (_, loader) => {
  test('takes a file among the packages of an ES module for CommonJS', async () => {
    const taskRoot = mkdtempSync(path.join(tmpdir(), 'task-'));
    try {
      writeFileSync(path.join(taskRoot, 'package.json'), '{ "type": "module" }');
      mkdirSync(path.join(taskRoot, 'node_modules'));
      // Node.js itself looks no further than this folder.
      writeFileSync(path.join(taskRoot, 'node_modules', 'own.js'), 'exports.handler = async (event) => ({ event });');
      const [without, through] = [await bare(loader, 'node_modules/own.handler', taskRoot), await layered(loader, 'node_modules/own.handler', {}, taskRoot)];
      expect((await without.invoke(EVENT)).response).toEqual({ event: EVENT });
      expect((await through.invoke(EVENT)).response).toEqual({ event: EVENT });
    } finally {
      rmSync(taskRoot, { recursive: true, force: true });
    }
  });
});

describe.each(NEWER)('%s', (_, loader) => {
  test('rejects a handler with a callback in the same words, since its arity is kept', async () => {
    const [without, through] = [await bare(loader, 'callback.handler'), await layered(loader, 'callback.handler')];
    const [expected, found] = await Promise.all([without.initError, through.initError]);
    expect(expected.error!.errorType).toBe('Runtime.CallbackHandlerDeprecated');
    expect(found.error).toMatchObject({ errorType: expected.error!.errorType, errorMessage: expected.error!.errorMessage });
  });
});

function withoutRequireStack(message: string): string {
  return message.split('\nRequire stack:')[0].replace(/ imported from .*/, '');
}

function shapeOf(line: string): string {
  return /^ {4}at /.test(line) ? 'frame' : /^- /.test(line) ? 'required by' : line.replace(/ imported from .*/, '');
}
