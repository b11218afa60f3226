import { Annotations as CdkAnnotations, App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { FanOut, LambdaWarmer, LambdaWarmerProps, WarmingPayload } from '../../src';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(target: lambda.IFunction, props: Partial<LambdaWarmerProps> = {}, scope: Stack = stack): void {
  new LambdaWarmer(scope, 'Warmer', { target, concurrency: 4, fanOut: FanOut.selfInvoke(), ...props });
}

/** The policies that permit an invocation. */
function policies(of: Stack = stack): any[] {
  return Object.entries(Template.fromStack(of).findResources('AWS::IAM::Policy'))
    .filter(([, { Properties }]) => JSON.stringify(Properties).includes('lambda:InvokeFunction'))
    .map(([id, { Properties }]) => ({ id, statements: Properties.PolicyDocument.Statement, roles: Properties.Roles }));
}

describe('a function that invokes itself', () => {
  test('is invoked by one rule once, with the concurrency in the event', () => {
    warm(testFunction(stack), { concurrency: 30, payload: WarmingPayload.lambdaWarmer({ flagField: 'keep', concurrencyField: 'copies' }) });
    const [rule, ...others] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    expect(others).toEqual([]);
    expect(rule.Properties.Targets).toEqual([expect.objectContaining({ Arn: { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }, Input: '{"keep":true,"copies":30}' })]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 1);
  });

  test('has the payload of lambda-warmer, unless another one is written', () => {
    warm(testFunction(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike({ Input: '{"warmer":true,"concurrency":4}' })] });
  });

  test('gets the permission by a policy of its own, as it calls itself: by name and version', () => {
    const fn = testFunction(stack);
    warm(fn);
    expect(policies()).toEqual([{
      id: expect.stringMatching(/^WarmerSelfInvokePolicy/),
      statements: [{
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [{ 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }, ':$LATEST']] }],
      }],
      roles: [{ Ref: 'FnServiceRoleB9001A96' }],
    }]);
    // The function must not wait for a policy that waits for the function.
    const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    expect(DependsOn).toEqual(['FnServiceRoleB9001A96']);
  });

  test.each<[string, (fn: lambda.Function) => lambda.IFunction]>([
    ['an alias', (fn) => fn.addAlias('live')],
    ['a version', (fn) => fn.currentVersion],
  ])('through %s: the version that runs is named', (_, target) => {
    warm(target(testFunction(stack)));
    expect(policies()).toEqual([expect.objectContaining({ statements: [expect.objectContaining({ Resource: { Ref: expect.stringMatching(/^FnCurrentVersion/) } })] })]);
    expect(() => app.synth()).not.toThrow();
  });

  test('of another stack gets it from the stack of the warmer', () => {
    const warmers = testStack(app, 'Warmers');
    warm(testFunction(stack), {}, warmers);
    expect(policies()).toEqual([]);
    expect(policies(warmers)).toEqual([expect.objectContaining({ roles: [{ 'Fn::ImportValue': expect.stringContaining('FnServiceRole') }] })]);
  });

  test('that is imported gets it by its role', () => {
    const role = iam.Role.fromRoleName(stack, 'Role', 'orders');
    warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true, role }));
    expect(policies()).toEqual([expect.objectContaining({
      statements: [expect.objectContaining({ Resource: [FUNCTION_ARN, `${FUNCTION_ARN}:$LATEST`] })],
      roles: ['orders'],
    })]);
  });
});

