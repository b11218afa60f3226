import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInterleaved } from '../processes.mjs';

const ROUNDS = 7;
const QUICK_ROUNDS = 1;
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = 'node_modules/aws-cdk-lib';
const BLOWTORCH = 'bench/node_modules/@wheatstalk/cdk-lambda-blowtorch';

/** The stacks are as large as the approach with the most resources allows: 500, with the function's role and log group. */
const GROUPS = [
  {
    id: 'shared', title: '600 functions that share a directory of code',
    code: 'shared', functions: 600, functionsPerStack: 50,
    approaches: ['bare', 'rule', 'blowtorch', 'warmer', 'warmerInHandler', 'fleet', 'fleetInHandler'],
  },
  {
    id: 'own', title: '600 functions, each with a directory of its own',
    code: 'own', functions: 600, functionsPerStack: 50, approaches: ['bare', 'warmer', 'fleet'],
  },
  {
    id: 'inline', title: '600 functions with inline code',
    code: 'inline', functions: 600, functionsPerStack: 50, approaches: ['bare', 'warmer', 'fleet'],
  },
  {
    id: 'full', title: '600 functions in as few stacks as hold them',
    code: 'shared', functions: 600, functionsPerStack: 150, approaches: ['bare', 'fleet'],
  },
  {
    id: 'many', title: '2,000 functions in as few stacks as hold them',
    code: 'shared', functions: 2000, functionsPerStack: 150, approaches: ['bare', 'fleet'],
  },
];

export default {
  minutes: 12,

  missing() {
    const needed = [[CDK, 'npm ci'], ['lib/index.js', 'npx projen compile'], [BLOWTORCH, 'npm ci in the folder bench']];
    const [file, cure] = needed.find(([one]) => !existsSync(path.join(PROJECT, one))) ?? [];
    return file && `${file} is missing. Run \`${cure}\`.`;
  },

  versions() {
    return { 'aws-cdk-lib': versionOf(CDK), '@wheatstalk/cdk-lambda-blowtorch': versionOf(BLOWTORCH) };
  },

  async measure({ quick, progress }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    writeCode(folder);

    const cases = GROUPS.flatMap(({ id, code, functions, functionsPerStack, approaches }) => approaches.map((approach) => ({
      id: { group: id, approach },
      command: process.execPath,
      args: ['synth/measure.mjs', approach, code, String(functions), String(functionsPerStack), folder],
    })));
    const setup = { folder: path.join(PROJECT, 'bench'), environment: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } };
    const results = await runInterleaved(cases, quick ? QUICK_ROUNDS : ROUNDS, setup, (text) => progress(`all apps, ${text}`));

    const groups = GROUPS.map(({ id, title, functions }) => ({
      id,
      title,
      functions,
      apps: results.filter((one) => one.id.group === id).map((one) => ({ id: one.id.approach, runs: one.runs })),
    }));
    return { groups };
  },
};

/** A directory for each function of the app in which each has its own. */
function writeCode(folder) {
  for (let index = 0; index < GROUPS.find(({ code }) => code === 'own').functions; index++) {
    const directory = path.join(folder, 'code', String(index));
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'index.js'), `exports.handler = async () => ${index};\n`);
  }
}

function versionOf(directory) {
  return JSON.parse(readFileSync(path.join(PROJECT, directory, 'package.json'), 'utf8')).version;
}
