import { App, Duration, NestedStack, Stack, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ScheduleEngine, WarmingPayload, WarmingSchedule } from '../../src';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app, 'Stack', { env: ENV });
});

function warm(props: Partial<LambdaWarmerProps> = {}, id = 'Warmer', scope: Stack = stack): LambdaWarmer {
  return new LambdaWarmer(scope, id, { target: props.target ?? testFunction(scope, `${id}Fn`), engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, ...props });
}

function schedules(of: Stack = stack): any[] {
  return Object.values(Template.fromStack(of).findResources('AWS::Scheduler::Schedule')).map(({ Properties }) => Properties);
}

function roles(of: Stack = stack): { readonly [id: string]: any } {
  const found = Template.fromStack(of).findResources('AWS::IAM::Role', { Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'scheduler.amazonaws.com' } }] } } });
  return Object.fromEntries(Object.entries(found).map(([id, { Properties }]) => [id, Properties]));
}

const WINDOWS = WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 2 }], otherwise: 1 });

describe('a schedule of EventBridge Scheduler', () => {
  test('invokes the function, once, on time, and within a minute', () => {
    warm();
    expect(schedules()).toEqual([{
      ScheduleExpression: 'rate(5 minutes)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: expect.stringMatching(/^Stack-LambdaWarmerSchedules/),
      State: 'ENABLED',
      Description: { 'Fn::Join': ['', ['Keeps 1 execution environment of ', { Ref: expect.stringMatching(/^WarmerFn/) }, ' warm']] },
      Target: {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^WarmerFn/), 'Arn'] },
        Input: { 'Fn::Join': ['', ['{"cdkLambdaWarmer":{"token":"', expect.anything(), '"}}']] },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^WarmerSchedulerRole/), 'Arn'] },
      },
    }]);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Events::Rule', 0);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test.each([['a function', (fn: lambda.Function) => fn], ['an alias', (fn: lambda.Function) => fn.addAlias('live')], ['a version', (fn: lambda.Function) => fn.currentVersion]])(
    'has a role that may invoke exactly %s, and that only schedules of the group may take', (_what, targetOf) => {
      const target = targetOf(testFunction(stack));
      warm({ target });
      const [role, ...others] = Object.values(roles());
      expect(others).toEqual([]);
      expect(role.Policies).toEqual([{
        PolicyName: 'Invoke',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: stack.resolve(target.functionArn) }] },
      }]);
      expect(role.AssumeRolePolicyDocument.Statement).toEqual([{
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': ENV.account,
            'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^LambdaWarmerSchedules/), 'Arn'] },
          },
        },
      }]);
      expect(schedules()[0].Target.Arn).toEqual(stack.resolve(target.functionArn));
      Template.fromStack(stack).resourcePropertiesCountIs('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'lambda:InvokeFunction' })]) } }, 0);
    });

  test('sends the raw event where the payload has none', () => {
    warm({ payload: WarmingPayload.scheduledEvent() });
    expect(schedules()[0].Target).not.toHaveProperty('Input');
  });

  test('may be disabled, described, and late by less than its interval', () => {
    warm({ enabled: false, description: 'Quiet', timeWindow: TimeWindow.flexible(Duration.minutes(4)) });
    expect(schedules()).toEqual([expect.objectContaining({
      State: 'DISABLED', Description: 'Quiet', FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 4 },
    })]);
  });

  test('takes a payload that no rule takes', () => {
    warm({ payload: WarmingPayload.ofType('x'.repeat(9000)) });
    expect(schedules()[0].Target.Input).toHaveLength(9011);
  });

  test('needs no permission on an imported function, wherever CDK takes that to be', () => {
    const agnostic = testStack();
    warm({ target: lambda.Function.fromFunctionArn(agnostic, 'Fn', FUNCTION_ARN) }, 'Warmer', agnostic);
    expect(Object.values(roles(agnostic))[0].Policies[0].PolicyDocument.Statement).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: FUNCTION_ARN }]);
  });
});

