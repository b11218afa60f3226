/*
 * The apps of test/consumers, each built and run with the package of its language, as its users do. What that takes stays in
 * .tools/consumers, in the versions that are pinned beside each app.
 */
import { createHash } from 'crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { CONSUMERS_FOLDER, packageFolder } from './packages';
import { need, step } from './steps';
import { PROJECT_FOLDER } from '../folders';
import { findPython } from '../python';

const SOURCES = path.join(PROJECT_FOLDER, 'test', 'consumers');

/** Each synthesizes its app and returns the folder of the cloud assembly. */
export const APPS: { readonly [language: string]: () => Promise<string> } = {
  TypeScript: async () => {
    const work = path.join(CONSUMERS_FOLDER, 'typescript');
    cpSync(path.join(SOURCES, 'typescript'), work, { recursive: true });
    await once(work, 'package-lock.json', () => step('TypeScript: npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work }));
    const [tarball] = readdirSync(packageFolder('js'));
    await step('TypeScript: installing the package', 'npm', [
      'install', '--no-save', '--no-package-lock', '--prefer-offline', '--no-audit', '--no-fund', path.join(packageFolder('js'), tarball),
    ], { cwd: work });
    await step('TypeScript: compiling the app', process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: work });
    return run('TypeScript', work, process.execPath, ['app.js']);
  },

  Python: async () => {
    const python = findPython('which the Python consumer is built with');
    const work = path.join(CONSUMERS_FOLDER, 'python');
    const program = path.join(work, 'venv', 'bin', 'python');
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile', '--quiet'];
    cpSync(path.join(SOURCES, 'python'), work, { recursive: true });
    await once(work, 'requirements.txt', async () => {
      await step('Python: creating a virtual environment', python, ['-m', 'venv', '--clear', 'venv'], { cwd: work });
      await step('Python: installing the CDK (once)', program, [...pip, '--require-hashes', '-r', 'requirements.txt'], { cwd: work });
    });
    await step('Python: installing the package', program, [
      ...pip, '--no-index', '--no-deps', '--no-build-isolation', '--force-reinstall', packageFolder('python'),
    ]);
    return run('Python', work, program, ['app.py']);
  },

  Java: async () => {
    need('A JDK', 'javac', ['-version'], /javac (\d+)/, [11], 'the Java consumer');
    need('Maven', 'mvn', ['--version'], /Maven (\d+)\.(\d+)/, [3, 6], 'the Java consumer');
    const work = path.join(CONSUMERS_FOLDER, 'java');
    cpSync(path.join(SOURCES, 'java'), work, { recursive: true });
    // As jsii's own build: to start quickly is worth more here than to run fast.
    const env = { MAVEN_OPTS: '-XX:+TieredCompilation -XX:TieredStopAtLevel=1' };
    const maven = ['--quiet', '--batch-mode', '--strict-checksums', `-Dmaven.repo.local=${path.join(work, 'repository')}`];
    const skipped = ['maven.javadoc.skip', 'maven.source.skip', 'maven.test.skip', 'enforcer.skip'].map((name) => `-D${name}=true`);
    await step('Java: building the package (the first time a minute)', 'mvn', [...maven, ...skipped, 'install'], { cwd: packageFolder('java'), env });
    return run('Java', work, 'mvn', [...maven, 'compile', 'exec:java'], env);
  },

  Go: async () => {
    need('Go', 'go', ['version'], /go(\d+)\.(\d+)/, [1, 25], 'the Go consumer');
    const work = path.join(CONSUMERS_FOLDER, 'go');
    cpSync(path.join(SOURCES, 'go'), work, { recursive: true });
    const env = {
      GOMODCACHE: path.join(CONSUMERS_FOLDER, 'go-modules'),
      GOCACHE: path.join(CONSUMERS_FOLDER, 'go-build'),
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      // What it fetches may be deleted; and the package asks for the versions that it was generated with.
      GOFLAGS: '-modcacherw -mod=mod',
    };
    // Optimizing takes longer than the app runs.
    const build = ['build', '-gcflags=all=-N -l', '-ldflags=-s -w', '-o', 'app', '.'];
    await step('Go: compiling the app with the CDK (the first time some minutes)', 'go', build, { cwd: work, env });
    return run('Go', work, path.join(work, 'app'), []);
  },
};

/** Does what takes long unless it was done with the same versions. */
async function once(folder: string, lockFile: string, work: () => Promise<void>): Promise<void> {
  const stampFile = path.join(folder, `${lockFile}.sha256`);
  const stamp = createHash('sha256').update(readFileSync(path.join(folder, lockFile))).digest('hex');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    await work();
    writeFileSync(stampFile, stamp);
  }
}

async function run(language: string, folder: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const assembly = path.join(CONSUMERS_FOLDER, 'assemblies', language);
  rmSync(assembly, { recursive: true, force: true });
  await step(`${language}: running the app`, program, args, {
    cwd: folder,
    env: {
      ...env,
      CDK_OUTDIR: assembly,
      JSII_RUNTIME_PACKAGE_CACHE_ROOT: path.join(CONSUMERS_FOLDER, 'jsii'),
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    },
  });
  return assembly;
}
