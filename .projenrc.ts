import { awscdk, github, javascript, JsonFile, typescript } from 'projen';

/** The CDK that users need at the least; the unit tests run against this one and against the newest. */
const OLDEST_CDK = '2.258.0';
const NEWEST_CDK = '2.276.0';

/** What publishes the packages: a release takes the same one as the release before it. */
const PUBLIB = '0.2.1061';

/** The tests in their kinds; the unit tests run with both ends of the range of CDK versions that users may have. */
function jestProjects() {
  const common = {
    testEnvironment: 'node',
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
    clearMocks: true,
    modulePathIgnorePatterns: ['<rootDir>/.tools/', '<rootDir>/bench/'],
  };
  const ownName = { '^cdk-lambda-warmer$': '<rootDir>/src' };
  const newest = { ...ownName, '^aws-cdk-lib$': 'aws-cdk-lib-newest', '^aws-cdk-lib/(.*)$': 'aws-cdk-lib-newest/$1' };
  const unit = { ...common, testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/loaders/', '<rootDir>/test/validators/', '<rootDir>/test/e2e/', '<rootDir>/test/browser/', '<rootDir>/test/consumers/'] };
  return [
    { ...unit, displayName: `unit, CDK ${OLDEST_CDK}`, moduleNameMapper: ownName },
    {
      ...unit,
      displayName: `unit, CDK ${NEWEST_CDK}`,
      moduleNameMapper: newest,
      setupFiles: ['<rootDir>/test/no-template-validation.ts'],
      // What runs in AWS knows nothing of the CDK, nor does the page of the benchmarks; and what windows become is arithmetic.
      testPathIgnorePatterns: [
        ...unit.testPathIgnorePatterns, '<rootDir>/test/dispatcher/', '<rootDir>/test/account/planner/', '<rootDir>/test/docs/benchmarks.test.ts',
        ...['fleet/plan-packer', 'provisioned/capacity-plan', 'report/weekly', 'schedule/windows'].map((name) => `<rootDir>/test/${name}.property.test.ts`),
      ],
    },
    { ...common, displayName: 'runtimes', testMatch: ['<rootDir>/runtime/**/*.test.ts'] },
    { ...common, displayName: 'loaders', testMatch: ['<rootDir>/test/loaders/**/*.test.ts'] },
    { ...common, displayName: 'validators', testMatch: ['<rootDir>/test/validators/**/*.test.ts'], moduleNameMapper: newest },
    { ...common, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'], moduleNameMapper: ownName },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'], moduleNameMapper: ownName },
  ];
}

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-lambda-warmer',
  description: 'Keeps AWS Lambda functions warm: one CDK construct that pings their execution environments on a schedule.',
  author: 'cdk-lambda-warmer contributors',
  authorAddress: 'https://github.com/cdk-lambda-warmer',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-lambda-warmer/cdk-lambda-warmer.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-lambda-warmer contributors',
  keywords: [
    'aws',
    'awscdk',
    'aws-cdk',
    'cdk',
    'lambda',
    'serverless',
    'cold-start',
    'lambda-warmer',
    'warmer',
    'warm-up',
    'keep-warm',
    'provisioned-concurrency',
    'eventbridge',
  ],
  stability: 'experimental',

  cdkVersion: OLDEST_CDK,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22.x',
  packageManager: javascript.NodePackageManager.NPM,
  projenVersion: '^0.103.25',
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx({ tsconfig: 'tsconfig.dev.json' }),
  sampleCode: false,
  devDeps: [
    // Bundled into the dispatcher, the request signer into the planner too.
    '@aws-lambda-powertools/metrics@^2.36.0',
    'aws4@^1.13.2',
    '@types/aws4@^1.11.6',
    `aws-cdk-lib-newest@npm:aws-cdk-lib@${NEWEST_CDK}`,
    // 3.0.0 on the registry is an old build published by mistake: stay in the 2.x line.
    'aws-cdk@~2.1148.1',
    '@aws-sdk/client-cloudformation@^3',
    '@aws-sdk/client-cloudwatch@^3',
    '@aws-sdk/client-cloudwatch-logs@^3',
    '@aws-sdk/client-eventbridge@^3',
    '@aws-sdk/client-lambda@^3',
    '@aws-sdk/client-scheduler@^3',
    '@aws-sdk/client-ssm@^3',
    // 7.x needs Node.js 22.
    '@middy/core@^6.4.5',
    '@middy/warmup@^6.4.5',
    // The browser that tests look at the report with, and what drives it: the newest that runs on Node.js 20.16.
    '@sparticuz/chromium@143.0.4',
    'playwright-core@^1.65.1',
    'ajv@^6.15.0',
    // Integration tests in the CDK's own way: their snapshots are checked here, and a maintainer deploys them.
    '@aws-cdk/integ-runner@^2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    // The docs: their links, and their diagrams.
    'mermaid@^11.17.2',
    'remark-cli@^12.0.1',
    'remark-validate-links@^13.1.0',
    // With which users may install the package.
    'pnpm@^10',
    '@yarnpkg/cli-dist@^4.18.1',
    'aws-cron-parser@^1.1.12',
    'cdk-nag@^3.0.2',
    'esbuild@^0.28',
    'fast-check@^4.10.2',
    'fflate@^0.8.3',
    'lambda-warmer@^2.3.0',
  ],

  defaultReleaseBranch: 'main',
  // 13 needs Node.js 22.
  bumpPackage: 'commit-and-tag-version@^12',
  // The first release would be 0.0.0 otherwise, which is what the packages are in the repository.
  nextVersionCommand: 'git rev-parse --verify --quiet "refs/tags/$LATEST_TAG" > /dev/null || echo 0.1.0',
  jsiiReleaseVersion: PUBLIB,
  npmProvenance: true,
  npmTrustedPublishing: true,
  publishToPypi: { distName: 'cdk-lambda-warmer', module: 'cdk_lambda_warmer', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdklambdawarmer',
    mavenGroupId: 'io.github.cdk-lambda-warmer',
    mavenArtifactId: 'cdk-lambda-warmer',
    mavenServerId: 'central-ossrh',
  },
  publishToGo: { moduleName: 'github.com/cdk-lambda-warmer/cdk-lambda-warmer-go' },
  publishToNuget: { dotNetNamespace: 'CdkLambdaWarmer', packageId: 'CdkLambdaWarmer', trustedPublishing: true },

  lambdaOptions: { runtime: awscdk.LambdaRuntime.NODEJS_24_X },

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['.projenrc.ts', 'src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'runtime/**/*.ts', 'tools/**/*.ts'],
    exclude: ['node_modules', 'lib', 'dist', 'cdk.out', '.tools'],
    // Examples and tests write what users write.
    compilerOptions: { rootDir: '.', paths: { 'cdk-lambda-warmer': ['./src/index.ts'] } },
  },
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: true,
    passWithNoTests: false,
    coverageText: false,
    // Also on two cores: the end-to-end tests mostly wait for a schedule to fire.
    extraCliOptions: ['--maxWorkers=3'],
    // The tests take twice as long when it is collected: `npx projen test:unit --coverage` does it.
    // A limit finds what hangs; what is slow on a busy machine is none of its business.
    jestConfig: { projects: jestProjects(), collectCoverage: false, testTimeout: 60_000 },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'examples', 'runtime', 'tools'],
    fileExtensions: ['.ts', '.js'],
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    // A check that mends what it finds cannot fail.
    commandOptions: { fix: false },
  },

  gitignore: ['/.tools/', 'cdk.out/', 'cdk.context.json', '.jsii.tabl.json', '.jsii.samples.tabl.json', '__pycache__/', '/runtime/python/build/', '*.egg-info/'],
  // The package is what `files` below lists.
  npmignoreEnabled: false,
});

