import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { ReportData } from '../../src/report/report-data';
import { reportPage } from '../../src/report/report-page';
import { launchBrowser } from '../../tools/browser';
import { sampleReport } from '../report/sample-report';

/** In the browser, of which TypeScript knows nothing here. */
declare const document: any;
declare const getComputedStyle: (element: any) => any;

const MARKUP = '<img src=x onerror="globalThis.hit=1">';
/** Landscape, without its margins, in pixels. */
const A4 = { width: 1039, height: 710 };
const AA = 4.5;

let browser: Browser;
let folder: string;
let url: string;
/** Of the page under test. */
let page: Page;
let requests: string[];
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'report-'));
  browser = await launchBrowser();
});

afterEach(async () => {
  await page.context().close();
  // Whatever a test is about.
  expect(requests).toEqual([url]);
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(data: ReportData = sampleReport(), options?: BrowserContextOptions): Promise<void> {
  const file = path.join(folder, 'warming-report.html');
  writeFileSync(file, reportPage(data, 'warming-report.json'));
  url = pathToFileURL(file).href;
  [requests, complaints] = [[], []];
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  page = await context.newPage();
  await page.goto(url);
}

function section(id: string): Locator {
  return page.locator(`#${id}`);
}

/** The last names of the paths in the first column, from top to bottom, of rows that are shown. */
async function names(id: string): Promise<string[]> {
  const paths = await section(id).locator('tbody tr:visible th .path').allTextContents();
  return paths.map((one) => one.slice(one.lastIndexOf('/') + 1));
}

function header(id: string, name: string): Locator {
  return section(id).getByRole('columnheader', { name, exact: true });
}

async function clickOn(id: string, name: string): Promise<void> {
  await header(id, name).getByRole('button').click();
}

function boundsOf(locator: Locator) {
  return locator.evaluate((element) => {
    const { x, y, width } = (element as any).getBoundingClientRect();
    return { x, y, width };
  });
}

/** What is written on the page in a colour that is too near to that below it. */
function illegible(least: number): Promise<string[]> {
  return page.evaluate((needed) => {
    const channels = (color: string) => color.match(/[\d.]+/g)!.map(Number);
    const luminance = (color: string) => {
      const linear = (value: number) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      const [red, green, blue] = channels(color).map((channel) => linear(channel / 255));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const isClear = (color: string) => channels(color)[3] === 0;
    const groundOf = (element: any): string => {
      const ground = getComputedStyle(element).backgroundColor;
      return isClear(ground) && element.parentElement ? groundOf(element.parentElement) : ground;
    };
    const problems: string[] = [];
    for (const element of document.querySelectorAll('body *:not(script)')) {
      const isText = [...element.childNodes].some((node: any) => node.nodeType === 3 && node.textContent.trim() !== '');
      const { color, fill } = getComputedStyle(element);
      const ink = element.tagName === 'text' ? fill : color;
      if (isText && !isClear(ink) && element.getClientRects().length > 0) {
        const [dark, light] = [luminance(ink), luminance(groundOf(element))].sort((one, other) => one - other);
        const contrast = (light + 0.05) / (dark + 0.05);
        if (contrast < needed) {
          problems.push(`${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`);
        }
      }
    }
    return problems;
  }, least);
}

describe('in headless Chromium, the report', () => {
  test('has the cells of its data', async () => {
    const { functions } = sampleReport();
    await open();
    const cells = await section('week').locator('tbody tr').evaluateAll((rows) => rows.map((row: any) =>
      [...row.querySelectorAll('[data-value]')].map((cell: any) => [cell.dataset.value, cell.textContent, cell.title.replace(/,.*/, '').slice(11)])));
    expect(cells).toEqual(functions.map(({ hours }) => hours.map((value) => [String(value), String(value), String(value)])));
  });

  test('colours a cell by its number, and nothing like something', async () => {
    await open();
    const colours = await section('week').locator('td[data-value]:not(.idle)').evaluateAll((cells) => cells.map((cell: any) =>
      [Number(cell.dataset.value), getComputedStyle(cell).backgroundColor]));
    const byNumber = new Map(colours as [number, string][]);
    expect(colours.every(([value, colour]) => byNumber.get(value as number) === colour)).toBe(true);
    expect(new Set([0, 1, 4, 8, 12, 20, 24, 40].map((value) => byNumber.get(value))).size).toBe(8);
    expect(await section('week').locator('.idle').first().evaluate((cell) => getComputedStyle(cell).backgroundImage)).toContain('gradient');
  });

  test('is a table to those who do not see it', async () => {
    await open();
    const week = section('week').getByRole('table', { name: 'The week, hour by hour' });
    await expect(week.getByRole('row').count()).resolves.toBe(sampleReport().functions.length + 2);
    await expect(week.getByRole('columnheader', { name: 'Tuesday' }).count()).resolves.toBe(1);
    const row = week.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^Shop-Prod\/ ?Checkout\/ ?Pay Europe\/Berlin/ }) });
    await expect(row.getByRole('cell').count()).resolves.toBe(2 + 168);
    await expect(section('quota').getByRole('img', { name: /Friday \d+ to 136, Saturday/ }).count()).resolves.toBe(1);
  });

  test('sorts by a click, and the other way round by another', async () => {
    await open();
    expect((await names('costs')).slice(0, 3)).toEqual(['Pay', 'Confirm', 'Search']);
    expect((await names('costs')).at(-1)).toBe('Tax');
    await expect(header('costs', 'USD a month').getAttribute('aria-sort')).resolves.toBe('descending');

    await clickOn('costs', 'USD a month');
    // What is unknown stays at the end.
    expect((await names('costs')).slice(0, 2)).toEqual(['Stock', 'Profile']);
    expect((await names('costs')).at(-1)).toBe('Tax');
    await expect(header('costs', 'USD a month').getAttribute('aria-sort')).resolves.toBe('ascending');

    // Wherever it was before.
    await clickOn('costs', 'Function');
    await clickOn('costs', 'Function');
    expect((await names('costs'))[0]).toBe('Tax');
    await clickOn('costs', 'USD a month');
    expect((await names('costs')).at(-1)).toBe('Tax');

    await clickOn('costs', 'Most environments');
    expect((await names('costs')).slice(0, 3)).toEqual(['Coupons', 'Search', 'Pay']);
    await expect(section('costs').locator('[aria-sort]').count()).resolves.toBe(1);

    await clickOn('cold', 'Why');
    expect(await names('cold')).toEqual(['Reviews', 'Resize', 'Nightly', 'OnUpload']);
  });

  test('sorts the week by name, by peak and by cost', async () => {
    await open();
    await clickOn('week', 'Peak');
    expect((await names('week')).slice(0, 3)).toEqual(['Coupons', 'Search', 'Pay']);
    await clickOn('week', 'USD a month');
    expect((await names('week')).slice(0, 3)).toEqual(['Pay', 'Confirm', 'Search']);
    await clickOn('week', 'Function');
    const paths = await section('week').locator('th .path').allTextContents();
    expect(paths).toEqual([...paths].sort());
    // A row takes its cells along.
    const { hours } = sampleReport().functions.find((one) => one.path === paths[0])!;
    await expect(section('week').locator('tbody tr').first().locator('[data-value]').allTextContents()).resolves.toEqual(hours.map(String));
  });

  test('sorts by the keyboard', async () => {
    await open();
    await page.locator('#filter').focus();
    await page.keyboard.press('Tab');
    // The region, which scrolls by the arrow keys.
    await expect(page.locator(':focus').getAttribute('role')).resolves.toBe('region');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus').textContent()).resolves.toBe('Peak');
    await page.keyboard.press('Enter');
    await expect(header('week', 'Peak').getAttribute('aria-sort')).resolves.toBe('descending');
    expect((await names('week'))[0]).toBe('Coupons');
    await page.keyboard.press('Space');
    await expect(header('week', 'Peak').getAttribute('aria-sort')).resolves.toBe('ascending');
    expect((await names('week'))[0]).toBe('Profile');
    await expect(page.locator(':focus').evaluate((element) => getComputedStyle(element).outlineStyle)).resolves.toBe('solid');
  });

  test('filters all tables by path and by warmer, and says how many rows match', async () => {
    await open();
    await expect(page.getByRole('status').getAttribute('aria-live')).resolves.toBe('polite');
    await expect(page.getByRole('status').textContent()).resolves.toBe('');

    await page.getByLabel('Filter').fill('API/fleet');
    const ofFleet = ['Basket', 'Catalog', 'Login', 'Orders', 'Profile', 'Search'];
    expect((await names('week')).sort()).toEqual(ofFleet);
    expect((await names('costs')).sort()).toEqual(ofFleet);
    expect(await names('shared')).toEqual(['Dispatcher', 'Fleet']);
    expect(await names('exempt')).toEqual([]);
    await expect(page.getByRole('status').textContent()).resolves.toBe('14 of 36 rows match “API/fleet”');
    await expect(section('exempt').getByRole('table').count()).resolves.toBe(0);

    await page.getByLabel('Filter').fill('Webhooks');
    expect([await names('week'), await names('exempt')]).toEqual([[], ['Webhooks']]);
    await expect(page.getByRole('status').textContent()).resolves.toBe('1 of 36 rows match “Webhooks”');
  });

  test('has keys for the filter', async () => {
    await open();
    await page.keyboard.press('/');
    await expect(page.locator(':focus').getAttribute('id')).resolves.toBe('filter');
    await page.keyboard.type('Images/');
    await expect(page.getByLabel('Filter').inputValue()).resolves.toBe('Images/');
    expect(await names('cold')).toEqual(['OnUpload', 'Resize']);
    await page.keyboard.press('Escape');
    await expect(page.getByLabel('Filter').inputValue()).resolves.toBe('');
    expect(await names('cold')).toHaveLength(4);
    await expect(page.getByRole('status').textContent()).resolves.toBe('');
  });

  test('shows markup as text, and runs none', async () => {
    const data = sampleReport();
    const [first, ...others] = data.functions;
    await open({
      ...data,
      scope: MARKUP,
      functions: [{ ...first, path: `A/${MARKUP}`, warmer: '</script><script>globalThis.hit=1</script>', schedule: MARKUP, timeZone: '"><b onclick="' }, ...others],
      exempt: [{ path: 'A/B', reason: `</td></table>${MARKUP}` }],
    });
    await expect(page.title()).resolves.toBe(`Warming report: ${MARKUP}`);
    await expect(page.locator('h1').textContent()).resolves.toBe(`Warming report: ${MARKUP}`);
    await expect(section('week').locator('tbody tr').first().locator('.path').textContent()).resolves.toBe(`A/${MARKUP}`);
    await expect(section('exempt').locator('td').textContent()).resolves.toBe(`</td></table>${MARKUP}`);
    await page.getByLabel('Filter').fill(MARKUP);
    await expect(page.getByRole('status').textContent()).resolves.toBe(`2 of 35 rows match “${MARKUP}”`);
    await expect(page.locator('img, b, body script + script').count()).resolves.toBe(0);
    await expect(page.evaluate('globalThis.hit')).resolves.toBeUndefined();
  });

  test('would run none either if some got in, and ask for nothing', async () => {
    await open();
    const refused: (string | undefined)[] = [];
    page.on('requestfailed', (request) => refused.push(request.failure()?.errorText));
    const reported = page.waitForEvent('console', (message) => message.text().includes('inline event handler'));
    await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', `<link rel="stylesheet" href="http://127.0.0.1:9/x.css">${markup}`), MARKUP);
    await page.locator('link, img').last().evaluate((image) => image.dispatchEvent(new Event('error')));
    await reported;
    expect(complaints.every((complaint) => complaint.includes('Content Security Policy'))).toBe(true);
    expect(refused).toEqual(['csp', 'csp']);
    await expect(page.evaluate('globalThis.hit')).resolves.toBeUndefined();
    [requests, complaints] = [[url], []];
  });

  test('is legible in light and in dark', async () => {
    const grounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await open(undefined, { colorScheme });
      grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      expect(await illegible(AA)).toEqual([]);
      await page.context().close();
    }
    expect(grounds).toEqual(['rgb(255, 255, 255)', 'rgb(20, 23, 27)']);
  });

  test('prints on landscape paper without controls, with nothing cut off, in light colours', async () => {
    await open(undefined, { viewport: A4, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect(page.evaluate(() => getComputedStyle(document.body).backgroundColor)).resolves.toBe('rgb(255, 255, 255)');
    await expect(page.getByLabel('Filter').isVisible()).resolves.toBe(false);
    await expect(page.locator('.scroll').evaluateAll((regions) => regions.map((one: any) =>
      [getComputedStyle(one).overflow, one.scrollWidth <= one.clientWidth, getComputedStyle(one).maxHeight]))).resolves.toEqual(Array(6).fill(['visible', true, 'none']));
    await expect(section('week').locator('thead').evaluate((head) => getComputedStyle(head).display)).resolves.toBe('table-header-group');
    await expect(section('week').locator('.h8').first().evaluate((cell) => getComputedStyle(cell).printColorAdjust)).resolves.toBe('exact');
    expect(await illegible(AA)).toEqual([]);
  });

  test('is complete without JavaScript, and offers nothing that would need it', async () => {
    const { functions, exempt, notWarmed } = sampleReport();
    await open(undefined, { javaScriptEnabled: false });
    await expect(page.locator('#week tbody tr').count()).resolves.toBe(functions.length);
    await expect(page.locator('#exempt tbody tr').count()).resolves.toBe(exempt.length);
    await expect(page.locator('#cold tbody tr').count()).resolves.toBe(notWarmed.length);
    await expect(page.getByText('All together $179.03 a month, $336.43 at the most.').isVisible()).resolves.toBe(true);
    await expect(page.locator('button').count()).resolves.toBe(0);
    await expect(page.locator('#filter').isVisible()).resolves.toBe(false);
  });

  test('says so where nothing is kept warm, and has nothing to filter', async () => {
    await open({ ...sampleReport(), functions: [], environments: [], sharedCosts: [], enrolled: [], exempt: [], notWarmed: [] });
    await expect(page.getByText('Nothing is kept warm here.').isVisible()).resolves.toBe(true);
    await expect(page.getByLabel('Filter').isVisible()).resolves.toBe(false);
  });

  test('needs no scrolling sideways on a desktop', async () => {
    await open();
    await expect(page.locator('.scroll').evaluateAll((regions) => regions.map((one: any) => one.scrollWidth - one.clientWidth))).resolves.toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('scrolls its tables sideways on a telephone, not the page', async () => {
    await open(undefined, { viewport: { width: 360, height: 740 } });
    await expect(page.evaluate(() => document.documentElement.scrollWidth)).resolves.toBe(360);
    const name = section('week').locator('tbody th').first();
    const before = await boundsOf(name);
    await section('week').locator('.scroll').evaluate((region: any) => { region.scrollLeft = 500; });
    // The first column stays.
    expect(await boundsOf(name)).toEqual(before);
    expect((await boundsOf(section('week').locator('td[data-value]').first())).x).toBeLessThan(0);
  });

  test('takes 600 functions: sorted, filtered, and below a header that stays', async () => {
    const data = sampleReport();
    const functions = Array.from({ length: 600 }, (_, index) => ({ ...data.functions[index % data.functions.length], path: `Many/Fn${index}`, monthlyUsd: (index * 7) % 600 }));
    await open({ ...data, functions });
    await expect(section('week').locator('[data-value]').count()).resolves.toBe(600 * 168);

    await clickOn('week', 'USD a month');
    const byCost = [...functions].sort((one, other) => other.monthlyUsd - one.monthlyUsd).map((one) => one.path.slice('Many/'.length));
    expect(await names('week')).toEqual(byCost);
    // By number, not by character.
    await clickOn('week', 'Function');
    expect((await names('week')).slice(8, 12)).toEqual(['Fn8', 'Fn9', 'Fn10', 'Fn11']);

    const [head, region] = [section('week').locator('thead .day').first(), section('week').locator('.scroll')];
    const before = await boundsOf(head);
    await region.evaluate((element: any) => { element.scrollTop = 9000; });
    expect(await boundsOf(head)).toEqual(before);

    await page.getByLabel('Filter').fill('fn59');
    expect(await names('week')).toEqual(['Fn59', ...Array.from({ length: 10 }, (_, index) => `Fn59${index}`)]);
  });
});
