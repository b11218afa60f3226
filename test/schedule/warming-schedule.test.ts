import { Annotations as CdkAnnotations, CfnParameter, Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DayOfWeek, LambdaWarmer, WarmingSchedule } from '../../src';
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

  test.each([TimeZone.ETC_UTC, TimeZone.of('UTC')])('in UTC is a rule: %j', (timeZone) => {
    expectExpression(WarmingSchedule.cron({ minute: '0', timeZone }), 'cron(0 * * * ? *)');
  });

  test.each(['Europe/Berlin', 'Asia/Calcutta', 'US/Eastern'])('in another time zone is a schedule of EventBridge Scheduler: %s', (name) => {
    Template.fromStack(warm(WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.of(name) }))).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: name,
    });
  });

  test('takes a time zone that is known at deployment only for another one', () => {
    const stack = testStack();
    const zone = new CfnParameter(stack, 'Zone').valueAsString;
    Template.fromStack(warm(WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.of(zone) }), stack))
      .hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpressionTimezone: { Ref: 'Zone' } });
  });

  test('refuses a text as time zone, which CDK would leave out', () => {
    expect(() => warm(WarmingSchedule.cron({ minute: '0', timeZone: 'Europe/Berlin' as any }))).toThrow("the schedule has 'Europe/Berlin' as its time zone: write one, such as TimeZone.EUROPE_BERLIN");
  });

  test('refuses an unknown time zone', () => {
    expect(() => warm(WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.of('Mars/Olympus') }))).toThrow("'Stack/Warmer': the schedule has the time zone 'Mars/Olympus', which the IANA time zone database has not");
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

describe('a schedule that never fires is refused', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z'), doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => jest.useRealTimers());

  test.each([
    'cron(0 0 30 2 ? *)',
    'cron(0 0 31 4,6,9,11 ? *)',
    'cron(0 0 30W FEB ? *)',
    'cron(0 0 29 2 ? 2027)',
    'cron(0 0 ? FEB FRI#5 2027)',
    'cron(0 0 1 1 ? 2020)',
    'cron(0 0 1 1-10 ? 2026)',
    'cron(0 0 31 2 ? 2027-2040)',
  ])('%s', (expression) => {
    expect(() => warm(WarmingSchedule.expression(expression))).toThrow(`LambdaWarmer 'Stack/Warmer': the schedule never fires: no day from 2026-11-21T12:00:00.000Z is one of '${expression}'. Write days that are.`);
  });

  test.each([
    'cron(0 0 29 2 ? *)',
    'cron(0 0 31 1/2 ? 2027)',
    'cron(0 0 30W JAN ? 2027)',
    'cron(0 0 L 2 ? 2027)',
    'cron(0 0 LW 2 ? 2027)',
    'cron(0 0 ? * FRI#5 2027)',
    'cron(0 0 ? FEB 6L *)',
    'cron(0 0 ? FEB L 2027)',
    'cron(0 0 ? * FRI-MON 2027)',
    'cron(0 0 1 NOV-FEB ? 2027)',
    'cron(0 0 21 11 ? 2026)',
    'cron(0 0 1 12 ? 2026)',
    'rate(5 minutes)',
  ])('not %s', (expression) => {
    expect(() => warm(WarmingSchedule.expression(expression))).not.toThrow();
  });

  test('one that is known only at synthesis', () => {
    const stack = warm(WarmingSchedule.expression(Lazy.string({ produce: () => 'cron(0 0 30 2 ? *)' })));
    expect(() => Template.fromStack(stack)).toThrow('[Stack/Warmer] the schedule never fires');
  });

  test('one that does not fire while it is active', () => {
    const mondays = WarmingSchedule.cron({ minute: '0', weekDay: 'MON' });
    const campaign = mondays.activeFrom(new Date('2026-12-02T12:00:00Z')).activeUntil(new Date('2026-12-04T12:00:00Z'));
    expect(() => warm(campaign)).toThrow("the schedule never fires: no day from 2026-12-02T12:00:00.000Z until 2026-12-04T12:00:00.000Z is one of 'cron(0 * ? * MON *)'. Write days that are.");
    // In the easternmost zones, it is Monday on the sixth already.
    expect(() => warm(campaign.activeUntil(new Date('2026-12-06T12:00:00Z')))).not.toThrow();
    // In the westernmost, it still is on the first.
    expect(() => warm(campaign.activeFrom(new Date('2026-12-01T01:00:00Z')))).not.toThrow();
  });
});

