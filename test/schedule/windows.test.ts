import { Annotations as CdkAnnotations, Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DayOfWeek, FanOut, LambdaWarmer, ScheduleEngine, WarmingSchedule, WarmingWindow, WarmingWindowsOptions } from '../../src';
import { testFunction, testStack, WORKDAYS } from '../uses';

const OFFICE_HOURS: WarmingWindow = { days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 20 };

function warm(options: WarmingWindowsOptions) {
  const stack = testStack();
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule: WarmingSchedule.windows(options), fanOut: FanOut.selfInvoke() });
  return stack;
}

/** The concurrency of each expression that UTC windows become. */
function rules(options: WarmingWindowsOptions): { readonly [expression: string]: number } {
  const found = Template.fromStack(warm(options)).findResources('AWS::Events::Rule');
  return Object.fromEntries(Object.values(found).map(({ Properties: { ScheduleExpression, Targets: [{ Input }] } }) =>
    [ScheduleExpression, JSON.parse(Input).concurrency]));
}

describe('the fewest expressions, counted by hand, of', () => {
  const cases: [string, WarmingWindowsOptions, { readonly [expression: string]: number }][] = [
    ['full hours of working days', { windows: [OFFICE_HOURS] }, { 'cron(0/5 8-17 ? * MON-FRI *)': 20 }],
    ['the whole week', { windows: [{ start: '00:00', end: '24:00', concurrency: 2 }] }, { 'cron(0/5 * ? * * *)': 2 }],
    ['hours that end at half past', { windows: [{ ...OFFICE_HOURS, end: '18:30' }] }, {
      'cron(0/5 8-17 ? * MON-FRI *)': 20,
      'cron(0,5,10,15,20,25 18 ? * MON-FRI *)': 20,
    }],
    ['nights of every day', { windows: [{ start: '22:00', end: '02:00', concurrency: 3 }] }, { 'cron(0/5 0,1,22,23 ? * * *)': 3 }],
    ['nights that begin on working days', { windows: [{ ...OFFICE_HOURS, start: '22:00', end: '02:00' }] }, {
      'cron(0/5 22,23 ? * MON-FRI *)': 20,
      'cron(0/5 0,1 ? * TUE-SAT *)': 20,
    }],
    ['two windows that touch, with one concurrency', {
      windows: [{ start: '08:00', end: '12:00', concurrency: 4 }, { start: '12:00', end: '18:00', concurrency: 4 }],
    }, { 'cron(0/5 8-17 ? * * *)': 4 }],
    ['a break that is excluded', { windows: [{ start: '12:00', end: '13:00', concurrency: 0 }, OFFICE_HOURS] }, { 'cron(0/5 8-11,13-17 ? * MON-FRI *)': 20 }],
    ['one environment at all other times', { windows: [OFFICE_HOURS], otherwise: 1 }, {
      'cron(0/5 8-17 ? * MON-FRI *)': 20,
      'cron(0/5 0-7,18-23 ? * * *)': 1,
      'cron(0/5 8-17 ? * SUN,SAT *)': 1,
    }],
    ['one environment at all other times, each hour', { windows: [OFFICE_HOURS], otherwise: 1, every: Duration.hours(1) }, {
      'cron(0 8-17 ? * MON-FRI *)': 20,
      'cron(0 0-7,18-23 ? * * *)': 1,
      'cron(0 8-17 ? * SUN,SAT *)': 1,
    }],
    ['hours that begin and end between two', { windows: [{ start: '08:10', end: '17:50', concurrency: 2 }], every: Duration.minutes(10) }, {
      'cron(10/10 8 ? * * *)': 2,
      'cron(0,10,20,30,40 9-17 ? * * *)': 2,
      'cron(50 9-16 ? * * *)': 2,
    }],
    ['a lead of ten minutes', { windows: [OFFICE_HOURS], lead: Duration.minutes(10) }, {
      'cron(50,55 7 ? * MON-FRI *)': 20,
      'cron(0/5 8-17 ? * MON-FRI *)': 20,
    }],
    ['office hours, Saturday morning, and one otherwise', {
      windows: [{ ...OFFICE_HOURS, end: '18:30' }, { days: [DayOfWeek.SATURDAY], start: '08:00', end: '12:00', concurrency: 5 }],
      otherwise: 1,
    }, {
      'cron(0/5 8-17 ? * MON-FRI *)': 20,
      'cron(0,5,10,15,20,25 18 ? * MON-FRI *)': 20,
      'cron(0/5 8-11 ? * SAT *)': 5,
      'cron(0/5 0-7,12-23 ? * SUN,SAT *)': 1,
      'cron(0/5 8-11 ? * SUN *)': 1,
      'cron(30/5 0-7,18-23 ? * MON-FRI *)': 1,
      'cron(0,5,10,15,20,25 0-7,19-23 ? * MON-FRI *)': 1,
    }],
  ];
  test.each(cases)('%s', (_what, options, expected) => {
    expect(rules(options)).toEqual(expected);
  });
});

