/* What the construct counts on when it reckons costs and sizes a dispatcher, as its source says. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MissingError } from '../main.mjs';

const SOURCES = {
  answeringMs: ['src/cost/cost-model.ts', 'DEFAULT_ANSWERING_MS'],
  dispatcherMs: ['src/cost/cost-model.ts', 'DISPATCHER_MS'],
  dispatcherMsPerPing: ['src/cost/cost-model.ts', 'DISPATCHER_MS_PER_PING'],
  holdMsPerPing: ['src/fan-out/dispatched.ts', 'HOLD_MS_PER_PING'],
  pingsPerCpuSecond: ['src/fan-out/dispatcher.ts', 'PINGS_PER_CPU_SECOND'],
};

export function readAssumed(project) {
  return Object.fromEntries(Object.entries(SOURCES).map(([name, [file, constant]]) => {
    const value = new RegExp(`const ${constant} = (\\d+);`).exec(readFileSync(path.join(project, file), 'utf8'))?.[1];
    if (!value) {
      throw new MissingError(`${file} has no number ${constant} any more, with which the figures are compared.`);
    }
    return [name, Number(value)];
  }));
}
