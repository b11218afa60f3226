import { App, BootstraplessSynthesizer, CfnElement, Duration, Lazy, Stack, Tags, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { AccountWarmer, AccountWarmerProps, PriceList, ScheduleEngine, WarmingPayload, WarmingSchedule } from '../../src';
import { testApp, testStack, USES } from '../uses';

const PAYLOAD = WarmingPayload.standard({ token: 'agreed' });

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warmer(props: Partial<AccountWarmerProps> = {}, id = 'Warmer'): AccountWarmer {
  return new AccountWarmer(stack, id, { payload: PAYLOAD, ...props });
}

/** The properties of resources by logical id, of which the beginning is that of the construct. */
function found(type: string, of = stack): { readonly [id: string]: any } {
  return Object.fromEntries(Object.entries(Template.fromStack(of).findResources(type)).map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties]));
}

function statements(policy: string, of = stack): any[] {
  return found('AWS::IAM::Policy', of)[policy].PolicyDocument.Statement;
}

/** What a template has as text, with each token as what it refers to. */
function textOf(value: any): string {
  return typeof value === 'string' ? value : value['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : part.Ref ?? part['Fn::GetAtt'][0]).join('');
}

function definition(of = stack): any {
  return JSON.parse(textOf(Object.values(found('AWS::StepFunctions::StateMachine', of))[0].DefinitionString));
}

function settings(of = stack): any {
  const { Environment: { Variables: { CDK_LAMBDA_WARMER_PLANNER: variable } } } = found('AWS::Lambda::Function', of).WarmerPlanner;
  return JSON.parse(textOf(variable));
}

describe('the state machine', () => {
  beforeEach(() => {
    warmer();
  });

  test('plans, and then pings batch by batch in a Distributed Map of Express children, of which any may fail', () => {
    const { TimeoutSeconds, StartAt, States: { Plan, Ping } } = definition();
    expect([StartAt, Plan.Next, Ping.End, TimeoutSeconds]).toEqual(['Plan', 'Ping', true, 180]);
    expect(Ping).toMatchObject({
      Type: 'Map', ItemsPath: '$.batches', MaxConcurrency: 20, ToleratedFailurePercentage: 100, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
    });
  });

  test('gives the planner nothing, and takes no more of what dispatchers answer than their status', () => {
    const { Plan, Ping: { ItemProcessor: { StartAt, States } } } = definition().States;
    expect(Plan).toMatchObject({ Type: 'Task', Parameters: { Payload: {} }, OutputPath: '$.Payload' });
    expect(Plan.Resource).toBe('arn:AWS::Partition:states:::lambda:invoke');
    expect(Plan.Parameters.FunctionName).toMatch(/^WarmerPlanner[0-9A-F]{8}$/);
    expect(States[StartAt]).toMatchObject({ Parameters: { 'Payload.$': '$' }, OutputPath: '$.StatusCode', End: true });
    expect(States[StartAt].Parameters.FunctionName).toMatch(/^WarmerDispatcher[0-9A-F]{8}$/);
  });

  test('says once what all functions have in common', () => {
    expect(definition().States.Ping.ItemSelector).toEqual({
      'plan.$': '$$.Map.Item.Value',
      'common': { protocol: 'standard', event: { cdkLambdaWarmer: { token: 'agreed' } }, everySeconds: 300 },
    });
  });

  test('tries nothing again', () => {
    expect(JSON.stringify(definition())).not.toMatch(/Retry|Catch/);
    for (const config of Object.values(found('AWS::Lambda::EventInvokeConfig'))) {
      expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });

  test('may invoke the planner and the dispatcher, and start its own children, and nothing else', () => {
    const { WarmerWorkflowRole: { AssumeRolePolicyDocument: trust, Policies } } = found('AWS::IAM::Role');
    expect(trust.Statement).toMatchObject([{ Principal: { Service: 'states.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }]);
    expect(Policies.map(({ PolicyDocument: { Statement } }: any) => Statement)).toEqual([[{
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: [expect.stringMatching(/^WarmerPlanner/), expect.stringMatching(/^WarmerDispatcher/)].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
    }]]);
    expect(statements('WarmerWorkflowPolicy').map(({ Action, Resource }) => [Action, Resource.Ref ? 'the state machine' : textOf(Resource)])).toEqual([
      ['states:StartExecution', 'the state machine'],
      [['states:DescribeExecution', 'states:StopExecution'], expect.stringMatching(/^arn:AWS::Partition:states:AWS::Region:AWS::AccountId:execution:WarmerWorkflow[0-9A-F]{8}:\*$/)],
    ]);
  });
});

describe('the dispatcher', () => {
  test.each([[undefined, 'lambda-warmer:concurrency'], ['acme/warm', 'acme/warm']])('may invoke what carries the tag, and nothing else: %s', (tagKey, key) => {
    warmer({ tagKey });
    const [log, invoke] = statements('WarmerDispatcherRoleDefaultPolicy');
    expect(log.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect({ ...invoke, Resource: textOf(invoke.Resource) }).toEqual({
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: 'arn:AWS::Partition:lambda:AWS::Region:AWS::AccountId:function:*',
      Condition: { Null: { [`aws:ResourceTag/${key}`]: 'false' } },
    });
    expect(statements('WarmerDispatcherRoleDefaultPolicy')).toHaveLength(2);
  });

  test('sends no more pings to one function than may be', () => {
    warmer({ maxConcurrencyPerFunction: 7 });
    expect(found('AWS::Lambda::Function').WarmerDispatcher).toMatchObject({
      Timeout: 60, MemorySize: 1769, Environment: { Variables: { CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '7' } },
    });
    expect(settings().maxConcurrencyPerFunction).toBe(7);
  });
});

describe('the planner', () => {
  test('may read what AWS lets nobody narrow down, of functions only with a limit to costs', () => {
    warmer();
    warmer({ maxMonthlyCost: 10 }, 'Costed');
    const reads = (id: string) => statements(`${id}PlannerRoleDefaultPolicy`).slice(1);
    expect(reads('Warmer')).toEqual([{ Action: ['cloudwatch:GetMetricStatistics', 'lambda:GetAccountSettings', 'tag:GetResources'], Effect: 'Allow', Resource: '*' }]);
    expect(reads('Costed')).toMatchObject([{ Action: ['cloudwatch:GetMetricStatistics', 'lambda:GetAccountSettings', 'lambda:ListFunctions', 'tag:GetResources'] }]);
  });

  test('is told the limits, and whom not to ping', () => {
    warmer();
    expect(settings()).toEqual({
      tagKey: 'lambda-warmer:concurrency', refreshSeconds: 900, maxConcurrencyPerFunction: 50, maxShareOfConcurrency: 0.5, never: [expect.stringMatching(/^WarmerDispatcher/)],
    });
  });

  test('is told the limits that are given', () => {
    const [other] = USES['the warmer of an account with all of its limits, by EventBridge Scheduler'](testApp());
    expect(settings(other)).toMatchObject({ tagKey: 'acme:warm', refreshSeconds: 3600, maxConcurrencyPerFunction: 20, maxConcurrency: 500, maxShareOfConcurrency: 0.25 });
  });

  test('and the dispatcher keep their logs for two weeks, or as long as is asked for', () => {
    warmer();
    warmer({ logRetention: 90 }, 'Long');
    const logs = found('AWS::Logs::LogGroup');
    expect(Object.entries(logs).map(([id, { RetentionInDays }]) => [id, RetentionInDays])).toEqual([
      ['WarmerDispatcherLogs', 14], ['WarmerPlannerLogs', 14], ['LongDispatcherLogs', 90], ['LongPlannerLogs', 90],
    ]);
  });
});

describe('the schedule', () => {
  test('is a rule that starts the state machine by a role for just that, once that can run', () => {
    warmer();
    const [rule]: any[] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    expect(rule.Properties).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED', Description: 'Keeps the functions warm that carry the tag lambda-warmer:concurrency' });
    expect(rule.Properties.Targets).toEqual([{
      Arn: { Ref: expect.stringMatching(/^WarmerWorkflow/) },
      Id: 'Target0',
      Input: '{}',
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^WarmerRuleRole/), 'Arn'] },
    }]);
    expect(rule.DependsOn).toEqual([expect.stringMatching(/^WarmerWorkflowPolicy/)]);
    const { WarmerRuleRole: { AssumeRolePolicyDocument: { Statement: [trust] }, Policies: [{ PolicyDocument }] } } = found('AWS::IAM::Role');
    expect(trust).toMatchObject({ Principal: { Service: 'events.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } });
    expect(textOf(trust.Condition.ArnLike['aws:SourceArn'])).toBe('arn:AWS::Partition:events:AWS::Region:AWS::AccountId:rule/*');
    expect(PolicyDocument.Statement).toEqual([{ Action: 'states:StartExecution', Effect: 'Allow', Resource: { Ref: expect.stringMatching(/^WarmerWorkflow/) } }]);
    expect(found('AWS::Lambda::Permission')).toEqual({});
  });

  test('is one of EventBridge Scheduler in a time zone', () => {
    const [other] = USES['the warmer of an account with all of its limits, by EventBridge Scheduler'](testApp());
    const { WarmerSchedule: schedule } = found('AWS::Scheduler::Schedule', other);
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(0/5 8-18 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 2 },
      Target: { Arn: { Ref: expect.stringMatching(/^WarmerWorkflow/) }, Input: '{}', RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    const { WarmerSchedulerRole: { Description, Policies: [{ PolicyDocument }] } } = found('AWS::IAM::Role', other);
    expect(textOf(Description)).toMatch(/^Lets EventBridge Scheduler start WarmerWorkflow/);
    expect(PolicyDocument.Statement).toEqual([{ Action: 'states:StartExecution', Effect: 'Allow', Resource: { Ref: expect.stringMatching(/^WarmerWorkflow/) } }]);
    expect(found('AWS::Events::Rule', other)).toEqual({});
  });

  test.each<[string, Partial<AccountWarmerProps>, string]>([
    ['is disabled if that is asked for', { enabled: false }, 'DISABLED'],
    ['is disabled when it is over', { schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2020-01-01')) }, 'DISABLED'],
    ['is enabled otherwise', { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER }, 'ENABLED'],
  ])('%s', (_, props, state) => {
    warmer(props);
    const [one] = Object.values({ ...found('AWS::Events::Rule'), ...found('AWS::Scheduler::Schedule') });
    expect(one.State).toBe(state);
  });

  test('is of a group that is given', () => {
    warmer({ scheduleGroup: new ScheduleGroup(stack, 'Group') });
    expect(found('AWS::Scheduler::Schedule').WarmerSchedule.GroupName).toMatch(/^Stack-Group-/);
  });

  test('warns of what is odd about it', () => {
    warmer({ schedule: WarmingSchedule.cron({ hour: '8' }) });
    Annotations.fromStack(stack).hasWarning('/Stack/Warmer', Match.stringLikeRegexp('cdk-lambda-warmer:cronWithoutMinute'));
  });
});

describe('what a ping carries', () => {
  test('is that of any payload, with the metrics that its answers can tell', () => {
    warmer({ payload: WarmingPayload.ofType('warmer'), emitMetrics: true, schedule: WarmingSchedule.cron({ minute: '0/5' }) });
    expect(definition().States.Ping.ItemSelector.common).toEqual({ protocol: 'fixed', event: { type: 'warmer' }, metrics: ['ColdStarts'] });
  });

  test('has all metrics with the standard payload', () => {
    warmer({ emitMetrics: true });
    expect(definition().States.Ping.ItemSelector.common.metrics).toEqual(['Coverage', 'WarmEnvironments', 'ColdStarts']);
  });
});

test('a tag of everything is not on what pings', () => {
  warmer();
  new lambda.Function(stack, 'Other', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  Tags.of(app).add('lambda-warmer:concurrency', '5');
  const tags = Object.entries(found('AWS::Lambda::Function')).map(([id, { Tags: all }]) => [id, all]);
  expect(Object.fromEntries(tags)).toEqual({ Other: [{ Key: 'lambda-warmer:concurrency', Value: '5' }], WarmerDispatcher: undefined, WarmerPlanner: undefined });
});

test('two of them stand beside each other', () => {
  warmer();
  warmer({ tagKey: 'other' }, 'Other');
  expect(Object.keys(found('AWS::StepFunctions::StateMachine'))).toEqual(['WarmerWorkflow', 'OtherWorkflow']);
});

test('its state machine has metrics of its own', () => {
  expect(stack.resolve(warmer().stateMachine.metricFailed().toMetricConfig().metricStat!.dimensions)).toEqual([{
    name: 'StateMachineArn', value: { Ref: expect.stringMatching(/^WarmerWorkflow/) },
  }]);
});

describe('is refused:', () => {
  const windows = WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 5 }] });
  const token = Lazy.number({ produce: () => 1 });

  test.each<[string, Partial<AccountWarmerProps>, string]>([
    ['no payload', { payload: undefined }, 'payload is missing. Write the same for all functions and the warmer, such as WarmingPayload.standard({ token:'],
    ['a payload that is none', { payload: {} as never }, 'payload is missing.'],
    ['a payload without a token', { payload: WarmingPayload.standard() }, 'payload is WarmingPayload.standard() without a token, which would be that of one stack. Write'],
    ['an empty token', { payload: WarmingPayload.standard({ token: '' }) }, 'the payload has an empty token'],
    ['what is no JSON', { payload: WarmingPayload.fromObject({ at: new Date(0) }) }, "the payload has an instance of Date at 'at'"],
    ['keys that Step Functions reads', { payload: WarmingPayload.fromObject({ deep: [{ 'price.$': '1' }] }) }, "the payload has the key 'price.$', which Step Functions would read as a path."],
    ['a payload that is too long', { payload: WarmingPayload.fromObject({ text: 'x'.repeat(8192) }) }, 'the payload has 8203 characters as JSON, at most 8192 are sent.'],
    ['windows', { schedule: windows }, 'the schedule has windows, which say how many environments to keep warm, but here the tags say it. Write WarmingSchedule.cron()'],
    ['a schedule that is wrong', { schedule: WarmingSchedule.every(Duration.seconds(30)) }, 'the schedule has an interval of 30 seconds'],
    ['a rule in a time zone', { engine: ScheduleEngine.EVENTBRIDGE_RULE, schedule: WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.EUROPE_BERLIN }) }, 'engine is ScheduleEngine.EVENTBRIDGE_RULE, but'],
    ['a time window that is too long', { timeWindow: TimeWindow.flexible(Duration.minutes(5)) }, 'timeWindow lets a tick come 5 minutes late'],
    ['an empty key', { tagKey: '' }, "tagKey is ''. Write 1 to 128 letters"],
    ["a key of AWS's", { tagKey: 'aws:warm' }, "tagKey is 'aws:warm'."],
    ['a key that is too long', { tagKey: 'x'.repeat(129) }, 'tagKey is'],
    ['a key with other characters', { tagKey: 'warm*' }, "tagKey is 'warm*'."],
    ['a key that is a token', { tagKey: Lazy.string({ produce: () => 'x' }) }, 'tagKey is a token'],
    ...[0, 1.5, 951, NaN].map((value): [string, Partial<AccountWarmerProps>, string] => [`maxConcurrencyPerFunction of ${value}`, { maxConcurrencyPerFunction: value },
      `maxConcurrencyPerFunction is ${value}. Write a whole number from 1 to 400.`]),
    ...[0, -1, 2.5, Infinity].map((value): [string, Partial<AccountWarmerProps>, string] => [`maxConcurrency of ${value}`, { maxConcurrency: value },
      `maxConcurrency is ${value}. Write a whole number of at least 1.`]),
    ['maxConcurrency that is a token', { maxConcurrency: token }, 'maxConcurrency is a token, known at deployment only.'],
    ...[0, -0.1, 1.01, NaN].map((value): [string, Partial<AccountWarmerProps>, string] => [`a share of ${value}`, { maxShareOfConcurrency: value },
      `maxShareOfConcurrency is ${value}. Write a number above 0, up to 1.`]),
    ['a share that is a token', { maxShareOfConcurrency: token }, 'maxShareOfConcurrency is a token'],
    ['a refresh too often', { refreshInterval: Duration.seconds(59) }, 'refreshInterval is 59 seconds. Write whole seconds, from 1 minute to 1 day.'],
    ['a refresh too seldom', { refreshInterval: Duration.hours(25) }, 'refreshInterval is 1 day 1 hour.'],
    ['a refresh in parts of seconds', { refreshInterval: Duration.millis(60_500) }, 'refreshInterval is 1 minute'],
    ['a refresh that is a token', { refreshInterval: Duration.minutes(token) }, 'refreshInterval is a token'],
    ['no money', { maxMonthlyCost: 0 }, 'maxMonthlyCost is 0. Write dollars a month: a number above 0.'],
    ['less money than it takes by itself', { maxMonthlyCost: 0.5 }, 'maxMonthlyCost is $0.5, but it costs $0.7502 a month before it pings anything. Write a higher maxMonthlyCost, or fewer ticks.'],
    ['money for a schedule that nobody knows', { maxMonthlyCost: 5, schedule: WarmingSchedule.expression(Lazy.string({ produce: () => '${Parameter}' })) }, 'its monthly cost cannot be told'],
    ['assumptions that are wrong', { costAssumptions: { answeringMilliseconds: -1 } }, 'costAssumptions has -1 as answeringMilliseconds.'],
    ['assumptions of what Lambda says', { costAssumptions: { memorySize: 512, architecture: lambda.Architecture.ARM_64 } },
      'costAssumptions has memorySize and architecture, but Lambda says those of each function. Leave them out.'],
  ])('%s', (_, props, message) => {
    expect(() => warmer(props)).toThrow(`AccountWarmer 'Stack/Warmer': ${message}`);
    expect(stack.node.findAll().filter((one) => CfnElement.isCfnElement(one))).toEqual([]);
  });

  test('a stack that takes no assets', () => {
    const bare = new Stack(app, 'Bare', { synthesizer: new BootstraplessSynthesizer() });
    expect(() => new AccountWarmer(bare, 'Warmer', { payload: PAYLOAD }))
      .toThrow(/^AccountWarmer 'Bare\/Warmer': the stack does not take its functions, whose code are assets: .*BootstraplessSynthesizer.* Put it into a stack that takes assets\.$/s);
    expect(bare.node.children).toEqual([]);
  });

  test('all that is wrong at once', () => {
    expect(() => warmer({ maxConcurrency: 0, maxShareOfConcurrency: 2, schedule: windows })).toThrow(/windows[^]*maxConcurrency is 0[^]*maxShareOfConcurrency is 2/);
  });

  test('a schedule that turns out to be wrong at synthesis', () => {
    warmer({ schedule: WarmingSchedule.expression(Lazy.string({ produce: () => 'rate(5 minute)' })) });
    expect(() => app.synth()).toThrow("[Stack/Warmer] the schedule 'rate(5 minute)' has the wrong number of 'minute'");
  });
});

test('prices may be others', () => {
  const prices = PriceList.forRegion('eu-west-1').withPrices({ transitionsPerMillion: 0 });
  expect(warmer({ costAssumptions: { prices } }).monthlyCost.monthlyUsd).toBeLessThan(0.11);
});
