/*
 * AWS's own loaders run both sides: the dispatcher as it is deployed, on the runtime for which it is, and the functions
 * that it pings, through the layers. Between them stands no emulator but a few lines that do what Lambda's Invoke does:
 * give an invocation to an environment that is idle, and start one where none is.
 */
import { rmSync } from 'fs';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';
import { ExecutionEnvironment, Outcome } from './execution-environment';
import { mountLayers, TOKEN } from './layers';
import { ensureLambdaRuntimes, nodejsLoaders } from '../../tools/lambda-runtimes';
import { ensurePython } from '../../tools/python';

const SECONDS = 1000;
const DISPATCHER = path.join(__dirname, '..', '..', 'assets', 'dispatcher', 'dispatcher.lambda');
const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:';
const VARIABLES = { CDK_LAMBDA_WARMER_TOKEN: TOKEN };

let opt: string;
let server: Server;
const pools: { [arn: string]: { readonly idle: ExecutionEnvironment[]; started: number } } = {};

/** Starts an environment of a function. */
const START: { readonly [arn: string]: () => Promise<ExecutionEnvironment> } = {
  [`${ARN}nodejs:live`]: () => ExecutionEnvironment.nodejs(newest(), {
    handler: path.join(opt, 'nodejs/node_modules/cdk-lambda-warmer-runtime/redirect.handler'),
    taskRoot: path.join(__dirname, 'nodejs'),
    variables: { ...VARIABLES, CDK_LAMBDA_WARMER_HANDLER: 'async.handler' },
  }),
  [`${ARN}python`]: () => ExecutionEnvironment.python({
    handler: 'cdk_lambda_warmer_runtime.redirect.handler',
    taskRoot: path.join(__dirname, 'python'),
    variables: { ...VARIABLES, CDK_LAMBDA_WARMER_HANDLER: 'app.handler', PYTHONPATH: path.join(opt, 'python') },
  }),
};

function newest() {
  return nodejsLoaders().find(({ executionEnvironment }) => executionEnvironment === 'AWS_Lambda_nodejs24.x')!;
}

async function invoke(arn: string, event: string): Promise<Outcome> {
  const pool = pools[arn] ??= { idle: [], started: 0 };
  let environment = pool.idle.pop();
  if (!environment) {
    pool.started += 1;
    environment = await START[arn]();
  }
  const outcome = await environment.invoke(JSON.parse(event), 20 * SECONDS);
  pool.idle.push(environment);
  return outcome;
}

beforeAll(async () => {
  ensurePython();
  ensureLambdaRuntimes();
  opt = mountLayers();
  server = createServer(async (request, response) => {
    const [, arn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url!)!;
    let event = '';
    for await (const chunk of request.setEncoding('utf8')) {
      event += chunk;
    }
    if (!START[decodeURIComponent(arn)]) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{"Message":"Function not found"}');
      return;
    }
    const { body, error } = await invoke(decodeURIComponent(arn), event);
    response.writeHead(200, error && { 'x-amz-function-error': 'Unhandled' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 300 * SECONDS);

afterAll(() => {
  ExecutionEnvironment.stopAll();
  server.closeAllConnections();
  server.close();
  rmSync(opt, { recursive: true, force: true });
});

test("the dispatcher, run by AWS's loader of Node.js 24, reaches every environment of functions that AWS's loaders run", async () => {
  const dispatcher = await ExecutionEnvironment.nodejs(newest(), {
    handler: 'index.handler',
    taskRoot: DISPATCHER,
    variables: {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '5',
    },
  });
  const event = { cdkLambdaWarmer: { token: TOKEN } };
  const plan = [`${ARN}nodejs:live`, `${ARN}python`, `${ARN}missing`]
    .map((arn) => ({ function: arn, concurrency: 5, protocol: 'standard', event, metrics: ['Coverage', 'ColdStarts'] }));

  for (const tick of ['first', 'second']) {
    const { response } = await dispatcher.invoke({ plan }, 60 * SECONDS);
    const [nodejs, python, missing] = response.results;
    for (const report of [nodejs, python]) {
      expect(report).toMatchObject({ coverage: 1, environments: 5, outcomes: { coldStarted: tick === 'first' ? 5 : 0 } });
      expect(pools[report.function].started).toBe(5);
    }
    expect(missing).toMatchObject({ coverage: 0, outcomes: { notFound: 5 }, error: 'Function not found', waves: 1 });
    // Each line stands alone, whatever the runtime does with what a function prints.
    const lines = dispatcher.output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(lines.filter(({ cdkLambdaWarmer }) => cdkLambdaWarmer).slice(-3).map(({ cdkLambdaWarmer }) => cdkLambdaWarmer))
      .toEqual(expect.arrayContaining([nodejs, python, missing]));
    expect(lines.filter(({ FunctionName }) => FunctionName === 'nodejs:live').pop()).toMatchObject({ Coverage: 1, ColdStarts: tick === 'first' ? 5 : 0 });
  }
}, 120 * SECONDS);
