import { execFileSync, spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { PROJECT_FOLDER, TOOLS_FOLDER } from './folders';

const VENV = path.join(TOOLS_FOLDER, 'python');
const REQUIREMENTS = path.join(PROJECT_FOLDER, 'tools', 'python', 'requirements.txt');
const OLDEST = [3, 10];

/** A program of the project's own Python environment. Call `ensurePython()` first. */
export function pythonProgram(name: string): string {
  return path.join(VENV, 'bin', name);
}

/** The folder in which the environment's packages stand. */
export function pythonPackages(): string {
  return execFileSync(pythonProgram('python'), ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' }).trim();
}

/**
 * Sets up a virtual environment inside the project folder, with exactly the packages of requirements.txt, unless it
 * stands already.
 */
export function ensurePython(): void {
  const stampFile = path.join(VENV, 'requirements.sha256');
  const stamp = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return;
  }

  const python = findPython('which the emulator and the tests need');
  console.log(`Setting up Python packages in ${path.relative(PROJECT_FOLDER, VENV)} (once, about a minute) ...`);
  rmSync(VENV, { recursive: true, force: true });
  mkdirSync(TOOLS_FOLDER, { recursive: true });
  run(python, ['-m', 'venv', VENV], 'Creating the virtual environment failed. On Debian and Ubuntu it needs the package python3-venv.');
  run(pythonProgram('python'), ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '--require-hashes', '-r', REQUIREMENTS],
    'Installing the Python packages failed; see above.');
  writeFileSync(stampFile, stamp);
  console.log('Python packages are set up.');
}

/** Any that is new enough; `use` says in the error what for. */
export function findPython(use: string): string {
  const seen: string[] = [];
  for (const candidate of ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const asked = spawnSync(candidate, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });
    if (asked.status === 0) {
      const [major, minor] = asked.stdout.trim().split('.').map(Number);
      if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
        return candidate;
      }
      seen.push(`${candidate} is ${asked.stdout.trim()}`);
    }
  }
  throw new Error(`Python ${OLDEST.join('.')} or newer is needed on the PATH, ${use}: ${seen.length > 0 ? seen.join(', ') : 'none found'}.`);
}

function run(program: string, args: string[], failure: string): void {
  if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0) {
    throw new Error(failure);
  }
}
