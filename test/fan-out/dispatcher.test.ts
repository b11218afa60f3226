import { App, BootstraplessSynthesizer, CfnParameter, Duration, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DayOfWeek, DispatcherOptions, FanOut, LambdaWarmer, LambdaWarmerProps, ScheduleEngine, WarmingPayload, WarmingSchedule } from '../../src';
import { nameOf, textOf } from '../references';
import { FUNCTION_ARN, testApp, testFunction, testStack, USES } from '../uses';

const DISPATCHER = Match.stringLikeRegexp('^LambdaWarmerDispatcherFunction');

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(props: Partial<LambdaWarmerProps> = {}, id = 'Warmer', scope: Stack = stack): LambdaWarmer {
  return new LambdaWarmer(scope, id, { target: props.target ?? testFunction(scope, `${id}Fn`), ...props });
}

function byDispatcher(options?: DispatcherOptions, concurrency = 1, id = 'Warmer'): LambdaWarmer {
  return warm({ fanOut: FanOut.dispatcher(options), concurrency }, id);
}

function template(of: Stack = stack): Template {
  return Template.fromStack(of);
}

/** The properties of the one dispatcher. */
function dispatcher(of: Stack = stack): any {
  const [found, ...others] = Object.entries(template(of).findResources('AWS::Lambda::Function')).filter(([id]) => id.startsWith('LambdaWarmerDispatcher'));
  expect(others).toEqual([]);
  return found?.[1].Properties;
}

/** What rules hand to the dispatcher; a reference stands as its logical id. */
function plans(of: Stack = stack): any[] {
  const targets = Object.values(template(of).findResources('AWS::Events::Rule')).flatMap(({ Properties }) => Properties.Targets);
  return targets.map(({ Input }) => JSON.parse(textOf(Input)).plan);
}

describe('the dispatcher', () => {
  test('is one for all warmers of a stack, and another for those of a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    for (const scope of [stack, nested]) {
      for (const id of ['One', 'Two', 'Three']) {
        warm({ concurrency: 2 }, id, scope);
      }
    }
    for (const each of [stack, nested]) {
      expect(dispatcher(each)).toBeDefined();
      expect(plans(each)).toHaveLength(3);
      template(each).resourceCountIs('AWS::Logs::LogGroup', 1);
    }
  });

  test('runs on arm64 and the newest Node.js, is not traced, ends after a minute, and keeps its own log for two weeks', () => {
    byDispatcher();
    expect(dispatcher()).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', Timeout: 60 });
    for (const absent of ['TracingConfig', 'VpcConfig', 'ReservedConcurrentExecutions']) {
      expect(dispatcher()).not.toHaveProperty(absent);
    }
    const [[logGroup, { Properties }]] = Object.entries(template().findResources('AWS::Logs::LogGroup'));
    expect(Properties).toEqual({ RetentionInDays: 14 });
    expect(dispatcher().LoggingConfig).toEqual({ LogGroup: { Ref: logGroup } });
  });

  test('is not invoked again by Lambda, nor late', () => {
    byDispatcher();
    template().hasResourceProperties('AWS::Lambda::EventInvokeConfig', { FunctionName: { Ref: DISPATCHER }, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    template().hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [DISPATCHER, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } })],
    });
  });

  test.each([[1, 512], [10, 512], [11, 1024], [50, 1024], [51, 1769], [10_000, 1769]])(
    'with %d environments at the most has %d MiB, and sends no more pings than that', (concurrency, memory) => {
      warm({ concurrency, fanOut: FanOut.dispatcher() }, 'Largest');
      warm({ concurrency: 1, fanOut: FanOut.dispatcher() }, 'Other');
      const { MemorySize, Environment } = dispatcher();
      expect([MemorySize, Environment.Variables.CDK_LAMBDA_WARMER_MAX_CONCURRENCY]).toEqual([memory, String(concurrency)]);
    });

  test('finds the APIs of its region', () => {
    byDispatcher();
    expect(dispatcher().Environment.Variables.CDK_LAMBDA_WARMER_DOMAIN).toEqual({ 'Fn::Join': ['', [{ Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] });
  });

  test('may write its log and invoke exactly what it pings, alias and version as such', () => {
    const [found] = USES['five warmers, one dispatcher'](testApp());
    const policies = Object.entries(template(found).findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('LambdaWarmerDispatcher'));
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    expect(statements.map(({ Effect, Action }) => [Effect, Action])).toEqual([
      ['Allow', ['logs:CreateLogStream', 'logs:PutLogEvents']], ...Array(5).fill(['Allow', 'lambda:InvokeFunction']),
    ]);
    expect(statements.map(({ Resource }) => nameOf(Resource)).slice(1)).toEqual([
      'Fn9270CBC0',
      expect.stringMatching(/^FnAliaslive/),
      expect.stringMatching(/^FnCurrentVersion/),
      `${FUNCTION_ARN}:live`,
      'Server7E7D21FA',
    ]);
    template(found).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }] },
      ManagedPolicyArns: Match.absent(),
    });
  });

  test('is let in by the rules of its warmers only, and the functions let in nobody', () => {
    byDispatcher({}, 1, 'One');
    byDispatcher({}, 1, 'Two');
    const permissions = Object.values(template().findResources('AWS::Lambda::Permission')).map(({ Properties }) => Properties);
    for (const permission of permissions) {
      expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', FunctionName: { 'Fn::GetAtt': [expect.stringMatching(/^LambdaWarmerDispatcherFunction/), 'Arn'] } });
    }
    expect(permissions.map(({ SourceArn }) => SourceArn['Fn::GetAtt'][0]).sort()).toEqual(Object.keys(template().findResources('AWS::Events::Rule')).sort());
  });

  test('invokes a function of which CDK cannot tell whose account it is in', () => {
    warm({ target: lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN), concurrency: 2 });
    expect(plans()).toEqual([[expect.objectContaining({ function: FUNCTION_ARN })]]);
  });
});

