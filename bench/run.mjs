/*
 * Measures all parts, or those that are named, one after the other; then writes the page, its plots, and the README's
 * figures. With `--quick` only to see that everything works: with few rounds, and into a temporary folder.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MissingError, run } from './main.mjs';
import { PARTS, RESULTS, commandOf } from './parts.mjs';
import { writeReport } from './report.mjs';
import { measured, save } from './results.mjs';

async function main() {
  const { values: { quick }, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } });
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
  for (const name of names) {
    const problem = PARTS[name] ? PARTS[name].missing() : `There is no part '${name}': write ${Object.keys(PARTS).join(', ')}, or none of them for all.`;
    if (problem) {
      throw new MissingError(problem);
    }
  }

  const folder = quick ? quickFolder(names) : undefined;
  const results = folder ? path.join(folder, 'results') : RESULTS;
  for (const [index, name] of names.entries()) {
    const part = PARTS[name];
    const heading = `${name} (${index + 1} of ${names.length})`;
    say(`${heading}: ${quick ? 'few rounds' : `about ${part.minutes} minutes`}`);
    const result = await measured(name, part, { command: commandOf(name), quick, progress: (text) => say(`${heading}: ${text}`) });
    say(`${heading}: wrote ${save(results, result)} after ${result.minutes} minutes`);
  }
  writeReport({ results, into: folder });
}

/** What is not measured now is taken from what is committed. */
function quickFolder(names) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-quick-'));
  cpSync(RESULTS, path.join(folder, 'results'), { recursive: true });
  names.forEach((name) => rmSync(path.join(folder, 'results', `${name}.json`), { force: true }));
  return folder;
}

function say(text) {
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);
}

await run(main);
