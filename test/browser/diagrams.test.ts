/*
 * The diagrams of the docs, drawn by Mermaid in headless Chromium, as GitHub draws them.
 */
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../tools/browser';
import { PROJECT_FOLDER } from '../../tools/folders';

const MERMAID = require.resolve('mermaid/dist/mermaid.min.js');
const PAGES = readdirSync(path.join(PROJECT_FOLDER, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

const DIAGRAMS = PAGES.flatMap((file) => {
  const text = readFileSync(path.join(PROJECT_FOLDER, 'docs', file), 'utf8');
  return [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, source], index): [string, string] => [`${file}, ${index + 1}`, source]);
});

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.addScriptTag({ path: MERMAID });
});

afterAll(() => browser?.close());

/** The words of the diagram as it is drawn; fails where Mermaid does. */
async function draw(source: string): Promise<string> {
  return page.evaluate(async (text) => {
    const mermaid = (globalThis as any).mermaid;
    mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
    const { svg } = await mermaid.render('diagram', text);
    const { body } = (globalThis as any).document;
    body.innerHTML = svg;
    return body.textContent;
  }, source);
}

test('there are some in each guide that explains', () => {
  expect(DIAGRAMS.map(([name]) => name.split(',')[0])).toEqual(expect.arrayContaining(['how-it-works.md', 'choosing-a-strategy.md', 'security-model.md']));
});

test.each(DIAGRAMS)('%s is drawn, with its words', async (_, source) => {
  const words = await draw(source);
  // What stands in quotes or brackets is what readers see.
  const labels = [...source.matchAll(/\["?([^"\]]+)"?\]/g)].map(([, label]) => label.split(/<[^>]+>/)[0].trim());
  expect(words.length).toBeGreaterThan(50);
  for (const label of labels) {
    expect(words).toContain(label);
  }
});

test('a diagram with a mistake is refused', async () => {
  await expect(draw('flowchart LR\n  a --> [')).rejects.toThrow(/Parse error/);
});
