/*
 * The package as npm, pnpm and Yarn install it into an empty project, beside its peers.
 */
import { Dirent, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { CONSUMERS_FOLDER } from './packages';
import { localTarball, startRegistry } from './registry';
import { step } from './steps';
import { PROJECT_FOLDER } from '../folders';

const FOLDER = path.join(CONSUMERS_FOLDER, 'package-managers');

interface PackageManager {
  readonly program: string;
  readonly add: string;
  env(registry: string): NodeJS.ProcessEnv;
}

/** Each keeps what it has downloaded. */
const MANAGERS: { readonly [name: string]: PackageManager } = {
  npm: {
    program: 'npm',
    add: 'install',
    env: (registry) => ({ npm_config_registry: registry, npm_config_cache: path.join(CONSUMERS_FOLDER, 'npm'), npm_config_audit: 'false' }),
  },
  pnpm: {
    program: path.join(PROJECT_FOLDER, 'node_modules', '.bin', 'pnpm'),
    add: 'add',
    env: (registry) => ({
      npm_config_registry: registry,
      npm_config_store_dir: path.join(CONSUMERS_FOLDER, 'pnpm'),
      // What it knows of a registry, whose port is another one each time.
      npm_config_cache_dir: path.join(FOLDER, 'pnpm-cache'),
    }),
  },
  yarn: {
    program: path.join(PROJECT_FOLDER, 'node_modules', '.bin', 'yarn'),
    add: 'add',
    env: (registry) => ({
      YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NODE_LINKER: 'node-modules',
      YARN_ENABLE_GLOBAL_CACHE: 'false',
      YARN_CACHE_FOLDER: path.join(CONSUMERS_FOLDER, 'yarn'),
      YARN_GLOBAL_FOLDER: path.join(FOLDER, 'yarn-global'),
      YARN_ENABLE_TELEMETRY: '0',
    }),
  },
};

export const PACKAGE_MANAGERS = Object.keys(MANAGERS);

export interface Installed {
  readonly folder: string;
  /** What the package manager printed when the package came. */
  readonly output: string;
  /** What is there since then. */
  readonly added: readonly string[];
}

/** What comes of it with each package manager, or why it fails. */
export async function installWithAll(): Promise<Map<string, Installed | Error>> {
  rmSync(FOLDER, { recursive: true, force: true });
  const registry = await startRegistry([await localTarball()]);
  try {
    return new Map(await Promise.all(PACKAGE_MANAGERS.map(async (name) => (
      [name, await install(name, registry.url).catch((error: Error) => error)] as const
    ))));
  } finally {
    await registry.close();
  }
}

async function install(name: string, registry: string): Promise<Installed> {
  const { program, add, env } = MANAGERS[name];
  const { devDependencies: oldest } = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  const folder = path.join(FOLDER, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "app", "version": "1.0.0", "private": true }');
  // By this Yarn knows a project of its own, in a folder of another one.
  writeFileSync(path.join(folder, 'yarn.lock'), '');
  const peers = ['aws-cdk-lib', 'constructs'].map((peer) => `${peer}@${oldest[peer]}`);
  await step(`${name}: installing the peers`, program, [add, ...peers], { cwd: folder, env: env(registry) });
  const before = packagesIn(folder);
  const output = await step(`${name}: installing the package`, program, [add, 'cdk-lambda-warmer'], { cwd: folder, env: env(registry) });
  return { folder, output, added: packagesIn(folder).filter((one) => !before.includes(one)) };
}

/** The names and versions of all packages below a folder, also those that are dependencies of one only. */
function packagesIn(folder: string): string[] {
  const modules = path.join(folder, 'node_modules');
  return foldersIn(modules).flatMap(({ name }) => {
    if (name === '.pnpm') {
      return foldersIn(path.join(modules, name)).flatMap((one) => packagesIn(path.join(modules, name, one.name)));
    }
    const packages = name.startsWith('@') ? foldersIn(path.join(modules, name)).map((one) => path.join(name, one.name)) : [name];
    return packages.map((one) => path.join(modules, one)).filter((one) => existsSync(path.join(one, 'package.json'))).flatMap((one) => {
      const { name: ownName, version } = JSON.parse(readFileSync(path.join(one, 'package.json'), 'utf8'));
      return [`${ownName}@${version}`, ...packagesIn(one)];
    });
  });
}

/** Links are not followed: they lead to packages that are seen elsewhere. */
function foldersIn(folder: string): Dirent[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
}
