import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { unzipSync } from 'fflate';
import { LAYER_NAMES, layerFile } from '../../tools/build-layers';

export const TOKEN = '0d1f6d0c-2f0e-4a3e-9a55-9c2b6c0f7d11';

/** A standard ping. */
export function ping(more: object = {}): object {
  return { cdkLambdaWarmer: { token: TOKEN, ...more } };
}

/** The layers as Lambda mounts them at /opt. */
export function mountLayers(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'opt-'));
  for (const name of LAYER_NAMES) {
    for (const [file, content] of Object.entries(unzipSync(readFileSync(layerFile(name))))) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
  }
  return folder;
}