// What the dispatcher imports is bundled into it.
project.eslint?.allowDevDeps('src/dispatcher/*.ts');

// The packages that run inside functions have no dependencies of their own: their tests use the project's.
project.eslint?.addOverride({
  files: ['runtime/**/*.ts'],
  rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true, packageDir: '.' }] },
});

// What runs in the report's page is JavaScript as browsers take it, with types of its own.
project.eslint?.addLintPattern('report');
project.eslint?.addIgnorePattern('!report/*.js');
project.tryFindObjectFile('.eslintrc.json')?.addOverride('parserOptions.project', ['./tsconfig.dev.json', './report/tsconfig.json']);

// The consumer in TypeScript is compiled with what its own package.json names, and the package that is built here.
project.eslint?.addOverride({
  files: ['test/consumers/typescript/*.ts'],
  rules: { 'import/no-extraneous-dependencies': 'off' },
});

project.package.addField('files', [
  'lib',
  '!lib/**/*.tsbuildinfo',
  // What runs in the dispatcher and in the planner is in their bundles; the constructs need only what both know.
  '!lib/dispatcher/**',
  'lib/dispatcher/plan.*',
  'lib/dispatcher/dispatcher-function.*',
  '!lib/account/planner/**',
  'lib/account/planner/settings.*',
  'lib/account/planner/planner-function.*',
  'assets',
  'runtime/layers',
  'report/page.*',
  '.jsii',
  'API.md',
  'CHANGELOG.md',
  'NOTICE',
]);