describe('the plan', () => {
  const standard = { protocol: 'standard', event: { cdkLambdaWarmer: { token: '<token>' } } };

  test.each<[string, WarmingPayload, object]>([
    ['standard', WarmingPayload.standard(), standard],
    ['standard with a token', WarmingPayload.standard({ token: 'agreed' }), { protocol: 'standard', event: { cdkLambdaWarmer: { token: 'agreed' } } }],
    ['lambdaWarmer', WarmingPayload.lambdaWarmer({ flagField: 'keep' }), { protocol: 'lambdaWarmer', event: { keep: true, concurrency: 1 } }],
    ['openNext', WarmingPayload.openNext(), { protocol: 'openNext', event: { type: 'warmer', warmerId: 'cdk-lambda-warmer' } }],
    ['scheduledEvent', WarmingPayload.scheduledEvent(), { protocol: 'scheduledEvent' }],
    ['ofType', WarmingPayload.ofType('warmer'), { protocol: 'fixed', event: { type: 'warmer' } }],
    ['fromObject', WarmingPayload.fromObject({ list: [1, null] }), { protocol: 'fixed', event: { list: [1, null] } }],
  ])('for %s', (_, payload, expected) => {
    warm({ payload, concurrency: 7 });
    expect(plans()).toEqual([[{ function: expect.stringMatching(/^WarmerFn/), concurrency: 7, ...expected, everySeconds: 300 }]]);
  });

  test.each<[WarmingSchedule, number | undefined]>([
    [WarmingSchedule.every(Duration.minutes(1)), 60],
    [WarmingSchedule.every(Duration.hours(2)), 7200],
    [WarmingSchedule.expression('rate(1 day)'), 86_400],
    [WarmingSchedule.expression('cron(0/5 * * * ? *)'), undefined],
  ])('tells the time from tick to tick where it is a fixed one', (schedule, everySeconds) => {
    warm({ schedule, concurrency: 2 });
    expect(plans()[0][0].everySeconds).toBe(everySeconds);
  });

  test('is measured with all that is known at deployment only: the longest ARN, and all metrics', () => {
    const fixed = JSON.stringify({ plan: [{ function: '', concurrency: 2, protocol: 'fixed', event: { type: '' }, everySeconds: 300 }] }).length;
    const left = 8192 - 170 - fixed;
    expect(() => warm({ payload: WarmingPayload.ofType('x'.repeat(left)), concurrency: 2 }, 'Long')).not.toThrow();
    expect(() => warm({ payload: WarmingPayload.ofType('x'.repeat(left + 1)), concurrency: 2 }, 'Longer'))
      .toThrow("LambdaWarmer 'Stack/Longer': the payload, with all that is sent with it, has 8193 characters as JSON, EventBridge takes 8192.");
    expect(() => app.synth()).not.toThrow();
    expect(() => warm({ payload: WarmingPayload.ofType('x'.repeat(left - 60)), concurrency: 2, emitMetrics: true }, 'Metrics')).toThrow('has 82');
  });

  test('that becomes too long by what is known at synthesis only is found there', () => {
    let type = 'short';
    warm({ payload: WarmingPayload.fromObject({ type: Lazy.string({ produce: () => type }) }), concurrency: 2 });
    type = 'x'.repeat(8192);
    expect(() => app.synth()).toThrow(/\[Stack\/Warmer\] the payload, with all that is sent with it, has \d+ characters as JSON/);
  });
});

