import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LambdaWarmer, LambdaWarmerProps, ShortCircuit } from '../../src';
import { Graph } from '../graph';
import { textOf } from '../references';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

/** Sets a stack up, and gives the call that its deployment makes, references in it by logical id. */
function prewarming(build: (stack: Stack) => Partial<LambdaWarmerProps> & { readonly target: lambda.IFunction }): any {
  const stack = testStack(testApp());
  new LambdaWarmer(stack, 'Warmer', { prewarmOnDeploy: true, ...build(stack) });
  const [found, ...others] = Object.values(Template.fromStack(stack).findResources('Custom::LambdaWarmerPrewarm'));
  expect(others).toEqual([]);
  if (!found) {
    return undefined;
  }
  const { Create, Update, Delete } = found.Properties;
  expect(Update).toEqual(Create);
  expect(Delete).toBeUndefined();
  return { ...JSON.parse(textOf(Create)), dependsOn: found.DependsOn };
}

function payloadOf(call: any): any {
  return JSON.parse(call.parameters.Payload);
}

/** What decides whether CloudFormation makes the call again. */
function stateOf(build: (stack: Stack) => lambda.IFunction, props: Partial<LambdaWarmerProps> = {}): string {
  return payloadOf(prewarming((stack) => ({ target: build(stack), ...props }))).state;
}

describe('a deployment', () => {
  test('has the dispatcher do what the schedule would, waits for nothing, and fails with nothing', () => {
    const call = prewarming((stack) => ({ target: testFunction(stack), concurrency: 3 }));
    expect(call).toMatchObject({
      service: 'Lambda',
      action: 'Invoke',
      parameters: { FunctionName: expect.stringMatching(/^LambdaWarmerDispatcherFunction/), InvocationType: 'Event' },
      outputPaths: ['StatusCode'],
      ignoreErrorCodesMatching: '.*',
    });
    expect(payloadOf(call)).toEqual({
      plan: [{ function: 'Fn9270CBC0', concurrency: 3, protocol: 'standard', event: { cdkLambdaWarmer: { token: '<token>' } }, everySeconds: 300 }],
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('calls only when function and dispatcher are there, with the alias and the permissions', () => {
    const { dependsOn } = prewarming((stack) => ({ target: testFunction(stack).addAlias('live') }));
    for (const needed of [/^FnAliaslive/, /^LambdaWarmerDispatcherFunction/, /^LambdaWarmerDispatcherRoleDefaultPolicy/]) {
      expect(dependsOn).toContainEqual(expect.stringMatching(needed));
    }
  });

  test('calls only when the resource of a SingletonFunction is there, which is no child of it', () => {
    const { dependsOn } = prewarming((stack) => ({
      target: new lambda.SingletonFunction(stack, 'Fn', {
        uuid: '2f5bd4a8-94ea-4cd5-a5d7-0f3b2fbd8b2e', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(';'),
      }),
    }));
    expect(dependsOn).toContainEqual(expect.stringMatching(/^SingletonLambda/));
  });

  test('may invoke the dispatcher and nothing else', () => {
    const stack = testStack();
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), prewarmOnDeploy: true });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LambdaWarmerDispatcherFunction'), 'Arn'] } }] },
      Roles: [{ Ref: Match.stringLikeRegexp('^AWS679') }],
    });
  });

  test('prewarms nothing while the warmer is disabled, or where it was not asked to', () => {
    expect(prewarming((stack) => ({ target: testFunction(stack), enabled: false }))).toBeUndefined();
    expect(prewarming((stack) => ({ target: testFunction(stack), prewarmOnDeploy: false, concurrency: 2 }))).toBeUndefined();
  });
});

describe('the call is made again', () => {
  const FUNCTION = (props: Partial<lambda.FunctionProps> = {}) => (stack: Stack) => testFunction(stack, 'Fn', props);
  const unchanged = stateOf(FUNCTION());

  test.each<[string, (stack: Stack) => lambda.IFunction]>([
    ['its code', FUNCTION({ code: lambda.Code.fromInline('exports.handler = async () => 1;') })],
    ['an asset with its code', (stack) => testFunction(stack, 'Fn', { code: lambda.Code.fromAsset('examples/quick-start/handler') })],
    ['its memory', FUNCTION({ memorySize: 512 })],
    ['its environment', FUNCTION({ environment: { STAGE: 'test' } })],
    ['what an override says', (stack) => {
      const fn = testFunction(stack);
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Timeout', 7);
      return fn;
    }],
    ['what becomes known at synthesis only', FUNCTION({ description: Lazy.string({ produce: () => 'late' }) })],
  ])('by a function of which %s changed', (_, build) => {
    expect(stateOf(build)).not.toBe(unchanged);
    expect(stateOf(build)).toBe(stateOf(build));
  });

  test('by a function whose layer has another content under the same name', () => {
    const withLayer = (folder: string) => (stack: Stack) => {
      const layer = new lambda.LayerVersion(stack, 'Layer', { code: lambda.Code.fromAsset(folder) });
      return testFunction(stack, 'Fn', { layers: [layer] });
    };
    const inHandler = { shortCircuit: ShortCircuit.inHandler() };
    expect(stateOf(withLayer('examples/quick-start/handler'), inHandler)).not.toBe(stateOf(withLayer('runtime/nodejs'), inHandler));
    expect(stateOf(withLayer('runtime/nodejs'), inHandler)).toBe(stateOf(withLayer('runtime/nodejs'), inHandler));
  });

  test('not by what has changed beside it', () => {
    expect(stateOf((stack) => {
      testFunction(stack, 'Other', { memorySize: 1024 });
      return testFunction(stack);
    })).toBe(unchanged);
  });

  test('by every deployment, where the function is imported', () => {
    const imported = (stack: Stack) => lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN);
    const now = jest.spyOn(Date, 'now').mockReturnValueOnce(1).mockReturnValueOnce(2);
    const states = [stateOf(imported), stateOf(imported)];
    now.mockRestore();
    expect(states[0]).not.toBe(states[1]);
  });
});

test('the state is the same at each synthesis of one app, and holds what comes after the warmer', () => {
  const app = new App({ analyticsReporting: false });
  const stack = testStack(app);
  const fn = testFunction(stack);
  new LambdaWarmer(stack, 'Warmer', { target: fn, prewarmOnDeploy: true });
  const state = () => /state\W+([0-9a-f]{64})/.exec(JSON.stringify(app.synth({ force: true }).getStackByName('Stack').template))![1];
  const before = state();
  expect(state()).toBe(before);
  fn.addEnvironment('LATER', 'yes');
  expect(state()).not.toBe(before);
});

describe('no resource waits for itself, where the warmer stands inside of', () => {
  test.each<[string, (fn: lambda.Function) => lambda.IFunction]>([
    ['its function', (fn) => fn],
    ['its alias', (fn) => fn.addAlias('live')],
    ['its version', (fn) => fn.currentVersion],
  ])('%s', (_, targetOf) => {
    const stack = testStack(testApp());
    const target = targetOf(testFunction(stack));
    new LambdaWarmer(target, 'Warmer', { target, prewarmOnDeploy: true, concurrency: 2 });
    new LambdaWarmer(target, 'Other', { target, prewarmOnDeploy: true, concurrency: 3 });
    expect(new Graph(Template.fromStack(stack).toJSON().Resources).stuck).toEqual([]);
  });
});
