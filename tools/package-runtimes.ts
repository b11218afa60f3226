/*
 * Packs the packages that run inside functions, for npm and PyPI, with the version that is given: in the repository they
 * have none, because one would change the layers at each release.
 */
import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { PROJECT_FOLDER } from './folders';
import { ensurePython, pythonProgram } from './python';

export interface PackagedRuntimes {
  /** The folder with the tarball for npm. */
  readonly js: string;
  /** The folder with the wheel for PyPI. */
  readonly python: string;
}

export function packageRuntimes(version: string, output: string): PackagedRuntimes {
  const work = mkdtempSync(path.join(tmpdir(), 'runtimes-'));
  const packaged = { js: path.join(output, 'js'), python: path.join(output, 'python') };
  try {
    cpSync(path.join(PROJECT_FOLDER, 'runtime'), work, { recursive: true });
    Object.values(packaged).forEach((folder) => mkdirSync(folder, { recursive: true }));

    setVersion(path.join(work, 'nodejs', 'package.json'), '"version": "0.0.0"', `"version": "${version}"`);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', packaged.js], { cwd: path.join(work, 'nodejs'), stdio: ['ignore', 'ignore', 'inherit'] });

    setVersion(path.join(work, 'python', 'pyproject.toml'), 'version = "0.0.0"', `version = "${version}"`);
    ensurePython();
    execFileSync(pythonProgram('python'), [
      '-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-index', '--no-deps', '--no-build-isolation', '--wheel-dir', packaged.python, '.',
    ], { cwd: path.join(work, 'python'), stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return packaged;
}

function setVersion(file: string, from: string, to: string): void {
  const content = readFileSync(file, 'utf8');
  if (!content.includes(from)) {
    throw new Error(`${path.basename(file)} has no ${from}.`);
  }
  writeFileSync(file, content.replace(from, to));
}

if (require.main === module) {
  const [version] = process.argv.slice(2);
  if (!version) {
    throw new Error('Write the version: package-runtimes.ts 1.2.3');
  }
  packageRuntimes(version, path.join(PROJECT_FOLDER, 'dist', 'runtimes'));
}
