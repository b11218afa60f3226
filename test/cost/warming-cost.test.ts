import { App, Aspects, CfnParameter, Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  ARM, DURATION_ARM, DURATION_X86, expectItems, GB, LOG_BYTES, LOG_GB, METRIC, named, PROVISIONED_ARM, PROVISIONED_X86, REQUEST, SCHEDULED, SECONDS,
  TICKS, X86,
} from './prices';
import {
  CostAssumptions, FanOut, LambdaWarmer, LambdaWarmerProps, PriceList, ProvisionedConcurrencyOptions, ScheduleEngine, WarmingCost, WarmingEstimate,
  WarmingPayload, WarmingSchedule,
} from '../../src';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack, WORKDAYS } from '../uses';

const ONE_PING: WarmingEstimate = { memorySize: 1024, billedMilliseconds: 100, pingsPerMonth: TICKS };
const NOTHING: WarmingEstimate = { memorySize: 1024, billedMilliseconds: 0, pingsPerMonth: 0 };

describe('what others have published comes out', () => {
  test('of a tutorial with EventBridge and boto3: 2,048 MB for 100 ms each 5 minutes are 3 cents', () => {
    const cost = WarmingCost.estimate({ memorySize: 2048, billedMilliseconds: 100, pingsPerMonth: 8640 });
    expectItems(cost, {
      'Pings: requests': 8640 * REQUEST,
      'Pings: answering': 8640 * 0.1 * 2 * X86,
    });
    // 0.001728 + 0.0288000576
    expect(cost.monthlyUsd).toBeCloseTo(0.0305280576, 10);
    expect(cost.monthlyUsd.toFixed(2)).toBe('0.03');
  });

  // https://opennext.js.org/aws/v2/inner_workings/warming, at the prices of us-east-1.
  describe('of OpenNext', () => {
    const openNext = (concurrency: number) => WarmingCost.estimate({
      memorySize: 1024,
      billedMilliseconds: 100,
      pingsPerMonth: 8640,
      concurrency,
      dispatcher: { memorySize: 1024, billedMilliseconds: 1000, architecture: lambda.Architecture.X86_64 },
      scheduledInvocations: 8640,
    });
    const usd = (cost: WarmingCost, of: string) =>
      cost.items.filter(({ name }) => name.startsWith(of)).reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);

    test.each([
      ['the schedule', 'Schedule: ', 0.00864],
      ['the warmer function of 1 GB for a second', 'Dispatcher: ', 0.145728288],
      ['one server of 1 GB for 100 ms', 'Pings: ', 0.0161280288],
    ])('%s', (_what, of, expected) => {
      expect(usd(openNext(1), of)).toBeCloseTo(expected, 12);
    });

    test('fifty servers together', () => {
      expect(usd(openNext(50), 'Pings: ')).toBeCloseTo(50 * 0.0161280288, 12);
      expect(openNext(50).monthlyUsd).toBeCloseTo(0.960769728, 12);
    });
  });
});

describe('an estimate', () => {
  test('of pings alone is requests and duration, on x86 in us-east-1', () => {
    const item = (name: string, unit: string, quantity: number, usdPerUnit: number) => ({
      name,
      unit,
      quantity,
      maxQuantity: quantity,
      usdPerUnit: expect.closeTo(usdPerUnit, 15),
      monthlyUsd: expect.closeTo(quantity * usdPerUnit, 12),
      maxMonthlyUsd: expect.closeTo(quantity * usdPerUnit, 12),
    });
    expect(WarmingCost.estimate(ONE_PING).items).toEqual([
      item('Pings: requests', 'requests', 8640, REQUEST),
      item('Pings: answering', 'GB-seconds', 864, X86),
    ]);
  });

  test('of nothing costs nothing', () => {
    const cost = WarmingCost.estimate(NOTHING);
    expect([cost.items, cost.monthlyUsd, cost.maxMonthlyUsd]).toEqual([[], 0, 0]);
  });

  test.each<[string, Partial<WarmingEstimate>, string, string, number, number]>([
    ['pings that take no time', { pingsPerMonth: 1_000_000 }, 'Pings: requests', 'requests', 1_000_000, 0.2],
    ['log lines', { pingsPerMonth: 1, logBytesPerPing: GB }, 'Logs', 'GB', 1, 0.5],
    ['a thousand invocations by EventBridge Scheduler', { scheduledInvocations: 1000 }, 'Schedule: invocations', 'invocations', 1000, 0.001],
    ['two custom metrics', { customMetrics: 2 }, 'Custom metrics', 'metrics', 2, 0.6],
    ['three provisioned environments of 1 GB', { provisionedConcurrency: 3 }, 'Provisioned concurrency', 'GB-seconds', 3 * SECONDS, 3 * SECONDS * PROVISIONED_X86],
    ['half a provisioned environment', { provisionedConcurrency: 0.5 }, 'Provisioned concurrency', 'GB-seconds', SECONDS / 2, SECONDS / 2 * PROVISIONED_X86],
    ['provisioned environments on arm64', { provisionedConcurrency: 1, architecture: lambda.Architecture.ARM_64 }, 'Provisioned concurrency', 'GB-seconds', SECONDS, SECONDS * PROVISIONED_ARM],
  ])('of %s', (_what, estimate, name, unit, quantity, usd) => {
    const item = named(WarmingCost.estimate({ ...NOTHING, ...estimate }), name);
    expect([item.unit, item.quantity, item.maxQuantity]).toEqual([unit, quantity, quantity]);
    expect(item.monthlyUsd).toBeCloseTo(usd, 10);
    expect(item.maxMonthlyUsd).toBe(item.monthlyUsd);
  });

  test('takes the memory for its part of a GB, which has 1,024 MiB', () => {
    expect(named(WarmingCost.estimate({ ...ONE_PING, memorySize: 128 }), 'Pings: answering').quantity).toBeCloseTo(864 / 8, 10);
    expect(named(WarmingCost.estimate({ ...ONE_PING, memorySize: 10_240 }), 'Pings: answering').quantity).toBeCloseTo(8640, 10);
  });

  test('shows the time that pings are held by itself, without changing the sum', () => {
    const cost = WarmingCost.estimate({ ...ONE_PING, heldMilliseconds: 75 });
    expectItems(cost, {
      'Pings: requests': TICKS * REQUEST,
      'Pings: answering': TICKS * 0.025 * X86,
      'Pings: held': TICKS * 0.075 * X86,
    });
    expect(cost.monthlyUsd).toBeCloseTo(WarmingCost.estimate(ONE_PING).monthlyUsd, 12);
  });

  test('pays for arm64 less a GB-second, and for a request as much', () => {
    expectItems(WarmingCost.estimate({ ...ONE_PING, architecture: lambda.Architecture.ARM_64 }), {
      'Pings: requests': TICKS * REQUEST,
      'Pings: answering': TICKS * 0.1 * ARM,
    });
  });

  test('has each environment pinged so often', () => {
    expectItems(WarmingCost.estimate({ ...ONE_PING, concurrency: 7, logBytesPerPing: 200 }), {
      'Pings: requests': 7 * TICKS * REQUEST,
      'Pings: answering': 7 * TICKS * 0.1 * X86,
      'Logs': 7 * TICKS * 200 / GB * LOG_GB,
    });
  });

  test('of no environment costs no pings', () => {
    expect(WarmingCost.estimate({ ...ONE_PING, concurrency: 0 }).items).toEqual([]);
  });

  test('takes a dispatcher of 512 MiB on arm64, which is invoked at each tick', () => {
    expectItems(WarmingCost.estimate({ ...ONE_PING, concurrency: 10, dispatcher: { billedMilliseconds: 200 } }), {
      'Pings: requests': 10 * TICKS * REQUEST,
      'Pings: answering': 10 * TICKS * 0.1 * X86,
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * 0.2 * 0.5 * ARM,
    });
  });

  test('takes a dispatcher as it is described', () => {
    const dispatcher = { billedMilliseconds: 50, memorySize: 256, architecture: lambda.Architecture.X86_64 };
    const cost = WarmingCost.estimate({ ...ONE_PING, dispatcher });
    expect(named(cost, 'Dispatcher: duration').monthlyUsd).toBeCloseTo(TICKS * 0.05 * 0.25 * X86, 12);
  });

  test('takes prices that are given', () => {
    const prices = PriceList.forRegion('us-east-1').withPrices({ requestsPerMillion: 1, durationX86: 0.001 });
    expectItems(WarmingCost.estimate({ ...ONE_PING, prices }), {
      'Pings: requests': TICKS / 1_000_000,
      'Pings: answering': TICKS * 0.1 * 0.001,
    });
  });

  test('adds all of it up', () => {
    const cost = WarmingCost.estimate({
      memorySize: 512,
      billedMilliseconds: 60,
      heldMilliseconds: 50,
      pingsPerMonth: TICKS,
      concurrency: 10,
      dispatcher: { billedMilliseconds: 200 },
      scheduledInvocations: TICKS,
      logBytesPerPing: 300,
      customMetrics: 3,
      provisionedConcurrency: 4,
    });
    // Four of ten pings reach what is provisioned.
    const mixed = 0.6 * X86 + 0.4 * DURATION_X86;
    expectItems(cost, {
      'Pings: requests': 10 * TICKS * REQUEST,
      'Pings: answering': 10 * TICKS * 0.01 * 0.5 * mixed,
      'Pings: held': 10 * TICKS * 0.05 * 0.5 * mixed,
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * 0.2 * 0.5 * ARM,
      'Schedule: invocations': TICKS * SCHEDULED,
      'Logs': 10 * TICKS * 300 / GB * LOG_GB,
      'Custom metrics': 3 * METRIC,
      'Provisioned concurrency': 4 * SECONDS * 0.5 * PROVISIONED_X86,
    });
    expect(cost.maxMonthlyUsd).toBe(cost.monthlyUsd);
  });

  test.each<[string, Partial<WarmingEstimate>, number]>([
    ['none of the environments that are provisioned', { concurrency: 2 }, X86],
    ['one of two environments', { concurrency: 2, provisionedConcurrency: 1 }, (X86 + DURATION_X86) / 2],
    ['provisioned environments only', { provisionedConcurrency: 1 }, DURATION_X86],
    ['provisioned environments only, where there are more than pings', { provisionedConcurrency: 5 }, DURATION_X86],
    ['provisioned environments on arm64', { provisionedConcurrency: 1, architecture: lambda.Architecture.ARM_64 }, DURATION_ARM],
  ])('has pings that reach %s cost what a GB-second costs there', (_what, estimate, usd) => {
    const cost = WarmingCost.estimate({ ...ONE_PING, heldMilliseconds: 40, ...estimate });
    expect(named(cost, 'Pings: answering').usdPerUnit).toBeCloseTo(usd, 15);
    expect(named(cost, 'Pings: held').usdPerUnit).toBeCloseTo(usd, 15);
  });
});

