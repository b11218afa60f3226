import { App, Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CoverageAlarmOptions, LambdaWarmer, LambdaWarmerProps, PriceList, WarmerFleet, WarmingCost, WarmingPayload, WarmingSchedule } from '../../src';
import { testApp, testFunction, testStack, WORKDAYS } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(props: Partial<LambdaWarmerProps> = {}): LambdaWarmer {
  return new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), emitMetrics: true, ...props });
}

function alarmWith(expected: object): void {
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', expected);
}

test('an alarm on low coverage goes off when more than one of ten environments was missing in three periods in a row', () => {
  const alarm = warm({ concurrency: 10 }).alarmOnLowCoverage();
  expect(alarm.node.path).toBe('Stack/Warmer/LowCoverage');
  alarmWith({
    Namespace: 'LambdaWarmer',
    MetricName: 'Coverage',
    Dimensions: [{ Name: 'FunctionName', Value: Match.anyValue() }],
    Statistic: 'Minimum',
    Period: 300,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 0.9,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    TreatMissingData: 'breaching',
    AlarmDescription: 'Fewer execution environments are warm than Stack/Warmer is to keep so',
    AlarmName: Match.absent(),
    ActionsEnabled: Match.absent(),
  });
});

test('all of that can be changed', () => {
  warm().alarmOnLowCoverage({
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 4,
    period: Duration.minutes(10),
    treatMissingData: TreatMissingData.IGNORE,
    alarmName: 'cold',
    alarmDescription: 'Call us',
    actionsEnabled: false,
  });
  alarmWith({
    Threshold: 1, EvaluationPeriods: 5, DatapointsToAlarm: 4, Period: 600, TreatMissingData: 'ignore', AlarmName: 'cold', AlarmDescription: 'Call us', ActionsEnabled: false,
  });
});

