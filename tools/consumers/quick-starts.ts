/*
 * The pages of docs/quick-starts, followed word for word in an empty folder. Where the packages come from is said by the environment
 * only: the commands are those of the pages, which take what will be published.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { GO_ENVIRONMENT, provideGoPackageAs } from './go';
import { MAVEN_ENVIRONMENT, provideJavaPackageAs } from './java';
import { CONSUMERS_FOLDER, packageFolder, SOURCES } from './packages';
import { PageStep, stepsOf } from './page';
import { PYTHON_WITH_PACKAGE } from './python';
import { localTarball, startRegistry } from './registry';
import { step } from './steps';
import { NO_ACCOUNT } from '../aws-environment';

/** What the pages name is the first release; the packages that are built here have no version yet. */
const FIRST_RELEASE = '0.1.0';
const FOLDER = path.join(CONSUMERS_FOLDER, 'quick-starts');

/** How each language finds the package that is built here, and keeps what it has downloaded. */
const ENVIRONMENTS: { readonly [page: string]: () => Promise<NodeJS.ProcessEnv> } = {
  typescript: async () => ({}),
  python: async () => {
    const wheels = path.join(FOLDER, 'wheels');
    await step('Python: building the wheel', PYTHON_WITH_PACKAGE, [
      '-m', 'pip', 'wheel', '--quiet', '--no-index', '--no-deps', '--no-build-isolation', '--wheel-dir', wheels, packageFolder('python'),
    ]);
    const constraints = path.join(FOLDER, 'constraints.txt');
    const pinned = readFileSync(path.join(SOURCES, 'python', 'requirements.txt'), 'utf8').match(/^[\w.-]+==[^\\\n]+/gm)!;
    // Ours is the one that is built here, whatever the index has by that name.
    writeFileSync(constraints, [...pinned, 'cdk-lambda-warmer==0.0.0'].join('\n'));
    // Both are lists with spaces between.
    const links = [process.env.PIP_FIND_LINKS, pathToFileURL(wheels)].join(' ').trim();
    return { PIP_FIND_LINKS: links, PIP_CONSTRAINT: pathToFileURL(constraints).href, PIP_NO_COMPILE: '1' };
  },
  java: async () => {
    provideJavaPackageAs(FIRST_RELEASE);
    return MAVEN_ENVIRONMENT;
  },
  go: async () => ({ ...GO_ENVIRONMENT, ...await provideGoPackageAs(FIRST_RELEASE) }),
};

export const QUICK_STARTS = Object.keys(ENVIRONMENTS);

/** Follows the pages, and returns of each the folders of its cloud assemblies, one for each time that it synthesizes, or why there are none. */
export async function followQuickStarts(): Promise<Map<string, readonly string[] | Error>> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const registry = await startRegistry([await localTarball()]);
  try {
    // Once by itself: older npm lets two that download the same get in each other's way.
    await step('Fetching the CDK CLI as npx does', 'npx', ['aws-cdk@2', '--version'], { cwd: emptyFolder('cli'), env: npmEnvironment(registry.url) });
    // Side by side: what one downloads, another compiles.
    return new Map(await Promise.all(QUICK_STARTS.map(async (page) => (
      [page, await follow(page, registry.url).catch((error: Error) => error)] as const
    ))));
  } finally {
    await registry.close();
  }
}

function npmEnvironment(registry: string): NodeJS.ProcessEnv {
  return {
    npm_config_registry: registry,
    npm_config_cache: path.join(CONSUMERS_FOLDER, 'npm'),
    npm_config_audit: 'false',
    // What npx asks before it downloads something.
    npm_config_yes: 'true',
  };
}

/** A folder in which npm does not find this project, whose CDK CLI it would run: it takes the nearest one above that has `node_modules`. */
function emptyFolder(page: string): string {
  const folder = path.join(FOLDER, page, 'app');
  mkdirSync(folder, { recursive: true });
  mkdirSync(path.join(FOLDER, page, 'node_modules'));
  return folder;
}

async function follow(page: string, registry: string): Promise<string[]> {
  const env = {
    // The CDK CLI asks for the account that is configured.
    ...NO_ACCOUNT,
    ...npmEnvironment(registry),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_NOTICES: 'false',
    JSII_RUNTIME_PACKAGE_CACHE_ROOT: path.join(CONSUMERS_FOLDER, 'jsii'),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    ...await ENVIRONMENTS[page](),
  };
  const work = emptyFolder(page);
  const assemblies = path.join(FOLDER, page, 'assemblies');
  mkdirSync(assemblies);
  const script = path.join(FOLDER, page, 'page.sh');
  writeFileSync(script, scriptOf(stepsOf(`docs/quick-starts/${page}.md`), path.join(FOLDER, page, 'files'), assemblies));
  await step(`docs/quick-starts/${page}.md`, 'sh', ['-e', script], { cwd: work, env });
  return readdirSync(assemblies).sort().map((name) => path.join(assemblies, name));
}

/** One shell for the whole page, as its reader has one; after each synthesis the assembly is put aside. */
function scriptOf(steps: readonly PageStep[], files: string, assemblies: string): string {
  mkdirSync(files);
  return steps.map((one, index) => {
    if ('commands' in one) {
      return `${one.commands}if [ -d cdk.out ]; then mv cdk.out ${quoted(path.join(assemblies, String(index).padStart(2, '0')))}; fi`;
    }
    const file = path.join(files, String(index));
    writeFileSync(file, one.content);
    return `mkdir -p ${quoted(path.dirname(one.file))} && cp ${quoted(file)} ${quoted(one.file)}`;
  }).join('\n');
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
