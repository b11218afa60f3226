import { execFileSync } from 'child_process';
import { Installed, installWithAll, PACKAGE_MANAGERS } from '../../tools/consumers/package-managers';

const MINUTES = 60_000;

let installed: Awaited<ReturnType<typeof installWithAll>>;

beforeAll(async () => {
  installed = await installWithAll();
}, 10 * MINUTES);

function installedBy(name: string): Installed {
  const found = installed.get(name)!;
  if (found instanceof Error) {
    throw found;
  }
  return found;
}

describe.each(PACKAGE_MANAGERS)('the package from npm\'s tarball, installed by %s beside the oldest peers', (name) => {
  test('brings no warning of a peer', () => {
    expect(installedBy(name).output.split('\n').filter((line) => /peer|ERESOLVE/i.test(line))).toEqual([]);
  });

  test('brings nothing but itself', () => {
    expect(installedBy(name).added).toEqual(['cdk-lambda-warmer@0.0.0']);
  });

  test('loads', () => {
    const { folder } = installedBy(name);
    expect(execFileSync(process.execPath, ['-p', 'typeof require("cdk-lambda-warmer").LambdaWarmer'], { cwd: folder, encoding: 'utf8' })).toBe('function\n');
  });
});
