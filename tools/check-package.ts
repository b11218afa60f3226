/*
 * What npm would publish: exactly what users need, in a tarball from which the library loads.
 */
import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import * as path from 'path';
import { PROJECT_FOLDER } from './folders';

const DISPATCHER = 'assets/dispatcher/dispatcher.lambda/index.js';
const PLANNER = 'assets/account/planner/planner.lambda/index.js';
const EXPECTED = new RegExp('^(\\.jsii|API\\.md|CHANGELOG\\.md|LICENSE|NOTICE|README\\.md|package\\.json|lib/(?!dispatcher/|account/planner/)[\\w/-]+\\.(js|d\\.ts)'
  + '|lib/dispatcher/(plan|dispatcher-function)\\.(js|d\\.ts)|lib/account/planner/(settings|planner-function)\\.(js|d\\.ts)'
  + `|${DISPATCHER}|${PLANNER}|runtime/layers/\\w+\\.zip|report/page\\.(css|js))$`);
const NEEDED = [
  '.jsii', 'API.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'package.json', 'lib/index.js', 'lib/index.d.ts', DISPATCHER, PLANNER,
  'runtime/layers/nodejs.zip', 'runtime/layers/python.zip', 'report/page.css', 'report/page.js',
];
/** Two thirds of it are what jsii writes: its assembly, and in each file the sources once more. What npm downloads is a quarter. */
const MAX_UNPACKED_BYTES = 3_200_000;

/** Reserved words that are names all the same: Go writes the one with a capital, and Python `except_`. */
const MEANT = ['select', 'except'];

/** An app of a consumer, whose functions get the layers that the package carries. */
const SYNTHESIZE = `
  const { App, Stack } = require('aws-cdk-lib');
  const lambda = require('aws-cdk-lib/aws-lambda');
  const { AccountWarmer, LambdaWarmer, WarmingPayload } = require('cdk-lambda-warmer');
  const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  for (const runtime of [lambda.Runtime.NODEJS_LATEST, lambda.Runtime.PYTHON_3_14]) {
    const target = new lambda.Function(stack, runtime.name, { runtime, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    new LambdaWarmer(target, 'Warmer', { target, concurrency: 2 });
  }
  new AccountWarmer(stack, 'Account', { payload: WarmingPayload.ofType('warmer') });
  const directory = require('path').resolve(app.synth().directory);
  const { existsSync, readdirSync } = require('fs');
  const assets = readdirSync(directory).filter((name) => name.startsWith('asset.')).map((name) => directory + '/' + name);
  // Two layers, and the code of the dispatcher and of the planner, which must load without anything beside it.
  [assets.length, ...assets.map((asset) => asset + '/index.js').filter(existsSync).map((code) => typeof require(code).handler)].join()
`;

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  try {
    const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: PROJECT_FOLDER, encoding: 'utf8' }));
    const files: string[] = packed.files.map((file: { path: string }) => file.path);
    const problems = [
      ...files.filter((file) => !EXPECTED.test(file)).map((file) => `${file} does not belong into the package`),
      ...NEEDED.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
      ...dependencyProblems(),
      ...noticeProblems(),
      ...reservedNames().map((name) => `${name} is a reserved word in one of the languages`),
      ...packed.unpackedSize > MAX_UNPACKED_BYTES ? [`${packed.unpackedSize} bytes are more than ${MAX_UNPACKED_BYTES}`] : [],
    ];
    if (problems.length > 0) {
      throw new Error(problems.join('\n'));
    }

    // A consumer has the package and its peers, and nothing else of this folder.
    const modules = path.join(folder, 'node_modules');
    mkdirSync(path.join(modules, 'cdk-lambda-warmer'), { recursive: true });
    execFileSync('tar', ['-xzf', path.join(folder, packed.filename), '-C', path.join(modules, 'cdk-lambda-warmer'), '--strip-components=1']);
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(path.join(PROJECT_FOLDER, 'node_modules', peer), path.join(modules, peer));
    }
    const consumer = (script: string) => execFileSync(process.execPath, ['-p', script], { cwd: folder, encoding: 'utf8' }).trim();
    const names = consumer('Object.keys(require("cdk-lambda-warmer")).join()');
    const inner = names.split(',').filter((name) => !/^[A-Z]/.test(name));
    if (inner.length > 0) {
      throw new Error(`${inner.join(', ')} is exported, which is no class and no enum.`);
    }
    const found = consumer(SYNTHESIZE);
    if (found !== '4,function,function') {
      throw new Error(`An app that takes the library from the package synthesizes '${found}' instead of two layers, a dispatcher and a planner that load.`);
    }
    console.log(`${files.length} files, ${packed.unpackedSize} bytes, ${packed.size} packed; exports ${names}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing comes with it, and it stands beside the CDK alone. */
function dependencyProblems(): string[] {
  const { peerDependencies, ...manifest } = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  const kinds = ['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'].filter((kind) => Object.keys(manifest[kind] ?? {}).length > 0);
  const peers = Object.keys(peerDependencies).filter((name) => !['aws-cdk-lib', 'constructs'].includes(name));
  return [...kinds.map((kind) => `package.json has ${kind}`), ...peers.map((name) => `package.json has the peer ${name}`)];
}

/** What is bundled, by the names that esbuild leaves in the bundles, has to stand in NOTICE, and nothing else. */
function noticeProblems(): string[] {
  const notice = readFileSync(path.join(PROJECT_FOLDER, 'NOTICE'), 'utf8');
  const bundles = [DISPATCHER, PLANNER].map((file) => readFileSync(path.join(PROJECT_FOLDER, file), 'utf8')).join();
  const bundled = new Set([...bundles.matchAll(/^\s*\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(([, name]) => name));
  const named = new Set(notice.split('\n').filter((line) => line.startsWith('- ')).flatMap((line) => line.slice(2).split(':')[0].split(' and ')));
  return [
    ...[...bundled].filter((name) => !named.has(name)).map((name) => `${name} is bundled, and not in NOTICE`),
    ...[...named].filter((name) => !bundled.has(name)).map((name) => `${name} is in NOTICE, and not bundled`),
  ];
}

/** The names in the API that are reserved words in one of the languages. */
function reservedNames(): string[] {
  // jsii's own list, which it does not export.
  const { isReservedName } = createRequire(__filename)(path.join(PROJECT_FOLDER, 'node_modules/jsii/lib/reserved-words.js'));
  const { types } = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, '.jsii'), 'utf8'));
  const members = Object.values<any>(types).flatMap(({ methods = [], properties = [] }) => [...methods, ...properties]);
  const names: string[] = members.flatMap(({ name, parameters = [] }) => [name, ...parameters.map((one: { name: string }) => one.name)]);
  return [...new Set(names)].filter((name) => isReservedName(name) && !MEANT.includes(name));
}

main();
