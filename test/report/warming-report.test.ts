import { existsSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Annotations as CdkAnnotations, App, Aspects, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AccountWarmer, FunctionSelector, LambdaWarmer, WarmingAspect, WarmingPayload, WarmingReport, WarmingReportProps } from '../../src';
import { collectReport } from '../../src/report/collect-report';
import { reportPage } from '../../src/report/report-page';
import { testApp, testFunction, testStack } from '../uses';

const EMPTY = 'cdk-lambda-warmer:emptyReport';

let folder: string;
let app: App;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'report-'));
  app = testApp({ outdir: path.join(folder, 'cdk.out') });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(name: string): string {
  return readFileSync(path.join(folder, 'cdk.out', name), 'utf8');
}

function warm(scope: App | Stage = app, id = 'Stack'): void {
  const stack = testStack(scope, id);
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 3 });
}

test('both files are in the cloud assembly and say the same; nothing is deployed', () => {
  new WarmingReport(app, 'Report', { accountConcurrency: 100 });
  warm();
  const assembly = app.synth();
  const data = JSON.parse(read('warming-report.json'));
  expect(data).toEqual(JSON.parse(JSON.stringify(collectReport({ scope: app, accountConcurrency: 100, moment: new Date() }))));
  expect(data.functions).toMatchObject([{ path: 'Stack/Fn', hours: new Array(168).fill(3) }]);
  expect(data.environments).toMatchObject([{ quota: 100 }]);
  expect(read('warming-report.html')).toBe(reportPage(data, 'warming-report.json'));
  expect(JSON.stringify(assembly.getStackByName('Stack').template)).not.toContain('Report');
});

test('what aspects create is in it, whichever came first', () => {
  new WarmingReport(app, 'Report');
  testFunction(testStack(app));
  Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.all() }));
  app.synth();
  expect(JSON.parse(read('warming-report.json')).functions).toMatchObject([{ warmer: 'Stack/Fn/LambdaWarmer' }]);
});

test('a report of a stack has nothing of others, under a name of its own', () => {
  warm();
  warm(app, 'Other');
  new WarmingReport(app.node.findChild('Other') as never, 'Report', { fileName: 'other_warming' });
  app.synth();
  expect(JSON.parse(read('other_warming.json'))).toMatchObject({ scope: 'Other', functions: [{ path: 'Other/Fn' }] });
});

test('a report of a stage is in the assembly of the stage, that of the app has all stages', () => {
  const stage = new Stage(app, 'Prod');
  warm(stage);
  warm();
  new WarmingReport(stage, 'Report');
  new WarmingReport(app, 'Report');
  app.synth();
  expect(JSON.parse(read('assembly-Prod/warming-report.json')).functions).toMatchObject([{ path: 'Prod/Stack/Fn' }]);
  expect(JSON.parse(read('warming-report.json')).functions).toMatchObject([{ path: 'Prod/Stack/Fn' }, { path: 'Stack/Fn' }]);
});

describe('of nothing', () => {
  const warningsOf = (stack: ReturnType<typeof testStack>) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(EMPTY)).map(({ entry }) => entry.data);

  test('it is written all the same, and a warning says so', () => {
    new WarmingReport(app, 'Report');
    const stack = testStack(app);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('Nothing is kept warm in the app, which is all that its warming report says. Add a LambdaWarmer, or remove the report.')]);
    expect(JSON.parse(read('warming-report.json')).functions).toEqual([]);
    expect(existsSync(path.join(folder, 'cdk.out', 'warming-report.html'))).toBe(true);
  });

  test('the warning can be acknowledged', () => {
    new WarmingReport(app, 'Report');
    const stack = testStack(app);
    CdkAnnotations.of(app).acknowledgeWarning(EMPTY);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => void]>([
    ['a warmer', (stack) => new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack) })],
    ['the warmer of an account', (stack) => new AccountWarmer(stack, 'Warmer', { payload: WarmingPayload.ofType('x') })],
    ['a function that is left to it', (stack) => AccountWarmer.enroll(testFunction(stack), { concurrency: 1, payload: WarmingPayload.ofType('x') })],
  ])('of something there is none: %s', (_, build) => {
    new WarmingReport(app, 'Report');
    const stack = testStack(app);
    build(stack);
    expect(warningsOf(stack)).toEqual([]);
  });
});

test.each<[WarmingReportProps, string]>([
  [{ fileName: '' }, "fileName is ''. Write letters, digits, hyphens and underscores, such as 'warming-report'."],
  [{ fileName: '../report' }, "fileName is '../report'. Write letters, digits, hyphens and underscores, such as 'warming-report'."],
  [{ fileName: '..' }, "fileName is '..'. Write"],
  [{ fileName: 'a/b' }, "fileName is 'a/b'. Write"],
  [{ fileName: 'Stack.template' }, "fileName is 'Stack.template'. Write"],
  [{ fileName: 'Manifest' }, "fileName is 'Manifest', which is a file of the CDK's own in the cloud assembly. Write another one, such as 'warming-report'."],
  [{ fileName: 'tree' }, "fileName is 'tree', which is"],
  [{ accountConcurrency: 0 }, 'accountConcurrency is 0. Write a whole number, at least 1, or leave it out.'],
  [{ accountConcurrency: 1.5 }, 'accountConcurrency is 1.5. Write'],
  [{ accountConcurrency: Lazy.number({ produce: () => 5 }) }, 'accountConcurrency is a token, known at deployment only. Write'],
])('%j is refused, and nothing is there', (props, problem) => {
  expect(() => new WarmingReport(app, 'Report', props)).toThrow(`WarmingReport 'Report': ${problem}`);
  expect(app.node.tryFindChild('Report')).toBeUndefined();
});

test('two of one name would overwrite each other', () => {
  new WarmingReport(app, 'Report');
  expect(() => new WarmingReport(testStack(app), 'Report')).toThrow("WarmingReport 'Stack/Report': 'Report' writes a report of the same name, 'warming-report'. Write another fileName.");
  expect(() => new WarmingReport(app, 'Other', { fileName: 'Warming-Report' })).toThrow("'Report' writes a report of the same name, 'Warming-Report'.");
  expect(() => new WarmingReport(new Stage(app, 'Prod'), 'Report')).not.toThrow();
});
