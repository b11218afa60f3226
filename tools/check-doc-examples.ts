/*
 * Compiles the TypeScript examples of the pages in docs/, and translates them into the other languages, as is done with those of the
 * README: `jsii-rosetta extract --strict`, over a package like this one whose submodules have the pages as their READMEs. Ours are
 * fenced as `ts`; what is fenced as `typescript` is of others, and needs what they need.
 */
import { spawnSync } from 'child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import * as path from 'path';
import { PROJECT_FOLDER, TOOLS_FOLDER } from './folders';

const DOCS = path.join(PROJECT_FOLDER, 'docs');
const WORK = path.join(TOOLS_FOLDER, 'doc-examples');
const CACHE = path.join(TOOLS_FOLDER, 'doc-examples.tabl.json');

const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).sort();
const submodules = Object.fromEntries(pages.map((page) => [`docs/${page}`, { readme: { markdown: ownExamples(path.join(DOCS, page)) } }]));
const assembly = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, '.jsii'), 'utf8'));

rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
for (const part of ['package.json', 'lib', 'node_modules', 'rosetta']) {
  symlinkSync(path.join(PROJECT_FOLDER, part), path.join(WORK, part));
}
writeFileSync(path.join(WORK, '.jsii'), JSON.stringify({ ...assembly, readme: undefined, types: {}, submodules }));

function ownExamples(file: string): string {
  return readFileSync(file, 'utf8').replace(/^```typescript$/gm, '```text');
}

console.log(`Compiling the examples of ${pages.length} pages`);
const { status } = spawnSync('npx', ['jsii-rosetta', 'extract', '--strict', '--cache', CACHE, WORK], { cwd: PROJECT_FOLDER, stdio: 'inherit' });
process.exitCode = status ?? 1;
