import * as path from 'path';
import { build } from 'esbuild';
import { MIGRATION_FOLDER } from './guides';

const RUNTIME = path.join(__dirname, '..', '..', '..', 'runtime', 'nodejs', 'index.mjs');

/** Nothing is left to the runtime: the emulator has a client of its own for who asks for the SDK by name. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await bundleWith({}, entry, outfile);
}

/** A handler of a guide, with the journal before it. */
export async function bundleJournaled(handler: string, outfile: string): Promise<void> {
  await bundleWith({ 'handler-of-guide': handler }, path.join(__dirname, 'journaled.mjs'), outfile);
}

async function bundleWith(alias: { readonly [name: string]: string }, entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // What npm would install.
    alias: { 'cdk-lambda-warmer-runtime': RUNTIME, ...alias },
    // For what stands here, and comes from there.
    nodePaths: [path.join(MIGRATION_FOLDER, 'node_modules')],
    banner: { js: "import { createRequire } from 'module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}
