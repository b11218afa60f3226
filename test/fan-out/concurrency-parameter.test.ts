import { App, BootstraplessSynthesizer, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ConcurrencyParameterOptions, FanOut, LambdaWarmer, LambdaWarmerProps, WarmingSchedule } from '../../src';
import { textOf } from '../references';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(concurrencyParameter: ConcurrencyParameterOptions, props: Partial<LambdaWarmerProps> = {}): LambdaWarmer {
  return new LambdaWarmer(stack, 'Warmer', { target: props.target ?? testFunction(stack), concurrencyParameter, ...props });
}

/** What the rules hand to the dispatcher; a reference stands as its logical id. */
function entries(): any[] {
  const rules = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  return rules.map(({ Properties: { Targets: [{ Input }] } }) => JSON.parse(textOf(Input)).plan[0]);
}

function mayRead(parameterArn: unknown): void {
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([{ Action: 'ssm:GetParameter', Effect: 'Allow', Resource: parameterArn }]) },
    Roles: [{ Ref: Match.stringLikeRegexp('^LambdaWarmerDispatcherRole') }],
  });
}

const arnOf = (...name: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ssm:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ...name]] });

test('a parameter is created that changes nothing, takes nothing but numbers, and is read by the dispatcher alone', () => {
  const warmer = warm({}, { concurrency: 5 });
  const template = Template.fromStack(stack);
  const [[id, { Properties }]] = Object.entries(template.findResources('AWS::SSM::Parameter'));
  expect(Properties).toEqual({
    Type: 'String',
    Value: 'deployed',
    AllowedPattern: '^(deployed|[0-9]{1,3})$',
    Description: 'Execution environments to keep warm: a whole number, or deployed (cdk-lambda-warmer)',
  });
  expect(stack.resolve(warmer.concurrencyParameter!.parameterName)).toEqual({ Ref: id });
  expect(entries()).toEqual([expect.objectContaining({ concurrency: 5, parameter: id, maxConcurrency: 5 })]);
  mayRead(arnOf(':parameter/', { Ref: id }));
  template.resourceCountIs('AWS::SSM::Parameter', 1);
});

test('does not change with anything but itself, or CloudFormation would write its value anew', () => {
  const parameterOf = (maxConcurrency: number) => {
    const other = testStack();
    new LambdaWarmer(other, 'Warmer', { target: testFunction(other, `Fn${maxConcurrency}`), concurrencyParameter: { maxConcurrency } });
    return Template.fromStack(other).findResources('AWS::SSM::Parameter');
  };
  expect(parameterOf(20)).toEqual(parameterOf(50));
});

const OWN = 'arn:aws:ssm:eu-west-1:111111111111:parameter/orders/warm';

test.each<[string, (scope: Stack) => ssm.IStringParameter]>([
  ['name', (scope) => ssm.StringParameter.fromStringParameterName(scope, 'Given', '/orders/warm')],
  ['ARN', (scope) => ssm.StringParameter.fromStringParameterArn(scope, 'Given', OWN)],
])('one that is imported by its %s is read by its ARN, which alone is sure to be whole', (_what, importOf) => {
  stack = testStack(app, 'Home', { env: ENV });
  const parameter = importOf(stack);
  const warmer = warm({ parameter }, { concurrency: 2 });
  expect(warmer.concurrencyParameter).toBe(parameter);
  const [{ parameter: read, maxConcurrency }] = entries();
  expect([read.replace('AWS::Partition', 'aws'), maxConcurrency]).toEqual([OWN, 2]);
  Template.fromStack(stack).resourceCountIs('AWS::SSM::Parameter', 0);
  mayRead(stack.resolve(parameter.parameterArn));
});

test('maxConcurrency is what the dispatcher is deployed for', () => {
  warm({ maxConcurrency: 60 }, { concurrency: 2 });
  expect(entries()).toEqual([expect.objectContaining({ concurrency: 2, maxConcurrency: 60 })]);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    MemorySize: 1769,
    Environment: { Variables: Match.objectLike({ CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '60' }) },
  });
});

test('holds in each window, with the largest of them as the most', () => {
  const windows = [{ start: '08:00', end: '18:00', concurrency: 20 }];
  warm({}, { schedule: WarmingSchedule.windows({ windows, otherwise: 1 }) });
  expect(entries().map(({ concurrency, maxConcurrency, parameter }) => [concurrency, maxConcurrency, parameter])).toEqual([
    [20, 20, expect.stringMatching(/^WarmerConcurrency/)],
    [1, 20, expect.stringMatching(/^WarmerConcurrency/)],
  ]);
});

test('takes the dispatcher, for one environment too', () => {
  warm({});
  expect(entries()).toEqual([expect.objectContaining({ concurrency: 1, maxConcurrency: 1 })]);
});

