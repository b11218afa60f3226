import { Annotations as CdkAnnotations, CfnParameter, Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LambdaWarmer, WarmingSchedule } from '../../src';
import { testFunction, testStack } from '../uses';

function warm(schedule: WarmingSchedule, stack = testStack()) {
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule });
  return stack;
}

function expectExpression(schedule: WarmingSchedule, expression: unknown): void {
  Template.fromStack(warm(schedule)).hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: expression });
}

describe('every', () => {
  test.each([
    [Duration.minutes(1), 'rate(1 minute)'],
    [Duration.minutes(5), 'rate(5 minutes)'],
    [Duration.seconds(120), 'rate(2 minutes)'],
    [Duration.millis(180_000), 'rate(3 minutes)'],
    [Duration.minutes(60), 'rate(1 hour)'],
    [Duration.minutes(90), 'rate(90 minutes)'],
    [Duration.hours(1.1), 'rate(66 minutes)'],
    [Duration.hours(24), 'rate(1 day)'],
  ])('%s is %s', (interval, expression) => {
    expectExpression(WarmingSchedule.every(interval), expression);
  });

  test.each([
    [Duration.seconds(0)],
    [Duration.seconds(30)],
    [Duration.seconds(90)],
    [Duration.millis(60_001)],
  ])('%s is refused, because EventBridge counts in whole minutes', (interval) => {
    expect(() => warm(WarmingSchedule.every(interval))).toThrow(/LambdaWarmer 'Stack\/Warmer': the schedule has an interval of .*: write whole minutes, at least one, such as Duration.minutes\(5\)\./);
  });

  test('takes a token in minutes, and compares nothing with it', () => {
    const stack = testStack();
    const minutes = new CfnParameter(stack, 'Minutes', { type: 'Number', default: 5 }).valueAsNumber;
    Template.fromStack(warm(WarmingSchedule.every(Duration.minutes(minutes)), stack)).hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: { 'Fn::Join': ['', ['rate(', { Ref: 'Minutes' }, ' minutes)']] },
    });
  });

  test('refuses a token in seconds, which no rate can express', () => {
    const stack = testStack();
    const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber;
    expect(() => warm(WarmingSchedule.every(Duration.seconds(seconds)), stack)).toThrow("'Stack/Warmer': the schedule has an interval in seconds: write it in minutes");
  });
});

describe('cron', () => {
  test.each([
    [{ minute: '0/5' }, 'cron(0/5 * * * ? *)'],
    [{ minute: '0/5', hour: '6-18', weekDay: 'MON-FRI' }, 'cron(0/5 6-18 ? * MON-FRI *)'],
    [{ minute: '0', hour: '9', day: 'L', month: 'JAN', year: '2030' }, 'cron(0 9 L JAN ? 2030)'],
    [{ minute: '0', day: '1', weekDay: '?' }, 'cron(0 * 1 * ? *)'],
    [{}, 'cron(* * * * ? *)'],
  ])('%j is %s', (options, expression) => {
    expectExpression(WarmingSchedule.cron(options), expression);
  });

  test('refuses both day fields', () => {
    expect(() => warm(WarmingSchedule.cron({ minute: '0', day: '1', weekDay: 'MON' }))).toThrow("'Stack/Warmer': the schedule 'cron(0 * 1 * MON *)' sets both day-of-month and day-of-week: write ? for exactly one of the two.");
  });

  test('refuses a field out of range', () => {
    expect(() => warm(WarmingSchedule.cron({ minute: '0', hour: '25' }))).toThrow("'25' as hours: write 0 to 23, a range, a list or steps of them, or *.");
  });

  test('takes UTC as time zone, and refuses any other', () => {
    expectExpression(WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.ETC_UTC }), 'cron(0 * * * ? *)');
    expect(() => warm(WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.EUROPE_BERLIN }))).toThrow("'Stack/Warmer': the schedule is in the time zone Europe/Berlin, but EventBridge rules run in UTC: leave timeZone out");
  });

  test.each([{ hour: '8' }, { weekDay: 'MON-FRI' }, {}])('warns of %j, which has no minute, until that is acknowledged', (options) => {
    const message = Match.stringLikeRegexp('The cron has no minute, so it fires every minute.*ack: cdk-lambda-warmer:cronWithoutMinute');
    const stack = warm(WarmingSchedule.cron(options));
    Annotations.fromStack(stack).hasWarning('/Stack/Warmer', message);

    const acknowledged = warm(WarmingSchedule.cron(options));
    CdkAnnotations.of(acknowledged).acknowledgeWarning('cdk-lambda-warmer:cronWithoutMinute');
    Annotations.fromStack(acknowledged).hasNoWarning('*', message);
  });

  test('does not warn of every minute where that is written', () => {
    Annotations.fromStack(warm(WarmingSchedule.cron({ minute: '*' }))).hasNoWarning('*', Match.anyValue());
  });
});

describe('expression', () => {
  test('is passed on as it stands', () => {
    expectExpression(WarmingSchedule.expression('cron(0/5 6-18 ? * MON-FRI *)'), 'cron(0/5 6-18 ? * MON-FRI *)');
  });

  test('is refused if EventBridge would refuse it', () => {
    expect(() => warm(WarmingSchedule.expression('rate(1 minutes)'))).toThrow("LambdaWarmer 'Stack/Warmer': the schedule 'rate(1 minutes)' has the wrong number of 'minute': write 'rate(1 minute)'.");
  });

  test('may be a token, which is compared with nothing', () => {
    const stack = testStack();
    const expression = new CfnParameter(stack, 'Expression', { default: 'rate(5 minutes)' }).valueAsString;
    Template.fromStack(warm(WarmingSchedule.expression(expression), stack)).hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: { Ref: 'Expression' } });
  });

  test('is checked at synthesis if it is known only then', () => {
    const stack = warm(WarmingSchedule.expression(Lazy.string({ produce: () => 'rate(1 minutes)' })));
    expect(() => Template.fromStack(stack)).toThrow("[Stack/Warmer] the schedule 'rate(1 minutes)' has the wrong number of 'minute': write 'rate(1 minute)'.");
  });
});