describe('the group', () => {
  test('is one for all warmers of a stack, which goes with them, and another for those of a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    for (const scope of [stack, nested]) {
      warm({}, 'One', scope);
      warm({}, 'Two', scope);
    }
    for (const each of [stack, nested]) {
      const groups = Template.fromStack(each).findResources('AWS::Scheduler::ScheduleGroup');
      expect(Object.values(groups)).toEqual([expect.objectContaining({ DeletionPolicy: 'Delete' })]);
      expect(schedules(each).map(({ GroupName }) => GroupName)).toEqual(Array(2).fill(Object.values(groups)[0].Properties.Name));
    }
  });

  test('may be given', () => {
    const own = new ScheduleGroup(stack, 'Own');
    const imported = ScheduleGroup.fromScheduleGroupName(stack, 'Imported', 'campaigns');
    warm({ engine: undefined, scheduleGroup: own }, 'One');
    warm({ engine: undefined, scheduleGroup: imported }, 'Two');
    expect(schedules().map(({ GroupName }) => GroupName)).toEqual([stack.resolve(own.scheduleGroupName), 'campaigns']);
    const sources = Object.values(roles()).map((role) => role.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals['aws:SourceArn']);
    expect(sources).toEqual([stack.resolve(own.scheduleGroupArn), stack.resolve(imported.scheduleGroupArn)]);
    Template.fromStack(stack).resourceCountIs('AWS::Scheduler::ScheduleGroup', 1);
  });
});

test('a group that is named like the stack\'s own, but is another, has a role of its own', () => {
  const group = new ScheduleGroup(new Construct(stack, 'Mine'), 'LambdaWarmerSchedules');
  warm({ concurrency: 2 }, 'One');
  warm({ concurrency: 2, scheduleGroup: group }, 'Two');
  expect(new Set(schedules().map(({ Target }) => JSON.stringify(Target.RoleArn))).size).toBe(2);
});

test.each([['arn:aws:scheduler:us-east-1:111111111111:schedule-group/theirs', 'region us-east-1, the warmer in eu-west-1. Write one of the warmer\'s region.'],
  ['arn:aws:scheduler:eu-west-1:222222222222:schedule-group/theirs', 'account 222222222222, the warmer in 111111111111. Write one of the warmer\'s account.']])(
  'a group elsewhere is refused: %s', (arn, message) => {
    expect(() => warm({ scheduleGroup: ScheduleGroup.fromScheduleGroupArn(stack, 'Theirs', arn) })).toThrow(`LambdaWarmer 'Stack/Warmer': scheduleGroup is in the ${message}`);
  });

describe('by the dispatcher', () => {
  test('all schedules of a stack and group take one role, which may invoke the dispatcher and nothing else', () => {
    const group = new ScheduleGroup(stack, 'Own');
    warm({ schedule: WINDOWS }, 'One');
    warm({ concurrency: 3 }, 'Two');
    warm({ concurrency: 3, scheduleGroup: group }, 'Three');
    expect(Object.keys(roles())).toEqual([expect.stringMatching(/^LambdaWarmerDispatcherSchedulerRole/), expect.stringMatching(/^LambdaWarmerDispatcherSchedulerRole/)]);
    const used = schedules().map(({ GroupName, Target }) => [JSON.stringify(GroupName), Target.RoleArn['Fn::GetAtt'][0]]);
    expect(used).toHaveLength(4);
    expect(new Set(used.map(String)).size).toBe(2);
    for (const role of Object.values(roles())) {
      expect(role.Policies[0].PolicyDocument.Statement).toEqual([{
        Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^LambdaWarmerDispatcherFunction/), 'Arn'] },
      }]);
    }
  });

  test('each schedule sends the concurrency of its windows', () => {
    warm({ schedule: WINDOWS });
    const found = schedules().map(({ ScheduleExpression, Target, Description }) => [
      ScheduleExpression, JSON.parse(/"concurrency":\d+/.exec(JSON.stringify(Target.Input).replace(/\\/g, ''))![0].split(':')[1]), Description['Fn::Join'][1][0],
    ]);
    expect(found).toEqual([
      ['cron(0/5 8-17 ? * * *)', 2, 'Keeps 2 execution environments of '],
      ['cron(0/5 0-7,18-23 ? * * *)', 1, 'Keeps 1 execution environment of '],
    ]);
  });

  test('prewarms for the largest of them', () => {
    warm({ schedule: WINDOWS, prewarmOnDeploy: true });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('Custom::LambdaWarmerPrewarm'));
    expect(JSON.stringify(Properties.Create).replace(/\\/g, '')).toContain('"concurrency":2');
  });
});

