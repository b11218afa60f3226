import { execFileSync } from 'child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { brotliDecompressSync } from 'zlib';
import { Browser, chromium } from 'playwright-core';
import { PROJECT_FOLDER, TOOLS_FOLDER } from './folders';

/** A Chromium for Linux x64, packed into an npm package. */
const PACKAGE = '@sparticuz/chromium';

/** As they are called where somebody installed them. */
const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** It runs as root in containers, and has nobody to talk to. */
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--font-render-hinting=none',
];

/** A browser on this machine, and what its process needs. */
interface FoundBrowser {
  readonly executable: string;
  readonly environment: { readonly [name: string]: string };
}

/** Starts a headless Chromium with a profile that is gone when it closes. */
export async function launchBrowser(): Promise<Browser> {
  const { executable, environment } = ensureBrowser();
  return chromium.launch({ executablePath: executable, args: ARGUMENTS, env: { ...process.env, ...environment } as { [name: string]: string } });
}

/** Finds the browser, and unpacks it if it comes packed: nothing is downloaded. Throws if there is none. */
export function ensureBrowser(): FoundBrowser {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!isProgram(given)) {
      throw new Error(`CHROMIUM_PATH is '${given}', which is no program.`);
    }
    return { executable: given, environment: {} };
  }
  if (process.platform === 'linux' && process.arch === 'x64') {
    return unpacked();
  }
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => INSTALLED.map((name) => path.join(folder, name))).find(isProgram);
  if (!onPath) {
    throw new Error(`Chromium is needed to test the report's page. On Linux x64 it comes with \`npm ci\`; on ${process.platform} ${process.arch} install `
      + `Chromium or Google Chrome, and have ${INSTALLED.join(', ')} on the PATH or its program in CHROMIUM_PATH.`);
  }
  return { executable: onPath, environment: {} };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The packaged one, in the folder of its version: with the libraries and the fonts that it brings, the same on every machine. */
function unpacked(): FoundBrowser {
  const packed = path.resolve(path.dirname(createRequire(__filename).resolve(PACKAGE)), '..', '..');
  const { version } = JSON.parse(readFileSync(path.join(packed, 'package.json'), 'utf8'));
  const folder = path.join(TOOLS_FOLDER, `chromium-${version}`);
  if (!existsSync(folder)) {
    console.log(`Unpacking Chromium ${version} into ${path.relative(PROJECT_FOLDER, folder)} (once) ...`);
    unpack(path.join(packed, 'bin'), folder);
  }
  return {
    executable: path.join(folder, 'chromium'),
    environment: { LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_FILE: path.join(folder, 'project-fonts.conf') },
  };
}

function unpack(packed: string, folder: string): void {
  mkdirSync(TOOLS_FOLDER, { recursive: true });
  const work = mkdtempSync(path.join(TOOLS_FOLDER, 'unpacking-'));
  try {
    for (const file of readdirSync(packed).filter((name) => name.endsWith('.br'))) {
      const target = path.join(work, path.basename(file, '.br'));
      writeFileSync(target, brotliDecompressSync(readFileSync(path.join(packed, file))), { mode: 0o755 });
      if (target.endsWith('.tar')) {
        execFileSync('tar', ['-xf', target, '-C', work]);
        rmSync(target);
      }
    }
    writeFileSync(path.join(work, 'project-fonts.conf'), fontsConfiguration(folder));
    renameSync(work, folder);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) {
      throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** No font of the machine, so that pictures look the same wherever they are taken. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