describe('the part of the time from which on provisioned concurrency is cheaper', () => {
  const breakEven = (estimate: Partial<WarmingEstimate>) => WarmingCost.estimate({ ...ONE_PING, ...estimate }).breakEvenUtilization!;

  test('is three fifths without pings, on both architectures', () => {
    // 4.1667 / (16.6667 - 9.7222)
    expect(breakEven({ pingsPerMonth: 0 })).toBeCloseTo(0.6, 4);
    expect(breakEven({ pingsPerMonth: 0, provisionedConcurrency: 3 })).toBeCloseTo(0.6, 4);
    // 3.3334 / (13.3334 - 7.7778)
    expect(breakEven({ pingsPerMonth: 0, architecture: lambda.Architecture.ARM_64 })).toBeCloseTo(0.6, 4);
  });

  test('is a smaller one with pings, for which warming has to be paid', () => {
    const warming = (TICKS * REQUEST + TICKS * 0.1 * X86) / SECONDS;
    expect(breakEven({})).toBeCloseTo((PROVISIONED_X86 - warming) / (X86 - DURATION_X86), 10);
    expect(breakEven({})).toBeLessThan(breakEven({ pingsPerMonth: 0 }));
  });

  test('is the same for as many environments as one likes, of which each is pinged', () => {
    expect(breakEven({ concurrency: 20 })).toBeCloseTo(breakEven({ concurrency: 1 }), 12);
  });

  test('counts warming by the GB-second, of which a larger function has more', () => {
    const warming = (TICKS * REQUEST + TICKS * 0.1 * 4 * X86) / (4 * SECONDS);
    expect(breakEven({ memorySize: 4096 })).toBeCloseTo((PROVISIONED_X86 - warming) / (X86 - DURATION_X86), 10);
  });

  test('counts everything that warming takes', () => {
    const warming = (TICKS * REQUEST + TICKS * 0.1 * X86 + TICKS * REQUEST + TICKS * 0.5 * ARM + TICKS * SCHEDULED + 0.3) / SECONDS;
    expect(breakEven({ dispatcher: { billedMilliseconds: 1000 }, scheduledInvocations: TICKS, customMetrics: 1 }))
      .toBeCloseTo((PROVISIONED_X86 - warming) / (X86 - DURATION_X86), 10);
  });

  test('is none at all where warming costs more by itself', () => {
    expect(breakEven({ memorySize: 128, customMetrics: 10 })).toBe(0);
  });

  test('is all of it where a GB-second costs nearly as much in provisioned environments', () => {
    // Tokyo: 5.3835 / (16.6667 - 12.5615) = 1.31
    expect(breakEven({ pingsPerMonth: 0, prices: PriceList.forRegion('ap-northeast-1') })).toBe(1);
  });

  test('is all or nothing where time costs the same in both', () => {
    const same = PriceList.forRegion('us-east-1').withPrices({ provisionedDurationX86: X86 });
    expect(breakEven({ prices: same })).toBe(1);
    expect(breakEven({ prices: same.withPrices({ provisionedX86: 0 }) })).toBe(0);
  });
});

describe('an estimate is refused', () => {
  const refused = (estimate: object) => expect(() => WarmingCost.estimate({ ...ONE_PING, ...estimate }));

  test.each([127, 10_241, 0, -1, NaN, Infinity])('with a memory of %s', (memorySize) => {
    refused({ memorySize }).toThrow(`WarmingCost.estimate(): memorySize is ${memorySize}. Write MiB, from 128 to 10,240.`);
    refused({ dispatcher: { memorySize, billedMilliseconds: 1 } }).toThrow(`WarmingCost.estimate(): dispatcher.memorySize is ${memorySize}. Write MiB, from 128 to 10,240.`);
  });

  const COUNTS = ['billedMilliseconds', 'heldMilliseconds', 'pingsPerMonth', 'concurrency', 'scheduledInvocations', 'logBytesPerPing', 'customMetrics', 'provisionedConcurrency'];

  test.each(COUNTS.flatMap((name) => [-1, NaN, Infinity].map((value) => [name, value] as const)))('with a %s of %s', (name, value) => {
    refused({ [name]: value }).toThrow(`${name} is ${value}. Write a number, at least 0.`);
  });

  test.each([-1, NaN, Infinity])('with a dispatcher for which %s milliseconds are billed', (billedMilliseconds) => {
    refused({ dispatcher: { billedMilliseconds } }).toThrow(`WarmingCost.estimate(): dispatcher.billedMilliseconds is ${billedMilliseconds}. Write a number, at least 0.`);
  });

  test('without what has no default, as JavaScript can write it', () => {
    expect(() => WarmingCost.estimate({} as any)).toThrow('WarmingCost.estimate(): memorySize is undefined. Write MiB, from 128 to 10,240.\n  '
      + 'billedMilliseconds is undefined. Write a number, at least 0.\n  pingsPerMonth is undefined. Write a number, at least 0.');
    refused({ dispatcher: {} }).toThrow('WarmingCost.estimate(): dispatcher.billedMilliseconds is undefined. Write a number, at least 0.');
  });

  test('with pings that are held for longer than they take', () => {
    refused({ heldMilliseconds: 101 }).toThrow('WarmingCost.estimate(): heldMilliseconds is 101, more than billedMilliseconds, of which it is a part. Write at most 100.');
    refused({ heldMilliseconds: 100 }).not.toThrow();
  });

  test('with all its faults at once', () => {
    refused({ memorySize: 1, concurrency: -1, customMetrics: NaN }).toThrow(/memorySize is 1\.[^]*concurrency is -1\.[^]*customMetrics is NaN\./);
  });

  test.each([128, 10_240])('but not with a memory of %s', (memorySize) => {
    refused({ memorySize, dispatcher: { memorySize, billedMilliseconds: 0 } }).not.toThrow();
  });
});

