import { App, Aspects, Duration, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnFunction as SamFunction } from 'aws-cdk-lib/aws-sam';
import { IConstruct } from 'constructs';
import { appWith, cfnFunction, once, pathsOf, STABILIZATION, warmedBy } from './constructs';
import { FunctionSelector, LambdaWarmer, WarmerFleet, Warming, WarmingAspect, WarmingPayload, WarmingSchedule } from '../../src';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

const REASON = 'a nightly job, for which nobody waits';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

/** Reasons in the metadata of functions, by the reason; what else stands there the CDK has put there. */
function reasons(of: Stack = stack): unknown[] {
  return ['AWS::Lambda::Function', 'AWS::Serverless::Function', 'AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AWS::IAM::Role']
    .flatMap((type) => Object.values(Template.fromStack(of).findResources(type)).map(({ Metadata }) => Metadata?.['cdk-lambda-warmer:exempt']));
}

describe('exempt', () => {
  test.each<[string, () => IConstruct]>([
    ['a function', () => testFunction(stack)],
    ['its alias', () => testFunction(stack).addAlias('live')],
    ['its version', () => testFunction(stack).currentVersion],
    ['an L1 function', () => cfnFunction(stack)],
    ['its L1 alias', () => new lambda.CfnAlias(stack, 'Alias', { functionName: cfnFunction(stack).ref, name: 'live', functionVersion: '1' })],
    ['a function of SAM', () => new SamFunction(stack, 'Sam', { inlineCode: '', runtime: 'nodejs24.x', handler: 'index.handler' })],
    ['a SingletonFunction', () => new lambda.SingletonFunction(stack, 'Singleton', {
      uuid: 'one', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x'),
    })],
  ])('%s is not kept warm, and its resource says why, and no other does', (_, build) => {
    const subject = build();
    Warming.exempt(subject, REASON);
    Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.all() }));
    app.synth();

    expect(warmedBy(subject)).toEqual([]);
    expect(reasons().filter((reason) => reason !== undefined)).toEqual([REASON]);
  });

  test.each(STABILIZATION)('%s: all inside of a construct are, in nested stacks and stages too, those too that come later', (_, isOn) => {
    app = appWith(isOn);
    stack = testStack(app);
    const nested = new NestedStack(stack, 'Nested');
    const staged = testStack(new Stage(app, 'Prod'));
    const functions = [stack, nested, staged].map((scope) => testFunction(scope));
    Warming.exempt(app, REASON);
    functions.push(testFunction(stack, 'Later'));
    Aspects.of(app).add(once((construct) => construct === stack, () => functions.push(testFunction(stack, 'ByAnAspect'))));
    [app, app.node.findChild('Prod')].forEach((scope) => Aspects.of(scope).add(new WarmingAspect({ select: FunctionSelector.all() })));
    app.synth();

    expect(functions.map(warmedBy)).toEqual(Array(5).fill([]));
    expect([stack, nested, staged].map((one) => reasons(one).filter((reason) => reason === REASON).length)).toEqual([3, 1, 1]);
  });

  test('the reason that is nearest stands', () => {
    const fn = testFunction(stack);
    Warming.exempt(fn, REASON);
    Warming.exempt(stack, 'another one');
    testFunction(stack, 'Other');

    expect(reasons().filter((reason) => reason !== undefined).sort()).toEqual([REASON, 'another one']);
  });

  test('leaves the version of a function as it is', () => {
    const idOfVersion = (isExempt: boolean) => {
      const own = testStack();
      const fn = testFunction(own);
      fn.addAlias('live');
      if (isExempt) {
        Warming.exempt(fn, REASON);
      }
      return Object.keys(Template.fromStack(own).findResources('AWS::Lambda::Version'));
    };

    expect(idOfVersion(true)).toEqual(idOfVersion(false));
  });

  test.each(['', ' \n', undefined, null, 3, Lazy.string({ produce: () => REASON })])('takes a reason, and not %j', (reason) => {
    const fn = testFunction(stack);

    expect(() => Warming.exempt(fn, reason as string)).toThrow("Warming.exempt() of 'Stack/Fn': there is no reason. Write why it may go cold");
    expect(reasons().filter((one) => one !== undefined)).toEqual([]);
  });

  test('takes the same reason again, and no other', () => {
    const fn = testFunction(stack);
    Warming.exempt(fn, REASON);
    Warming.exempt(fn.addAlias('live'), REASON);

    expect(() => Warming.exempt(fn, 'another one')).toThrow(`Warming.exempt() of 'Stack/Fn': it is exempt already, because: '${REASON}'. Write one reason, once.`);
  });
});

describe('customize', () => {
  test('takes each part once for a construct', () => {
    const fn = testFunction(stack);
    Warming.customize(fn, { concurrency: 2 });
    Warming.customize(fn, { payload: WarmingPayload.ofType('warm'), concurrency: undefined });

    expect(() => Warming.customize(fn.addAlias('live'), { schedule: WarmingSchedule.every(Duration.minutes(3)), concurrency: 3 }))
      .toThrow("Warming.customize() of 'Stack/Fn/Aliaslive': concurrency is customized already. Write it once.");
    // Nothing of it stays.
    expect(() => Warming.customize(fn, { schedule: WarmingSchedule.every(Duration.minutes(3)) })).not.toThrow();
  });
});

describe('of', () => {
  test('tells all that keeps a function warm, whichever of its names is asked for, each once', () => {
    const fn = testFunction(stack);
    const [alias, version] = [fn.addAlias('live'), fn.currentVersion];
    const warmers = [fn, alias, version].map((target, index) => new LambdaWarmer(stack, `Warmer${index}`, { target }));
    const fleet = new WarmerFleet(stack, 'Fleet');
    [fn, alias].forEach((one) => fleet.add(one));

    for (const subject of [fn, alias, version, fn.node.defaultChild!, alias.node.defaultChild!]) {
      expect(warmedBy(subject)).toEqual(pathsOf([...warmers, fleet]));
    }
    expect(Warming.of(testFunction(stack, 'Other'))).toEqual([]);
  });

  test('tells of imported functions, and of what is no function', () => {
    const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    const warmer = new LambdaWarmer(stack, 'Warmer', { target: imported });

    expect(Warming.of(imported)).toEqual([warmer]);
    expect(Warming.of(stack)).toEqual([]);
  });

  test('tells of what provisions concurrency, and of what is disabled', () => {
    const [fn, other] = [testFunction(stack), testFunction(stack, 'Other')];
    const provisioning = new LambdaWarmer(stack, 'Warmer', { target: fn, provisionedConcurrency: { minCapacity: 1 } });
    const disabled = new LambdaWarmer(stack, 'Disabled', { target: other, enabled: false });

    expect([fn, provisioning.alias!, other].map((one) => Warming.of(one))).toEqual([[provisioning], [provisioning], [disabled]]);
  });
});