describe('without a word about the fan-out', () => {
  const queue = () => new sqs.Queue(stack, 'Queue');

  test.each<[string, () => Partial<LambdaWarmerProps>, boolean]>([
    ['one environment', () => ({}), false],
    ['two environments', () => ({ concurrency: 2 }), true],
    ['metrics', () => ({ emitMetrics: true }), true],
    ['prewarming', () => ({ prewarmOnDeploy: true }), true],
    ['a dead-letter queue', () => ({ target: testFunction(stack, 'Fn', { deadLetterQueue: queue() }) }), true],
    ['a dead-letter queue behind an alias', () => ({ target: testFunction(stack, 'Fn', { deadLetterQueue: queue() }).addAlias('live') }), true],
    ['a destination', () => ({ target: testFunction(stack, 'Fn', { onFailure: new SqsDestination(queue()) }) }), true],
    ['a destination of an alias', () => ({ target: testFunction(stack, 'Fn').addAlias('live', { onSuccess: new SqsDestination(queue()) }) }), true],
    ['a destination of another qualifier', () => ({ target: testFunction(stack, 'Fn', { onFailure: new SqsDestination(queue()) }).addAlias('live') }), false],
    ['fewer retries', () => ({ target: testFunction(stack, 'Fn', { retryAttempts: 0 }) }), false],
  ])('%s', (_, props, isDispatched) => {
    warm(props());
    expect(dispatcher() !== undefined).toBe(isDispatched);
    expect(() => app.synth()).not.toThrow();
  });

  test('a destination that comes later is an error that says what to write', () => {
    const target = testFunction(stack);
    warm({ target });
    target.configureAsyncInvoke({ onFailure: new SqsDestination(queue()) });
    expect(() => app.synth()).toThrow(/\[Stack\/Warmer\] the function 'Stack\/Fn' has destinations .* Write fanOut: FanOut\.dispatcher\(\)/);
  });

  test('an explicit direct() stays', () => {
    warm({ concurrency: 3, fanOut: FanOut.direct() });
    expect(dispatcher()).toBeUndefined();
  });
});