describe('as text', () => {
  test('it is a line for each item and one for the sum, with the prices that were taken', () => {
    const cost = WarmingCost.estimate({ ...ONE_PING, concurrency: 50, scheduledInvocations: 8640 });
    expect(cost.toString()).toBe([
      '     $0.0864  Pings: requests: 432000 requests',
      '     $0.7200  Pings: answering: 43200 GB-seconds',
      '     $0.0086  Schedule: invocations: 8640 invocations',
      '     $0.8150  USD a month (us-east-1 as of 2025-10-30)',
    ].join('\n'));
  });

  test('it has another column where it may become more', () => {
    const stack = testStack();
    const cost = warm(stack, { target: testFunction(stack, 'Fn', { memorySize: 1024 }), provisionedConcurrency: { minCapacity: 1, maxCapacity: 10 } }).monthlyCost;
    expect(cost.toString()).toBe([
      'Stack/Warmer',
      '    $10.8001   $108.0009  Provisioned concurrency: 2592000 GB-seconds',
      '    $10.8001   $108.0009  USD a month, and at the most (us-east-1 as of 2025-10-30)',
    ].join('\n'));
  });

  test('it has the items of each construct below its path', () => {
    const stack = testStack();
    new LambdaWarmer(stack, 'One', { target: testFunction(stack, 'OneFn') });
    new LambdaWarmer(stack, 'Two', { target: testFunction(stack, 'TwoFn') });
    const lines = WarmingCost.of(stack).toString().split('\n');
    expect(lines.map((line) => line.replace(/^ +\$\S+ +/, '').replace(/:[^:]*$/, ''))).toEqual([
      'Stack/One', 'Pings: requests', 'Pings: answering', 'Logs', 'Stack/Two', 'Pings: requests', 'Pings: answering', 'Logs',
      'USD a month (us-east-1 as of 2025-10-30)',
    ]);
  });

  test('it says how much it is also where there is nothing', () => {
    expect(WarmingCost.of(testStack()).toString()).toBe('     $0.0000  USD a month (as of 2025-10-30)');
  });
});

function warm(scope: Construct, props: Partial<LambdaWarmerProps> = {}): LambdaWarmer {
  return new LambdaWarmer(scope, 'Warmer', { target: props.target ?? testFunction(scope), ...props });
}

