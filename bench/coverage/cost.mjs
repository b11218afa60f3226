/* What dispatchers cost beside the environments: their size, the time to load them, and the CPU time of their pings. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import warmup from 'serverless-plugin-warmup/src/warmer.js';
import runtimes from '../../tools/lambda-runtimes.ts';
import { runInterleaved } from '../processes.mjs';
import { rounded } from '../results.mjs';
import { versionOf } from './approaches.mjs';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const PROJECT = path.join(BENCH, '..');
const ASSET = path.join(PROJECT, 'assets', 'dispatcher', 'dispatcher.lambda', 'index.js');
const BLOWTORCH = path.join(BENCH, 'node_modules', '@wheatstalk', 'cdk-lambda-blowtorch', 'assets', 'LambdaBlowtorch.handler', 'index.js');
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';
const TOKEN = '0123456789abcdef0123456789abcdef';

/** The newest one that the tests have: the dispatcher runs on nodejs24.x. */
const NODE = runtimes.nodejsLoaders().at(-1).node;

const ENVIRONMENT = {
  PATH: process.env.PATH,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** The raw figures of both tables: `{ node, loads: [...], pings: [...] }`. */
export async function measureCost({ loadRounds, pingCounts, pingRounds, ticks }, progress) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    progress('what loading a dispatcher takes');
    const loads = await measureLoading(folder, loadRounds);
    const pings = await measurePings(folder, { pingCounts, pingRounds, ticks }, progress);
    const node = execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    return { node, loads, pings };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function measureLoading(folder, rounds) {
  const withMetrics = await bundle(folder, 'with-metrics', `
    export { handler } from './src/dispatcher/dispatcher.lambda';
    import { Metrics } from '@aws-lambda-powertools/metrics';
    new Metrics({ namespace: 'LambdaWarmer' });
  `);
  const sdk = await bundle(folder, 'sdk', `
    import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
    const lambda = new LambdaClient({});
    export const handler = (input) => lambda.send(new InvokeCommand(input));
  `);
  const generated = path.join(folder, 'warmup');
  await warmup.createWarmUpFunctionArtifact([{ name: 'orders', config: { concurrency: 100 } }], false, false, 'us-east-1', generated);
  const serverless = await bundle(folder, 'serverless', `export { warmUp as handler } from ${JSON.stringify(path.join(generated, 'index.mjs'))};`);

  const cases = [
    { id: 'ours', label: 'cdk-lambda-warmer', file: ASSET },
    { id: 'oursWithMetrics', label: 'cdk-lambda-warmer, once it has emitted metrics', file: withMetrics, bytes: statSync(ASSET).size },
    { id: 'sdk', label: `A Lambda client of the AWS SDK ${versionOf('@aws-sdk/client-lambda')}`, file: sdk },
    { id: 'serverless', label: `What serverless-plugin-warmup ${versionOf('serverless-plugin-warmup')} generates, with the same client`, file: serverless },
    { id: 'blowtorch', label: `@wheatstalk/cdk-lambda-blowtorch ${versionOf('@wheatstalk/cdk-lambda-blowtorch')}`, file: BLOWTORCH, environment: { CONFIG: '{}' } },
  ];
  const measured = await runInterleaved(
    cases.map(({ id, label, file, environment }) => ({
      id, label, environment, command: NODE, args: ['events/measure/load.mjs', 'require', file],
    })),
    rounds,
    { folder: BENCH, environment: ENVIRONMENT },
  );
  return measured.map(({ id, label, runs }, index) => ({
    id, label, bytes: cases[index].bytes ?? statSync(cases[index].file).size, runs: runs.map(({ ns }) => Math.round(ns)),
  }));
}

async function measurePings(folder, { pingCounts, pingRounds, ticks }, progress) {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', certificate,
  ], { stdio: 'pipe' });

  const ping = `{ cdkLambdaWarmer: { token: ${JSON.stringify(TOKEN)} } }`;
  const cases = [
    {
      id: 'tick',
      label: 'a whole tick of the dispatcher',
      file: await bundle(folder, 'tick', `
        import { handler } from ${JSON.stringify(ASSET)};
        export async function send(pings) {
          const plan = [{ function: ${JSON.stringify(ARN)}, concurrency: pings, protocol: 'standard', event: ${ping} }];
          const context = { invokedFunctionArn: ${JSON.stringify(`${ARN}-dispatcher`)}, getRemainingTimeInMillis: () => 60000 };
          const { results: [{ environments }] } = await handler({ plan }, context);
          return environments;
        }
      `),
    },
    {
      id: 'carrier',
      label: '`LambdaCarrier` alone',
      file: await bundle(folder, 'carrier', `
        import { LambdaCarrier } from './src/dispatcher/lambda-carrier';
        export async function send(pings) {
          const entry = { function: ${JSON.stringify(ARN)}, concurrency: pings, protocol: 'standard', event: ${ping} };
          const carrier = new LambdaCarrier(entry, process.env.AWS_ENDPOINT_URL);
          await carrier.prepare(pings);
          const deadline = Date.now() + 60000;
          const outcomes = await Promise.all(Array.from({ length: pings }, () => carrier.ping(${ping}, deadline)));
          carrier.close();
          return outcomes.filter(({ kind, environment }) => kind === 'answered' && environment).length;
        }
      `),
    },
    {
      id: 'sdk',
      label: 'the AWS SDK\'s default client, over 50 sockets',
      file: await bundle(folder, 'client', `
        import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
        export async function send(pings) {
          const lambda = new LambdaClient({});
          const answers = await Promise.all(Array.from({ length: pings }, () => lambda.send(new InvokeCommand({
            FunctionName: ${JSON.stringify(ARN)}, Payload: JSON.stringify(${ping}), LogType: 'Tail',
          }))));
          lambda.destroy();
          return answers.filter(({ StatusCode, Payload }) => StatusCode === 200 && JSON.parse(Buffer.from(Payload))).length;
        }
      `),
    },
  ];

  const server = await startServer(key, certificate);
  try {
    const environment = {
      ...ENVIRONMENT,
      AWS_ENDPOINT_URL: `https://127.0.0.1:${server.port}`,
      CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '1000',
      NODE_EXTRA_CA_CERTS: certificate,
      // The server has an address for a name.
      NODE_OPTIONS: '--disable-warning=DEP0123',
    };
    const results = cases.flatMap(({ id, label, file }) => pingCounts.map((pings) => ({ id, label, file, pings, cpuMs: [] })));
    for (let round = 0; round < pingRounds; round++) {
      for (const count of pingCounts) {
        progress(`the CPU time of ${count} pings, round ${round + 1} of ${pingRounds}`);
        for (const { file, pings, cpuMs } of results.filter((one) => one.pings === count)) {
          const args = [path.join(BENCH, 'coverage', 'measure', 'pings.mjs'), file, String(pings), String(ticks)];
          const { stdout } = await promisify(execFile)(NODE, args, { env: environment });
          cpuMs.push(JSON.parse(stdout).cpuMs.map(rounded));
        }
      }
    }
    return results.map(({ id, label, pings, cpuMs }) => ({ id, label, pings, cpuMs }));
  } finally {
    server.stop();
  }
}

/** As the project bundles its dispatcher. */
async function bundle(folder, name, contents) {
  const outfile = path.join(folder, `${name}.cjs`);
  await build({
    stdin: { contents, resolveDir: PROJECT, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    tsconfig: path.join(PROJECT, 'tsconfig.dev.json'),
    nodePaths: [path.join(PROJECT, 'node_modules')],
    logLevel: 'error',
  });
  return outfile;
}

async function startServer(...files) {
  const child = spawn(NODE, [path.join(BENCH, 'coverage', 'measure', 'server.mjs'), ...files], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stop = () => child.kill();
  process.once('exit', stop);
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(Number(data)));
    child.once('error', reject);
    child.once('exit', () => reject(new Error('The server for the pings did not start.')));
  });
  return {
    port,
    stop() {
      process.off('exit', stop);
      stop();
    },
  };
}
