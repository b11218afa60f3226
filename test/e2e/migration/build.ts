/*
 * Builds what the guides' code becomes before it is deployed: by the tools that a reader has for it, and with a journal before each
 * handler.
 */
import { cpSync } from 'fs';
import * as path from 'path';
import { bundleJournaled } from './bundle';
import { folderOf, STATES, writeGuides } from './guides';
import { buildOpenNext } from './open-next';
import { ensurePackages } from './packages';
import { buildServices } from './serverless';
import { packageZappa } from './zappa';

async function main(): Promise<void> {
  await ensurePackages();
  writeGuides();
  await Promise.all([buildHandlers(), buildServices(), buildOpenNext(), packageZappa()]);
}

async function buildHandlers(): Promise<void> {
  for (const state of STATES) {
    for (const guide of ['lambda-warmer', 'blowtorch'] as const) {
      const folder = path.join(folderOf(guide, state), 'handler');
      await bundleJournaled(path.join(folder, 'index.mjs'), path.join(folder, 'journaled.mjs'));
    }
    cpSync(path.join(__dirname, 'journaled.py'), path.join(folderOf('lambda-warmer-py', state), 'handler', 'journaled.py'));
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