describe('no more expressions than are known to be enough for', () => {
  const SATURDAY = [DayOfWeek.SATURDAY];
  const cases: [string, number, WarmingWindowsOptions][] = [
    ['two windows with a lead, and five minutes otherwise', 10, {
      windows: [
        { days: WORKDAYS, start: '13:30', end: '18:00', concurrency: 1, every: Duration.minutes(15) },
        { days: SATURDAY, start: '09:30', end: '12:30', concurrency: 3 },
      ],
      otherwise: 1,
      lead: Duration.minutes(15),
    }],
    ['two windows with a lead, of which one crosses midnight', 11, {
      windows: [
        { days: WORKDAYS, start: '13:30', end: '19:15', concurrency: 1, every: Duration.minutes(10) },
        { days: SATURDAY, start: '16:00', end: '00:30', concurrency: 3 },
      ],
      otherwise: 1,
      lead: Duration.minutes(10),
    }],
  ];
  test.each(cases)('%s: %d', (_what, count, options) => {
    expect(Object.keys(rules(options))).toHaveLength(count);
  });
});

describe('what holds, and from when', () => {
  test('the first of two that overlap', () => {
    const peak = { start: '10:00', end: '11:00', concurrency: 50 };
    expect(rules({ windows: [peak, OFFICE_HOURS] })).toEqual({ 'cron(0/5 10 ? * * *)': 50, 'cron(0/5 8,9,11-17 ? * MON-FRI *)': 20 });
  });

  test('a ping begins each time, at whatever minute, and its interval counts from there', () => {
    expect(rules({ windows: [{ start: '08:02', end: '09:02', concurrency: 2 }], otherwise: 1, every: Duration.hours(1) })).toEqual({
      'cron(2 8 ? * * *)': 2,
      'cron(2 0-7,9-23 ? * * *)': 1,
    });
  });

  test('a ping begins it anew after a window that interrupts it', () => {
    const windows = [{ start: '12:20', end: '12:50', concurrency: 9 }, { start: '12:00', end: '14:00', concurrency: 2, every: Duration.minutes(30) }];
    expect(rules({ windows, every: Duration.minutes(15) })).toEqual({ 'cron(20,35 12 ? * * *)': 9, 'cron(0,50 12 ? * * *)': 2, 'cron(20,50 13 ? * * *)': 2 });
  });

  test('intervals of whole hours that do not divide the day', () => {
    expect(rules({ windows: [{ days: WORKDAYS, start: '08:30', end: '24:00', concurrency: 2 }], every: Duration.hours(7) })).toEqual({ 'cron(30 8/7 ? * MON-FRI *)': 2 });
  });

  test('a window of a whole day begins each day', () => {
    expect(rules({ windows: [{ start: '00:00', end: '24:00', concurrency: 2 }], every: Duration.hours(10) })).toEqual({ 'cron(0 0/10 ? * * *)': 2 });
  });

  test('nothing for a short time that is excluded, whatever the interval', () => {
    expect(rules({ windows: [{ start: '12:00', end: '12:01', concurrency: 0 }, { start: '12:00', end: '13:00', concurrency: 2 }], every: Duration.minutes(30) }))
      .toEqual({ 'cron(1,31 12 ? * * *)': 2 });
  });

  test('a window that ends at midnight, however that is written', () => {
    const until = (end: string) => rules({ windows: [{ start: '22:00', end, concurrency: 2 }] });
    expect(until('24:00')).toEqual({ 'cron(0/5 22,23 ? * * *)': 2 });
    expect(until('00:00')).toEqual(until('24:00'));
  });

  describe('lead', () => {
    const lead = Duration.minutes(10);

    test('takes over from fewer environments, and not from more', () => {
      const windows = [{ start: '08:00', end: '09:00', concurrency: 5 }, { start: '09:00', end: '10:00', concurrency: 9 }, { start: '10:00', end: '11:00', concurrency: 1 }];
      expect(rules({ windows, every: Duration.minutes(10), lead })).toEqual({
        'cron(50 8 ? * * *)': 9,
        'cron(0/10 9 ? * * *)': 9,
        'cron(50 7 ? * * *)': 5,
        'cron(0,10,20,30,40 8 ? * * *)': 5,
        'cron(0/10 10 ? * * *)': 1,
      });
    });

    test('takes over the day before', () => {
      expect(rules({ windows: [{ days: [DayOfWeek.MONDAY], start: '00:05', end: '00:30', concurrency: 2 }], lead })).toEqual({
        'cron(55 23 ? * SUN *)': 2,
        'cron(0,5,10,15,20,25 0 ? * MON *)': 2,
      });
    });

    test('does not reach into what is excluded, nor beyond', () => {
      const windows = [{ start: '12:00', end: '12:05', concurrency: 0 }, { start: '12:05', end: '13:00', concurrency: 20 }];
      expect(rules({ windows, lead })).toEqual({ 'cron(5/5 12 ? * * *)': 20 });
    });

    test('is for windows: what is otherwise begins where they end', () => {
      expect(rules({ windows: [{ start: '00:00', end: '12:00', concurrency: 1 }], otherwise: 4, lead, every: Duration.hours(1) })).toEqual({
        'cron(0 0-11 ? * * *)': 1,
        'cron(0 12-23 ? * * *)': 4,
      });
    });
  });
});

