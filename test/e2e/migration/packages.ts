import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { MIGRATION_FOLDER } from './guides';
import { once, step } from '../../../tools/consumers/steps';
import { PROJECT_FOLDER } from '../../../tools/folders';
import { findPython } from '../../../tools/python';

const PINS = path.join(PROJECT_FOLDER, 'test', 'migration');
const PYTHON = path.join(MIGRATION_FOLDER, 'python', 'bin');

/** A program of the Python environment that has Zappa. */
export function zappaProgram(name: string): string {
  return path.join(PYTHON, name);
}

/** Installs what the guides come from, in the versions that are pinned in test/migration. */
export async function ensurePackages(): Promise<void> {
  mkdirSync(MIGRATION_FOLDER, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'requirements.txt']) {
    cpSync(path.join(PINS, file), path.join(MIGRATION_FOLDER, file));
  }
  await Promise.all([
    once(MIGRATION_FOLDER, 'package-lock.json', installNpm),
    once(MIGRATION_FOLDER, 'requirements.txt', installPython),
  ]);
}

/** Without their peers: the CDK is that of the project, and OpenNext builds no Next.js app here. */
async function installNpm(): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await step('Installing OpenNext, blowtorch and the plugin (once)', 'npm', ['ci', '--legacy-peer-deps', ...quiet], { cwd: MIGRATION_FOLDER });
}

async function installPython(): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile', '--quiet'];
  await step('Creating a Python environment for Zappa', findPython('which Zappa runs on'), ['-m', 'venv', '--clear', 'python'], { cwd: MIGRATION_FOLDER });
  // What has no wheel is built with what is pinned too, and not with the newest of that day.
  const pinned = readFileSync(path.join(MIGRATION_FOLDER, 'requirements.txt'), 'utf8').split(/\n(?=\S)/);
  writeFileSync(path.join(MIGRATION_FOLDER, 'build.txt'), pinned.filter((entry) => /^setuptools==/.test(entry)).join('\n'));
  for (const [title, file] of [['Installing what Zappa is built with', 'build.txt'], ['Installing Zappa (once)', 'requirements.txt']]) {
    await step(title, zappaProgram('python'), [...pip, '--no-build-isolation', '--require-hashes', '-r', file], { cwd: MIGRATION_FOLDER });
  }
}