describe('options', () => {
  test('reach the function', () => {
    const [found] = USES['every option of the dispatcher'](testApp());
    expect(dispatcher(found)).toMatchObject({ MemorySize: 512, Timeout: 30, ReservedConcurrentExecutions: 3, TracingConfig: { Mode: 'Active' } });
    template(found).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('put it into a VPC, of which the functions that it pings need know nothing', () => {
    const [found] = USES['the dispatcher in a VPC'](testApp());
    expect(dispatcher(found).VpcConfig).toEqual({ SubnetIds: ['subnet-12345678'], SecurityGroupIds: ['sg-12345678'] });
  });

  test.each<[DispatcherOptions, string]>([
    [{ memorySize: 127 }, 'a memorySize of 127. Write a whole number of MiB from 128 to 10240, or leave it out.'],
    [{ memorySize: 10_241 }, 'a memorySize of 10241.'],
    [{ memorySize: 256.5 }, 'a memorySize of 256.5.'],
    [{ memorySize: NaN }, 'a memorySize of NaN.'],
    [{ timeout: Duration.seconds(9) }, 'a timeout of 9 seconds. Write whole seconds, from 10 seconds to 15 minutes, or leave it out.'],
    [{ timeout: Duration.minutes(16) }, 'a timeout of 16 minutes.'],
    [{ timeout: Duration.millis(10_500) }, 'a timeout of 10 seconds 500 millis.'],
    [{ reservedConcurrentExecutions: 0 }, 'reservedConcurrentExecutions of 0. Write a whole number, at least 1, or leave it out: with none reserved no tick would run.'],
    [{ reservedConcurrentExecutions: 1.5 }, 'reservedConcurrentExecutions of 1.5.'],
    [{ securityGroups: [] }, 'vpcSubnets or securityGroups without a vpc. Write the vpc too, or leave them out.'],
    [{ vpcSubnets: {} }, 'vpcSubnets or securityGroups without a vpc.'],
  ])('%j is refused, and nothing is created', (options, fault) => {
    expect(() => byDispatcher(options)).toThrow(`LambdaWarmer 'Stack/Warmer': FanOut.dispatcher() is given ${fault}`);
    expect(dispatcher()).toBeUndefined();
  });

  test.each([{ memorySize: 128 }, { memorySize: 10_240 }, { timeout: Duration.seconds(10) }, { timeout: Duration.minutes(15) }, { reservedConcurrentExecutions: 1 }])('%j is taken', (options) => {
    byDispatcher(options);
    expect(() => app.synth()).not.toThrow();
  });

  test('that are tokens are not compared', () => {
    const value = new CfnParameter(stack, 'Value', { type: 'Number' }).valueAsNumber;
    byDispatcher({ memorySize: value, reservedConcurrentExecutions: value, timeout: Duration.seconds(value) }, 950);
    expect(() => app.synth()).not.toThrow();
  });

  test('of further warmers are left out or the same', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
    const inVpc = () => ({ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, onePerAz: true }, securityGroups: [group] });
    byDispatcher({ memorySize: 512, timeout: Duration.seconds(90), ...inVpc() }, 1, 'One');
    byDispatcher(undefined, 1, 'Two');
    byDispatcher({ memorySize: 512, timeout: Duration.minutes(1.5), ...inVpc() }, 1, 'Three');
    expect(() => byDispatcher({ ...inVpc(), securityGroups: [group, group] }, 1, 'Groups')).toThrow('is given securityGroups, but');
    expect(() => byDispatcher({ ...inVpc(), vpcSubnets: { onePerAz: true } }, 1, 'Subnets')).toThrow('is given vpcSubnets, but');
    expect(() => byDispatcher({ memorySize: 256 }, 1, 'Four')).toThrow("LambdaWarmer 'Stack/Four': FanOut.dispatcher() is given memorySize 256, but the stack's one dispatcher has been set up by 'Stack/One' with another one 512. Write the same options there, or leave them out here.");
    expect(() => byDispatcher({ timeout: Duration.seconds(30) }, 1, 'Five')).toThrow("is given timeout 30 seconds, but the stack's one dispatcher has been set up by 'Stack/One' with another one 90 seconds.");
    expect(() => byDispatcher({ vpc: new ec2.Vpc(stack, 'Other') }, 1, 'Six')).toThrow("is given vpc, but the stack's one dispatcher has been set up by 'Stack/One' with another one.");
    expect(() => byDispatcher({ logRetention: logs.RetentionDays.ONE_DAY }, 1, 'Seven')).toThrow("is given logRetention 1, but the stack's one dispatcher has been set up by 'Stack/One' without it.");
  });
});