describe('refuses', () => {
  const at = (window: Partial<WarmingWindow>) => ({ windows: [{ ...OFFICE_HOURS, ...window }] });
  const cases: [string, WarmingWindowsOptions, string][] = [
    ['a window that ends when it starts', at({ end: '08:00' }), 'has 08:00 as start and as end of windows[0]: write two different times; a whole day is from 00:00 to 24:00.'],
    ['a start without its zero', at({ start: '8:00' }), "has '8:00' as start of windows[0]: write HH:MM from 00:00 to 23:59, such as '08:00'."],
    ['a start at the end of the day', at({ start: '24:00' }), "has '24:00' as start of windows[0]"],
    ['an end after the end of the day', at({ end: '24:01' }), "has '24:01' as end of windows[0]: write HH:MM from 00:00 to 24:00, such as '18:30'."],
    ['a minute that does not exist', at({ end: '17:60' }), "has '17:60' as end of windows[0]"],
    ['no days', at({ days: [] }), 'has no days in windows[0]: write at least one, or leave days out for every day.'],
    ['an unknown day', at({ days: ['Monday' as DayOfWeek] }), "has 'Monday' as a day in windows[0]: write DayOfWeek.MONDAY to DayOfWeek.SUNDAY."],
    ['a negative concurrency', at({ concurrency: -1 }), 'has -1 as concurrency of windows[0]: write a whole number, 0 or more.'],
    ['half an environment', at({ concurrency: 1.5 }), 'has 1.5 as concurrency of windows[0]'],
    ['a concurrency that is a token', at({ concurrency: Lazy.number({ produce: () => 1 }) }), 'has a token as concurrency of windows[0], known at deployment only: write a number.'],
    ['a negative otherwise', { ...at({}), otherwise: -1 }, 'has -1 as otherwise: write a whole number, 0 or more.'],
    ['an unknown time zone', { ...at({}), timeZone: TimeZone.of('Europe/Bielefeld') }, "has the time zone 'Europe/Bielefeld', which the IANA time zone database has not: write one of it, such as TimeZone.EUROPE_BERLIN or TimeZone.of('Europe/Berlin')."],
    ['a time zone in small letters', { ...at({}), timeZone: TimeZone.of('europe/berlin') }, "has the time zone 'europe/berlin', which the IANA time zone database has not: write 'Europe/Berlin'"],
    ['a time zone in capitals', { ...at({}), timeZone: TimeZone.of('EUROPE/BERLIN') }, "has the time zone 'EUROPE/BERLIN', which the IANA time zone database has not: write 'Europe/Berlin'"],
    ['an offset as time zone', { ...at({}), timeZone: TimeZone.of('+01:00') }, "has the time zone '+01:00'"],
    ['an interval that does not divide the hour', { ...at({}), every: Duration.minutes(7) }, 'has 7 minutes as every: write minutes that divide the hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30), or whole hours.'],
    ['an hour and a half', at({ every: Duration.minutes(90) }), 'has 1 hour 30 minutes as every of windows[0]'],
    ['half a minute', at({ every: Duration.seconds(30) }), 'has 30 seconds as every of windows[0]'],
    ['an interval of nothing', at({ every: Duration.minutes(0) }), 'has 0 minutes as every of windows[0]'],
    ['an interval that is a token', at({ every: Duration.minutes(Lazy.number({ produce: () => 5 })) }), 'has a token as every of windows[0]'],
    ['an interval longer than the window', at({ end: '08:30', every: Duration.hours(1) }), 'has an interval of 1 hour in windows[0], which lasts 30 minutes: write a shorter one as its every, or a longer window.'],
    ['a window shorter than the interval of all', at({ end: '08:04' }), 'has an interval of 5 minutes in windows[0], which lasts 4 minutes'],
    ['a lead of half a minute', { ...at({}), lead: Duration.seconds(30) }, 'has 30 seconds as lead: write whole minutes, less than a day.'],
    ['a lead of a day', { ...at({}), lead: Duration.days(1) }, 'has 1 day as lead'],
    ['no windows', { windows: [] }, 'has no windows: write a list of at least one, or take WarmingSchedule.every(...).'],
    ['windows that leave nothing to warm', { windows: [{ start: '00:00', end: '24:00', concurrency: 0 }, OFFICE_HOURS] }, 'keeps nothing warm, because wherever a window holds its concurrency is 0, and otherwise too: write one above 0, or enabled: false to pause.'],
    ['exclusions alone', at({ concurrency: 0 }), 'keeps nothing warm'],
  ];
  test.each(cases)('%s', (_what, options, message) => {
    expect(() => warm(options)).toThrow(`LambdaWarmer 'Stack/Warmer': the schedule ${message}`);
  });

  // From JavaScript.
  test.each<[string, any, string]>([
    ['nothing', undefined, 'has no windows: write a list of at least one'],
    ['no list of windows', { windows: OFFICE_HOURS }, 'has no windows'],
    ['a window that is none', { windows: [null] }, 'has no windows'],
    ['a day that is no list', at({ days: 'MON' as any }), 'has days in windows[0] that are no list: write one, or leave days out for every day.'],
    ['a number as interval', { ...at({}), every: 5 }, 'has no Duration as every: write one, such as Duration.minutes(5).'],
    ['a number as interval of a window', at({ every: 5 as any }), 'has no Duration as every of windows[0]'],
    ['a number as lead', { ...at({}), lead: 10 }, 'has no Duration as lead: write one, such as Duration.minutes(10).'],
    ['a number as start', at({ start: 8 as any }), "has '8' as start of windows[0]"],
    ['a text as concurrency', at({ concurrency: '5' as any }), "has '5' as concurrency of windows[0]: write a whole number, 0 or more."],
    ['a text as time zone', { ...at({}), timeZone: 'Europe/Berlin' }, "has 'Europe/Berlin' as its time zone: write one, such as TimeZone.EUROPE_BERLIN or TimeZone.of('Europe/Berlin')."],
    ['a time zone that is none', { ...at({}), timeZone: null }, 'has no TimeZone as its time zone'],
  ])('%s', (_what, options, message) => {
    expect(() => warm(options)).toThrow(`LambdaWarmer 'Stack/Warmer': the schedule ${message}`);
  });

  test('each fault at once', () => {
    expect(() => warm({ windows: [{ ...OFFICE_HOURS, start: '8' }, { ...OFFICE_HOURS, days: [] }], otherwise: -1 })).toThrow(/otherwise[^]*windows\[0\][^]*windows\[1\]/);
  });

  describe('more rules than Lambda has room for permissions of on one function', () => {
    /** Windows of which each takes a rule of its own. */
    function refusal(count: number, concurrency: number, fanOut: FanOut, engine?: ScheduleEngine) {
      const windows = Array.from({ length: count }, (_, index) => {
        const [hour, minute] = [index % 24, index].map((value) => String(value).padStart(2, '0'));
        return { days: [Object.values(DayOfWeek)[index % 7]], start: `${hour}:${minute}`, end: `${hour}:${String(index + 1).padStart(2, '0')}`, concurrency };
      });
      const stack = testStack();
      const schedule = WarmingSchedule.windows({ windows, every: Duration.minutes(1) });
      return expect(() => new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule, fanOut, engine }));
    }

    test('counts them, and says what to write', () => {
      refusal(41, 1, FanOut.direct()).toThrow("LambdaWarmer 'Stack/Warmer': the schedule takes 41 rules with FanOut.direct(), and Lambda has room for the permissions of 40 on one function. Write engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, which needs none, or simpler windows.");
      refusal(41, 4, FanOut.selfInvoke()).toThrow('takes 41 rules with FanOut.selfInvoke(), and Lambda has room for the permissions of 40 on one function. Write engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER');
      refusal(21, 6, FanOut.direct()).toThrow('takes 42 rules with FanOut.direct(), and Lambda has room for the permissions of 40 on one function. Write fanOut: FanOut.dispatcher(), or simpler windows.');
    });

    test('lets as many pass as there is room for, and EventBridge Scheduler any number', () => {
      refusal(40, 1, FanOut.direct()).not.toThrow();
      refusal(20, 6, FanOut.direct()).not.toThrow();
      refusal(41, 1, FanOut.direct(), ScheduleEngine.EVENTBRIDGE_SCHEDULER).not.toThrow();
      refusal(41, 4, FanOut.selfInvoke(), ScheduleEngine.EVENTBRIDGE_SCHEDULER).not.toThrow();
    });
  });

  test('a concurrency beside the windows', () => {
    const stack = testStack();
    const schedule = WarmingSchedule.windows({ windows: [OFFICE_HOURS] });
    expect(() => new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule, concurrency: 3 }))
      .toThrow("LambdaWarmer 'Stack/Warmer': concurrency is given, but the windows of the schedule say it. Leave concurrency out.");
  });

  test.each([[1001, FanOut.selfInvoke(), 'FanOut.selfInvoke() keeps at most 1000 environments warm, 1001 were asked for.'],
    [10_001, undefined, 'FanOut.dispatcher() keeps at most 10000 environments warm, 10001 were asked for.'],
    [11, FanOut.direct(), 'FanOut.direct() keeps at most 10 environments warm, 11 were asked for.']])('more than the fan-out can warm: %d', (concurrency, fanOut, message) => {
    const stack = testStack();
    const schedule = WarmingSchedule.windows({ windows: [{ ...OFFICE_HOURS, concurrency }] });
    expect(() => new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule, fanOut })).toThrow(message);
  });
});