test('without it there is no parameter, and none is read', () => {
  const warmer = new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 2 });
  expect(warmer.concurrencyParameter).toBeUndefined();
  Template.fromStack(stack).resourceCountIs('AWS::SSM::Parameter', 0);
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/ssm:|maxConcurrency/);
});

describe('refuses', () => {
  test.each([FanOut.direct(), FanOut.selfInvoke()])('fan-outs that do not read it', (fanOut) => {
    expect(() => warm({}, { fanOut })).toThrow(/LambdaWarmer 'Stack\/Warmer': concurrencyParameter takes FanOut\.dispatcher\(\), which reads it, but fanOut is FanOut\.(direct|selfInvoke)\(\)\. Leave fanOut out, or concurrencyParameter\./);
    expect(stack.node.findAll().filter((one) => one instanceof ssm.StringParameter)).toEqual([]);
  });

  test.each([4, 10_001, 5.5, NaN])('a maxConcurrency of %s', (maxConcurrency) => {
    expect(() => warm({ maxConcurrency }, { concurrency: 5 })).toThrow(`LambdaWarmer 'Stack/Warmer': concurrencyParameter has a maxConcurrency of ${maxConcurrency}. Write a whole number from 5, the concurrency that is deployed, to 10000, or leave it out.`);
    expect(stack.node.findAll().filter((one) => one instanceof ssm.StringParameter)).toEqual([]);
  });

  test('a maxConcurrency that is a token', () => {
    expect(() => warm({ maxConcurrency: Lazy.number({ produce: () => 5 }) })).toThrow('concurrencyParameter has a token as maxConcurrency, known at deployment only. Write a whole number from 1,');
  });

  test('a maxConcurrency above what the function reserves', () => {
    warm({ maxConcurrency: 50 }, { target: testFunction(stack, 'Fn', { reservedConcurrentExecutions: 20 }), concurrency: 5 });
    expect(() => app.synth()).toThrow("[Stack/Warmer] what concurrencyParameter may ask for is 50, but the function 'Stack/Fn' reserves 20 concurrent executions");
  });

  test.each<[string, (scope: Stack) => any, string]>([
    ['of another account', (scope) => ssm.StringParameter.fromStringParameterArn(scope, 'Given', OWN.replace('111111111111', '222222222222')),
      'a parameter that is in the account 222222222222, the warmer in 111111111111. Write one of the warmer\'s account.'],
    ['of another region', () => ssm.StringParameter.fromStringParameterArn(testStack(app, 'Other'), 'Given', OWN.replace('eu-west-1', 'us-east-1')),
      'a parameter that is in the region us-east-1, the warmer in eu-west-1. Write one of the warmer\'s region.'],
    ['that is encrypted', (scope) => ssm.StringParameter.fromSecureStringParameterAttributes(scope, 'Given', { parameterName: '/orders/warm' }),
      "the parameter 'Home/Given' of the type SecureString, which the dispatcher does not read. Write one of the type String."],
    ['that stands for several', (scope) => ssm.StringParameter.fromStringParameterName(scope, 'Given', '/orders/*'),
      "'/orders/*' as the name of its parameter, which stands for several. Write the name of one."],
    ['that is a text', () => '/orders/warm', "a parameter that is none. Write ssm.StringParameter.fromStringParameterName(this, id, '/its/name'), or leave it out."],
  ])('a parameter %s', (_what, parameterOf, message) => {
    stack = testStack(app, 'Home', { env: ENV });
    expect(() => warm({ parameter: parameterOf(stack) })).toThrow(`LambdaWarmer 'Home/Warmer': concurrencyParameter has ${message}`);
  });

  test('a stack that takes no dispatcher, and leaves no parameter behind', () => {
    const bare = new Stack(app, 'Bare', { synthesizer: new BootstraplessSynthesizer() });
    const target = lambda.Function.fromFunctionArn(bare, 'Fn', FUNCTION_ARN);
    expect(() => new LambdaWarmer(bare, 'Warmer', { target, concurrencyParameter: {} })).toThrow('the stack does not take the dispatcher');
    expect(bare.node.findAll().filter((one) => one instanceof ssm.StringParameter)).toEqual([]);
  });

  test('one for which the dispatcher has not enough memory', () => {
    warm({ maxConcurrency: 900 }, { concurrency: 5, fanOut: FanOut.dispatcher({ memorySize: 128 }) });
    expect(() => app.synth()).toThrow('[Stack/Warmer] concurrency is 900, of which one invocation of the dispatcher sends 300, but with 128 MiB and 60 seconds the dispatcher sends at most 289 pings');
  });
});