describe('more pings than the dispatcher sends in its time are refused at synthesis', () => {
  test.each<[DispatcherOptions, number, string]>([
    [{ memorySize: 128 }, 290, 'concurrency is 290, but with 128 MiB and 60 seconds the dispatcher sends at most 289 pings in its time. Write FanOut.dispatcher({ memorySize: 129 }) or more, or leave memorySize out.'],
    [{ timeout: Duration.seconds(10), memorySize: 512 }, 400, 'concurrency is 400, but with 512 MiB and 10 seconds the dispatcher sends at most 289 pings in its time. Write FanOut.dispatcher({ memorySize: 708 }) or more, or leave memorySize out.'],
    [{ memorySize: 128 }, 950, 'concurrency is 950, of which one invocation of the dispatcher sends 317, but with 128 MiB and 60 seconds the dispatcher sends at most 289 pings in its time. Write FanOut.dispatcher({ memorySize: 141 }) or more, or leave memorySize out.'],
  ])('%j, %d environments', (options, concurrency, message) => {
    byDispatcher(options, concurrency);
    expect(() => app.synth()).toThrow(`[Stack/Warmer] ${message}`);
  });

  test.each<[DispatcherOptions, number]>([[{ memorySize: 128 }, 289], [{ memorySize: 128 }, 578], [{}, 10_000], [{ timeout: Duration.seconds(10) }, 10_000]])('%j, %d environments are taken', (options, concurrency) => {
    byDispatcher(options, concurrency);
    expect(() => app.synth()).not.toThrow();
  });

  test('also if another warmer has set it up', () => {
    byDispatcher({ memorySize: 128 }, 1, 'First');
    byDispatcher(undefined, 950, 'Second');
    expect(() => app.synth()).toThrow('[Stack/Second] concurrency is 950, of which one invocation of the dispatcher sends 317, but with 128 MiB');
  });
});

describe('rules that invoke the dispatcher', () => {
  const nights = { days: [DayOfWeek.MONDAY], start: '22:00', end: '02:00', concurrency: 2 };

  /** Each with two rules, one for Monday and one for Tuesday. */
  function warmNights(count: number, props: Partial<LambdaWarmerProps> = {}): void {
    const target = testFunction(stack);
    for (let index = 0; index < count; index++) {
      warm({ target, schedule: WarmingSchedule.windows({ windows: [nights] }), ...props }, `Night${index}`);
    }
  }

  test('are refused at synthesis where its policy has no room for all of them', () => {
    warmNights(20);
    expect(() => app.synth({ force: true })).not.toThrow();
    warm({ concurrency: 2 }, 'OneMore');
    expect(() => app.synth({ force: true })).toThrow('[Stack/LambdaWarmerDispatcher] the warmers of this stack have 41 rules that invoke its dispatcher, and Lambda has room for the permissions of 40 on one function. Write engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, which needs none, or put some of them into another stack, or into a nested one.');
  });

  test('are not those of EventBridge Scheduler, which needs no permissions', () => {
    warmNights(21, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    expect(() => app.synth()).not.toThrow();
    template().resourceCountIs('AWS::Scheduler::Schedule', 42);
    template().resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

test.each([0, -1, 1.5, NaN, Infinity])('a concurrency of %s is refused', (concurrency) => {
  expect(() => byDispatcher({}, concurrency)).toThrow(`LambdaWarmer 'Stack/Warmer': concurrency is ${concurrency}. Write a whole number from 1 to 10000 with FanOut.dispatcher().`);
});

test.each([10_001, 100_000])('a concurrency of %s is beyond what one dispatcher can be in charge of', (concurrency) => {
  expect(() => byDispatcher({}, concurrency)).toThrow(`FanOut.dispatcher() keeps at most 10000 environments warm, ${concurrency} were asked for. Write a concurrency from 1 to 10000.`);
});

test('a concurrency above what the function reserves is refused here too', () => {
  warm({ target: testFunction(stack, 'Fn', { reservedConcurrentExecutions: 20 }), concurrency: 30 });
  expect(() => app.synth()).toThrow("[Stack/Warmer] concurrency is 30, but the function 'Stack/Fn' reserves 20 concurrent executions");
});

test('a payload that is too long leaves nothing behind', () => {
  expect(() => warm({ payload: WarmingPayload.ofType('x'.repeat(8192)), concurrency: 2 })).toThrow('EventBridge takes 8192');
  expect(dispatcher()).toBeUndefined();
});

test('a stack that takes no assets is told so, and what to write', () => {
  const bare = new Stack(app, 'Bare', { synthesizer: new BootstraplessSynthesizer() });
  expect(() => warm({ concurrency: 2 }, 'Warmer', bare)).toThrow(/LambdaWarmer 'Bare\/Warmer': the stack does not take the dispatcher, whose code is an asset: .*BootstraplessSynthesizer.* Write fanOut: FanOut\.direct\(\), or put the warmer into a stack that takes assets\./);
  expect(bare.node.tryFindChild('LambdaWarmerDispatcher')).toBeUndefined();
});
