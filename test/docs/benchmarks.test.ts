/*
 * What is told of the benchmarks is what the generator makes of the committed figures.
 */
import { spawnSync } from 'child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const PROJECT = path.join(__dirname, '..', '..');
const RESULTS = path.join(PROJECT, 'bench', 'results');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'benchmarks-'));
  cpSync(RESULTS, path.join(folder, 'results'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [path.join(PROJECT, 'bench', 'report.mjs'), ...args], { encoding: 'utf8' });
}

function check(): { status: number | null; stderr: string } {
  return report('--check', '--results', path.join(folder, 'results'));
}

function change(part: string, edit: (result: any) => void): void {
  const file = path.join(folder, 'results', `${part}.json`);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  edit(result);
  writeFileSync(file, JSON.stringify(result));
}

test('the page, its plots and the README have exactly the committed figures', () => {
  expect(report('--check')).toMatchObject({ status: 0, stderr: '' });
});

test('the generator writes the page, its plots and the README', () => {
  expect(report('--results', path.join(folder, 'results'), '--into', folder).status).toBe(0);

  const plots = ['environments', 'held', 'events', 'loading', 'synthesis'].map((name) => `docs/images/bench-${name}.svg`);
  for (const file of ['docs/benchmarks.md', 'README.md', 'docs/costs.md', ...plots]) {
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(readFileSync(path.join(PROJECT, file), 'utf8'));
  }
});

test('other figures are found wherever they are told', () => {
  change('events', ({ groups, layers }) => {
    groups.nodeEvents.find(({ id }: any) => id === 'lambdaWarmer').runs = [{ nsPerEvent: [987654] }];
    layers[0].bytes = 7123;
  });
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^docs\/benchmarks\.md, docs\/images\/bench-events\.svg, README\.md: not what the figures in bench\/results make of it\./);
});

test.each<[string, string, (result: any) => void, RegExp]>([
  ['a figure', 'coverage', ({ sizes }) => delete sizes[1].approaches[2].ticks[7].heldMs, /coverage\.json lacks a figure: sizes\.1\.approaches\.2\.ticks\.7\.heldMs\. Measure/],
  ['a number', 'coverage', ({ cost }) => { cost.loads[0].runs[0] = null; }, /coverage\.json lacks a figure: cost\.loads\.0\.runs\.0\. Measure it: `npx projen bench coverage`/],
  ['all runs', 'events', ({ groups }) => { groups.pythonSource[2].runs = []; }, /events\.json lacks a figure: groups\.pythonSource\.2\.runs\. /],
  ['a round', 'synth', ({ groups }) => groups[0].apps[0].runs.pop(), /synth\.json lacks a figure: groups\.0\.apps\.0\.runs\.\d+\. /],
  ['a peer', 'coverage', ({ cost }) => cost.loads.pop(), /coverage\.json lacks a figure: cost\.loads\.the one with the id 'blowtorch'\. /],
  ['the machine', 'events', ({ machine }) => delete machine.cpu, /events\.json lacks a figure: machine\.cpu\. /],
])('the generator names what is missing: %s', (_what, part, edit, message) => {
  change(part, edit);
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});

test('the generator names what is missing: a part', () => {
  rmSync(path.join(folder, 'results', 'synth.json'));
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/synth\.json is missing\. Run `npx projen bench synth`/);
});

test('no page is made of a quick run', () => {
  change('coverage', (result) => { result.quick = true; });
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/coverage\.json is of a quick run, whose figures say nothing\. Run `npx projen bench coverage`/);
});
