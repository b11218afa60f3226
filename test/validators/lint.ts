import { spawnSync } from 'child_process';
import { pythonProgram } from '../../tools/python';

/** A dependency that a reference implies already: CDK's own Function writes one on its role. */
const REDUNDANT_DEPENDENCY = 'W3005';

/** The errors and warnings that cfn-lint has for templates. Call `ensurePython()` first. */
export function lint(...templates: string[]): string {
  const { status, stdout, stderr } = spawnSync(pythonProgram('cfn-lint'), ['--ignore-checks', REDUNDANT_DEPENDENCY, '--regions', 'us-east-1', '--', ...templates], { encoding: 'utf8' });
  // 0: nothing found; else the sum of 2 for errors, 4 for warnings and 8 for information. 1 is a failure of its own.
  if (status === null || status % 2 === 1) {
    throw new Error(`cfn-lint ended with ${status}: ${stderr}`);
  }
  return stdout;
}
