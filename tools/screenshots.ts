/*
 * The report of an app as the README shows it: in light and in dark.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { launchBrowser } from './browser';
import { PROJECT_FOLDER } from './folders';
import { shopApp } from './shop-app';

const FOLDER = path.join(PROJECT_FOLDER, 'docs', 'images');
const WIDTH = 1280;

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const assembly = mkdtempSync(path.join(tmpdir(), 'shop-'));
  shopApp(assembly).synth();
  const browser = await launchBrowser();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height: 1000 } });
      await page.goto(pathToFileURL(path.join(assembly, 'warming-report.html')).href);
      const file = path.join(FOLDER, `warming-report-${colorScheme}.png`);
      // As far as the costs, which are a table like others.
      const { y } = (await page.locator('#costs').boundingBox())!;
      await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height: y } });
      console.log(path.relative(PROJECT_FOLDER, file));
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(assembly, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