describe('the engine', () => {
  const inBerlin = { schedule: WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.EUROPE_BERLIN }) };
  const cases: [string, Partial<LambdaWarmerProps>, string][] = [
    ['a time zone', inBerlin, 'the schedule is in the time zone Europe/Berlin, and rules run in UTC'],
    ['a beginning', { schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2099-01-01')) }, 'the schedule has activeFrom, and rules know neither beginning nor end'],
    ['an end', { schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2099-01-01')) }, 'the schedule has activeUntil, and rules know neither beginning nor end'],
    ['a flexible time window', { timeWindow: TimeWindow.flexible(Duration.minutes(1)) }, 'timeWindow is given, which rules have not'],
  ];

  test.each(cases)('is EventBridge Scheduler by itself where it takes that: %s', (_what, props) => {
    warm({ engine: undefined, ...props });
    expect(schedules()).toHaveLength(1);
  });

  test.each(cases)('is refused where a rule is asked for: %s', (_what, props, reason) => {
    expect(() => warm({ ...props, engine: ScheduleEngine.EVENTBRIDGE_RULE }))
      .toThrow(`LambdaWarmer 'Stack/Warmer': engine is ScheduleEngine.EVENTBRIDGE_RULE, but ${reason}. Leave engine out, or write ScheduleEngine.EVENTBRIDGE_SCHEDULER.`);
  });

  test('is a rule otherwise, for windows in UTC too', () => {
    warm({ engine: undefined, schedule: WINDOWS });
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 2);
    expect(schedules()).toEqual([]);
  });

  test('with EventBridge Scheduler, refuses several pings of one tick that nothing sends together', () => {
    expect(() => warm({ concurrency: 2, fanOut: FanOut.direct() })).toThrow("LambdaWarmer 'Stack/Warmer': concurrency is 2 with FanOut.direct(), but each schedule of EventBridge Scheduler sends one ping, at some moment of its minute, so that they would rarely meet. Write fanOut: FanOut.dispatcher(), or leave fanOut out.");
  });

  test('refuses one that does not exist', () => {
    expect(() => warm({ engine: 'eventbridge_rule' as any })).toThrow("LambdaWarmer 'Stack/Warmer': engine is 'eventbridge_rule'. Write ScheduleEngine.EVENTBRIDGE_RULE or ScheduleEngine.EVENTBRIDGE_SCHEDULER, or leave it out.");
  });

  test.each([[4, false], [5, true]])('with windows, refuses a tick that may come as late as the next one, of whichever window: %d minutes', (minutes, isRefused) => {
    const windows = [{ start: '08:00', end: '09:00', concurrency: 2, every: Duration.minutes(10) }, { start: '09:00', end: '10:00', concurrency: 2 }];
    const build = () => warm({ schedule: WarmingSchedule.windows({ windows }), timeWindow: TimeWindow.flexible(Duration.minutes(minutes)) });
    const expected = expect(build);
    (isRefused ? expected : expected.not).toThrow('timeWindow lets a tick come 5 minutes late');
  });

  test.each([5, 6])('refuses a tick that may come as late as the next one: %d minutes', (minutes) => {
    expect(() => warm({ timeWindow: TimeWindow.flexible(Duration.minutes(minutes)) })).toThrow(`LambdaWarmer 'Stack/Warmer': timeWindow lets a tick come ${minutes} minutes late, when the next one is due. Write a shorter one, or leave it out.`);
  });

  test('takes a time window that is off for none', () => {
    warm({ timeWindow: TimeWindow.off() });
    expect(schedules()[0].FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
  });
});

test('what is refused leaves nothing behind', () => {
  expect(() => warm({ concurrency: 2, fanOut: FanOut.direct() })).toThrow();
  Template.fromStack(stack).resourceCountIs('AWS::Scheduler::ScheduleGroup', 0);
});