// 1.13.0 names platform packages that are not on the registry, with which no lock file is complete.
project.package.addPackageResolutions('unrs-resolver@~1.12.2');

// Warnings are errors. Of names that are reserved words in one of the languages, jsii would refuse all, `select` too, which is
// CDK's own name for what a selector does: the check of the package knows those that are meant.
project.compileTask.reset('jsii --fail-on-warnings --silence-warnings=reserved-word');
project.watchTask.reset('jsii -w --fail-on-warnings --silence-warnings=reserved-word');
// README and doc examples must compile.
project.package.addField('jsii', { ...project.package.manifest.jsii, metadata: { jsii: { rosetta: { strict: true } } } });
project.postCompileTask.exec('jsii-rosetta extract --strict --cache .jsii.samples.tabl.json');
project.postCompileTask.exec('tsx --tsconfig tsconfig.dev.json tools/check-doc-examples.ts');

// What the tests need beside npm packages is set up first, showing its progress. `isolatedModules` leaves types unchecked.
project.testTask.prependExec('tsc --noEmit -p report/tsconfig.json');
project.testTask.prependExec('tsc --noEmit -p tsconfig.dev.json');
const bundle = project.tasks.tryFind('bundle')!;
project.testTask.prependSpawn(bundle);
// A package without the code of the dispatcher would be none.
project.compileTask.prependSpawn(bundle);
project.testTask.prependExec('tsx --tsconfig tsconfig.dev.json tools/setup.ts');
project.testTask.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

project.addTask('test:unit', {
  description: 'Run the unit tests against the oldest and the newest CDK',
  exec: `jest --ci --coverage=false --selectProjects 'unit, CDK ${OLDEST_CDK}' 'unit, CDK ${NEWEST_CDK}'`,
  receiveArgs: true,
});
project.addTask('test:runtimes', {
  description: 'Run the tests of what runs inside functions, and have AWS\'s own loaders run it',
  exec: 'jest --ci --coverage=false --selectProjects runtimes loaders',
  receiveArgs: true,
});
project.addTask('test:validators', {
  description: "Run other people's validators over the templates",
  exec: 'jest --ci --coverage=false --selectProjects validators',
  receiveArgs: true,
});
project.addTask('test:browser', {
  description: 'Look at the report in headless Chromium',
  exec: 'jest --ci --coverage=false --selectProjects browser',
  receiveArgs: true,
});
project.addTask('test:e2e', {
  description: 'Deploy into the emulator and watch the schedule fire',
  exec: 'jest --ci --coverage=false --selectProjects e2e',
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  receiveArgs: true,
});
project.addTask('screenshots', {
  description: 'Writes the images of the report into docs/images anew',
  exec: 'tsx --tsconfig tsconfig.dev.json tools/screenshots.ts',
});
// API.md is left out: it is generated, and so are its links.
project.addTask('check-links', {
  description: 'Check the links between the pages and to their headings; those to other sites are not followed',
  steps: [{
    exec: [
      'remark --frail --quiet',
      '--use \'remark-validate-links=repository:"cdk-lambda-warmer/cdk-lambda-warmer"\'',
      "--ignore-pattern '**/node_modules/**'",
      'README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs bench examples runtime',
    ].join(' '),
  }],
});
// What its parts need is made first.
project.addTask('bench', {
  description: 'Measures all that docs/benchmarks.md tells, or the parts that are named: events, coverage, synth; and writes it anew',
  steps: [
    { exec: 'tsx --tsconfig tsconfig.dev.json tools/setup.ts' },
    { spawn: bundle.name },
    { spawn: project.compileTask.name },
    { exec: 'npm ci', cwd: 'bench' },
    { exec: 'npm run bench --', cwd: 'bench', receiveArgs: true },
  ],
});
// They need more than Node.js and Python, so `npm test` leaves them out.
project.addTask('test:consumers', {
  description: 'Generate the packages of all languages from what is compiled, and run apps in TypeScript, Python, Java and Go that use them',
  exec: 'jest --ci --config test/consumers/jest.config.json',
  receiveArgs: true,
});
project.addTask('pin-python', {
  description: 'Pin what each requirements.in asks for, with hashes (needs uv)',
  steps: ['tools/python', 'test/consumers/python', 'test/migration'].map((folder) => ({
    exec: `uv pip compile --universal --generate-hashes --python-version 3.10 --no-header --quiet ${folder}/requirements.in -o ${folder}/requirements.txt`,
  })),
});

