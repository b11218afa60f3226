import * as fs from 'fs';
import * as path from 'path';
import { App, Aspects, NestedStack, PolicyValidationPluginReport, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { apiFor, cfnFunction } from './constructs';
import { FunctionSelector, LambdaWarmer, WarmerFleet, Warming, WarmingAspect, WarmingSchedule, WarmingValidator, WarmingValidatorProps } from '../../src';
import { ENV, testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
  // The CDK prints each report.
  jest.spyOn(console, 'error').mockImplementation(() => {});
  jest.spyOn(console, 'log').mockImplementation(() => {});
});

afterEach(() => jest.restoreAllMocks());

/** Puts a validator on a scope, and tells by what is called what it says when the app has been synthesized. */
function reportOf(props?: WarmingValidatorProps, scope: Construct = app): PolicyValidationPluginReport {
  const validator = new WarmingValidator(props);
  const reports: PolicyValidationPluginReport[] = [];
  Validations.of(scope).addPlugins({
    name: validator.name,
    ruleIds: validator.ruleIds,
    validate: (context) => {
      reports.push(validator.validate(context));
      // So that the CDK says nothing of it.
      return { success: true, violations: [] };
    },
  });
  app.synth();
  expect(reports).toHaveLength(1);
  return reports[0];
}

describe('a function that nothing keeps warm', () => {
  test('is a violation, with its path, its place in the template, and what to write', () => {
    const fn = testFunction(stack, 'Orders');
    apiFor(fn);
    testFunction(stack, 'Internal');

    expect(reportOf()).toEqual({
      success: false,
      violations: [{
        ruleName: 'function-is-kept-warm',
        severity: 'error',
        description: "The function 'Stack/Orders' must be kept warm, but nothing does it.",
        fix: "Write new LambdaWarmer(this, 'Warmer', { target: fn }); or, if it may go cold, Warming.exempt(fn, 'why').",
        violatingResources: [{
          resourceLogicalId: stack.getLogicalId(fn.node.defaultChild as any),
          templatePath: path.join(app.outdir, 'Stack.template.json'),
          locations: [`Resources/${stack.getLogicalId(fn.node.defaultChild as any)}`],
        }],
      }],
    });
  });

  test.each<[string, () => void]>([
    ['a warmer', () => new LambdaWarmer(stack, 'Warmer', { target: stack.node.findChild('Fn') as any })],
    ['a fleet', () => new WarmerFleet(stack, 'Fleet').add(stack.node.findChild('Fn') as any)],
    ['an aspect', () => Aspects.of(app).add(new WarmingAspect())],
    ['provisioned concurrency', () => {
      const { alias } = new LambdaWarmer(stack, 'Warmer', { target: stack.node.findChild('Fn') as any, provisionedConcurrency: { minCapacity: 1 } });
      stack.node.tryRemoveChild('Api');
      apiFor(alias!);
    }],
  ])('is none any more with %s', (_, mend) => {
    apiFor(testFunction(stack));
    mend();

    expect(reportOf()).toEqual({ success: true, violations: [] });
  });

  test('is one in the template of its nested stack, and as an L1', () => {
    const nested = new NestedStack(stack, 'Nested');
    testFunction(nested).addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    cfnFunction(nested);
    const { violations } = reportOf({ select: FunctionSelector.all() });

    const template = path.join(app.outdir, nested.templateFile);
    expect(violations.map(({ violatingResources: [{ templatePath }] }) => templatePath)).toEqual([template, template]);
    for (const { violatingResources: [{ resourceLogicalId, templatePath }] } of violations) {
      expect(JSON.parse(fs.readFileSync(templatePath!, 'utf8')).Resources[resourceLogicalId!].Type).toBe('AWS::Lambda::Function');
    }
  });
});

