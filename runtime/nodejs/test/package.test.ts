/*
 * The package as npm would publish it, used by real programs.
 */
import { execFileSync, spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { buildSync } from 'esbuild';
import { unzipSync } from 'fflate';
import * as ts from 'typescript';
import { TOKEN } from './fresh-runtime';
import { packageRuntimes } from '../../../tools/package-runtimes';
import { pythonProgram } from '../../../tools/python';

const PACKAGE = path.join(__dirname, '..');
const SECONDS = 1000;

let folder: string;
let files: string[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'runtime-'));
  const installed = path.join(folder, 'node_modules', 'cdk-lambda-warmer-runtime');
  mkdirSync(installed, { recursive: true });
  const { js } = packageRuntimes('1.2.3', folder);
  const [tarball, ...others] = readdirSync(js);
  expect([tarball, others]).toEqual(['cdk-lambda-warmer-runtime-1.2.3.tgz', []]);
  execFileSync('tar', ['-xzf', path.join(js, tarball), '-C', installed, '--strip-components=1']);
  files = readdirSync(installed).sort();
}, 300 * SECONDS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

function run(args: string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, CDK_LAMBDA_WARMER_TOKEN: TOKEN, ...env } });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

test('holds the code, its types, the README and the licence, and depends on nothing', () => {
  expect(files).toEqual(['LICENSE', 'README.md', 'index.cjs', 'index.d.cts', 'index.d.mts', 'index.mjs', 'package.json']);
  const manifest = jest.requireActual('../package.json');
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).not.toHaveProperty('peerDependencies');
});

/** What TypeScript finds. */
function faults(file: string, options: ts.CompilerOptions): string[] {
  const program = ts.createProgram([file], { ...options, strict: true, noEmit: true, target: ts.ScriptTarget.ES2022 });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const PRINT = `
const answer = withWarming(async (event) => event);
const ping = { cdkLambdaWarmer: { token: process.env.CDK_LAMBDA_WARMER_TOKEN } };
answer(ping).then(({ cdkLambdaWarmer }) => console.log(typeof onWarm, cdkLambdaWarmer.pings));
`;
const AS_MODULE = `import { onWarm, withWarming } from 'cdk-lambda-warmer-runtime';${PRINT}`;
const AS_COMMON = `const { onWarm, withWarming } = require('cdk-lambda-warmer-runtime');${PRINT}`;

test.each([['an ES module', 'use.mjs', AS_MODULE], ['CommonJS', 'use.cjs', AS_COMMON]])('is loaded by %s', (_, name, content) => {
  expect(run([write(name, content)])).toBe('function 1\n');
});

test('is one and the same for ES modules and CommonJS of one process', () => {
  const file = write('both.mjs', `
    import { createRequire } from 'node:module';
    import { withWarming } from 'cdk-lambda-warmer-runtime';
    console.log(createRequire(import.meta.url)('cdk-lambda-warmer-runtime').withWarming === withWarming);
  `);
  expect(run([file])).toBe('true\n');
});

test.each([
  ['esm', 'mjs', AS_MODULE], ['cjs', 'cjs', AS_MODULE], ['esm', 'mjs', AS_COMMON], ['cjs', 'cjs', AS_COMMON],
] as const)('is bundled by esbuild as %s (%#)', (format, extension, content) => {
  const outfile = path.join(folder, `bundle.${extension}`);
  buildSync({ stdin: { contents: content, resolveDir: folder, loader: 'js' }, bundle: true, minify: true, platform: 'node', format, outfile });
  expect(run([outfile])).toBe('function 1\n');
});

test.each<[string, ts.CompilerOptions, string]>([
  ['node10', { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10, ignoreDeprecations: '6.0' }, 'use.ts'],
  ['node16, CommonJS', { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }, 'use.cts'],
  ['node16, ES module', { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }, 'use.mts'],
  ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }, 'use.ts'],
])('has types for TypeScript with %s, which keep the handler\'s', (_, options, name) => {
  const file = write(name, `
    import { onWarm, withWarming } from 'cdk-lambda-warmer-runtime';
    export const handler = withWarming(async (event: { id: number }) => event.id);
    export const result: Promise<number> = handler({ id: 1 });
    onWarm(async () => {});
    // @ts-expect-error no function
    withWarming('index.handler');
    // @ts-expect-error the event's type
    handler({ id: 'one' });
  `);
  expect(faults(file, { ...options, types: [] })).toEqual([]);
});

