/*
 * Runs the tests in Python, and reports each as one of ours.
 */
import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ensurePython, pythonProgram } from '../../tools/python';

interface Result {
  readonly name: string;
  readonly failed: boolean;
}

function runPytest(): { results: Result[]; output: string } {
  ensurePython();
  const folder = mkdtempSync(path.join(tmpdir(), 'pytest-'));
  try {
    const report = path.join(folder, 'report.xml');
    const { stdout, stderr } = spawnSync(pythonProgram('python'), ['-m', 'pytest', '-p', 'no:cacheprovider', '--quiet', `--junitxml=${report}`], {
      cwd: __dirname,
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    const cases = existsSync(report) ? readFileSync(report, 'utf8').matchAll(/<testcase ([^>]*?)(\/>|>(.*?)<\/testcase>)/gs) : [];
    const results = [...cases].map(([, attributes, , content = '']) => ({
      name: ['classname', 'name'].map((name) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)![1]).join(' '),
      failed: /<(failure|error)\b/.test(content),
    }));
    return { results, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { results, output } = runPytest();

test('pytest runs the tests of the package for Python', () => {
  if (results.length === 0 || results.some(({ failed }) => failed)) {
    throw new Error(output);
  }
});

test.each(results)('$name', ({ failed }) => {
  expect(failed).toBe(false);
});