test.each<[string, Partial<LambdaWarmerProps>, number, string]>([
  ['every minute', { schedule: WarmingSchedule.every(Duration.minutes(1)) }, 60, 'breaching'],
  ['every 15 minutes', { schedule: WarmingSchedule.every(Duration.minutes(15)) }, 900, 'breaching'],
  ['every two days', { schedule: WarmingSchedule.every(Duration.days(2)) }, 86_400, 'notBreaching'],
  ['a cron', { schedule: WarmingSchedule.cron({ minute: '0/10' }) }, 300, 'notBreaching'],
  ['windows with pauses', {
    schedule: WarmingSchedule.windows({ windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 2 }], every: Duration.minutes(10) }),
  }, 600, 'notBreaching'],
  ['windows without', {
    schedule: WarmingSchedule.windows({ windows: [{ days: WORKDAYS, start: '08:00', end: '18:03', concurrency: 2 }], otherwise: 1, timeZone: TimeZone.EUROPE_BERLIN }),
  }, 300, 'breaching'],
  ['windows of several intervals', {
    schedule: WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 2, every: Duration.minutes(1) }], otherwise: 1 }),
  }, 300, 'notBreaching'],
  ['until some day', { schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2999-01-01')) }, 300, 'notBreaching'],
  ['from some day on', { schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2999-01-01')) }, 300, 'notBreaching'],
  ['turned off', { enabled: false }, 300, 'notBreaching'],
  ['paused by a parameter, perhaps', { concurrencyParameter: {} }, 300, 'notBreaching'],
])('periods are from tick to tick, and ticks that fail to come are bad where nothing else keeps them away: %s', (_, props, period, missing) => {
  const timed = props.schedule?._maxConcurrency === undefined ? { concurrency: 2 } : {};
  warm({ ...timed, ...props }).alarmOnLowCoverage();
  alarmWith({ Period: period, TreatMissingData: missing });
});

test('where periods are shorter than the time from tick to tick, those without a tick mean nothing', () => {
  warm().alarmOnLowCoverage({ period: Duration.minutes(1) });
  alarmWith({ Period: 60, TreatMissingData: 'notBreaching' });
});

test('it costs what the prices of its warmer say', () => {
  const prices = PriceList.forRegion('us-east-1').withPrices({ alarm: 7 });
  warm({ costAssumptions: { prices } }).alarmOnLowCoverage();
  expect(WarmingCost.of(app).items.at(-1)).toMatchObject({ name: 'Alarms', monthlyUsd: 7 });
});

test('one that is refused has nothing emitted', () => {
  const fleet = new WarmerFleet(stack, 'Fleet');
  fleet.add(testFunction(stack));
  expect(() => fleet.alarmOnLowCoverage({ threshold: 90 })).toThrow('threshold is 90');
  expect(JSON.stringify(Template.fromStack(stack))).not.toContain('Coverage');
});

test('a second one is refused', () => {
  const warmer = warm();
  warmer.alarmOnLowCoverage();
  expect(() => warmer.alarmOnLowCoverage()).toThrow("LambdaWarmer 'Stack/Warmer': alarmOnLowCoverage() was called, but it has such an alarm already. "
    + 'Write metricCoverage().createAlarm() for a further one.');
});

const TOKEN = Lazy.number({ produce: () => 1 });

test.each<[CoverageAlarmOptions, string]>([
  [{ threshold: 0 }, 'threshold is 0. Write a number above 0, up to 1.'],
  [{ threshold: 90 }, 'threshold is 90. Write a number above 0, up to 1.'],
  [{ threshold: NaN }, 'threshold is NaN. Write a number above 0, up to 1.'],
  [{ threshold: TOKEN }, 'threshold is a token, known at deployment only. Write a number above 0, up to 1.'],
  [{ evaluationPeriods: 0 }, 'evaluationPeriods is 0. Write a whole number, at least 1.'],
  [{ evaluationPeriods: 1.5 }, 'evaluationPeriods is 1.5. Write a whole number, at least 1.'],
  [{ datapointsToAlarm: 4 }, 'datapointsToAlarm is 4. Write a whole number from 1 to 3, the evaluationPeriods.'],
  [{ datapointsToAlarm: 0 }, 'datapointsToAlarm is 0. Write a whole number from 1 to 3, the evaluationPeriods.'],
  [{ period: Duration.seconds(90) }, 'its period is 1 minute 30 seconds. Write whole minutes, from one to a day.'],
  [{ period: Duration.seconds(10) }, 'its period is 10 seconds. Write whole minutes, from one to a day.'],
  [{ period: Duration.days(2), evaluationPeriods: 1 }, 'its period is 2 days. Write whole minutes, from one to a day.'],
  [{ evaluationPeriods: 289 }, 'its evaluationPeriods last 1 day 5 minutes, and CloudWatch takes 1 day. Write fewer of them, or a shorter period.'],
  [{ evaluationPeriods: 8, period: Duration.days(1) }, 'its evaluationPeriods last 8 days, and CloudWatch takes 7 days. Write fewer of them, or a shorter period.'],
])('%j is refused, and nothing is created', (options, problem) => {
  const warmer = warm();
  expect(() => warmer.alarmOnLowCoverage(options)).toThrow(`LambdaWarmer 'Stack/Warmer': alarmOnLowCoverage() was called, but ${problem}`);
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 0);
});

test.each<[CoverageAlarmOptions]>([[{ evaluationPeriods: 288 }], [{ evaluationPeriods: 7, period: Duration.days(1) }]])('%j is taken', (options) => {
  expect(warm().alarmOnLowCoverage(options)).toBeDefined();
});

test('without metrics it is refused, as they are', () => {
  expect(() => warm({ emitMetrics: false, concurrency: 2 }).alarmOnLowCoverage()).toThrow('metricCoverage() was called, but nothing is emitted. Write emitMetrics: true.');
  stack = testStack(app, 'Other');
  expect(() => warm({ payload: WarmingPayload.ofType('x') }).alarmOnLowCoverage()).toThrow('metricCoverage() was called, but the answers to this payload do not tell it');
});

test('what it costs is counted with the app, and not with the warmer', () => {
  const warmer = warm();
  const before = WarmingCost.of(app).monthlyUsd;
  warmer.alarmOnLowCoverage();
  expect(WarmingCost.of(app).monthlyUsd - before).toBeCloseTo(0.1, 10);
  expect(WarmingCost.of(app).items.at(-1)).toMatchObject({ construct: 'Stack/Warmer/LowCoverage', name: 'Alarms', quantity: 1, unit: 'alarms' });
  expect(warmer.monthlyCost.monthlyUsd).toBeCloseTo(before, 10);
});
