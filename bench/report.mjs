/*
 * Writes docs/benchmarks.md, its plots, and the figures in other pages, of what was measured last. With `--check`, writes nothing
 * and fails if one of them is not what it would write. `--results` takes the figures from another folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MissingError, run } from './main.mjs';
import { RESULTS } from './parts.mjs';
import { readAssumed } from './report/assumed.mjs';
import { pagesOf } from './report/page.mjs';
import { PAGES_WITH_PASSAGES } from './report/passages.mjs';
import { readResults } from './report/results.mjs';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** @param into another folder than the project's, in which also the figures of a quick run may be told */
export function writeReport({ results = RESULTS, into } = {}) {
  for (const [file, text] of Object.entries(readPages(results, { quickToo: into !== undefined }))) {
    const target = path.join(into ?? PROJECT, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    console.error(`Wrote ${target}`);
  }
}

function checkReport({ results = RESULTS }) {
  const differing = Object.entries(readPages(results, { quickToo: false }))
    .filter(([file, text]) => !existsSync(path.join(PROJECT, file)) || readFileSync(path.join(PROJECT, file), 'utf8') !== text)
    .map(([file]) => file);
  if (differing.length > 0) {
    throw new MissingError(`${differing.join(', ')}: not what the figures in bench/results make of it. Run \`npm run report\` in the folder bench.`);
  }
}

function readPages(results, { quickToo }) {
  return pagesOf(readResults(results, { quickToo }), {
    assumed: readAssumed(PROJECT),
    handwritten: Object.fromEntries(PAGES_WITH_PASSAGES.map((page) => [page, readFileSync(path.join(PROJECT, page), 'utf8')])),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await run(() => {
    const { values: { check, ...options } } = parseArgs({ options: { check: { type: 'boolean' }, results: { type: 'string' }, into: { type: 'string' } } });
    return check ? checkReport(options) : writeReport(options);
  });
}