describe('a campaign', () => {
  const start = new Date('2026-11-27T00:00:00Z');
  const end = new Date('2026-12-01T00:00:00Z');
  const campaign = WarmingSchedule.every(Duration.minutes(5)).activeFrom(start).activeUntil(end);

  function at(now: string): void {
    jest.useFakeTimers({ now: new Date(now), doNotFake: ['setImmediate', 'nextTick'] });
  }

  afterEach(() => jest.useRealTimers());

  test('that is to come has its beginning and its end', () => {
    at('2026-11-21T12:00:00Z');
    const template = Template.fromStack(warm(campaign));
    template.resourceCountIs('AWS::Events::Rule', 0);
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
      StartDate: '2026-11-27T00:00:00.000Z',
      EndDate: '2026-12-01T00:00:00.000Z',
      State: 'ENABLED',
    });
  });

  test('that has begun has its end only, because EventBridge Scheduler refuses a beginning that has passed', () => {
    at('2026-11-28T12:00:00Z');
    Template.fromStack(warm(campaign)).hasResourceProperties('AWS::Scheduler::Schedule', { StartDate: Match.absent(), EndDate: '2026-12-01T00:00:00.000Z', State: 'ENABLED' });
  });

  test('that is over is disabled, and a warning says so until it is acknowledged', () => {
    at('2026-12-02T12:00:00Z');
    const stack = warm(campaign);
    Template.fromStack(stack).hasResourceProperties('AWS::Scheduler::Schedule', { StartDate: Match.absent(), EndDate: Match.absent(), State: 'DISABLED' });
    const message = Match.stringLikeRegexp('The schedule ended at 2026-12-01T00:00:00.000Z, so it is disabled and pings nothing. Remove the warmer, or write a later activeUntil.*ack: cdk-lambda-warmer:scheduleOver');
    Annotations.fromStack(stack).hasWarning('/Stack/Warmer', message);

    const acknowledged = warm(campaign);
    CdkAnnotations.of(acknowledged).acknowledgeWarning('cdk-lambda-warmer:scheduleOver');
    Annotations.fromStack(acknowledged).hasNoWarning('*', message);
  });

  test('that is over is not refused because it never fires again', () => {
    at('2026-12-02T12:00:00Z');
    const mondays = WarmingSchedule.cron({ minute: '0', weekDay: 'MON' });
    Annotations.fromStack(warm(mondays.activeFrom(start).activeUntil(end))).hasWarning('/Stack/Warmer', Match.stringLikeRegexp('The schedule ended'));
  });

  test('may leave out some of its windows', () => {
    at('2026-11-21T12:00:00Z');
    const windows = [DayOfWeek.FRIDAY, DayOfWeek.WEDNESDAY].map((day, index) => ({ days: [day], start: '08:00', end: '18:00', concurrency: index + 1 }));
    expect(() => warm(WarmingSchedule.windows({ windows }).activeFrom(start).activeUntil(new Date('2026-11-28T00:00:00Z')))).not.toThrow();
  });

  test.each([['2026-11-21', 0], ['2026-11-28', 1], ['2026-12-02', 0]])('is prewarmed while it is active: on %s, %d', (now, count) => {
    at(now);
    const stack = testStack();
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule: campaign, prewarmOnDeploy: true });
    Template.fromStack(stack).resourceCountIs('Custom::LambdaWarmerPrewarm', count);
  });

  test('leaves the schedule that it is made of as it was', () => {
    const always = WarmingSchedule.every(Duration.minutes(5));
    always.activeFrom(start);
    Template.fromStack(warm(always)).resourceCountIs('AWS::Events::Rule', 1);
  });

  test.each([['before its beginning', start, new Date('2026-11-26T00:00:00Z')], ['at its beginning', start, start]])('that ends %s is refused', (_when, from, until) => {
    expect(() => warm(WarmingSchedule.every(Duration.minutes(5)).activeUntil(until).activeFrom(from)))
      .toThrow(/LambdaWarmer 'Stack\/Warmer': the schedule ends at 2026-11-2[67]T00:00:00.000Z, which is not after its beginning at 2026-11-27T00:00:00.000Z: write an activeUntil after activeFrom\./);
  });

  test('with a date that is none is refused', () => {
    const [from, until] = [new Date('tomorrow'), '2099-01-01T00:00:00Z' as any];
    expect(() => warm(WarmingSchedule.every(Duration.minutes(5)).activeFrom(from).activeUntil(until)))
      .toThrow(/the schedule has no date as activeFrom: write one, such as new Date\('2026-11-27T00:00:00Z'\)\.[^]*activeUntil/);
  });
});
