/* The files in which figures wait for the page: raw, with the machine, the versions and the time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem, type } from 'node:os';
import path from 'node:path';

const MAX_LINE = 150;

/** Of the minute before the run: what comes later is its own. */
const LOAD_BEFORE = loadavg()[0];

/** Measures a part, and returns all that its file says. */
export async function measured(name, part, { command, quick, progress }) {
  const startedAt = new Date();
  const results = await part.measure({ quick, progress });
  return {
    part: name,
    command,
    quick,
    startedAt: startedAt.toISOString(),
    minutes: rounded((Date.now() - startedAt) / 60_000),
    machine: {
      cpus: cpus().length,
      cpu: cpus()[0].model.trim(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: type(),
      loadBefore: rounded(LOAD_BEFORE),
    },
    versions: { node: process.versions.node, ...part.versions() },
    ...results,
  };
}

export function save(folder, result) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${result.part}.json`);
  writeFileSync(file, `${written(result)}\n`);
  return file;
}

/** JSON with what is short on one line, so that thousands of figures can still be looked through. */
function written(value, indent = '') {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= MAX_LINE) {
    return line;
  }
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((one) => inner + written(one, inner))
    : Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${written(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${items.join(',\n')}\n${indent}${close}`;
}

/** Nothing here is known better than to a tenth. */
export function rounded(number) {
  return Math.round(number * 10) / 10;
}