describe('a warmer', () => {
  let stack: Stack;

  beforeEach(() => {
    stack = testStack();
  });

  /** What so many pings of a function of 128 MiB cost, and what all invocations write into logs. */
  function pings(count: number, { heldMs = 0, logBytes = 0 } = {}): { readonly [name: string]: number } {
    return {
      'Pings: requests': count * REQUEST,
      'Pings: answering': count * 0.010 * 0.125 * X86,
      ...heldMs > 0 && { 'Pings: held': count * heldMs / 1000 * 0.125 * X86 },
      ...logBytes > 0 && { Logs: logBytes / GB * LOG_GB },
    };
  }

  test('of one environment costs its pings and their lines in the log', () => {
    expectItems(warm(stack).monthlyCost, pings(TICKS, { logBytes: TICKS * LOG_BYTES }));
  });

  test('of ten has them held, and a dispatcher with its lines in the log', () => {
    const { Logs, ...ofPings } = pings(10 * TICKS, { heldMs: 10, logBytes: 10 * TICKS * LOG_BYTES + TICKS * (LOG_BYTES + 700) });
    expectItems(warm(stack, { concurrency: 10 }).monthlyCost, {
      ...ofPings,
      'Dispatcher: requests': TICKS * REQUEST,
      // 512 MiB, 100 milliseconds and 3 for each ping.
      'Dispatcher: duration': TICKS * 0.130 * 0.5 * ARM,
      Logs,
    });
  });

  test('costs the memory that the dispatcher gets by the largest concurrency in the stack', () => {
    const warmer = warm(stack, { concurrency: 10 });
    const duration = () => named(warmer.monthlyCost, 'Dispatcher: duration').quantity;
    expect(duration()).toBeCloseTo(TICKS * 0.130 * 0.5, 8);
    new LambdaWarmer(stack, 'Larger', { target: testFunction(stack, 'Larger Fn'), concurrency: 50 });
    expect(duration()).toBeCloseTo(TICKS * 0.130, 8);
    new LambdaWarmer(stack, 'Largest', { target: testFunction(stack, 'Largest Fn'), concurrency: 51 });
    expect(duration()).toBeCloseTo(TICKS * 0.130 * 1769 / 1024, 8);
  });

  test('of more than 400 has shards of the dispatcher to pay too, which wait for each other, and holds no longer than one of them sends', () => {
    const { Logs, ...ofPings } = pings(1000 * TICKS, { heldMs: 334, logBytes: 1000 * TICKS * LOG_BYTES + TICKS * (4 * LOG_BYTES + 700) });
    expectItems(warm(stack, { concurrency: 1000 }).monthlyCost, {
      ...ofPings,
      // One is in charge of three.
      'Dispatcher: requests': 4 * TICKS * REQUEST,
      'Dispatcher: duration': 4 * TICKS * (0.100 + 334 * 0.003 + 1) * 1769 / 1024 * ARM,
      Logs,
    });
  });

  test('of shards that a parameter may ask for is a part of the most alone', () => {
    const { items } = warm(stack, { concurrency: 10, concurrencyParameter: { maxConcurrency: 401 } }).monthlyCost;
    const { quantity, maxQuantity } = items.find(({ name }) => name === 'Dispatcher: requests')!;
    expect([quantity, maxQuantity]).toEqual([TICKS, 3 * TICKS]);
  });

  test('of shards is what is assumed for all of them together', () => {
    const { monthlyCost } = warm(stack, { concurrency: 1000, costAssumptions: { dispatcherMilliseconds: 5000 } });
    expect(named(monthlyCost, 'Dispatcher: duration').quantity).toBeCloseTo(TICKS * 5 * 1769 / 1024, 6);
  });

  test('costs the memory that the dispatcher is given', () => {
    const { monthlyCost } = warm(stack, { concurrency: 10, fanOut: FanOut.dispatcher({ memorySize: 2048 }) });
    expect(named(monthlyCost, 'Dispatcher: duration').monthlyUsd).toBeCloseTo(TICKS * 0.130 * 2 * ARM, 12);
  });

  test('of a dispatcher whose memory is known at deployment only cannot be told', () => {
    const memorySize = new CfnParameter(stack, 'Memory', { type: 'Number' }).valueAsNumber;
    const warmer = warm(stack, { concurrency: 10, fanOut: FanOut.dispatcher({ memorySize }) });
    expect(() => warmer.monthlyCost).toThrow("LambdaWarmer 'Stack/Warmer': its monthly cost cannot be told, because the memory of the dispatcher is not known at synthesis. Write a number as its memorySize.");
  });

  test('pays for EventBridge Scheduler by the tick, not by the ping', () => {
    const { monthlyCost } = warm(stack, { concurrency: 4, engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    expect(named(monthlyCost, 'Schedule: invocations')).toMatchObject({ quantity: TICKS, unit: 'invocations', monthlyUsd: expect.closeTo(TICKS * SCHEDULED, 12) });
  });

  test('of one environment by EventBridge Scheduler pays for that', () => {
    const { monthlyCost } = warm(stack, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    const { Logs, ...ofPings } = pings(TICKS, { logBytes: TICKS * LOG_BYTES });
    expectItems(monthlyCost, { ...ofPings, 'Schedule: invocations': TICKS * SCHEDULED, Logs });
  });

  test('with metrics pays for three, each further one that is asked for, and their line in the log', () => {
    const warmer = warm(stack, { concurrency: 2, emitMetrics: true });
    expect(named(warmer.monthlyCost, 'Custom metrics')).toMatchObject({ quantity: 3, unit: 'metrics', monthlyUsd: expect.closeTo(0.9, 12) });
    expect(named(warmer.monthlyCost, 'Logs').quantity).toBeCloseTo((2 * TICKS * LOG_BYTES + TICKS * (LOG_BYTES + 700 + 600)) / GB, 12);
    warmer.metricErrors();
    expect(named(warmer.monthlyCost, 'Custom metrics')).toMatchObject({ quantity: 4, monthlyUsd: expect.closeTo(1.2, 12) });
    warmer.metricErrors();
    warmer.metricCoverage();
    expect(named(warmer.monthlyCost, 'Custom metrics').quantity).toBe(4);
  });

  test('that records starts pays for two metrics', () => {
    expect(named(warm(stack, { recordStarts: true }).monthlyCost, 'Custom metrics')).toMatchObject({ quantity: 2, monthlyUsd: expect.closeTo(0.6, 12) });
  });

  test('that records starts and emits metrics pays for both', () => {
    expect(named(warm(stack, { recordStarts: true, emitMetrics: true }).monthlyCost, 'Custom metrics').quantity).toBe(5);
  });

  test('costs no other pings by an alias', () => {
    const fn = testFunction(stack, 'Fn', { memorySize: 512 });
    const [ofFunction, ofAlias, ofVersion] = [fn, fn.addAlias('live'), fn.currentVersion]
      .map((target, index) => new LambdaWarmer(stack, `Warmer${index}`, { target }).monthlyCost.monthlyUsd);
    expect([ofAlias, ofVersion]).toEqual([ofFunction, ofFunction]);
  });

  describe('by schedule', () => {
    const ticksOf = (schedule: WarmingSchedule, props: Partial<LambdaWarmerProps> = {}) =>
      named(warm(stack, { schedule, ...props }).monthlyCost, 'Pings: requests').quantity;

    test.each<[string, WarmingSchedule, number]>([
      ['every minute', WarmingSchedule.every(Duration.minutes(1)), 30 * 1440],
      ['every 7 minutes', WarmingSchedule.every(Duration.minutes(7)), 30 * 1440 / 7],
      ['by a rate of an hour', WarmingSchedule.expression('rate(1 hour)'), 30 * 24],
      ['by a rate of two days', WarmingSchedule.expression('rate(2 days)'), 15],
      ['each quarter of the hours from 6 to 18 on working days', WarmingSchedule.cron({ minute: '0/15', hour: '6-18', weekDay: 'MON-FRI' }), 4 * 13 * 30 * 5 / 7],
      ['every minute of December', WarmingSchedule.cron({ minute: '*', month: '12' }), 30 * 1440 * 31 * 28 / (28 * 365 + 7)],
    ])('%s', (_what, schedule, expected) => {
      expect(ticksOf(schedule)).toBeCloseTo(expected, 8);
    });

    test('by an expression that is known at synthesis only', () => {
      expect(ticksOf(WarmingSchedule.expression(Lazy.string({ produce: () => 'rate(1 hour)' })))).toBe(720);
    });

    test('not by one that is known at deployment only', () => {
      const { valueAsString } = new CfnParameter(stack, 'Schedule');
      const warmer = warm(stack, { schedule: WarmingSchedule.expression(valueAsString) });
      expect(() => warmer.monthlyCost).toThrow("LambdaWarmer 'Stack/Warmer': its monthly cost cannot be told, because the schedule is not known at synthesis. Write one that is known at synthesis.");
    });

    test('not by one that shows to be none at synthesis', () => {
      const warmer = warm(stack, { schedule: WarmingSchedule.expression(Lazy.string({ produce: () => 'hourly' })), maxMonthlyCost: 100 });
      expect(() => (stack.node.root as App).synth()).toThrow("the schedule 'hourly' is neither rate(...) nor cron(...)");
      expect(() => warmer.monthlyCost).toThrow("LambdaWarmer 'Stack/Warmer': its monthly cost cannot be told");
    });

    /** Minute by minute, from Sunday 00:00 on. */
    function ticksOfWeek(isInside: (dayOfWeek: number, minuteOfDay: number) => boolean, every = 5): number {
      let ticks = 0;
      for (let minute = 0; minute < 7 * 1440; minute += every) {
        ticks += isInside(Math.floor(minute / 1440), minute % 1440) ? 1 : 0;
      }
      return ticks;
    }
    const isOffice = (day: number, minute: number) => day >= 1 && day <= 5 && minute >= 8 * 60 && minute < 18 * 60 + 30;
    const OFFICE_HOURS = { days: WORKDAYS, start: '08:00', end: '18:30' };

    test('in office hours only', () => {
      const ticks = ticksOfWeek(isOffice) * 30 / 7;
      expect(ticks).toBeCloseTo(5 * 126 * 30 / 7, 8);
      expect(ticksOf(WarmingSchedule.windows({ windows: [{ ...OFFICE_HOURS, concurrency: 3 }] }))).toBeCloseTo(3 * ticks, 8);
    });

    test('in office hours of Berlin, with one environment otherwise, each held for as many as there are', () => {
      const inside = ticksOfWeek(isOffice) * 30 / 7;
      const outside = ticksOfWeek((...at) => !isOffice(...at)) * 30 / 7;
      const windows = [{ ...OFFICE_HOURS, concurrency: 20 }];
      const { monthlyCost } = warm(stack, { schedule: WarmingSchedule.windows({ windows, otherwise: 1, timeZone: TimeZone.EUROPE_BERLIN }) });
      expectItems(monthlyCost, {
        'Pings: requests': (20 * inside + outside) * REQUEST,
        'Pings: answering': (20 * inside + outside) * 0.010 * 0.125 * X86,
        // One alone is not held.
        'Pings: held': 20 * inside * 0.020 * 0.125 * X86,
        'Dispatcher: requests': (inside + outside) * REQUEST,
        'Dispatcher: duration': (inside * 0.160 + outside * 0.103) * 1 * ARM,
        'Schedule: invocations': (inside + outside) * SCHEDULED,
        'Logs': ((20 * inside + outside) * LOG_BYTES + (inside + outside) * (LOG_BYTES + 700)) / GB * LOG_GB,
      });
    });

    test('the part of the time from which on it should be provisioned is told for the time that it is warm', () => {
      const perGbSecond = (count: number, seconds: number) => count * (REQUEST + 0.010 * 0.125 * X86 + LOG_BYTES / GB * LOG_GB) / (seconds * 0.125);
      const expected = (warming: number) => (PROVISIONED_X86 - warming) / (X86 - DURATION_X86);
      const breakEvenOf = (schedule: WarmingSchedule) => {
        const other = testStack();
        return warm(other, { schedule, fanOut: FanOut.direct() }).monthlyCost.breakEvenUtilization!;
      };
      expect(breakEvenOf(WarmingSchedule.every(Duration.minutes(10)))).toBeCloseTo(expected(perGbSecond(1, 600)), 10);
      // Each ping of a window keeps an environment warm until the next.
      expect(breakEvenOf(WarmingSchedule.windows({ windows: [{ ...OFFICE_HOURS, concurrency: 1 }] }))).toBeCloseTo(expected(perGbSecond(1, 300)), 10);
      // Nobody knows for how long those of a cron do.
      expect(breakEvenOf(WarmingSchedule.cron({ minute: '0', hour: '*' }))).toBeCloseTo(expected(perGbSecond(720, SECONDS)), 10);
    });
  });

  describe('that is not enabled', () => {
    test('costs nothing', () => {
      const props = { concurrency: 10, emitMetrics: true, concurrencyParameter: { maxConcurrency: 50 } };
      const { items, monthlyUsd, maxMonthlyUsd } = warm(stack, { ...props, enabled: false }).monthlyCost;
      expect([items, monthlyUsd, maxMonthlyUsd]).toEqual([[], 0, 0]);
    });

    test('costs nothing any more once its schedule is over', () => {
      const schedule = WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2020-01-01T00:00:00Z'));
      expect(warm(stack, { schedule }).monthlyCost.items).toEqual([]);
    });

    test('costs what is provisioned', () => {
      const { monthlyCost } = warm(stack, { enabled: false, concurrency: 5, provisionedConcurrency: { minCapacity: 2 } });
      expectItems(monthlyCost, { 'Provisioned concurrency': 2 * SECONDS * 0.125 * PROVISIONED_X86 });
    });

    test('costs the metrics of starts, which the function counts by itself', () => {
      expectItems(warm(stack, { enabled: false, recordStarts: true }).monthlyCost, { 'Custom metrics': 2 * METRIC });
    });
  });

  test('whose concurrency a parameter changes costs what was deployed, and at the most what it may ask for', () => {
    const { monthlyCost } = warm(stack, { concurrency: 10, concurrencyParameter: { maxConcurrency: 50 } });
    // A dispatcher for 50 environments has 1,024 MiB from the beginning.
    expectItems(monthlyCost, {
      ...pings(10 * TICKS, { heldMs: 10 }),
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * 0.130 * ARM,
      'Logs': (10 * TICKS * LOG_BYTES + TICKS * (LOG_BYTES + 700)) / GB * LOG_GB,
    });
    const most = {
      ...pings(50 * TICKS, { heldMs: 50 }),
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * 0.250 * ARM,
      'Logs': (50 * TICKS * LOG_BYTES + TICKS * (LOG_BYTES + 700)) / GB * LOG_GB,
    };
    expect(monthlyCost.items.map(({ name, maxMonthlyUsd }) => [name, Number(maxMonthlyUsd.toPrecision(10))]))
      .toEqual(Object.entries(most).map(([name, usd]) => [name, Number(usd.toPrecision(10))]));
    expect(monthlyCost.maxMonthlyUsd).toBeCloseTo(Object.values(most).reduce((sum, usd) => sum + usd, 0), 10);
    expect(named(monthlyCost, 'Pings: requests')).toMatchObject({ quantity: 10 * TICKS, maxQuantity: 50 * TICKS });
  });

  test('of windows with a parameter may cost the most of it at each tick', () => {
    const schedule = WarmingSchedule.windows({ windows: [{ start: '00:00', end: '12:00', concurrency: 4 }], otherwise: 1 });
    const { monthlyCost } = warm(stack, { schedule, concurrencyParameter: { maxConcurrency: 8 } });
    expect(named(monthlyCost, 'Pings: requests').quantity).toBeCloseTo(TICKS / 2 * 4 + TICKS / 2, 6);
    expect(named(monthlyCost, 'Pings: requests').maxQuantity).toBeCloseTo(TICKS * 8, 6);
  });

  describe('by fan-out', () => {
    test('FanOut.direct() has three held for 250 milliseconds, and no dispatcher', () => {
      const { monthlyCost } = warm(stack, { concurrency: 3, fanOut: FanOut.direct() });
      expectItems(monthlyCost, pings(3 * TICKS, { heldMs: 250, logBytes: 3 * TICKS * LOG_BYTES }));
    });

    test('FanOut.selfInvoke() has four held for 75 milliseconds, and no dispatcher', () => {
      const { monthlyCost } = warm(stack, { concurrency: 4, fanOut: FanOut.selfInvoke() });
      expectItems(monthlyCost, pings(4 * TICKS, { heldMs: 75, logBytes: 4 * TICKS * LOG_BYTES }));
    });

    test('FanOut.selfInvoke() by EventBridge Scheduler is one invocation a tick', () => {
      const { monthlyCost } = warm(stack, { concurrency: 4, fanOut: FanOut.selfInvoke(), engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
      expect(named(monthlyCost, 'Schedule: invocations').quantity).toBe(TICKS);
      expect(named(monthlyCost, 'Pings: requests').quantity).toBe(4 * TICKS);
    });

    test('FanOut.dispatcher() of one environment does not have it held', () => {
      const { Logs, ...ofPings } = pings(TICKS, { logBytes: TICKS * (2 * LOG_BYTES + 700) });
      expectItems(warm(stack, { fanOut: FanOut.dispatcher() }).monthlyCost, {
        ...ofPings,
        'Dispatcher: requests': TICKS * REQUEST,
        'Dispatcher: duration': TICKS * 0.103 * 0.5 * ARM,
        Logs,
      });
    });
  });

  describe('by payload', () => {
    test.each<[string, WarmingPayload, number]>([
      ['standard', WarmingPayload.standard(), 250],
      ['lambdaWarmer', WarmingPayload.lambdaWarmer(), 75],
      ['openNext', WarmingPayload.openNext(), 250],
    ])('%s has pings held', (_name, payload, heldMs) => {
      const { monthlyCost } = warm(stack, { payload, concurrency: 2, fanOut: FanOut.direct() });
      expect(named(monthlyCost, 'Pings: held').quantity).toBeCloseTo(2 * TICKS * heldMs / 1000 * 0.125, 8);
    });

    test.each<[string, Partial<LambdaWarmerProps>]>([
      ['standard', {}],
      ['lambdaWarmer', { payload: WarmingPayload.lambdaWarmer() }],
      ['lambdaWarmer, with FanOut.selfInvoke()', { fanOut: FanOut.selfInvoke() }],
    ])('%s has a single ping not held', (_name, props) => {
      expectItems(warm(stack, props).monthlyCost, pings(TICKS, { logBytes: TICKS * LOG_BYTES }));
    });

    test.each<[string, WarmingPayload]>([
      ['serverlessPluginWarmup', WarmingPayload.serverlessPluginWarmup()],
      ['ofType', WarmingPayload.ofType('warmer')],
      ['scheduledEvent', WarmingPayload.scheduledEvent()],
      ['fromObject', WarmingPayload.fromObject({ warm: true })],
    ])('%s does not', (_name, payload) => {
      const { monthlyCost } = warm(stack, { payload, concurrency: 2, fanOut: FanOut.direct() });
      expectItems(monthlyCost, pings(2 * TICKS, { logBytes: 2 * TICKS * LOG_BYTES }));
    });
  });
});

describe('provisioned concurrency', () => {
  let stack: Stack;
  let target: lambda.Function;

  beforeEach(() => {
    stack = testStack();
    target = testFunction(stack, 'Fn', { memorySize: 1024 });
  });

  test('that is fixed costs the same at all times', () => {
    const { monthlyCost } = warm(stack, { target, provisionedConcurrency: { minCapacity: 2 } });
    expectItems(monthlyCost, { 'Provisioned concurrency': 2 * SECONDS * PROVISIONED_X86 });
    // 2 x 2,592,000 x $0.0000041667
    expect(monthlyCost.monthlyUsd).toBeCloseTo(21.6001728, 10);
    expect(monthlyCost.maxMonthlyUsd).toBe(monthlyCost.monthlyUsd);
    expect(monthlyCost.breakEvenUtilization).toBeCloseTo(0.6, 4);
  });

  test('costs less on arm64', () => {
    const arm = testFunction(stack, 'Arm', { memorySize: 512, architecture: lambda.Architecture.ARM_64 });
    expectItems(warm(stack, { target: arm, provisionedConcurrency: { minCapacity: 1 } }).monthlyCost, { 'Provisioned concurrency': SECONDS * 0.5 * PROVISIONED_ARM });
  });

  test('that follows its use costs the least of it, and at the most all of it', () => {
    const { monthlyCost } = warm(stack, { target, provisionedConcurrency: { minCapacity: 2, maxCapacity: 10 } });
    expect(monthlyCost.monthlyUsd).toBeCloseTo(2 * SECONDS * PROVISIONED_X86, 10);
    expect(monthlyCost.maxMonthlyUsd).toBeCloseTo(10 * SECONDS * PROVISIONED_X86, 10);
    expect(named(monthlyCost, 'Provisioned concurrency')).toMatchObject({ quantity: 2 * SECONDS, maxQuantity: 10 * SECONDS });
  });

  test('that follows the week costs each capacity for its time', () => {
    const windows = [{ days: WORKDAYS, start: '08:00', end: '18:00', minCapacity: 5 }, { start: '12:00', end: '20:00', minCapacity: 3, maxCapacity: 9 }];
    const { monthlyCost } = warm(stack, { target, provisionedConcurrency: { minCapacity: 1, windows } });
    // 50 of 168 hours in the first; in the second 2 on working days, after the first, and 8 on the others.
    const average = (first: number, second: number, otherwise: number) => (50 * first + (5 * 2 + 2 * 8) * second + (168 - 76) * otherwise) / 168;
    expect(monthlyCost.monthlyUsd).toBeCloseTo(average(5, 3, 1) * SECONDS * PROVISIONED_X86, 8);
    expect(monthlyCost.maxMonthlyUsd).toBeCloseTo(average(5, 9, 1) * SECONDS * PROVISIONED_X86, 8);
  });

  test('that follows both costs each range for its time', () => {
    const windows = [{ start: '22:00', end: '04:00', minCapacity: 1, maxCapacity: 2 }];
    const { monthlyCost } = warm(stack, { target, provisionedConcurrency: { minCapacity: 4, maxCapacity: 20, windows } });
    expect(monthlyCost.monthlyUsd).toBeCloseTo((6 * 1 + 18 * 4) / 24 * SECONDS * PROVISIONED_X86, 8);
    expect(monthlyCost.maxMonthlyUsd).toBeCloseTo((6 * 2 + 18 * 20) / 24 * SECONDS * PROVISIONED_X86, 8);
  });

  test('that several warmers share is what each of them costs, and all together once', () => {
    const provisionedConcurrency = { minCapacity: 2 };
    const first = new LambdaWarmer(stack, 'First', { target, provisionedConcurrency });
    const second = new LambdaWarmer(stack, 'Second', { target, provisionedConcurrency });
    for (const { monthlyCost } of [first, second]) {
      expectItems(monthlyCost, { 'Provisioned concurrency': 2 * SECONDS * PROVISIONED_X86 });
    }
    expect(WarmingCost.of(stack).monthlyUsd).toBe(first.monthlyCost.monthlyUsd);
    expect(WarmingCost.of(second).monthlyUsd).toBe(first.monthlyCost.monthlyUsd);
  });

  test('that another warmer has set up counts for the limit of this one too', () => {
    const provisionedConcurrency = { minCapacity: 20 };
    new LambdaWarmer(stack, 'First', { target, provisionedConcurrency });
    new LambdaWarmer(stack, 'Second', { target, provisionedConcurrency, maxMonthlyCost: 1 });
    expect(() => App.of(stack)!.synth()).toThrow(/\[Stack\/Second\] maxMonthlyCost is \$1, but it may cost \$216\.0017 a month/);
  });

  test('that another warmer has set up makes the pings of this one cheaper all the same', () => {
    const provisionedConcurrency = { minCapacity: 2 };
    new LambdaWarmer(stack, 'First', { target, provisionedConcurrency });
    const { monthlyCost } = new LambdaWarmer(stack, 'Second', { target, provisionedConcurrency, concurrency: 4 });
    expect(named(monthlyCost, 'Pings: answering').usdPerUnit).toBeCloseTo((X86 + DURATION_X86) / 2, 15);
  });

  test('of a warmer whose alias another one pings is counted once, and makes those pings cheaper', () => {
    const first = new LambdaWarmer(stack, 'First', { target, provisionedConcurrency: { minCapacity: 1 } });
    const { monthlyCost } = new LambdaWarmer(stack, 'Second', { target: first.target, concurrency: 4 });
    expect(named(monthlyCost, 'Pings: answering').usdPerUnit).toBeCloseTo((3 * X86 + DURATION_X86) / 4, 15);
    expect(WarmingCost.of(stack).monthlyUsd).toBeCloseTo(monthlyCost.monthlyUsd, 12);
    expect(named(monthlyCost, 'Provisioned concurrency').monthlyUsd).toBe(first.monthlyCost.monthlyUsd);
  });

  test('of metrics that several warmers of a function feed is counted once too', () => {
    const all = { target, concurrency: 2, emitMetrics: true, recordStarts: true };
    const first = new LambdaWarmer(stack, 'First', all);
    new LambdaWarmer(stack, 'Second', all);
    expect(named(first.monthlyCost, 'Custom metrics').quantity).toBe(5);
    expect(WarmingCost.of(stack).items.filter(({ name }) => name === 'Custom metrics').map(({ quantity }) => quantity)).toEqual([5]);
  });

  test('of two names is two, and of two functions too', () => {
    const other = testFunction(stack, 'Other', { memorySize: 1024 });
    new LambdaWarmer(stack, 'Live', { target, provisionedConcurrency: { minCapacity: 1 } });
    new LambdaWarmer(stack, 'Beta', { target, provisionedConcurrency: { minCapacity: 1, aliasName: 'beta' } });
    new LambdaWarmer(stack, 'Other Live', { target: other, provisionedConcurrency: { minCapacity: 1 } });
    expect(WarmingCost.of(stack).monthlyUsd).toBeCloseTo(3 * SECONDS * PROVISIONED_X86, 8);
  });

  test('with pings above it costs both, and pings cost less where they reach it', () => {
    const { monthlyCost } = warm(stack, { target, provisionedConcurrency: { minCapacity: 2 }, concurrency: 5 });
    const mixed = 2 / 5 * DURATION_X86 + 3 / 5 * X86;
    expectItems(monthlyCost, {
      'Pings: requests': 5 * TICKS * REQUEST,
      'Pings: answering': 5 * TICKS * 0.010 * mixed,
      'Pings: held': 5 * TICKS * 0.005 * mixed,
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * 0.115 * 0.5 * ARM,
      'Logs': (5 * TICKS * LOG_BYTES + TICKS * (LOG_BYTES + 700)) / GB * LOG_GB,
      'Provisioned concurrency': 2 * SECONDS * PROVISIONED_X86,
    });
  });

  test('makes pings cheaper by the least of it that is always there', () => {
    const windows = [{ start: '00:00', end: '12:00', concurrency: 10 }, { start: '12:00', end: '24:00', concurrency: 4 }];
    const schedule = WarmingSchedule.windows({ windows });
    const { monthlyCost } = warm(stack, { target, schedule, provisionedConcurrency: { minCapacity: 2, maxCapacity: 3 } });
    // Two of ten, then two of four.
    expect(named(monthlyCost, 'Pings: answering').usdPerUnit).toBeCloseTo((4 * DURATION_X86 + 10 * X86) / 14, 15);
  });
});

describe('the function', () => {
  let app: App;
  let stack: Stack;

  beforeEach(() => {
    app = testApp();
    stack = testStack(app);
  });

  const gbSecondsOf = (warmer: LambdaWarmer) => named(warmer.monthlyCost, 'Pings: answering').quantity;
  const UNKNOWN = (name: string) => `LambdaWarmer 'Stack/Warmer': its monthly cost cannot be told, because the memory of the function 'Stack/${name}' is not known at synthesis. Write costAssumptions: { memorySize: 512 }, say.`;

  test.each([[undefined, 128], [512, 512], [10_240, 10_240]])('has %s as memory, which is %s MiB', (memorySize, expected) => {
    expect(gbSecondsOf(warm(stack, { target: testFunction(stack, 'Fn', { memorySize }) }))).toBeCloseTo(TICKS * 0.010 * expected / 1024, 8);
  });

  test('is looked at anew each time', () => {
    const target = testFunction(stack, 'Fn', { memorySize: 256 });
    const resource = target.node.defaultChild as lambda.CfnFunction;
    const warmer = warm(stack, { target });
    expect(gbSecondsOf(warmer)).toBeCloseTo(TICKS * 0.010 * 0.25, 8);
    resource.memorySize = 512;
    expect(gbSecondsOf(warmer)).toBeCloseTo(TICKS * 0.010 * 0.5, 8);
    resource.addPropertyOverride('MemorySize', 1024);
    expect(gbSecondsOf(warmer)).toBeCloseTo(TICKS * 0.010, 8);
    resource.addPropertyOverride('MemorySize', '2048');
    expect(gbSecondsOf(warmer)).toBeCloseTo(TICKS * 0.010 * 2, 8);
    resource.addPropertyDeletionOverride('MemorySize');
    expect(gbSecondsOf(warmer)).toBeCloseTo(TICKS * 0.010 / 8, 8);
  });

  test('that is lazy is resolved', () => {
    const target = testFunction(stack, 'Fn', { memorySize: Lazy.number({ produce: () => 3008 }) });
    expect(gbSecondsOf(warm(stack, { target }))).toBeCloseTo(TICKS * 0.010 * 3008 / 1024, 8);
  });

  test('costs by its architecture, also one that is overridden later', () => {
    const target = testFunction(stack);
    const resource = target.node.defaultChild as lambda.CfnFunction;
    const warmer = warm(stack, { target });
    const priceOf = () => named(warmer.monthlyCost, 'Pings: answering').usdPerUnit;
    expect(priceOf()).toBeCloseTo(X86, 15);
    resource.architectures = ['arm64'];
    expect(priceOf()).toBeCloseTo(ARM, 15);
    resource.addPropertyOverride('Architectures', ['x86_64']);
    expect(priceOf()).toBeCloseTo(X86, 15);
    resource.addPropertyOverride('Architectures', ['arm64']);
    expect(priceOf()).toBeCloseTo(ARM, 15);
    resource.addPropertyDeletionOverride('Architectures');
    expect(priceOf()).toBeCloseTo(X86, 15);
  });

  test('that has its memory from a parameter has costs that cannot be told, unless they are assumed', () => {
    const memorySize = new CfnParameter(stack, 'Memory', { type: 'Number' }).valueAsNumber;
    const target = testFunction(stack, 'Fn', { memorySize });
    expect(() => warm(stack, { target }).monthlyCost).toThrow(UNKNOWN('Fn'));
    expect(gbSecondsOf(new LambdaWarmer(stack, 'Assumed', { target, costAssumptions: { memorySize: 512 } }))).toBeCloseTo(TICKS * 0.010 / 2, 8);
  });

  test.each<[string, (scope: Stack) => unknown]>([
    ['one of a list', (scope) => [new CfnParameter(scope, 'Architecture').valueAsString]],
    ['a list', (scope) => new CfnParameter(scope, 'Architectures', { type: 'CommaDelimitedList' }).valueAsList],
    ['a reference that an override writes', () => ({ Ref: 'Architectures' })],
  ])('that has its architecture from a parameter, as %s, has costs that cannot be told, unless it is assumed', (_what, architecturesOf) => {
    const target = testFunction(stack);
    (target.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Architectures', architecturesOf(stack));
    expect(() => warm(stack, { target }).monthlyCost)
      .toThrow("LambdaWarmer 'Stack/Warmer': its monthly cost cannot be told, because the architecture of the function 'Stack/Fn' is not known at synthesis.");
    const assumed = new LambdaWarmer(stack, 'Assumed', { target, costAssumptions: { architecture: lambda.Architecture.ARM_64 } });
    expect(named(assumed.monthlyCost, 'Pings: answering').usdPerUnit).toBeCloseTo(ARM, 15);
  });

  test('that is imported has costs that cannot be told, unless they are assumed', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    expect(() => warm(stack, { target }).monthlyCost).toThrow(UNKNOWN('Imported'));
    const assumed = new LambdaWarmer(stack, 'Assumed', { target, costAssumptions: { memorySize: 2048 } });
    expect(gbSecondsOf(assumed)).toBeCloseTo(TICKS * 0.010 * 2, 8);
    expect(named(assumed.monthlyCost, 'Pings: answering').usdPerUnit).toBeCloseTo(X86, 15);
  });

  test('that is imported needs no assumption as long as nobody asks', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    warm(stack, { target });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('an assumption', () => {
  let stack: Stack;

  beforeEach(() => {
    stack = testStack();
  });

  const assume = (costAssumptions: CostAssumptions, props: Partial<LambdaWarmerProps> = {}) =>
    warm(stack, { target: testFunction(stack, 'Fn', { memorySize: 1024 }), concurrency: 10, costAssumptions, ...props }).monthlyCost;

  test('none is the same as no assumptions', () => {
    expect(assume({}).items).toEqual(assumedNothing());
  });

  function assumedNothing() {
    const other = testStack();
    return warm(other, { target: testFunction(other, 'Fn', { memorySize: 1024 }), concurrency: 10 }).monthlyCost.items;
  }

  test.each<[keyof CostAssumptions, number, string, number]>([
    ['answeringMilliseconds', 42, 'Pings: answering', 10 * TICKS * 0.042],
    ['answeringMilliseconds', 0.5, 'Pings: answering', 10 * TICKS * 0.0005],
    ['heldMilliseconds', 200, 'Pings: held', 10 * TICKS * 0.200],
    ['dispatcherMilliseconds', 500, 'Dispatcher: duration', TICKS * 0.500 * 0.5],
    ['memorySize', 2048, 'Pings: answering', 10 * TICKS * 0.010 * 2],
  ])('%s of %s changes what it is about, and nothing else', (name, value, item, quantity) => {
    const cost = assume({ [name]: value });
    expect(named(cost, item).quantity).toBeCloseTo(quantity, 8);
    const changed = name === 'memorySize' ? ['Pings: answering', 'Pings: held'] : [item];
    expect(cost.items.filter((one) => !changed.includes(one.name))).toEqual(assumedNothing().filter((one) => !changed.includes(one.name)));
  });

  test.each<[keyof CostAssumptions, string]>([
    ['answeringMilliseconds', 'Pings: answering'],
    ['heldMilliseconds', 'Pings: held'],
    ['dispatcherMilliseconds', 'Dispatcher: duration'],
  ])('%s of 0 is taken as such', (name, item) => {
    expect(assume({ [name]: 0 }).items.map((one) => one.name)).toEqual(assumedNothing().map((one) => one.name).filter((one) => one !== item));
  });

  test('of the time that pings are held holds for handlers of which nothing is known', () => {
    const cost = assume({ heldMilliseconds: 30 }, { payload: WarmingPayload.fromObject({ warm: true }) });
    expect(named(cost, 'Pings: held').quantity).toBeCloseTo(10 * TICKS * 0.030, 8);
  });

  test('of the architecture goes before that of the template', () => {
    expect(named(assume({ architecture: lambda.Architecture.ARM_64 }), 'Pings: answering').usdPerUnit).toBeCloseTo(ARM, 15);
    const target = testFunction(stack, 'Arm', { architecture: lambda.Architecture.ARM_64 });
    const cost = new LambdaWarmer(stack, 'OfArm', { target, costAssumptions: { architecture: lambda.Architecture.X86_64 } }).monthlyCost;
    expect(named(cost, 'Pings: answering').usdPerUnit).toBeCloseTo(X86, 15);
  });

  test('of the memory and the architecture holds for what is provisioned too', () => {
    const props = { concurrency: undefined, provisionedConcurrency: { minCapacity: 3 } };
    const cost = assume({ memorySize: 512, architecture: lambda.Architecture.ARM_64 }, props);
    expectItems(cost, { 'Provisioned concurrency': 3 * SECONDS * 0.5 * PROVISIONED_ARM });
  });

  test('of prices goes before the list and the context', () => {
    const app = testApp({ context: { 'cdk-lambda-warmer:prices': { 'us-east-1': { requestsPerMillion: 7 } } } });
    const home = testStack(app, 'Home', { env: { region: 'us-east-1' } });
    const prices = PriceList.forRegion('us-east-1').withPrices({ requestsPerMillion: 0.1 });
    const { monthlyCost } = warm(home, { costAssumptions: { prices } });
    expect(named(monthlyCost, 'Pings: requests').monthlyUsd).toBeCloseTo(TICKS * 0.0000001, 12);
    expect(monthlyCost.toString()).toContain('(us-east-1 as of 2025-10-30, with prices of your own)');
  });

  test('of how long pings are held does not concern one that is alone, in windows too', () => {
    expect(assume({ heldMilliseconds: 30 }, { concurrency: 1 }).items.map(({ name }) => name)).not.toContain('Pings: held');
    const schedule = WarmingSchedule.windows({ windows: [{ start: '00:00', end: '12:00', concurrency: 2 }], otherwise: 1 });
    const target = testFunction(stack, 'Windowed', { memorySize: 1024 });
    const windowed = new LambdaWarmer(stack, 'OfWindows', { target, schedule, costAssumptions: { heldMilliseconds: 30 } });
    const held = named(windowed.monthlyCost, 'Pings: held');
    expect(held.quantity).toBeCloseTo(TICKS / 2 * 2 * 0.030, 9);
  });

  test('that is a token is refused as such', () => {
    expect(() => assume({ memorySize: Lazy.number({ produce: () => 512 }) }))
      .toThrow('costAssumptions has a token, known at deployment only, as memorySize. Write a whole number of MiB from 128 to 10,240.');
  });

  test.each([127, 10_241, 512.5, 0, -512, NaN])('of %s as memory is refused', (memorySize) => {
    expect(() => assume({ memorySize })).toThrow(`LambdaWarmer 'Stack/Warmer': costAssumptions has ${memorySize} as memorySize. Write a whole number of MiB from 128 to 10,240.`);
  });

  test.each(['answeringMilliseconds', 'heldMilliseconds', 'dispatcherMilliseconds'].flatMap((name) => [-1, NaN, Infinity].map((value) => [name, value] as const)))('of %s is refused that is %s', (name, value) => {
    expect(() => assume({ [name]: value })).toThrow(`LambdaWarmer 'Stack/Warmer': costAssumptions has ${value} as ${name}. Write milliseconds: a number, at least 0.`);
  });

  test('is refused also where nothing is pinged', () => {
    expect(() => assume({ memorySize: 1 }, { concurrency: undefined, provisionedConcurrency: { minCapacity: 1 } })).toThrow('costAssumptions has 1 as memorySize.');
  });

  test('is refused together with all others', () => {
    expect(() => assume({ memorySize: 1, answeringMilliseconds: -1 }, { concurrency: 0 })).toThrow(/concurrency is 0\.[^]*1 as memorySize\.[^]*-1 as answeringMilliseconds/);
  });
});

describe('prices are those', () => {
  const requestOf = (stack: Stack) => warm(stack, { provisionedConcurrency: { minCapacity: 1 } }).monthlyCost;

  test('of the region of the stack', () => {
    const cost = requestOf(testStack(testApp(), 'Home', { env: { region: 'eu-central-1' } }));
    // $0.0000050147 a GB-second.
    expect(cost.monthlyUsd).toBeCloseTo(SECONDS * 0.125 * 0.0000050147, 10);
    expect(cost.toString()).toContain('(eu-central-1 as of 2025-10-30)');
  });

  test.each([undefined, 'xx-nowhere-1'])('of us-east-1 for a stack in the region %s, and say so', (region) => {
    const cost = requestOf(testStack(testApp(), 'Home', { env: { region } }));
    expect(cost.monthlyUsd).toBeCloseTo(SECONDS * 0.125 * PROVISIONED_X86, 10);
    expect(cost.toString()).toContain('(us-east-1 as of 2025-10-30)');
  });
});

describe('the costs of all warmers', () => {
  let app: App;
  let one: Stack;
  let two: Stack;

  beforeEach(() => {
    app = testApp();
    one = testStack(app, 'One', { env: ENV });
    two = testStack(app, 'Two', { env: { ...ENV, region: 'ap-east-1' } });
    new LambdaWarmer(one, 'First', { target: testFunction(one) });
    new LambdaWarmer(new Construct(one, 'Part'), 'Second', { target: testFunction(one, 'Other', { memorySize: 512 }), concurrency: 3 });
    new LambdaWarmer(two, 'Third', { target: testFunction(two), recordStarts: true });
  });

  const paths = (scope: Construct) => [...new Set(WarmingCost.of(scope).items.map(({ construct }) => construct))];

  test('in a stack are those of its own, each with its path', () => {
    expect(paths(one)).toEqual(['One/First', 'One/Part/Second']);
    expect(paths(two)).toEqual(['Two/Third']);
  });

  test('in a part of a stack are those in there', () => {
    expect(paths(one.node.findChild('Part') as Construct)).toEqual(['One/Part/Second']);
  });

  test('in an app are the sum of its stacks, each at the prices of its region', () => {
    const all = WarmingCost.of(app);
    expect(paths(app)).toEqual(['One/First', 'One/Part/Second', 'Two/Third']);
    expect(all.monthlyUsd).toBeCloseTo(WarmingCost.of(one).monthlyUsd + WarmingCost.of(two).monthlyUsd, 12);
    expect(all.maxMonthlyUsd).toBeCloseTo(WarmingCost.of(one).maxMonthlyUsd + WarmingCost.of(two).maxMonthlyUsd, 12);
    const requests = all.items.filter(({ name }) => name === 'Pings: requests').map(({ usdPerUnit }) => Number((usdPerUnit * 1_000_000).toPrecision(10)));
    // Hong Kong takes $0.28 for a million.
    expect(requests).toEqual([0.2, 0.2, 0.28]);
    expect(all.toString()).toMatch(/USD a month \(eu-west-1 as of 2025-10-30, ap-east-1 as of 2025-10-30\)$/);
  });

  test('of a warmer are its own, but for the part of the time that others would be compared by', () => {
    const warmer = one.node.findChild('First') as LambdaWarmer;
    expect(WarmingCost.of(warmer).items).toEqual(warmer.monthlyCost.items);
    expect(WarmingCost.of(warmer).monthlyUsd).toBe(warmer.monthlyCost.monthlyUsd);
    expect(WarmingCost.of(app).breakEvenUtilization).toBeUndefined();
  });

  test('are nothing where there are none', () => {
    const { items, monthlyUsd, maxMonthlyUsd } = WarmingCost.of(one.node.findChild('Fn'));
    expect([items, monthlyUsd, maxMonthlyUsd]).toEqual([[], 0, 0]);
  });

  test('cannot be told if those of one cannot', () => {
    const target = lambda.Function.fromFunctionAttributes(two, 'Imported', { functionArn: FUNCTION_ARN.replace(ENV.region, 'ap-east-1') });
    new LambdaWarmer(two, 'OfImported', { target });
    expect(() => WarmingCost.of(app)).toThrow("LambdaWarmer 'Two/OfImported': its monthly cost cannot be told");
    expect(() => WarmingCost.of(one)).not.toThrow();
  });
});

describe('a limit to what it may cost', () => {
  let app: App;
  let stack: Stack;
  let target: lambda.Function;

  beforeEach(() => {
    app = testApp();
    stack = testStack(app);
    target = testFunction(stack, 'Fn', { memorySize: 1024 });
  });

  // 2,592,000 x $0.0000041667 = $10.8001 for each environment of 1 GB.
  const limit = (maxMonthlyCost: number, provisionedConcurrency: ProvisionedConcurrencyOptions = { minCapacity: 1 }) =>
    warm(stack, { target, maxMonthlyCost, provisionedConcurrency });

  test.each([10.81, 1_000_000])('of $%s is one that $10.80 does not reach', (maxMonthlyCost) => {
    limit(maxMonthlyCost);
    expect(() => app.synth()).not.toThrow();
  });

  test('is reached by what costs just as much', () => {
    limit(warm(testStack(), { costAssumptions: { memorySize: 1024 }, provisionedConcurrency: { minCapacity: 1 } }).monthlyCost.monthlyUsd);
    expect(() => app.synth()).not.toThrow();
  });

  test('of $10.79 is an error that has the construct, both figures, and what they are made of', () => {
    limit(10.79);
    expect(() => app.synth()).toThrow(/\[Stack\/Warmer\] maxMonthlyCost is \$10\.79, but it may cost \$10\.80\d* a month\. Write a lower concurrency or capacity, or a higher maxMonthlyCost\./);
    expect(() => app.synth({ force: true })).toThrow(/Provisioned concurrency: 2592000 GB-seconds\n +\$10\.8001 {2}USD a month \(us-east-1 as of 2025-10-30\)/);
  });

  test('is a limit to pings too', () => {
    warm(stack, { target, concurrency: 10, maxMonthlyCost: 0.05 });
    expect(() => app.synth()).toThrow(/\[Stack\/Warmer\] maxMonthlyCost is \$0\.05, but it may cost \$0\.07\d* a month\.[^]*Pings: requests: 86400 requests\n[^]*Dispatcher: requests: 8640 requests\n[^]*Logs: /);
  });

  test.each<[number, Partial<LambdaWarmerProps>]>([
    // 8,640 pings for 10 ms of 1 GB: $0.0046.
    [0.001, {}],
    // $10.80009.
    [10.8, { provisionedConcurrency: { minCapacity: 1 } }],
  ])('of $%s is exceeded by a figure that shows it', (maxMonthlyCost, props) => {
    warm(stack, { target, maxMonthlyCost, ...props });
    const problems = stack.node.findChild('Warmer').node.validate().join();
    const [, figure] = /but it may cost \$([\d.]+) a month/.exec(problems)!;
    expect(Number(figure)).toBeGreaterThan(maxMonthlyCost);
  });

  test('counts what scaling may provision', () => {
    limit(50, { minCapacity: 1, maxCapacity: 10 });
    expect(() => app.synth()).toThrow('[Stack/Warmer] maxMonthlyCost is $50, but it may cost $108.00');
  });

  test('counts what a parameter may ask for', () => {
    const props = { target, concurrency: 1, concurrencyParameter: { maxConcurrency: 50 } };
    const { monthlyUsd, maxMonthlyUsd } = warm(stack, props).monthlyCost;
    expect(maxMonthlyUsd).toBeGreaterThan(2 * monthlyUsd);
    new LambdaWarmer(stack, 'Limited', { ...props, maxMonthlyCost: 2 * monthlyUsd });
    expect(() => app.synth()).toThrow(`[Stack/Limited] maxMonthlyCost is $${2 * monthlyUsd}, but it may cost $${maxMonthlyUsd.toFixed(2)}`);
  });

  test.each([0, -1, NaN, Infinity])('of %s is none', (maxMonthlyCost) => {
    const message = `LambdaWarmer 'Stack/Warmer': maxMonthlyCost is ${maxMonthlyCost}. Write dollars a month: a number above 0.`;
    expect(() => limit(maxMonthlyCost)).toThrow(message);
    stack = testStack();
    expect(() => warm(stack, { maxMonthlyCost })).toThrow(message);
  });

  test('that is a token is none', () => {
    const { valueAsNumber } = new CfnParameter(stack, 'Limit', { type: 'Number' });
    expect(() => limit(valueAsNumber)).toThrow("LambdaWarmer 'Stack/Warmer': maxMonthlyCost is a token, known at deployment only. Write dollars a month: a number above 0.");
  });

  test('needs a memory that is known', () => {
    const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    warm(stack, { target: imported, maxMonthlyCost: 1 });
    expect(() => app.synth()).toThrow("its monthly cost cannot be told, because the memory of the function 'Stack/Imported' is not known at synthesis. Write costAssumptions: { memorySize: 512 }, say.");
  });

  test('is compared with what is assumed', () => {
    const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    warm(stack, { target: imported, maxMonthlyCost: 0.1, costAssumptions: { memorySize: 10_240, answeringMilliseconds: 1000 } });
    expect(() => app.synth()).toThrow('[Stack/Warmer] maxMonthlyCost is $0.1, but it may cost $1.44');
  });

  test('counts what an aspect makes of the function in the end', () => {
    const warmer = limit(20);
    expect(warmer.monthlyCost.monthlyUsd).toBeLessThan(20);
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof lambda.CfnFunction) {
          node.memorySize = 2048;
        }
      },
    });
    expect(() => app.synth()).toThrow('[Stack/Warmer] maxMonthlyCost is $20, but it may cost $21.60');
  });

  test('does not hold for others', () => {
    limit(11);
    new LambdaWarmer(stack, 'Other', { target: testFunction(stack, 'OtherFn', { memorySize: 10_240 }), provisionedConcurrency: { minCapacity: 10 } });
    expect(() => app.synth()).not.toThrow();
  });

  test('is nothing to a warmer that is not enabled', () => {
    warm(stack, { target, concurrency: 100, enabled: false, maxMonthlyCost: 0.01 });
    expect(() => app.synth()).not.toThrow();
  });
});
