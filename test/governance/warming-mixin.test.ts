import { App, Duration, Mixins, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { apiFor, cfnFunction, warmedBy } from './constructs';
import { FunctionSelector, LambdaWarmer, Warming, WarmingMixin, WarmingSchedule } from '../../src';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

describe('with()', () => {
  test('gives a function a warmer, as the mixin and what is customized say, once', () => {
    const fn = testFunction(stack);
    Warming.customize(fn, { schedule: WarmingSchedule.every(Duration.minutes(8)) });
    const mixin = new WarmingMixin({ schedule: WarmingSchedule.every(Duration.minutes(7)), enabled: false });
    expect(fn.with(mixin).with(mixin, new WarmingMixin())).toBe(fn);

    expect(warmedBy(fn)).toEqual(['Stack/Fn/LambdaWarmer']);
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(8 minutes)', State: 'DISABLED' });
  });

  test('gives one to aliases and versions, one for both if they are the same', () => {
    const fn = testFunction(stack);
    fn.addAlias('live').with(new WarmingMixin());
    fn.currentVersion.with(new WarmingMixin());
    expect(warmedBy(fn)).toEqual(['Stack/Fn/Aliaslive/LambdaWarmer']);
    fn.with(new WarmingMixin());

    expect(warmedBy(fn)).toEqual(['Stack/Fn/Aliaslive/LambdaWarmer']);
  });

  test('goes to what requests come to of a function that has versions and aliases inside of it, and to nothing else of it', () => {
    const fn = testFunction(stack);
    fn.addAlias('live');
    fn.with(new WarmingMixin());
    expect(warmedBy(fn)).toEqual(['Stack/Fn/Aliaslive/LambdaWarmer']);

    const published = testFunction(stack, 'Published');
    expect(published.currentVersion.node.scope).toBe(published);
    published.with(new WarmingMixin());
    expect(warmedBy(published)).toEqual(['Stack/Published/LambdaWarmer']);
  });

  test('leaves alone an alias for which the app itself has environments provisioned', () => {
    const fn = testFunction(stack);
    new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion, provisionedConcurrentExecutions: 3 });
    fn.with(new WarmingMixin());
    expect(warmedBy(fn)).toEqual([]);
  });

  test('gives one to L1, imported and singleton functions', () => {
    const l1 = cfnFunction(stack).with(new WarmingMixin());
    const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    const singleton = new lambda.SingletonFunction(stack, 'Singleton', {
      uuid: 'one', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x'),
    });
    [imported, singleton].forEach((fn) => fn.with(new WarmingMixin(), new WarmingMixin()));
    app.synth();

    expect([l1, imported, singleton].map(warmedBy)).toEqual([
      ['Stack/L1/LambdaWarmer'], ['Stack/Imported/LambdaWarmer'], ['Stack/SingletonLambdaone/LambdaWarmer'],
    ]);
  });

  test('leaves alone what is exempt, or warm already', () => {
    const [exempt, warm] = ['Exempt', 'Warm'].map((id) => testFunction(stack, id));
    Warming.exempt(exempt, 'a nightly job');
    new LambdaWarmer(stack, 'Warmer', { target: warm });
    [exempt, warm].forEach((fn) => fn.with(new WarmingMixin()));

    expect([exempt, warm].map(warmedBy)).toEqual([[], ['Stack/Warmer']]);
  });
});

describe('Mixins.of()', () => {
  test('applies it to what is selected at that moment, and to nothing that comes later', () => {
    const [behind, aliased, internal] = ['Behind', 'Aliased', 'Internal'].map((id) => testFunction(stack, id));
    const l1 = cfnFunction(stack);
    new lambda.CfnUrl(stack, 'Url', { targetFunctionArn: l1.attrArn, authType: 'NONE' });
    apiFor(behind);
    apiFor(aliased.addAlias('live'), stack, 'Api2');
    Mixins.of(app, FunctionSelector.userFacing()).requireAll().apply(new WarmingMixin());
    const later = testFunction(stack, 'Later');
    apiFor(later, stack, 'Api3');
    app.synth();

    expect([behind, aliased, l1, internal, later].map(warmedBy)).toEqual([
      ['Stack/Behind/LambdaWarmer'], ['Stack/Aliased/Aliaslive/LambdaWarmer'], ['Stack/L1/LambdaWarmer'], [], [],
    ]);
  });

  test('twice is once', () => {
    const fn = testFunction(stack);
    [1, 2].forEach(() => Mixins.of(app, FunctionSelector.all()).apply(new WarmingMixin()));

    expect(warmedBy(fn)).toEqual(['Stack/Fn/LambdaWarmer']);
  });

  test('passes over functions at the edge', () => {
    const home = testStack(app, 'Home', { env: { ...ENV, region: 'us-east-1' } });
    const fn = testFunction(home);
    expect(new WarmingMixin().supports(fn)).toBe(true);
    const edgeLambdas = [{ eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST, functionVersion: fn.currentVersion }];
    new cloudfront.Distribution(home, 'Distribution', { defaultBehavior: { origin: new HttpOrigin('example.com'), edgeLambdas } });
    expect(new WarmingMixin().supports(fn)).toBe(false);
    Mixins.of(app, FunctionSelector.userFacing()).apply(new WarmingMixin());
    app.synth();

    expect(warmedBy(fn)).toEqual([]);
  });
});

test('it supports functions, and not helpers, other constructs, and those to which pings do no good', () => {
  const mixin = new WarmingMixin();
  const fn = testFunction(stack);
  const handler = testFunction(stack, 'OnEvent');
  new Provider(stack, 'Provider', { onEventHandler: handler });
  const perTenant = testFunction(stack, 'PerTenant', { tenancyConfig: lambda.TenancyConfig.PER_TENANT });

  expect([fn, fn.addAlias('live'), fn.currentVersion, fn.node.defaultChild!, cfnFunction(stack)].map((one) => mixin.supports(one))).toEqual(Array(5).fill(true));
  expect([handler, perTenant, new Bucket(stack, 'Bucket'), stack, fn.role!].map((one) => mixin.supports(one))).toEqual(Array(5).fill(false));
});
