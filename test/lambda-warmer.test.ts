import { Stack } from 'aws-cdk-lib';
import { Annotations, Capture, Match, Template } from 'aws-cdk-lib/assertions';
import { textOf } from './references';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack, Use, USES } from './uses';
import { LambdaWarmer } from '../src';

/** The templates of a use by the paths of their stacks, nested ones included. */
function templates(use: Use): { [stack: string]: Template } {
  const stacks = use(testApp()).flatMap((stack) => stack.node.findAll()).filter((construct) => Stack.isStack(construct));
  return Object.fromEntries(stacks.map((stack) => [stack.node.path, Template.fromStack(stack)]));
}

/** The template of a use that is one stack. */
function template(name: string): Template {
  return templates(USES[name]).Stack;
}

function inputs(of: Template): unknown[] {
  return Object.values(of.findResources('AWS::Events::Rule'))
    .flatMap((rule) => rule.Properties.Targets)
    .map(({ Input }) => typeof Input === 'string' ? JSON.parse(Input) : Input);
}

/** Without what changes with the layers' content. */
function withoutHashes(stack: Template): object {
  const json = JSON.stringify(stack.toJSON())
    .replace(/(LambdaWarmer(?:Nodejs|Python)Layer)[0-9a-f]{12}[0-9A-F]{8}/g, '$1<hash>')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<hash>')
    .replace(/[0-9a-f]{64}\.(zip|json)/g, '<hash>.$1')
    // What CDK runs its custom resources with differs between its versions.
    .replace(/"nodejs2\d\.x","Timeout":120/g, '"<newest>","Timeout":120')
    .replace(/(state\W+)[0-9a-f]{64}/g, '$1<hash>');
  return JSON.parse(json);
}

/** Uses in which the function cannot answer pings by itself. */
const LEFT_ALONE = /imported(?!.*invokes itself)|DockerImage|pinned version/;

describe('snapshots', () => {
  test.each(Object.keys(USES))('%s', (name) => {
    const all = templates(USES[name]);
    expect(Object.fromEntries(Object.entries(all).map(([stack, found]) => [stack, withoutHashes(found)]))).toMatchSnapshot();
  });
});

describe('times', () => {
  const found = (name: string, type: string) => Object.values(template(name).findResources(type)).map(({ Properties }) => Properties);

  test('office hours in Berlin are ten schedules of one group, by one role', () => {
    const schedules = found('office hours in Berlin, by EventBridge Scheduler', 'AWS::Scheduler::Schedule');
    expect(schedules.map(({ ScheduleExpression }) => ScheduleExpression)).toHaveLength(10);
    expect(new Set(schedules.map(({ ScheduleExpressionTimezone }) => ScheduleExpressionTimezone))).toEqual(new Set(['Europe/Berlin']));
    expect(new Set(schedules.map(({ GroupName, Target }) => JSON.stringify([GroupName, Target.RoleArn]))).size).toBe(1);
    expect(found('office hours in Berlin, by EventBridge Scheduler', 'AWS::Events::Rule')).toEqual([]);
  });

  test('nights in UTC are rules', () => {
    const rules = found('nights in UTC, by rules', 'AWS::Events::Rule');
    expect(rules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
      'cron(0/5 0,1 ? * TUE-SAT *)',
      'cron(0/5 22,23 ? * MON-FRI *)',
      'cron(0/5 2-23 ? * SUN,SAT *)',
      'cron(0/5 0,1 ? * SUN,MON *)',
      'cron(0/5 2-21 ? * MON-FRI *)',
    ]);
    expect(found('nights in UTC, by rules', 'AWS::Lambda::Permission')).toHaveLength(5);
  });

  test('a campaign has its dates, group and time window', () => {
    expect(found('a campaign of one function, in a group and a time window that are given', 'AWS::Scheduler::Schedule')).toEqual([expect.objectContaining({
      StartDate: '2099-11-27T00:00:00.000Z',
      EndDate: '2099-12-01T00:00:00.000Z',
      GroupName: expect.stringContaining('Campaigns'),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 2 },
    })]);
  });

  test('a parameter is what the plan names, and nothing else reads', () => {
    const [{ Targets: [{ Input }] }] = found('a concurrency that a parameter changes', 'AWS::Events::Rule');
    expect(JSON.stringify(Input)).toContain('{"Ref":"WarmerConcurrencyED3145A3"}');
    const [{ PolicyDocument }] = found('a concurrency that a parameter changes', 'AWS::IAM::Policy');
    expect(PolicyDocument.Statement.filter(({ Action }: any) => String(Action).startsWith('ssm:'))).toEqual([expect.objectContaining({ Action: 'ssm:GetParameter' })]);
  });
});

