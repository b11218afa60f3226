import { cpSync, mkdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { bundleJournaled } from './bundle';
import { folderOf, MIGRATION_FOLDER, STATES } from './guides';

const OPEN_NEXT = path.join(MIGRATION_FOLDER, 'node_modules', '@opennextjs', 'aws');

/** What `open-next build` makes of its own warmer, by its own code, and a server without Next.js in it. */
export async function buildOpenNext(): Promise<void> {
  const [first, ...others] = STATES.map((state) => path.join(folderOf('opennext', state), '.open-next'));
  mkdirSync(first, { recursive: true });
  const { compileOpenNextConfigNode } = await import(path.join(OPEN_NEXT, 'dist', 'build', 'compileConfig.js'));
  const { createWarmerBundle } = await import(path.join(OPEN_NEXT, 'dist', 'build', 'createWarmerBundle.js'));
  // There is none, so it writes that of who configures nothing.
  compileOpenNextConfigNode('open-next.config.ts', first, []);
  await createWarmerBundle({
    config: { default: {} },
    outputDir: first,
    buildDir: first,
    openNextDistDir: path.join(OPEN_NEXT, 'dist'),
    openNextVersion: JSON.parse(readFileSync(path.join(OPEN_NEXT, 'package.json'), 'utf8')).version,
    nextVersion: 'none',
    minify: true,
    debug: false,
  });
  await bundleJournaled(path.join(__dirname, 'open-next-server.mjs'), path.join(first, 'server-functions', 'default', 'journaled.mjs'));
  others.forEach((other) => cpSync(first, other, { recursive: true }));
}
