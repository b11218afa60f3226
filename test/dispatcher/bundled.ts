import * as path from 'path';
import { buildSync } from 'esbuild';

const FOLDER = path.join(__dirname, '..', '..', 'src', 'dispatcher');

/**
 * A module of the dispatcher as it is deployed, in one file; each call of what this returns loads it anew. Jest itself
 * cannot load what a module imports only when it needs it.
 */
export function bundled<T>(file: string): () => T {
  const { outputFiles: [{ text }] } = buildSync({
    entryPoints: [path.join(FOLDER, file)], bundle: true, platform: 'node', target: 'node20', format: 'cjs', write: false,
  });
  return () => {
    const loaded: { exports: Partial<T> } = { exports: {} };
    new Function('module', 'exports', 'require', text)(loaded, loaded.exports, jest.requireActual);
    return loaded.exports as T;
  };
}
