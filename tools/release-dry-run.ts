/*
 * A release up to publishing, in a clone of the last commit: the version and the changelog that its commits ask for, and the packages
 * in that version, as far as this machine builds them. Maven and NuGet build theirs in the workflow only: here their projects are read.
 */
import { execFileSync } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { step } from './consumers/steps';
import { PROJECT_FOLDER, TOOLS_FOLDER } from './folders';
import { ensurePython, pythonProgram } from './python';

const PROJEN = path.join(PROJECT_FOLDER, 'node_modules', 'projen', 'bin', 'projen');
const PACMAK = path.join(PROJECT_FOLDER, 'node_modules', 'jsii-pacmak', 'bin', 'jsii-pacmak');
const CODE = 'code';
const ENVIRONMENT = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };

export interface Release {
  /** The clone, with `dist` as a release leaves it. */
  readonly folder: string;
  readonly version: string;
  readonly tag: string;
  readonly changelog: string;
  /** The version that each package says it has. */
  readonly versions: { readonly [name: string]: string | undefined };
}

/** A clone of the last commit, with what is installed and set up here. Whoever asks for it deletes it. */
export function cloneForRelease(): string {
  if (git(PROJECT_FOLDER, 'rev-parse', '--is-shallow-repository').trim() === 'true') {
    throw new Error('The changelog of a release needs the whole history. Run `git fetch --unshallow`.');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'release-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  git(folder, 'clone', '--quiet', '--no-tags', PROJECT_FOLDER, '.');
  symlinkSync(path.join(PROJECT_FOLDER, 'node_modules'), path.join(folder, 'node_modules'));
  symlinkSync(TOOLS_FOLDER, path.join(folder, '.tools'));
  return folder;
}

/** The version that one more commit makes after a release. */
export async function versionAfter(folder: string, released: string, commit: string): Promise<string> {
  git(folder, 'reset', '--quiet', '--hard', git(PROJECT_FOLDER, 'rev-parse', 'HEAD').trim());
  git(folder, 'tag', '--list').split('\n').filter((tag) => tag !== '').forEach((tag) => git(folder, 'tag', '--delete', tag));
  git(folder, 'tag', `v${released}`);
  git(folder, '-c', 'user.name=release', '-c', 'user.email=release@localhost', 'commit', '--quiet', '--allow-empty', '-m', commit);
  await projen(folder, 'bump');
  return read(folder, 'dist/version.txt');
}

/** Does it all, in the clone that is given. */
export async function release(folder: string): Promise<Release> {
  ensurePython();
  await projen(folder, 'bump');
  const version = read(folder, 'dist/version.txt');
  await projen(folder, 'pre-compile');
  await projen(folder, 'compile');
  await projen(folder, 'package:js');
  await pacmak(folder, 'dist', 'go');
  await pacmak(folder, CODE, 'python', 'java', 'dotnet');
  await step('release: building the wheel', pythonProgram('python'), [
    '-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-index', '--no-deps', '--no-build-isolation', '--wheel-dir', 'dist/python', `${CODE}/python`,
  ], { cwd: folder });
  await projen(folder, 'package:runtimes', version);
  return { folder, version, tag: read(folder, 'dist/releasetag.txt'), changelog: read(folder, 'dist/changelog.md'), versions: versionsIn(folder) };
}

function versionsIn(folder: string): Release['versions'] {
  const nameIn = (place: string, name: RegExp) => readdirSync(path.join(folder, place)).map((file) => name.exec(file)?.[1]).find((found) => found);
  return {
    'npm': nameIn('dist/js', /^cdk-lambda-warmer@(.+)\.jsii\.tgz$/),
    'PyPI': nameIn('dist/python', /^cdk_lambda_warmer-(.+)-py3-none-any\.whl$/),
    'Maven': /<artifactId>cdk-lambda-warmer<\/artifactId>\s*<version>(.+)<\/version>/.exec(read(folder, `${CODE}/java/pom.xml`))?.[1],
    'NuGet': /<PackageVersion>(.+)<\/PackageVersion>/.exec(read(folder, `${CODE}/dotnet/CdkLambdaWarmer/CdkLambdaWarmer.csproj`))?.[1],
    'Go': read(folder, 'dist/go/cdklambdawarmer/version'),
    'the runtime on npm': nameIn('dist/runtimes/js', /^cdk-lambda-warmer-runtime-(.+)\.tgz$/),
    'the runtime on PyPI': nameIn('dist/runtimes/python', /^cdk_lambda_warmer_runtime-(.+)-py3-none-any\.whl$/),
  };
}

async function projen(folder: string, task: string, ...args: string[]): Promise<void> {
  await step(`release: ${task}`, process.execPath, [PROJEN, task, ...args], { cwd: folder, env: ENVIRONMENT });
}

async function pacmak(folder: string, output: string, ...languages: string[]): Promise<void> {
  const targets = languages.flatMap((language) => ['--target', language]);
  await step(`release: generating the package for ${languages.join(', ')}`, process.execPath, [
    PACMAK, '--code-only', '--no-npmignore', '--outdir', output, ...targets,
  ], { cwd: folder, env: ENVIRONMENT });
}

function git(folder: string, ...args: string[]): string {
  // Whatever whoever runs it has set for commits of their own.
  const plain = ['commit.gpgSign=false', 'tag.gpgSign=false', 'core.hooksPath=/dev/null'].flatMap((setting) => ['-c', setting]);
  return execFileSync('git', [...plain, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function read(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), 'utf8').trim();
}

async function main(): Promise<void> {
  const folder = cloneForRelease();
  try {
    const { version, tag, changelog, versions } = await release(folder);
    console.log(`\n${tag}\n\n${changelog}\n\n${Object.entries(versions).map(([name, own]) => `${name}: ${own}`).join('\n')}`);
    const others = Object.entries(versions).filter(([, own]) => own !== version).map(([name]) => name);
    if (others.length > 0) {
      throw new Error(`Not in the version ${version}: ${others.join(', ')}.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  void main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
