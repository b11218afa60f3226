/*
 * The report that the real CDK CLI writes of the example with office hours, opened in headless Chromium: its heat map against what an
 * evaluator of AWS's cron expressions from npm fires by the schedules in the template.
 */
import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { launchBrowser } from '../../tools/browser';
import { PROJECT_FOLDER } from '../../tools/folders';
import { firings, MINUTE_MS, WEEK } from '../schedule/week';

/** A Monday, in minutes of the epoch. */
const MONDAY = Date.parse('2026-11-23T00:00:00Z') / MINUTE_MS;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'example-'));
  execFileSync('npx', ['cdk', 'synth', '--quiet', '--app', 'npx tsx --tsconfig tsconfig.dev.json examples/office-hours/app.ts', '--output', folder], {
    cwd: PROJECT_FOLDER, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The largest concurrency that is asked for in each hour of a week, by the clocks of the schedule's time zone. */
function replayed(): number[] {
  const { Resources } = JSON.parse(readFileSync(path.join(folder, 'OfficeHours.template.json'), 'utf8'));
  const schedules = Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties);
  const hours = new Array<number>(168).fill(0);
  for (const { ScheduleExpression, Target } of schedules) {
    const concurrency = Number(/"concurrency":(\d+)/.exec(JSON.stringify(Target.Input).replace(/\\/g, ''))![1]);
    for (const minute of firings(ScheduleExpression, MONDAY, MONDAY + WEEK)) {
      const hour = Math.floor((minute - MONDAY) / 60);
      hours[hour] = Math.max(hours[hour], concurrency);
    }
  }
  return hours;
}

test("the heat map's cells are what the template's schedules fire", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path.join(folder, 'warming-report.html')).href);
    const rows = page.locator('#week tbody tr');
    expect(await rows.count()).toBe(1);
    expect(await rows.locator('th').innerText()).toContain('Desk');
    expect(await rows.locator('th').innerText()).toContain('Europe/Berlin');
    const cells = (await rows.locator('td[data-value]').evaluateAll((all) => all.map((one: any) => one.dataset.value))).map(Number);
    const expected = replayed();
    expect(cells).toEqual(expected);
    // The lead: ten minutes before eight.
    expect(expected.slice(0, 24)).toEqual([...Array(7).fill(1), ...Array(12).fill(20), ...Array(5).fill(1)]);
    expect(expected.slice(5 * 24, 6 * 24)).toEqual([...Array(7).fill(1), ...Array(5).fill(5), ...Array(12).fill(1)]);
  } finally {
    await browser.close();
  }
});
