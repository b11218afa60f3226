import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { APPS } from './apps';
import { lint } from './lint';
import { ensurePython } from '../../tools/python';

const SECONDS = 1000;
let folder: string;

beforeAll(() => {
  ensurePython();
  folder = mkdtempSync(path.join(tmpdir(), 'cfn-lint-'));
}, 300 * SECONDS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('cfn-lint finds nothing in the templates of all uses and examples', () => {
  const templates = APPS.flatMap(([, build], index) => {
    const { directory } = build({ outdir: path.join(folder, String(index)) }).app.synth();
    return readdirSync(directory).filter((file) => file.endsWith('.template.json')).map((file) => path.join(directory, file));
  });
  expect(templates.length).toBeGreaterThan(APPS.length);
  expect(lint(...templates)).toBe('');
}, 300 * SECONDS);

test('cfn-lint does look: it finds a fault put in on purpose', () => {
  const template = path.join(folder, 'faulty.template.json');
  writeFileSync(template, JSON.stringify({ Resources: { Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minutes)' } } } }));
  expect(lint(template)).toContain("E3027 'minutes' is not one of");
});
