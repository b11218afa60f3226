import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { APPS } from '../../tools/consumers/apps';
import { packageFolder } from '../../tools/consumers/packages';
import { PROJECT_FOLDER } from '../../tools/folders';

const MINUTES = 60_000;
const OTHERS = Object.keys(APPS).filter((language) => language !== 'TypeScript');

/** The folder of each language's cloud assembly, or why there is none. */
const assemblies = new Map<string, string | Error>();

beforeAll(async () => {
  // Side by side: what one downloads, another compiles.
  await Promise.all(Object.entries(APPS).map(async ([language, synthesize]) => {
    assemblies.set(language, await synthesize().catch((error: Error) => error));
  }));
}, 20 * MINUTES);

function read(language: string, file: string): any {
  const assembly = assemblies.get(language)!;
  if (typeof assembly !== 'string') {
    throw assembly;
  }
  return JSON.parse(readFileSync(path.join(assembly, file), 'utf8'));
}

describe('the app in TypeScript, with the package from npm\'s tarball', () => {
  test('has everything that the others are compared in', () => {
    const template = Template.fromJSON(read('TypeScript', 'Shop.template.json'));
    template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpressionTimezone: 'Europe/Berlin', State: 'ENABLED' });
    template.hasResourceProperties('AWS::Scheduler::Schedule', { StartDate: '2998-01-01T06:00:00.000Z', EndDate: '2999-01-01T00:00:00.000Z' });
    template.hasResourceProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 1 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 0.8, TreatMissingData: 'ignore' });
    template.hasResourceProperties('AWS::Events::Rule', { Targets: [{ Input: '{"source":"shop","warmer":{"keep":true}}' }] });
    template.hasResource('AWS::Lambda::Function', { Metadata: { 'cdk-lambda-warmer:exempt': 'Runs at night; nobody waits for it.' } });
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'warming' });
    template.hasOutput('MixedIsWarmedBy', { Value: 'Shop/Mixed/LambdaWarmer' });
  });

  test('reports what is kept warm, what is exempt, and what the selector leaves out', () => {
    const { functions, exempt, notWarmed } = read('TypeScript', 'warming-report.json');
    expect(functions.map((fn: { path: string }) => fn.path)).toEqual([
      'Shop/Checkout:live', 'Shop/Orders', 'Shop/Search', 'Shop/Campaign', 'Shop/Api', 'Shop/Mixed',
    ]);
    expect(exempt).toEqual([{ path: 'Shop/NightlyReport', reason: 'Runs at night; nobody waits for it.' }]);
    expect(notWarmed).toEqual([expect.objectContaining({ path: 'Shop/InternalTool' })]);
  });

  test('is judged by the validator', () => {
    expect(judgement('TypeScript')).toEqual([expect.objectContaining({ conclusion: 'success', rules: ['function-is-exempt-from-warming'] })]);
  });
});

describe.each(OTHERS)('the same app in %s, with the generated package', (language) => {
  test('synthesizes the same template, every logical id and asset included', () => {
    expect(read(language, 'Shop.template.json')).toEqual(read('TypeScript', 'Shop.template.json'));
  });

  test('uploads the same assets', () => {
    expect(read(language, 'Shop.assets.json')).toEqual(read('TypeScript', 'Shop.assets.json'));
  });

  test('writes the same report', () => {
    expect(read(language, 'warming-report.json')).toEqual(read('TypeScript', 'warming-report.json'));
  });

  test('is judged in the same way by the validator', () => {
    expect(judgement(language)).toEqual(judgement('TypeScript'));
  });
});

/** What validators say, without where and by what the app was run. */
function judgement(language: string): unknown[] {
  return read(language, 'validation-report.json').pluginReports.map(({ pluginName, conclusion, violations }: any) => ({
    pluginName,
    conclusion,
    rules: violations.map(({ ruleName }: any) => ruleName),
    resources: violations.flatMap(({ violatingConstructs }: any) => violatingConstructs.map(({ constructPath }: any) => constructPath)),
  }));
}

describe('the generated package for .NET, whose text is read: nothing compiles it here', () => {
  const { types } = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, '.jsii'), 'utf8'));

  test('has every class, interface and enum, with all their members', () => {
    expect(Object.values(types).flatMap(missingInCSharp)).toEqual([]);
    expect(Object.keys(types)).toContain('cdk-lambda-warmer.LambdaWarmer');
  });

  test('reserved words of other languages are methods there: except() and select()', () => {
    const code = codeOf('FunctionSelector');
    expect(code).toContain('public virtual CdkLambdaWarmer.FunctionSelector Except(params CdkLambdaWarmer.FunctionSelector[] selectors)');
    expect(code).toContain('Constructs.IConstruct[] Select(Constructs.IConstruct scope)');
  });
});

/** What of a type there is no declaration of. */
function missingInCSharp({ kind, name, methods = [], properties = [], members = [] }: any): string[] {
  const code = codeOf(kind === 'interface' ? `I${name}` : name);
  const declared = new RegExp(`public (abstract )?(class |enum |interface I)${name}\\b`);
  const names: string[] = [...[...methods, ...properties].map((member) => pascalCase(member.name)), ...members.map((member: any) => member.name)];
  return [
    ...declared.test(code) ? [] : [name],
    ...names.filter((member) => !new RegExp(`\\b${member}(\\(|,?\\s*$)`, 'm').test(code)).map((member) => `${name}.${member}`),
  ];
}

function codeOf(name: string): string {
  const file = path.join(packageFolder('dotnet'), 'CdkLambdaWarmer', 'CdkLambdaWarmer', `${name}.cs`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function pascalCase(name: string): string {
  return name[0].toUpperCase() + name.slice(1);
}