describe('provisioned concurrency', () => {
  const found = (name: string, type: string) => Object.values(template(name).findResources(type));
  const properties = (name: string, type: string) => found(name, type).map(({ Properties }) => Properties);

  test('of a fixed number is an alias of the current version, and nothing else', () => {
    const name = 'provisioned concurrency, a fixed number, and no ping';
    const [version] = Object.keys(template(name).findResources('AWS::Lambda::Version'));
    expect(properties(name, 'AWS::Lambda::Alias')).toEqual([{
      FunctionName: { Ref: 'Fn9270CBC0' },
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    }]);
    const types = Object.values(template(name).toJSON().Resources).map(({ Type }: any) => Type);
    expect(types.sort()).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Alias', 'AWS::Lambda::Function', 'AWS::Lambda::Version']);
  });

  test('by utilization begins with the minimum, and follows it from there', () => {
    const name = 'provisioned concurrency by utilization';
    expect(properties(name, 'AWS::Lambda::Alias')).toEqual([expect.objectContaining({ ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } })]);
    expect(properties(name, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual([expect.objectContaining({ MinCapacity: 2, MaxCapacity: 20 })]);
    expect(properties(name, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toEqual([expect.objectContaining({
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        TargetValue: 0.6,
      },
    })]);
  });

  test('by office hours changes at their beginnings and ends, and at no other time', () => {
    const name = 'provisioned concurrency by office hours in Berlin';
    const [{ ScheduledActions, ResourceId }] = properties(name, 'AWS::ApplicationAutoScaling::ScalableTarget');
    const capacityOf = ({ MinCapacity, MaxCapacity }: any) => [MinCapacity, MaxCapacity];
    expect(ScheduledActions.map(({ Schedule, ScalableTargetAction }: any) => [Schedule, ...capacityOf(ScalableTargetAction)])).toEqual([
      ['cron(55 7 ? * MON-FRI *)', 10, 10],
      ['cron(0 12 ? * SAT *)', 1, 1],
      ['cron(30 18 ? * MON-FRI *)', 1, 1],
      ['cron(55 7 ? * SAT *)', 3, 3],
    ]);
    expect(ScheduledActions.map(({ Timezone }: any) => Timezone)).toEqual(Array(4).fill('Europe/Berlin'));
    // By the alias itself, for which it so waits.
    const [alias] = Object.keys(template(name).findResources('AWS::Lambda::Alias'));
    expect(JSON.stringify(ResourceId)).toContain(`{"Ref":"${alias}"}`);
    expect(properties(name, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toEqual([]);
  });

  test('moves by a canary, and back on an alarm, also one on the alias itself', () => {
    const name = 'provisioned concurrency, moved to new versions by a canary with alarms';
    const [group] = Object.keys(template(name).findResources('AWS::CodeDeploy::DeploymentGroup'));
    const [alias] = found(name, 'AWS::Lambda::Alias');
    expect(alias.UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: { ApplicationName: { Ref: expect.any(String) }, DeploymentGroupName: { Ref: group } },
    });
    expect(properties(name, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([expect.objectContaining({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: { Enabled: true, Alarms: ['Failing', 'Slow'].map((id) => ({ Name: { Ref: expect.stringMatching(`^${id}`) } })) },
      AutoRollbackConfiguration: { Enabled: true, Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']) },
    })]);
  });

  test('gets pings for what goes beyond it, by its alias alone', () => {
    const name = 'provisioned concurrency of a version that is given, and pings for what goes beyond it';
    const [alias] = Object.keys(template(name).findResources('AWS::Lambda::Alias'));
    expect(properties(name, 'AWS::Lambda::Alias')).toEqual([
      expect.objectContaining({ Name: 'serving', FunctionVersion: { 'Fn::GetAtt': ['Version6A868472', 'Version'] } }),
    ]);
    expect(JSON.stringify(inputs(template(name)))).toContain(`{"Ref":"${alias}"}`);
    const invoked = properties(name, 'AWS::IAM::Policy').flatMap(({ PolicyDocument: { Statement } }) => Statement)
      .filter(({ Action, Resource }: any) => Action === 'lambda:InvokeFunction' && JSON.stringify(Resource) === JSON.stringify({ Ref: alias }));
    expect(invoked).toHaveLength(1);
    expect(JSON.stringify(properties(name, 'AWS::IAM::Policy'))).not.toContain('"Fn9270CBC0","Arn"');
  });
});

describe('a fleet', () => {
  const { Home: home, Other: other } = templates(USES['a fleet of functions of two stacks, and an imported one']);

  test('has one rule in each stack, which names each of its functions once', () => {
    const planned = (of: Template) => inputs(of).map((input) => JSON.parse(textOf(input)).plan
      .map(({ function: arn, concurrency, protocol }: any) => [arn, concurrency, protocol]));
    expect(planned(home)).toEqual([[
      [expect.stringMatching(/^Orders/), 2, 'standard'], [expect.stringMatching(/^CheckoutAliaslive/), 20, 'standard'], [FUNCTION_ARN, 1, 'standard'],
    ]]);
    expect(planned(other)).toEqual([[[expect.stringMatching(/^Search/), 2, 'fixed']]]);
  });

  test('lets none of its stacks depend on another', () => {
    for (const of of [home, other]) {
      expect(Object.keys(of.toJSON().Outputs ?? {})).toEqual([]);
      expect(JSON.stringify(of.toJSON())).not.toContain('Fn::ImportValue');
    }
  });
});

describe('a function', () => {
  test('is pinged every five minutes by one rule with one target, and that rule alone may invoke it', () => {
    const rule = new Capture();
    const found = template('a function');
    found.resourceCountIs('AWS::Events::Rule', 1);
    found.resourceCountIs('AWS::Lambda::Permission', 1);
    found.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      EventBusName: Match.absent(),
      Targets: [{
        Arn: { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      }],
    });
    found.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      FunctionName: { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] },
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
    expect(Object.keys(found.findResources('AWS::Events::Rule'))).toEqual([rule.asString()]);
  });

  test('is named in the description, with the concurrency', () => {
    template('a function').hasResourceProperties('AWS::Events::Rule', {
      Description: { 'Fn::Join': ['', ['Keeps 1 execution environment of ', { Ref: 'Fn9270CBC0' }, ' warm']] },
    });
    template('the payload standard, three at once').hasResourceProperties('AWS::Events::Rule', {
      Description: { 'Fn::Join': ['', ['Keeps 3 execution environments of ', { Ref: 'Fn9270CBC0' }, ' warm']] },
    });
  });

  test('gets as token the GUID in its stack\'s id, so that the template holds no secret', () => {
    expect(inputs(template('a function'))).toEqual([{
      'Fn::Join': ['', [
        '{"cdkLambdaWarmer":{"token":"',
        { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
        '"}}',
      ]],
    }]);
  });

  test('is what `target` names', () => {
    const stack = testStack();
    const fn = testFunction(stack);
    expect(new LambdaWarmer(stack, 'Warmer', { target: fn }).target).toBe(fn);
  });
});

test('every property reaches the rule', () => {
  const found = template('every property');
  found.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'cron(0/5 6-18 ? * MON-FRI *)',
    State: 'DISABLED',
    Description: 'Working hours only',
  });
  expect(inputs(found)).toEqual([0, 1, 2].map((index) => ({ cdkLambdaWarmer: { token: 'agreed-upon', holdMs: 250, index, of: 3 } })));
});

test('ten environments take two rules of five targets, and two permissions, not ten', () => {
  const found = template('ten environments, two rules');
  const rules = found.findResources('AWS::Events::Rule');
  expect(Object.values(rules).map((rule) => rule.Properties.Targets.length)).toEqual([5, 5]);
  const sources = Object.values(found.findResources('AWS::Lambda::Permission')).map((permission) => permission.Properties.SourceArn['Fn::GetAtt'][0]);
  expect(sources.sort()).toEqual(Object.keys(rules).sort());
});

describe('the ARN that is pinged and permitted', () => {
  const NESTED_OUTPUT = { 'Fn::GetAtt': [Match.stringLikeRegexp('^NestedNestedStack'), Match.stringLikeRegexp('^Outputs\\.')] };

  test.each<[string, unknown]>([
    ['a NodejsFunction', { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }],
    ['a DockerImageFunction', { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }],
    ['a SingletonFunction', { 'Fn::GetAtt': [Match.stringLikeRegexp('^SingletonLambda'), 'Arn'] }],
    ['an alias', { Ref: Match.stringLikeRegexp('^FnAliaslive') }],
    ['a version', { Ref: Match.stringLikeRegexp('^FnCurrentVersion') }],
    ['a function imported by ARN', FUNCTION_ARN],
    ['a function imported by name', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lambda:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':function:orders']] }],
    ['a function imported by attributes', FUNCTION_ARN],
    ['an alias imported by attributes', `${FUNCTION_ARN}:live`],
    ['a version imported by ARN', `${FUNCTION_ARN}:7`],
    ['an alias imported with its version', `${FUNCTION_ARN}:live`],
    ['a pinned version of an own function', { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }, ':7']] }],
    ['a function inside a nested stack', NESTED_OUTPUT],
    ['tokens in the function', { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }],
  ])('%s', (name, arn) => {
    const found = template(name);
    found.hasResourceProperties('AWS::Events::Rule', { Targets: Match.arrayWith([Match.objectLike({ Arn: arn })]) });
    found.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: arn, Principal: 'events.amazonaws.com' });
  });

  test('a function that lets EventBridge in by itself gets no permission', () => {
    const found = template('an imported function that lets EventBridge in by itself');
    found.hasResourceProperties('AWS::Events::Rule', { Targets: [{ Arn: FUNCTION_ARN }] });
    found.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test('a function of another stack is reached from the warmer\'s stack, with its own stack\'s token', () => {
    const { Functions, Warmers } = templates(USES['a function of another stack']);
    Functions.resourceCountIs('AWS::Events::Rule', 0);
    const arn = { 'Fn::ImportValue': Match.stringLikeRegexp('^Functions:ExportsOutputFnGetAttFn.*Arn') };
    Warmers.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({
        Arn: arn,
        Input: { 'Fn::Join': ['', Match.arrayWith([{ 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::ImportValue': Match.stringLikeRegexp('^Functions:.*StackId') }] }] }])] },
      })],
    });
    Warmers.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: arn });
  });

  test('a function of the parent stack is reached from the nested stack, with the parent\'s token', () => {
    const all = templates(USES['a warmer inside a nested stack']);
    const nested = all['Stack/Nested'];
    all.Stack.resourceCountIs('AWS::Events::Rule', 0);
    const arn = { Ref: Match.stringLikeRegexp('^referencetoStackFn.*Arn$') };
    nested.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({
        Arn: arn,
        Input: { 'Fn::Join': ['', Match.arrayWith([{ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: Match.stringLikeRegexp('StackId') }] }] }])] },
      })],
    });
    nested.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: arn });
  });

  test('a function of a nested stack is pinged with the nested stack\'s token, which the nested stack itself puts out', () => {
    const all = templates(USES['a function inside a nested stack']);
    expect(Object.values(all['Stack/Nested'].toJSON().Outputs)).toContainEqual({ Value: { Ref: 'AWS::StackId' } });
    expect(JSON.stringify(inputs(all.Stack))).toMatch(/"Fn::Select":\[2,{"Fn::Split":\["\/",{"Fn::GetAtt":\["NestedNestedStackNested\w+","Outputs\.[^"]*StackId/);
  });

  test('a nested stack deeper than the function\'s gets the token as a parameter, not as a reference to its own parent from outside', () => {
    const all = templates(USES['a warmer nested deeper than its function']);
    const { Parameters } = Object.values(all['Stack/Nested'].findResources('AWS::CloudFormation::Stack'))[0].Properties;
    expect(Object.values(Parameters)).toContainEqual({ Ref: 'AWS::StackId' });
    expect(Object.values(all.Stack.findResources('AWS::CloudFormation::Stack'))[0].Properties.Parameters).toBeUndefined();
  });

  test('an imported function is pinged with the token of the warmer\'s stack, and makes no stack depend on another', () => {
    const { Imports, Warmers } = templates(USES['a function imported into another stack']);
    expect(JSON.stringify(inputs(Warmers))).toContain('{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}');
    expect(Imports.toJSON().Outputs).toBeUndefined();
  });
});

test('two warmers on one function are two rules, each with a permission of its own', () => {
  const found = template('two warmers on one function');
  const rules = found.findResources('AWS::Events::Rule');
  expect(Object.values(rules).map((rule) => [rule.Properties.ScheduleExpression, rule.Properties.Targets.length])).toEqual([
    ['cron(0/5 6-18 ? * MON-FRI *)', 2],
    ['rate(15 minutes)', 1],
  ]);
  const sources = Object.values(found.findResources('AWS::Lambda::Permission')).map((permission) => permission.Properties.SourceArn['Fn::GetAtt'][0]);
  expect(sources.sort()).toEqual(Object.keys(rules).sort());
});

test.each<[string, unknown[]]>([
  ['the payload lambdaWarmer', [{ warmer: true, concurrency: 1 }]],
  ['the payload lambdaWarmer, three at once', [2, 3, 4].map((n) => ({ keepWarm: true, copies: 1, __WARMER_INVOCATION__: n, __WARMER_CONCURRENCY__: 3 }))],
  ['the payload serverlessPluginWarmup', [{ source: 'serverless-plugin-warmup' }]],
  ['the payload openNext, two at once', [0, 1].map((index) => ({ type: 'warmer', warmerId: 'cdk-lambda-warmer', index, concurrency: 2, delay: 250 }))],
  ['the payload ofType', [{ type: 'warmer' }]],
  ['the payload scheduledEvent', [undefined]],
  ['the payload fromObject', [{ 'Fn::Join': ['', ['{"deep":{"list":[1,"two",null]},"region":"', { Ref: 'AWS::Region' }, '","warmup":true}']] }]],
])('%s is the input', (name, expected) => {
  expect(inputs(template(name))).toEqual(expected);
});

test.each(Object.entries(USES))('nothing warns about %s but that a function is left as it is', (name, use) => {
  const warnings = use(testApp()).flatMap((stack) => {
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
    return Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  });
  expect(warnings.map(({ id, entry }) => [id, /ack: (\S+)\]/.exec(String(entry.data))?.[1]])).toEqual(LEFT_ALONE.test(name)
    ? [[expect.stringMatching(/^\/(Stack|Warmers|Home)\/(Warmer|Fleet)$/), 'cdk-lambda-warmer:notShortCircuited']]
    : []);
});

test('a stack with a known environment takes a function of the same one', () => {
  const stack = testStack(undefined, 'Stack', { env: ENV });
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack) });
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 1);
});