test('is well typed itself', () => {
  expect(faults(path.join(PACKAGE, 'index.cjs'), {
    allowJs: true, checkJs: true, types: ['node'], module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
  })).toEqual([]);
});

test('two environments restored from one V8 snapshot have ids of their own', () => {
  const entry = `
    const { withWarming } = require('cdk-lambda-warmer-runtime');
    const handler = withWarming(async () => {});
    require('v8').startupSnapshot.setDeserializeMainFunction(() => {
      handler({ cdkLambdaWarmer: { token: process.env.CDK_LAMBDA_WARMER_TOKEN } }).then((answer) => console.log(JSON.stringify(answer)));
    });
  `;
  const script = path.join(folder, 'snapshot.cjs');
  buildSync({ stdin: { contents: entry, resolveDir: folder, loader: 'js' }, bundle: true, platform: 'node', format: 'cjs', outfile: script });
  const blob = path.join(folder, 'snapshot.blob');
  execFileSync(process.execPath, ['--snapshot-blob', blob, '--build-snapshot', script], { cwd: folder, stdio: 'ignore' });
  const answers = [1, 2].map(() => JSON.parse(run(['--snapshot-blob', blob, 'main.js'])).cdkLambdaWarmer);
  expect(answers.map(({ coldStart, pings }) => [coldStart, pings])).toEqual([[true, 1], [true, 1]]);
  expect(answers[0].environmentId).not.toBe(answers[1].environmentId);
});

test('the wheel for PyPI holds the code, its types and the licence, depends on nothing, and works when it is installed', () => {
  const [wheel, ...others] = readdirSync(path.join(folder, 'python'));
  expect([wheel, others]).toEqual(['cdk_lambda_warmer_runtime-1.2.3-py3-none-any.whl', []]);
  const content = unzipSync(readFileSync(path.join(folder, 'python', wheel)));
  const metadata = 'cdk_lambda_warmer_runtime-1.2.3.dist-info';
  expect(Object.keys(content).sort()).toEqual([
    ...['METADATA', 'RECORD', 'WHEEL', 'licenses/LICENSE', 'top_level.txt'].map((file) => `${metadata}/${file}`),
    ...['__init__.py', '__init__.pyi', 'py.typed', 'redirect.py'].map((file) => `cdk_lambda_warmer_runtime/${file}`),
  ]);
  expect(Buffer.from(content[`${metadata}/METADATA`]).toString()).not.toContain('Requires-Dist');

  const installed = path.join(folder, 'site-packages');
  const python = (...args: string[]) => execFileSync(pythonProgram('python'), args, { encoding: 'utf8', env: { CDK_LAMBDA_WARMER_TOKEN: TOKEN, PYTHONPATH: installed } });
  python('-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-index', '--target', installed, path.join(folder, 'python', wheel));
  expect(python('-c', `
from cdk_lambda_warmer_runtime import on_warm, with_warming
print(with_warming(lambda event, context: None)({'cdkLambdaWarmer': {'token': '${TOKEN}'}}, None)['cdkLambdaWarmer']['pings'])
`)).toBe('1\n');
});

test.each(['nodejs', 'python'])('the package for %s carries the project\'s licence', (runtime) => {
  const [own, ofProject] = [path.join(PACKAGE, '..', runtime), path.join(PACKAGE, '..', '..')].map((where) => readFileSync(path.join(where, 'LICENSE'), 'utf8'));
  expect(own).toBe(ofProject);
});