describe('a warmer that does not help', () => {
  test('because it pings the function, and requests come to its alias', () => {
    const fn = testFunction(stack);
    const alias = fn.addAlias('live');
    apiFor(alias);
    const warmer = new LambdaWarmer(stack, 'Warmer', { target: fn });
    const { success, violations: [{ description, fix }] } = reportOf();

    expect(success).toBe(false);
    expect(description).toBe("The function 'Stack/Fn' must be kept warm, but 'Stack/Warmer' pings 'Stack/Fn', and requests come to 'Stack/Fn/Aliaslive'.");
    expect(fix).toContain("Pass 'Stack/Fn/Aliaslive' as its target, or let the requests come to what it pings");
    expect(Warming.of(fn)).toEqual([warmer]);
  });

  test('because it pings the alias, and requests come to the function', () => {
    const fn = testFunction(stack);
    apiFor(fn);
    new LambdaWarmer(stack, 'Warmer', { target: fn.addAlias('live') });

    expect(reportOf().violations[0].description).toContain("'Stack/Warmer' pings 'Stack/Fn/Aliaslive', and requests come to 'Stack/Fn'.");
  });

  test.each<[string, object]>([
    ['it is disabled', { enabled: false }],
    ['its schedule has ended', { schedule: WarmingSchedule.expression('rate(5 minutes)').activeUntil(new Date('2020-01-01')) }],
  ])('because %s', (_, props) => {
    const fn = testFunction(stack);
    apiFor(fn);
    new LambdaWarmer(stack, 'Warmer', { target: fn, ...props });
    const { violations: [{ description, fix }] } = reportOf();

    expect(description).toContain("'Stack/Warmer' is not enabled, or its schedule has ended");
    expect(fix).toContain('Enable it');
  });

  test('is no violation where the app does not tell what is invoked', () => {
    const fn = testFunction(stack);
    fn.addAlias('live');
    new LambdaWarmer(stack, 'Warmer', { target: fn });

    expect(reportOf({ select: FunctionSelector.all() })).toEqual({ success: true, violations: [] });
  });
});

describe('information', () => {
  test('is what is exempt, with its reason', () => {
    const fn = testFunction(stack);
    apiFor(fn);
    Warming.exempt(stack, 'nobody waits for it.');
    const { success, violations } = reportOf();

    expect(success).toBe(true);
    expect(violations).toEqual([expect.objectContaining({
      ruleName: 'function-is-exempt-from-warming',
      severity: 'info',
      description: "The function 'Stack/Fn' is not kept warm, because: nobody waits for it.",
    })]);
  });

  test('is a function at the edge, whether or not anything else asks for that', () => {
    const home = testStack(app, 'Home', { env: { ...ENV, region: 'us-east-1' } });
    const edgeLambdas = [{ eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST, functionVersion: testFunction(home).currentVersion }];
    new cloudfront.Distribution(home, 'Distribution', { defaultBehavior: { origin: new HttpOrigin('example.com'), edgeLambdas } });

    expect(reportOf()).toEqual({ success: true, violations: [expect.objectContaining({ severity: 'info', description: expect.stringContaining('runs at the edge') })] });
  });
});

test('a selector that matches nothing is a warning, and no failure', () => {
  testFunction(stack);

  expect(reportOf()).toEqual({
    success: true,
    violations: [expect.objectContaining({
      ruleName: 'selector-matches-a-function', severity: 'warning', description: expect.stringContaining('The selector matches no function in the app'),
    })],
  });
});

test('on a stage, it judges that stage', () => {
  const [prod, dev] = ['Prod', 'Dev'].map((id) => new Stage(app, id));
  [stack, testStack(prod), testStack(dev)].forEach((one) => apiFor(testFunction(one)));

  expect(reportOf(undefined, prod).violations.map(({ description }) => description)).toEqual([expect.stringContaining("'Prod/Stack/Fn'")]);
});

test('on the app, it judges the stages too', () => {
  [stack, testStack(new Stage(app, 'Prod'))].forEach((one) => apiFor(testFunction(one)));

  expect(reportOf().violations.map(({ description }) => description.split("'")[1]).sort()).toEqual(['Prod/Stack/Fn', 'Stack/Fn']);
});

test('what is no selector is refused', () => {
  expect(() => new WarmingValidator({ select: {} as any })).toThrow('WarmingValidator: select is no FunctionSelector.');
});

describe('in a synthesis', () => {
  let exitCode: typeof process.exitCode;

  beforeEach(() => {
    ({ exitCode } = process);
  });

  afterEach(() => {
    process.exitCode = exitCode;
  });

  /** Whether the app fails: the one CDK throws, the other exits with a code. And what is in the report. */
  function synth(): { readonly fails: boolean; readonly report: string } {
    Validations.of(app).addPlugins(new WarmingValidator());
    process.exitCode = 0;
    let fails = false;
    try {
      app.synth();
    } catch {
      fails = true;
    }
    const file = path.join(app.outdir, 'validation-report.json');
    return { fails: fails || process.exitCode === 1, report: fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '' };
  }

  test('a violation fails the app, and stands in the report', () => {
    apiFor(testFunction(stack));
    const { fails, report } = synth();

    expect(fails).toBe(true);
    expect(report).toContain("The function 'Stack/Fn' must be kept warm, but nothing does it.");
    expect(report).toContain('Stack.template.json');
  });

  test('without one the app passes, and the exemption stands in the report', () => {
    const fn = testFunction(stack);
    apiFor(fn);
    Warming.exempt(fn, 'nobody waits for it');
    const { fails, report } = synth();

    expect(fails).toBe(false);
    expect(report).toContain('nobody waits for it');
  });

  test('nothing that is selected is no failure', () => {
    expect(synth().fails).toBe(false);
  });
});
