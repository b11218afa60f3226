/*
 * Puts the handlers into a folder of their own, with the packages beside them as a function's package has them: all are
 * found by name in the same place, and Python writes its compiled files there and not beside the sources.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const EVENTS = path.dirname(fileURLToPath(import.meta.url));
const BENCH = path.dirname(EVENTS);
const PROJECT = path.dirname(BENCH);
const PYTHON = path.join(PROJECT, '.tools', 'python', 'bin', 'python');
const TOKEN = '0123456789abcdef0123456789abcdef';

export const OUR_PING = { cdkLambdaWarmer: { token: TOKEN } };

/** What has to be there, and what to do if it is not. */
export function missing() {
  if (!existsSync(path.join(BENCH, 'node_modules', 'lambda-warmer'))) {
    return 'The packages to compare with are missing. Run `npm ci` in the folder bench.';
  }
  if (!existsSync(PYTHON)) {
    return 'The project\'s Python environment is missing. Run `npm ci && npx tsx tools/setup.ts` in the project\'s main folder.';
  }
  return undefined;
}

export function setUp() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['functions', 'measure', 'event.json']) {
    cpSync(path.join(EVENTS, part), path.join(folder, part), { recursive: true });
  }
  const nodejs = path.join(folder, 'functions', 'nodejs');
  const python = path.join(folder, 'functions', 'python');
  cpSync(path.join(BENCH, 'node_modules'), path.join(nodejs, 'node_modules'), { recursive: true });
  for (const file of ['index.cjs', 'index.mjs', 'package.json', 'redirect.mjs']) {
    cpSync(path.join(PROJECT, 'runtime', 'nodejs', file), path.join(nodejs, 'node_modules', 'cdk-lambda-warmer-runtime', file));
  }
  for (const file of ['__init__.py', 'redirect.py']) {
    cpSync(path.join(PROJECT, 'runtime', 'python', 'cdk_lambda_warmer_runtime', file), path.join(python, 'cdk_lambda_warmer_runtime', file));
  }
  mkdirSync(path.join(folder, 'empty'));

  return {
    folder,
    nodejs,
    python,
    pythonCommand: PYTHON,
    emptyFolder: path.join(folder, 'empty'),
    layers: ['nodejs', 'python'].map((id) => ({ id, bytes: statSync(path.join(PROJECT, 'runtime', 'layers', `${id}.zip`)).size })),
    versions: versions(),
    // Nothing of the machine's own settings, and nothing by which boto3 could find an account or look for one.
    environment: {
      CDK_LAMBDA_WARMER_TOKEN: TOKEN,
      LAMBDA_TASK_ROOT: nodejs,
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      PYTHONPATH: python,
      PYTHONPYCACHEPREFIX: path.join(folder, 'compiled'),
    },
  };
}

export function versions() {
  return { ...pythonVersions(), ...nodeVersions() };
}

function nodeVersions() {
  return Object.fromEntries(['lambda-warmer', '@middy/core', '@middy/warmup'].map((name) => {
    const { version } = JSON.parse(readFileSync(path.join(BENCH, 'node_modules', name, 'package.json'), 'utf8'));
    return [name, version];
  }));
}

function pythonVersions() {
  const code = `
import importlib.metadata as metadata, json, platform
names = ['lambda-warmer-py', 'boto3']
print(json.dumps({'python': platform.python_version(), **{name: metadata.version(name) for name in names}}))
`;
  return JSON.parse(execFileSync(PYTHON, ['-c', code], { encoding: 'utf8' }));
}
