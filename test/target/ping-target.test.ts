import { Annotations as CdkAnnotations, App, CfnParameter, Lazy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { runAtEdge } from './at-edge';
import { LambdaWarmer } from '../../src';
import { ENV, FUNCTION_ARN, synth, testApp, testFunction, testStack } from '../uses';

function warm(target: lambda.IFunction, concurrency?: number, stack = target.stack): LambdaWarmer {
  return new LambdaWarmer(stack, 'Warmer', { target, concurrency });
}

describe('refused by the constructor', () => {
  test('a function of another region', () => {
    const app = testApp();
    const fn = testFunction(testStack(app, 'There', { env: { ...ENV, region: 'us-west-2' } }));
    expect(() => warm(fn, 1, testStack(app, 'Here', { env: ENV })))
      .toThrow("LambdaWarmer 'Here/Warmer': the function 'There/Fn' is in the region us-west-2, the warmer in eu-west-1. Put the warmer into a stack of the function's region.");
  });

  test('a function of another account', () => {
    const stack = testStack(undefined, 'Stack', { env: ENV });
    const fn = lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN.replace(ENV.account, '222222222222'));
    expect(() => warm(fn)).toThrow("the function 'Stack/Fn' is in the account 222222222222, the warmer in 111111111111.");
  });

  const ELSEWHERE = FUNCTION_ARN.replace(ENV.region, 'us-west-2');

  test.each<[string, (stack: Stack) => lambda.IFunction]>([
    ['a version by ARN', (stack) => lambda.Version.fromVersionArn(stack, 'V', `${ELSEWHERE}:7`)],
    ['a version by attributes', (stack) => lambda.Version.fromVersionAttributes(stack, 'V', { lambda: lambda.Function.fromFunctionArn(stack, 'Fn', ELSEWHERE), version: '7' })],
    ['an alias by attributes', (stack) => lambda.Alias.fromAliasAttributes(stack, 'A', { aliasName: 'live', aliasVersion: lambda.Version.fromVersionArn(stack, 'V', `${ELSEWHERE}:7`) })],
    ['a new alias of an imported version', (stack) => new lambda.Alias(stack, 'A', { aliasName: 'live', version: lambda.Version.fromVersionArn(stack, 'V', `${ELSEWHERE}:7`) })],
  ])('%s, whose function is in another region', (_, importInto) => {
    expect(() => warm(importInto(testStack(undefined, 'Stack', { env: ENV })))).toThrow('is in the region us-west-2, the warmer in eu-west-1');
  });

  test('a version of another account, by the account and not by the permission', () => {
    const stack = testStack(undefined, 'Stack', { env: ENV });
    const version = lambda.Version.fromVersionArn(stack, 'V', `${FUNCTION_ARN.replace(ENV.account, '222222222222')}:7`);
    expect(() => warm(version)).toThrow('is in the account 222222222222, the warmer in 111111111111.');
  });

  test.each([
    [ENV, undefined, 'is in a stack of the account 111111111111, the warmer in one of none'],
    [undefined, ENV, 'is in a stack of no known account, the warmer in one of 111111111111'],
  ])('an own function whose stack has the environment %j, from one with %j', (there, here, message) => {
    const app = testApp();
    const fn = testFunction(testStack(app, 'There', { env: there }));
    expect(() => warm(fn, 1, testStack(app, 'Here', { env: here }))).toThrow(`${message}. Give both stacks the same \`env\`, or neither one.`);
  });

  test.each<[string, (stack: Stack) => lambda.IFunction]>([
    ['a function by ARN', (stack) => lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN)],
    ['a version by ARN', (stack) => lambda.Version.fromVersionArn(stack, 'Fn', `${FUNCTION_ARN}:7`)],
    ['a function by an ARN that is a token', (stack) => lambda.Function.fromFunctionArn(stack, 'Fn', new CfnParameter(stack, 'Arn').valueAsString)],
  ])('%s, imported into a stack of no known account: a permission could not be created', (_, importInto) => {
    expect(() => warm(importInto(testStack()))).toThrow(/LambdaWarmer 'Stack\/Warmer': the function 'Stack\/Fn' is imported, .* a permission for the pings could not be created\. Import it by lambda\.Function\.fromFunctionAttributes\(this, id, \{ functionArn, sameEnvironment: true \}\)/);
  });

  test('the $LATEST version, which takes no permissions', () => {
    expect(() => warm(testFunction(testStack()).latestVersion)).toThrow("is a function's $LATEST version, to which Lambda attaches no permissions. Pass the function itself.");
  });

  test('the $LATEST version, imported by its ARN', () => {
    const stack = testStack();
    expect(() => warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: `${FUNCTION_ARN}:$LATEST`, sameEnvironment: true }))).toThrow("is a function's $LATEST version");
  });

  test('an EdgeFunction', () => {
    const stack = testStack(undefined, 'Stack', { env: { ...ENV, region: 'us-east-1' } });
    const fn = new cloudfront.experimental.EdgeFunction(stack, 'Fn', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
    });
    expect(() => warm(fn)).toThrow("the function 'Stack/Fn' runs at the edge (Lambda@Edge): a ping would warm its copy in us-east-1, and none of those that serve requests. Remove the warmer.");
    expect(() => warm(fn.addAlias('live') as lambda.Alias, 1, testStack(stack.node.root as App, 'Other', { env: stack }))).toThrow('runs at the edge (Lambda@Edge)');
  });

  test('an imported function that isolates tenants', () => {
    const stack = testStack();
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true, tenancyConfig: lambda.TenancyConfig.PER_TENANT });
    expect(() => warm(fn)).toThrow('isolates tenants (tenancyConfig): an execution environment belongs to one tenant, and a ping has none. Remove the warmer.');
  });

  test('leaving no resource behind', () => {
    const stack = testStack();
    expect(() => warm(testFunction(stack).latestVersion)).toThrow();
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('refused at synthesis', () => {
  const CASES: { [what: string]: [(fn: lambda.Function) => void, RegExp] } = {
    'a function that runs on a capacity provider, given after the warmer': [(fn) => {
      const vpc = new ec2.Vpc(fn.stack, 'Vpc');
      const provider = new lambda.CapacityProvider(fn.stack, 'Provider', { subnets: vpc.privateSubnets, securityGroups: [new ec2.SecurityGroup(fn.stack, 'Group', { vpc })] });
      provider.addFunction(fn);
    }, /runs on a capacity provider, whose managed instances do not go cold\. Remove the warmer\./],
    'a durable function': [(fn) => {
      (fn.node.defaultChild as lambda.CfnFunction).durableConfig = { executionTimeout: 60 };
    }, /is a durable function: each ping would start an execution/],
    'a function that isolates tenants, by an override': [(fn) => {
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('TenancyConfig.TenantIsolationMode', 'PER_TENANT');
    }, /isolates tenants \(tenancyConfig\)/],
    'a function that a distribution runs at the edge': [runAtEdge, /runs at the edge \(Lambda@Edge\)/],
    'a concurrency above what the function reserves': [(fn) => {
      (fn.node.defaultChild as lambda.CfnFunction).reservedConcurrentExecutions = 1;
    }, /concurrency is 2, but the function 'Stack\/Fn.*' reserves 1 concurrent executions, so Lambda would throttle the pings\. Reserve more, or remove the warmer\./],
    'a concurrency above what an override reserves, as text': [(fn) => {
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('ReservedConcurrentExecutions', '1');
    }, /reserves 1 concurrent executions/],
    'a function that reserves nothing to run in': [(fn) => {
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('ReservedConcurrentExecutions', 0);
    }, /reserves 0 concurrent executions, .* Reserve more, or remove the warmer\./],
  };

  test.each(Object.keys(CASES))('%s', (what) => {
    const [change, message] = CASES[what];
    const stack = testStack(testApp(), 'Stack', { env: { ...ENV, region: 'us-east-1' } });
    const fn = testFunction(stack);
    warm(fn, 2);
    change(fn);
    expect(() => synth(stack)).toThrow(/\[Stack\/Warmer\] /);
    expect(() => synth(stack)).toThrow(message);
  });

  test.each(Object.keys(CASES))('%s, also behind an alias', (what) => {
    const [change, message] = CASES[what];
    const stack = testStack(testApp(), 'Stack', { env: { ...ENV, region: 'us-east-1' } });
    const fn = testFunction(stack);
    warm(fn.addAlias('live'), 2, stack);
    change(fn);
    expect(() => synth(stack)).toThrow(message);
  });

  test('what a SingletonFunction reserves, though it is no parent of its resource', () => {
    const stack = testStack();
    const fn = new lambda.SingletonFunction(stack, 'Fn', {
      uuid: 'one', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('1'), reservedConcurrentExecutions: 1,
    });
    warm(fn, 2);
    expect(() => synth(stack)).toThrow('reserves 1 concurrent executions');
  });

  test('an edge function inside a stage of its own', () => {
    const stage = new Stage(testApp(), 'Stage', { env: { ...ENV, region: 'us-east-1' } });
    const stack = testStack(stage);
    const fn = testFunction(stack);
    warm(fn);
    runAtEdge(fn);
    expect(() => synth(stack)).toThrow('runs at the edge');
  });
});

describe('not refused', () => {
  test('a function beside another one at the edge, on a capacity provider, or durable', () => {
    const stack = testStack(testApp(), 'Stack', { env: { ...ENV, region: 'us-east-1' } });
    const other = testFunction(stack, 'Other');
    (other.node.defaultChild as lambda.CfnFunction).durableConfig = { executionTimeout: 60 };
    runAtEdge(other);
    warm(testFunction(stack));
    expect(() => synth(stack)).not.toThrow();
  });

  test('a reserved concurrency that is a token, or was overridden away', () => {
    const stack = testStack();
    warm(testFunction(stack, 'Token', { reservedConcurrentExecutions: Token.asNumber({ Ref: 'AWS::NoValue' }) }), 7);
    const overridden = testFunction(stack, 'Overridden', { reservedConcurrentExecutions: 1 });
    (overridden.node.defaultChild as lambda.CfnFunction).addPropertyDeletionOverride('ReservedConcurrentExecutions');
    new LambdaWarmer(stack, 'Other', { target: overridden, concurrency: 7 });
    expect(() => synth(stack)).not.toThrow();
  });

  test('a reserved concurrency that a lazy value makes large enough', () => {
    const stack = testStack();
    let reserved = 3;
    warm(testFunction(stack, 'Fn', { reservedConcurrentExecutions: Lazy.uncachedNumber({ produce: () => reserved }) }), 7);
    expect(() => synth(stack)).toThrow('reserves 3 concurrent executions, so Lambda would throttle the pings. Write one below 3, or reserve more.');
    reserved = 8;
    expect(() => synth(stack)).not.toThrow();
  });

  test('an imported version or alias, of whose function it is known that no permission is missing', () => {
    const stack = testStack();
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, skipPermissions: true });
    warm(lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: fn, version: '7' }));
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('a concurrency equal to what the function reserves', () => {
  const message = Match.stringLikeRegexp("take all 3 concurrent executions that the function 'Stack/Fn' reserves.*ack: cdk-lambda-warmer:reservedConcurrencyTaken");

  test('is warned of, once however often the app is synthesized', () => {
    const stack = testStack();
    warm(testFunction(stack, 'Fn', { reservedConcurrentExecutions: 3 }), 3);
    synth(stack);
    synth(stack);
    expect(Annotations.fromStack(stack).findWarning('/Stack/Warmer', message)).toHaveLength(1);
  });

  test.each(['the stack', 'the warmer'])('is not warned of once acknowledged on %s', (where) => {
    const stack = testStack();
    const warmer = warm(testFunction(stack, 'Fn', { reservedConcurrentExecutions: 3 }), 3);
    CdkAnnotations.of(where === 'the stack' ? stack : warmer).acknowledgeWarning('cdk-lambda-warmer:reservedConcurrencyTaken');
    Annotations.fromStack(stack).hasNoWarning('*', message);
  });
});
