import { existsSync, readdirSync, readFileSync, rmSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { PROJECT_FOLDER } from '../../tools/folders';
import { cloneForRelease, Release, release, versionAfter } from '../../tools/release-dry-run';

const MINUTES = 60_000;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly permissions: Record<string, string>;
  readonly steps: readonly Step[];
}

/** projen's own, which writes the workflow with it. */
const { parse } = createRequire(require.resolve('projen'))('yaml');
const TEXT = readFileSync(path.join(PROJECT_FOLDER, '.github', 'workflows', 'release.yml'), 'utf8');
const WORKFLOW: { readonly jobs: Record<string, Job>; readonly permissions?: unknown } = parse(TEXT);
const JOBS = Object.entries(WORKFLOW.jobs);
const STEPS = JOBS.flatMap(([job, { steps }]) => steps.map((step) => ({ job, ...step })));
const PUBLISHING = STEPS.filter(({ run }) => run?.includes('publib'));

describe('a release of the last commit, up to publishing', () => {
  /** What comes after which release, with which commit. */
  const CASES = [
    // Before 1.0.0 a caret takes patches only: what breaks nothing is one.
    ['0.1.0', 'feat: a thing', '0.1.1'],
    ['0.1.0', 'feat!: a thing', '0.2.0'],
    ['1.2.3', 'fix: a thing', '1.2.4'],
    ['1.2.3', 'feat: a thing', '1.3.0'],
  ];
  const clones: string[] = [];
  const versions: string[] = [];
  let released: Release;

  beforeAll(async () => {
    for (let count = 0; count < 2; count++) {
      clones.push(cloneForRelease());
    }
    const bump = async () => {
      for (const [before, commit] of CASES) {
        versions.push(await versionAfter(clones[1], before, commit));
      }
    };
    // Both to their ends: the clones are deleted afterwards.
    const [made, bumped] = await Promise.allSettled([release(clones[0]), bump()]);
    for (const outcome of [made, bumped]) {
      if (outcome.status === 'rejected') {
        throw outcome.reason;
      }
    }
    released = (made as PromiseFulfilledResult<Release>).value;
  }, 10 * MINUTES);

  afterAll(() => clones.forEach((clone) => rmSync(clone, { recursive: true, force: true })));

  test('takes its version from the commits since the release before, and the first is 0.1.0', () => {
    expect(versions).toEqual(CASES.map(([,, version]) => version));
    expect(released.version).toBe('0.1.0');
  });

  test('has packages of all languages in one and the same version', () => {
    expect(new Set(Object.values(released.versions))).toEqual(new Set([released.version]));
    expect(Object.keys(released.versions)).toHaveLength(7);
  });

  test('has a tag, and a changelog of what users notice', () => {
    expect(released.tag).toBe(`v${released.version}`);
    expect(released.changelog).toContain(`## ${released.version} (`);
    expect(released.changelog).toContain('### Features');
    expect(released.changelog).toContain('### Bug Fixes');
    const github = STEPS.find(({ job, run }) => job === 'release_github' && run?.includes('gh release create'))!;
    expect([github.env!.RELEASE_TAG_FILE, github.env!.CHANGELOG_FILE].filter((file) => !existsSync(path.join(released.folder, file)))).toEqual([]);
  });

  // Java's and .NET's are built by their own tools, in the workflow only.
  test.each([
    ['publib-npm', 'nothing', 'dist/js', /\.tgz$/],
    ['publib-pypi', 'nothing', 'dist/python', /\.whl$/],
    ['publib-golang', 'nothing', 'dist/go/cdklambdawarmer', /^go\.mod$/],
    ['publib-npm', 'dist/runtimes/js', 'dist/runtimes/js', /\.tgz$/],
    ['publib-pypi', 'dist/runtimes/python', 'dist/runtimes/python', /\.whl$/],
  ])('leaves what %s publishes, %p being what it is told', (program, argument, folder, file) => {
    expect(publishers()).toContainEqual([program, argument]);
    expect(readdirSync(path.join(released.folder, folder)).filter((name) => file.test(name))).toHaveLength(1);
  });
});

/** The programs that publish, each with the folder that it is told. */
function publishers(): [string, string][] {
  return PUBLISHING.map(({ run }) => {
    const [, program, folder] = /'(publib-\w+)'(?: (\S+))?$/.exec(run!)!;
    return [program, folder ?? 'nothing'];
  });
}

describe('the workflow that releases', () => {
  test('publishes to npm, Maven Central, PyPI, NuGet and as a Go module, and the runtimes beside', () => {
    expect(publishers().map(([program]) => program).sort()).toEqual([
      'publib-golang', 'publib-maven', 'publib-npm', 'publib-npm', 'publib-nuget', 'publib-pypi', 'publib-pypi',
    ]);
  });

  test('publishes to npm, PyPI and NuGet as a trusted publisher, without a token, and to npm with provenance', () => {
    const of = (program: string) => PUBLISHING.filter(({ run }) => run!.includes(program)).map(({ env }) => env);
    expect(of('publib-npm')).toEqual([1, 2].map(() => expect.objectContaining({ NPM_TRUSTED_PUBLISHER: 'true', NPM_CONFIG_PROVENANCE: 'true' })));
    expect(of('publib-pypi')).toEqual([1, 2].map(() => expect.objectContaining({ PYPI_TRUSTED_PUBLISHER: 'true' })));
    expect(of('publib-nuget')).toEqual([expect.objectContaining({ NUGET_TRUSTED_PUBLISHER: 'true' })]);
    expect(TEXT).not.toMatch(/secrets\.(NPM_TOKEN|TWINE_\w+|NUGET_API_KEY)/);
  });

  test('lets each job do no more than it has to', () => {
    const reads = { contents: 'read' };
    const provesWhoItIs = { 'contents': 'read', 'id-token': 'write' };
    expect(WORKFLOW.permissions).toBeUndefined();
    expect(Object.fromEntries(JOBS.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      // projen gives it more than it takes.
      release: { contents: 'write' },
      release_github: { contents: 'write' },
      release_npm: provesWhoItIs,
      release_pypi: provesWhoItIs,
      release_nuget: provesWhoItIs,
      release_runtimes: provesWhoItIs,
      release_maven: reads,
      release_golang: reads,
    });
  });

  test('pins every action, by its commit or by a whole version, and what publishes', () => {
    expect(STEPS.flatMap(({ uses }) => uses ?? []).filter((action) => !/^[\w-]+\/[\w-]+@([0-9a-f]{40}|v\d+\.\d+\.\d+)$/.test(action))).toEqual([]);
    expect(PUBLISHING.filter(({ run }) => !/'publib@\d+\.\d+\.\d+'/.test(run!))).toEqual([]);
  });

  test('publishes nothing in a dry run', () => {
    expect(PUBLISHING.filter(({ env }) => env!.PUBLIB_DRYRUN !== '${{ inputs.dry_run }}')).toEqual([]);
    expect(STEPS.filter(({ run }) => run?.includes('gh release create')).map((step) => step.if)).toEqual(['${{ !inputs.dry_run }}']);
  });
});
