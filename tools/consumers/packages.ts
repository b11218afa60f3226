import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { step } from './steps';
import { PROJECT_FOLDER, TOOLS_FOLDER } from '../folders';

/** All that the consumers in other languages need, and what becomes of them. */
export const CONSUMERS_FOLDER = path.join(TOOLS_FOLDER, 'consumers');

/** The apps themselves. */
export const SOURCES = path.join(PROJECT_FOLDER, 'test', 'consumers');

/** The packages, each in a folder named after its language. */
const PACKAGES = path.join(CONSUMERS_FOLDER, 'packages');
const LANGUAGES = ['python', 'java', 'go', 'dotnet'];

export function packageFolder(language: 'js' | 'python' | 'java' | 'go' | 'dotnet'): string {
  return path.join(PACKAGES, language);
}

/**
 * Has jsii write the packages of all languages, from what `npx projen compile` has compiled. They are built afterwards by the tools
 * of each language: jsii's own builds take whichever versions are the newest on that day.
 */
export async function generatePackages(): Promise<void> {
  if (!existsSync(path.join(PROJECT_FOLDER, '.jsii'))) {
    throw new Error('Run `npx projen compile` first: the packages are generated from what it compiles.');
  }
  rmSync(PACKAGES, { recursive: true, force: true });
  const env = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };
  const targets = ['js', ...LANGUAGES].flatMap((language) => ['--target', language]);
  await step('Generating the packages', 'npx', ['jsii-pacmak', '--code-only', '--force', '--no-npmignore', '--outdir', PACKAGES, ...targets], { cwd: PROJECT_FOLDER, env });
  useOldestVersions(path.join(packageFolder('java'), 'pom.xml'));
}

/** Of each range of versions, the first: Maven would take the last. */
function useOldestVersions(pom: string): void {
  writeFileSync(pom, readFileSync(pom, 'utf8').replace(/<version>\[([\d.]+),[^)\]]*\)<\/version>/g, '<version>$1</version>'));
}
