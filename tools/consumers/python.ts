import { cpSync, mkdirSync } from 'fs';
import * as path from 'path';
import { CONSUMERS_FOLDER, packageFolder, SOURCES } from './packages';
import { once, step } from './steps';
import { PROJECT_FOLDER } from '../folders';
import { findPython } from '../python';

const WORK = path.join(CONSUMERS_FOLDER, 'python');

/** A Python with the CDK, in the versions that are pinned beside the app, and the package that is made here. */
export const PYTHON_WITH_PACKAGE = path.join(WORK, 'venv', 'bin', 'python');

/** What the handlers of the examples require: packages as pip fetches them. */
export const WHEELS = path.join(WORK, 'wheels');

export async function preparePython(): Promise<void> {
  const python = findPython('which the Python consumer is built with');
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile', '--quiet'];
  mkdirSync(WORK, { recursive: true });
  cpSync(path.join(SOURCES, 'python', 'requirements.txt'), path.join(WORK, 'requirements.txt'));
  await once(WORK, 'requirements.txt', async () => {
    await step('Python: creating a virtual environment', python, ['-m', 'venv', '--clear', 'venv'], { cwd: WORK });
    await step('Python: installing the CDK (once)', PYTHON_WITH_PACKAGE, [...pip, '--require-hashes', '-r', 'requirements.txt'], { cwd: WORK });
  });
  mkdirSync(WHEELS, { recursive: true });
  cpSync(path.join(PROJECT_FOLDER, 'examples', 'lambda-warmer-py', 'before', 'requirements.txt'), path.join(WHEELS, 'requirements.txt'));
  await once(WHEELS, 'requirements.txt', () => step('Python: fetching what an example requires (once)', PYTHON_WITH_PACKAGE, [
    '-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--quiet', '-r', 'requirements.txt',
  ], { cwd: WHEELS }));
  await step('Python: installing the package', PYTHON_WITH_PACKAGE, [
    ...pip, '--no-index', '--no-deps', '--no-build-isolation', '--force-reinstall', packageFolder('python'),
  ]);
}