describe('an imported function', () => {
  test('without its role is refused, with the policy to add', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    expect(() => warm(target)).toThrow('LambdaWarmer \'Stack/Warmer\': the function \'Stack/Fn\' is imported without its role, so it cannot be permitted to invoke itself. '
      + 'Import it by lambda.Function.fromFunctionAttributes(this, id, { functionArn, sameEnvironment: true, role }); or add this policy to its role, '
      + 'let EventBridge invoke it, and import it with skipPermissions: true:\n\n'
      + `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "lambda:InvokeFunction",
      "Resource": [
        "${FUNCTION_ARN}",
        "${FUNCTION_ARN}:$LATEST"
      ]
    }
  ]
}`);
    expect(policies()).toEqual([]);
  });

  test('by its name is refused, with a policy in which what is not known here is named', () => {
    expect(() => warm(lambda.Function.fromFunctionName(stack, 'Fn', 'orders'))).toThrow('"arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:orders:$LATEST"');
  });

  test('by the ARN of an alias is refused, because nobody knows the version that would invoke itself', () => {
    const role = iam.Role.fromRoleName(stack, 'Role', 'orders');
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: `${FUNCTION_ARN}:live`, sameEnvironment: true, role });
    expect(() => warm(target)).toThrow("the function 'Stack/Fn' is imported by the ARN of an alias, but it invokes itself by the version behind that, which nobody knows here. "
      + 'Import it by lambda.Alias.fromAliasAttributes(this, id, { aliasName, aliasVersion }), or write fanOut: FanOut.dispatcher().');
  });

  test('by the ARN of a version invokes that', () => {
    const role = iam.Role.fromRoleName(stack, 'Role', 'orders');
    warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: `${FUNCTION_ARN}:7`, sameEnvironment: true, role }));
    expect(policies()[0].statements[0].Resource).toBe(`${FUNCTION_ARN}:7`);
  });

  test('that is permitted already is taken as it is', () => {
    warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, skipPermissions: true }));
    expect(policies()).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('a function in a VPC', () => {
  const WARNING = 'cdk-lambda-warmer:selfInvokeInVpc';

  function inVpc(): lambda.Function {
    return testFunction(stack, 'Fn', { vpc: new ec2.Vpc(stack, 'Vpc') });
  }

  function warnings(): string[] {
    return Annotations.fromStack(stack).findWarning('/Stack/Warmer', Match.anyValue()).map(({ entry }) => String(entry.data));
  }

  test('needs a route to the Lambda API, which a warning says', () => {
    warm(inVpc());
    expect(warnings()).toEqual([expect.stringMatching(/the function 'Stack\/Fn' is in a VPC, .* a NAT gateway, or a VPC endpoint .* FanOut\.dispatcher\(\), .*cdk-lambda-warmer:selfInvokeInVpc/)]);
  });

  test('has its warning acknowledged', () => {
    warm(inVpc());
    CdkAnnotations.of(stack.node.findChild('Warmer')).acknowledgeWarning(WARNING);
    expect(warnings()).toEqual([]);
  });

  test('has none where it need not invoke itself, or is invoked by the dispatcher', () => {
    const fn = inVpc();
    warm(fn, { concurrency: 1 });
    expect(warnings()).toEqual([]);
    new LambdaWarmer(stack, 'Dispatched', { target: fn, concurrency: 4 });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(WARNING))).toEqual([]);
  });
});

describe('bad input', () => {
  test.each<[string, WarmingPayload]>([
    ['standard', WarmingPayload.standard()],
    ['openNext', WarmingPayload.openNext()],
    ['ofType', WarmingPayload.ofType('warmer')],
    ['fromObject', WarmingPayload.fromObject({ warmer: true, concurrency: 1 })],
    ['scheduledEvent', WarmingPayload.scheduledEvent()],
  ])('a payload of another protocol: %s', (_, payload) => {
    expect(() => warm(testFunction(stack), { payload })).toThrow("LambdaWarmer 'Stack/Warmer': FanOut.selfInvoke() is for handlers with lambda-warmer or lambda-warmer-py, but the payload is another one. "
      + 'Write payload: WarmingPayload.lambdaWarmer(), or fanOut: FanOut.dispatcher().');
  });

  test('a dead-letter queue, to which Lambda would hand failed pings', () => {
    warm(testFunction(stack, 'Fn', { deadLetterQueue: new sqs.Queue(stack, 'Queue') }));
    expect(() => app.synth()).toThrow("the function 'Stack/Fn' has a dead-letter queue, to which Lambda would hand a ping that failed, because FanOut.selfInvoke() invokes it asynchronously.");
  });

  test('metrics, which nobody counts', () => {
    expect(() => warm(testFunction(stack), { emitMetrics: true })).toThrow('emitMetrics asks for metrics, but FanOut.selfInvoke() counts nothing. Write fanOut: FanOut.dispatcher(), or leave emitMetrics out.');
  });

  test('prewarming, which goes by the dispatcher', () => {
    expect(() => warm(testFunction(stack), { prewarmOnDeploy: true })).toThrow('prewarmOnDeploy takes FanOut.dispatcher(), which the deployment calls, but fanOut is FanOut.selfInvoke(). Leave fanOut out, or prewarmOnDeploy.');
  });

  test('a concurrency beyond a thousand', () => {
    expect(() => warm(testFunction(stack), { concurrency: 1001 })).toThrow('FanOut.selfInvoke() keeps at most 1000 environments warm, 1001 were asked for. Write a concurrency from 1 to 1000, or fanOut: FanOut.dispatcher().');
  });
});