project.preCompileTask.spawn(project.addTask('build-layers', {
  description: 'Pack what runs inside functions into the layers that the construct adds to them',
  exec: 'tsx --tsconfig tsconfig.dev.json tools/build-layers.ts',
}));

project.addTask('package:runtimes', {
  description: 'Pack what runs inside functions for npm and PyPI, with the version that is given',
  exec: 'tsx --tsconfig tsconfig.dev.json tools/package-runtimes.ts',
  receiveArgs: true,
});
project.addTask('release:dry-run', {
  description: 'Do what a release does up to publishing, in a clone of the last commit, and say what would be published',
  exec: 'tsx --tsconfig tsconfig.dev.json tools/release-dry-run.ts',
});
// They are published with the construct, in its version.
project.release?.addJobs({
  release_runtimes: {
    name: 'Publish the runtimes to npm and PyPI',
    needs: ['release'],
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ, idToken: github.workflows.JobPermission.WRITE },
    if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha",
    steps: [
      github.WorkflowSteps.checkout(),
      { uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '22.x', 'package-manager-cache': false } },
      github.WorkflowSteps.downloadArtifact({ with: { artifactIds: ['${{ needs.release.outputs.artifact_id }}'], path: 'dist' } }),
      { name: 'Install dependencies', run: 'npm ci' },
      { name: 'Pack', run: 'npx projen package:runtimes "$(cat dist/version.txt)"' },
      {
        name: 'Publish to npm',
        env: { NPM_DIST_TAG: 'latest', NPM_CONFIG_PROVENANCE: 'true', NPM_TRUSTED_PUBLISHER: 'true', PUBLIB_DRYRUN: '${{ inputs.dry_run }}' },
        run: `npx '-p' 'publib@${PUBLIB}' 'publib-npm' dist/runtimes/js`,
      },
      {
        name: 'Publish to PyPI',
        env: { PYPI_TRUSTED_PUBLISHER: 'true', PUBLIB_DRYRUN: '${{ inputs.dry_run }}' },
        run: `npx '-p' 'publib@${PUBLIB}' 'publib-pypi' dist/runtimes/python`,
      },
    ],
  },
});

// The CDK's own way to test what is deployed. Snapshots are checked without an account; only a maintainer, who has one, deploys.
const integRunner = "integ-runner --language typescript --directory test/integ --app 'npx tsx --tsconfig tsconfig.dev.json {filePath}'";
project.addTask('integ', {
  description: 'Compare what the integration tests synthesize with their snapshots',
  exec: integRunner,
  receiveArgs: true,
});
project.addTask('integ:update', {
  description: 'Deploy the integration tests whose snapshots differ into your AWS account, see that their assertions hold, and write their snapshots anew',
  exec: `${integRunner} --update-on-failed`,
  receiveArgs: true,
});
// What of a snapshot is not compared, and large.
for (const name of ['cdk-integ.out.*/', '*.snapshot/asset.*', '*.snapshot/tree.json']) {
  project.gitignore.exclude(`/test/integ/${name}`);
}
project.gitattributes.addAttributes('/test/integ/*.snapshot/**', 'linguist-generated');

project.addTask('demo', {
  description: 'Deploys the first example into the emulator, lets its schedule fire, and shows what became warm',
  exec: 'tsx --tsconfig tsconfig.dev.json tools/demo.ts',
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});

// All that synthesizes needs the dispatcher's code.
for (const name of ['test:unit', 'test:runtimes', 'test:validators', 'test:e2e', 'test:update', 'integ', 'integ:update', 'demo']) {
  project.tasks.tryFind(name)!.prependSpawn(bundle);
}

new JsonFile(project, 'cdk.json', {
  obj: { app: 'npx tsx --tsconfig tsconfig.dev.json examples/quick-start/app.ts' },
});

project.synth();
