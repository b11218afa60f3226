/*
 * The apps of test/consumers, each built and run with the package of its language, as its users do. What that takes stays in
 * .tools/consumers, in the versions that are pinned beside each app.
 */
import { cpSync, readdirSync, rmSync } from 'fs';
import * as path from 'path';
import { GO_APP } from './go';
import { JAVA_APP, MAVEN_ENVIRONMENT } from './java';
import { CONSUMERS_FOLDER, packageFolder, SOURCES } from './packages';
import { PYTHON_WITH_PACKAGE } from './python';
import { once, step } from './steps';

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
    const work = path.join(CONSUMERS_FOLDER, 'python');
    cpSync(path.join(SOURCES, 'python', 'app.py'), path.join(work, 'app.py'));
    return run('Python', work, PYTHON_WITH_PACKAGE, ['app.py']);
  },

  Java: async () => run('Java', JAVA_APP, 'mvn', ['--quiet', '--batch-mode', '--strict-checksums', 'exec:java'], MAVEN_ENVIRONMENT),

  Go: async () => run('Go', path.dirname(GO_APP), GO_APP, []),
};

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
