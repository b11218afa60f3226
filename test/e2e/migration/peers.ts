/*
 * What the packages say of themselves that the guides come from.
 */
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { Guide, MIGRATION_FOLDER } from './guides';
import { zappaPackages } from './zappa';
import { PROJECT_FOLDER } from '../../../tools/folders';
import { pythonPackages } from '../../../tools/python';

/** The folder of each package. */
const FOLDERS: { readonly [guide in Guide]: () => string } = {
  'lambda-warmer': () => path.join(PROJECT_FOLDER, 'node_modules', 'lambda-warmer'),
  'lambda-warmer-py': () => metadataOf(pythonPackages(), 'lambda_warmer_py'),
  'serverless-plugin-warmup': () => path.join(MIGRATION_FOLDER, 'node_modules', 'serverless-plugin-warmup'),
  'blowtorch': () => path.join(MIGRATION_FOLDER, 'node_modules', '@wheatstalk', 'cdk-lambda-blowtorch'),
  'zappa': () => metadataOf(zappaPackages()[0], 'zappa'),
  'opennext': () => path.join(MIGRATION_FOLDER, 'node_modules', '@opennextjs', 'aws'),
};

function metadataOf(packages: string, name: string): string {
  const folder = readdirSync(packages).find((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.dist-info'));
  return path.join(packages, folder!);
}

/** The options that each documents, where its package has its documentation: a list or headings of them. */
export const OPTIONS: { readonly [guide in Guide]?: () => string[] } = {
  'lambda-warmer': () => named('lambda-warmer', 'README.md', /^### (\w+) \*\(/gm),
  'lambda-warmer-py': () => named('lambda-warmer-py', 'METADATA', /^### `(\w+) \(/gm),
  // Further down it lists those that it had in the past.
  'serverless-plugin-warmup': () => named('serverless-plugin-warmup', 'README.md', /^\* \*\*(\w+)\*\* (?=[^]*### Runtime Configuration)/gm),
  'blowtorch': () => named('blowtorch', 'lib/LambdaBlowtorch.d.ts', /readonly (\w+)/g),
  'zappa': () => named('zappa', 'METADATA', /"(keep_warm\w*|provisioned_concurrency|lambda_handler|snap_start)":/g),
};

/** The version that is installed. */
export function versionOf(guide: Guide): string {
  const folder = FOLDERS[guide]();
  return folder.endsWith('.dist-info')
    ? /^Version: (.+)$/m.exec(readFileSync(path.join(folder, 'METADATA'), 'utf8'))![1]
    : JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

function named(guide: Guide, file: string, pattern: RegExp): string[] {
  return [...readFileSync(path.join(FOLDERS[guide](), file), 'utf8').matchAll(pattern)].map(([, name]) => name);
}
