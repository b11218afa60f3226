/*
 * Packs what runs inside users' functions into the layers that the construct adds to them. The same sources give the
 * same bytes on every machine, because the hash of a layer's content decides whether functions are deployed anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { zipSync, Zippable } from 'fflate';
import { PROJECT_FOLDER } from './folders';

const RUNTIME = path.join(PROJECT_FOLDER, 'runtime');

/** Where Lambda looks for packages: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html */
const LAYERS = {
  nodejs: {
    from: 'nodejs',
    to: 'nodejs/node_modules/cdk-lambda-warmer-runtime',
    files: ['index.cjs', 'index.mjs', 'package.json', 'redirect.mjs'],
  },
  python: {
    from: 'python/cdk_lambda_warmer_runtime',
    to: 'python/cdk_lambda_warmer_runtime',
    files: ['__init__.py', 'redirect.py'],
  },
};

export type LayerName = keyof typeof LAYERS;
export const LAYER_NAMES = Object.keys(LAYERS) as LayerName[];

export function layerFile(name: LayerName): string {
  return path.join(RUNTIME, 'layers', `${name}.zip`);
}

export function packLayer(name: LayerName): Uint8Array {
  const { from, to, files } = LAYERS[name];
  const entries = files.map((file): [string, Zippable[string]] => [`${to}/${file}`, [
    readFileSync(path.join(RUNTIME, from, file)),
    // Regular files that everyone may read: Lambda extracts them as another user.
    { os: 3, attrs: 0o100644 * 0x10000 },
  ]]);
  // The oldest date that a zip can hold, in local time as it holds it.
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: new Date(1980, 0, 1) });
}

if (require.main === module) {
  mkdirSync(path.join(RUNTIME, 'layers'), { recursive: true });
  for (const name of LAYER_NAMES) {
    const bytes = packLayer(name);
    writeFileSync(layerFile(name), bytes);
    console.log(`${path.relative(PROJECT_FOLDER, layerFile(name))}: ${bytes.length} bytes`);
  }
}