describe('warns', () => {
  const shadowed = { windows: [{ start: '06:00', end: '20:00', concurrency: 2 }, OFFICE_HOURS] };
  const message = Match.stringLikeRegexp('windows\\[1\\] of the schedule \\(08:00 to 18:00\\) never matches, because the windows before it in the list take all of its time.*ack: cdk-lambda-warmer:windowNeverMatches');

  test('of a window that can never match, until that is acknowledged', () => {
    Annotations.fromStack(warm(shadowed)).hasWarning('/Stack/Warmer', message);

    const acknowledged = warm(shadowed);
    CdkAnnotations.of(acknowledged).acknowledgeWarning('cdk-lambda-warmer:windowNeverMatches');
    Annotations.fromStack(acknowledged).hasNoWarning('*', message);
  });

  test('not of one that matches at times', () => {
    Annotations.fromStack(warm({ windows: [{ start: '06:00', end: '17:59', concurrency: 2 }, OFFICE_HOURS] })).hasNoWarning('*', Match.anyValue());
  });

  test('not of one that excludes what is not asked for anyway', () => {
    Annotations.fromStack(warm({ windows: [OFFICE_HOURS, { start: '20:00', end: '21:00', concurrency: 0 }] })).hasNoWarning('*', Match.anyValue());
  });
});

describe('the dispatcher is told the time from tick to tick', () => {
  const HOURLY = Duration.hours(1);

  function everySeconds(options: WarmingWindowsOptions): unknown[] {
    const stack = testStack();
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule: WarmingSchedule.windows(options) });
    const inputs = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule')).map(({ Properties }) => JSON.stringify(Properties.Targets[0].Input));
    return inputs.map((input) => /everySeconds[^,}]*?(\d+)/.exec(input)?.[1]);
  }

  test('where it is the same always, exclusions aside', () => {
    const windows = [{ start: '12:00', end: '13:00', concurrency: 0, every: HOURLY }, OFFICE_HOURS];
    expect(everySeconds({ windows, otherwise: 1 })).toEqual(['300', '300', '300']);
    expect(everySeconds({ windows: [{ ...OFFICE_HOURS, every: HOURLY }] })).toEqual(['3600']);
  });

  test('not where windows differ', () => {
    expect(everySeconds({ windows: [{ ...OFFICE_HOURS, every: HOURLY }], otherwise: 1 })).toEqual(Array(3).fill(undefined));
  });
});
