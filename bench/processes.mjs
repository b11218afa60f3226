import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs each case in a process of its own, one after the other and round after round, so that whatever else the machine
 * does meets all cases alike. Returns the cases with the median, lowest and highest of what their processes measured, and
 * all of that, round by round.
 */
export async function runInterleaved(cases, rounds, setup, progress = () => undefined) {
  // Not counted: fills the caches of the file system, and those of Python's compiler.
  for (const one of cases) {
    await runProcess(one, setup);
  }

  const results = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    progress(`Round ${round + 1} of ${rounds}`);
    for (const [index, one] of cases.entries()) {
      results[index].push(await runProcess(one, setup));
    }
  }
  return cases.map(({ label }, index) => {
    const ns = results[index].map((result) => result.ns ?? median(result.nsPerEvent));
    return { label, ns: median(ns), lowest: Math.min(...ns), highest: Math.max(...ns), callsPerEvent: results[index][0].callsPerEvent, runs: results[index] };
  });
}

async function runProcess({ command, args, environment }, setup) {
  const { stdout } = await promisify(execFile)(command, args, { cwd: setup.folder, env: { ...setup.environment, ...environment } });
  return JSON.parse(stdout);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
