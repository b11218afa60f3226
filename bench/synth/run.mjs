import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError, run } from '../main.mjs';
import { runInterleaved } from '../processes.mjs';
import { synthReport } from './report.mjs';

const COMMAND = 'npm ci && npx projen compile && cd bench && npm ci && npm run synth';
const ROUNDS = 7;
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = 'node_modules/aws-cdk-lib';
const BLOWTORCH = 'bench/node_modules/@wheatstalk/cdk-lambda-blowtorch';

/** The stacks are as large as the approach with the most resources allows: 500, with the function's role and log group. */
const GROUPS = [
  {
    title: '600 functions that share a directory of code',
    code: 'shared', functions: 600, functionsPerStack: 50,
    approaches: ['bare', 'rule', 'blowtorch', 'warmer', 'warmerInHandler', 'fleet', 'fleetInHandler'],
  },
  { title: '600 functions, each with a directory of its own', code: 'own', functions: 600, functionsPerStack: 50, approaches: ['bare', 'warmer', 'fleet'] },
  { title: '600 functions with inline code', code: 'inline', functions: 600, functionsPerStack: 50, approaches: ['bare', 'warmer', 'fleet'] },
  { title: '600 functions in as few stacks as hold them', code: 'shared', functions: 600, functionsPerStack: 150, approaches: ['bare', 'fleet'] },
  { title: '2,000 functions in as few stacks as hold them', code: 'shared', functions: 2000, functionsPerStack: 150, approaches: ['bare', 'fleet'] },
];

async function main() {
  for (const [file, cure] of [[CDK, 'npm ci'], ['lib/index.js', 'npx projen compile'], [BLOWTORCH, 'npm ci in the folder bench']]) {
    if (!existsSync(path.join(PROJECT, file))) {
      throw new MissingError(`${file} is missing. Run \`${cure}\`.`);
    }
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeCode(folder);

  const cases = GROUPS.flatMap(({ code, functions, functionsPerStack, approaches }, group) => approaches.map((approach) => ({
    label: { group, approach },
    command: process.execPath,
    args: ['synth/measure.mjs', approach, code, String(functions), String(functionsPerStack), folder],
  })));
  const setup = { folder: path.join(PROJECT, 'bench'), environment: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } };
  const results = await runInterleaved(cases, ROUNDS, setup, (text) => console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`));

  const groups = GROUPS.map(({ title, functions }, index) => ({
    title,
    functions,
    runs: Object.fromEntries(results.filter(({ label }) => label.group === index).map(({ label, runs }) => [label.approach, runs])),
  }));
  const text = synthReport(groups, {
    rounds: ROUNDS,
    command: COMMAND,
    versions: { 'aws-cdk-lib': versionOf(CDK), '@wheatstalk/cdk-lambda-blowtorch': versionOf(BLOWTORCH) },
  });
  writeFileSync(path.join(PROJECT, 'bench', 'SYNTH.md'), text);
  console.log(text);
}

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

await run(main);
