import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs each case in a process of its own, one after the other and round after round, so that whatever else the machine
 * does meets all cases alike. Returns the `id` and the `label` of each with what its processes printed, round by round.
 */
export async function runInterleaved(cases, rounds, setup, progress = () => undefined) {
  // Not counted: fills the caches of the file system, and those of Python's compiler.
  for (const one of cases) {
    await runProcess(one, setup);
  }

  const results = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [index, one] of cases.entries()) {
      results[index].push(await runProcess(one, setup));
    }
  }
  return cases.map(({ id, label }, index) => ({ id, label, runs: results[index] }));
}

async function runProcess({ command, args, environment }, setup) {
  const { stdout } = await promisify(execFile)(command, args, { cwd: setup.folder, env: { ...setup.environment, ...environment } });
  return JSON.parse(stdout);
}
