import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { zipSync } from 'fflate';
import { CONSUMERS_FOLDER, packageFolder, SOURCES } from './packages';
import { capture, need, step } from './steps';

const WORK = path.join(CONSUMERS_FOLDER, 'go');
const PROXY = path.join(CONSUMERS_FOLDER, 'go-proxy');
const MODULES = path.join(CONSUMERS_FOLDER, 'go-modules');
const MODULE = 'github.com/cdk-lambda-warmer/cdk-lambda-warmer-go/cdklambdawarmer';

export const GO_APP = path.join(WORK, 'app');

/** What it fetches may be deleted, and optimizing takes longer than the app runs. */
export const GO_ENVIRONMENT = {
  GOMODCACHE: MODULES,
  GOCACHE: path.join(CONSUMERS_FOLDER, 'go-build'),
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  GOFLAGS: '-modcacherw "-gcflags=all=-N -l" "-ldflags=-s -w"',
};

/** Compiles the app with the generated package, and the CDK with it. */
export async function prepareGo(): Promise<void> {
  need('Go', 'go', ['version'], /go(\d+)\.(\d+)/, [1, 25], 'the Go consumer');
  cpSync(path.join(SOURCES, 'go'), WORK, { recursive: true });
  // The package asks for the versions that it was generated with.
  await step('Go: compiling the app with the CDK (the first time some minutes)', 'go', ['build', '-mod=mod', '-o', GO_APP, '.'], { cwd: WORK, env: GO_ENVIRONMENT });
}

/** Makes a proxy of modules that has the generated package in a version, and returns how Go is told of it. */
export async function provideGoPackageAs(version: string): Promise<NodeJS.ProcessEnv> {
  const folder = path.join(packageFolder('go'), 'cdklambdawarmer');
  const mod = Buffer.from(withVersionsOfConsumer(readFileSync(path.join(folder, 'go.mod'), 'utf8')));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(folder, name)).isFile());
  const content = Object.fromEntries(files.map((name) => [
    `${MODULE}@v${version}/${name.split(path.sep).join('/')}`,
    name === 'go.mod' ? mod : readFileSync(path.join(folder, name)),
  ]));

  const versions = path.join(PROXY, ...MODULE.split('/'), '@v');
  // A version never changes for Go, which keeps what it has once fetched.
  for (const kept of [PROXY, path.join(MODULES, 'github.com', 'cdk-lambda-warmer'), path.join(MODULES, 'cache', 'download', 'github.com', 'cdk-lambda-warmer')]) {
    rmSync(kept, { recursive: true, force: true });
  }
  mkdirSync(versions, { recursive: true });
  writeFileSync(path.join(versions, 'list'), `v${version}\n`);
  writeFileSync(path.join(versions, `v${version}.info`), JSON.stringify({ Version: `v${version}`, Time: '2026-01-01T00:00:00Z' }));
  writeFileSync(path.join(versions, `v${version}.mod`), mod);
  writeFileSync(path.join(versions, `v${version}.zip`), zipSync(content, { level: 0 }));
  return { GOPROXY: `${pathToFileURL(PROXY)},${(await capture('go', ['env', 'GOPROXY'])).trim()}`, GONOSUMDB: MODULE };
}

/** The package with what the consumer takes, whose go.mod says why. */
function withVersionsOfConsumer(mod: string): string {
  const consumer = readFileSync(path.join(SOURCES, 'go', 'go.mod'), 'utf8');
  return mod.replace(/^(\t(\S+)) v\S+/gm, (line, begin, name) => {
    const replaced = new RegExp(`^\\t${name} => \\S+ (v\\S+)`, 'm').exec(consumer) ?? new RegExp(`^\\t${name} (v\\S+)`, 'm').exec(consumer);
    return replaced ? `${begin} ${replaced[1]}` : line;
  });
}
