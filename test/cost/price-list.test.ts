import * as lambda from 'aws-cdk-lib/aws-lambda';
import { named } from './prices';
import { LambdaWarmer, PriceList, WarmingCost } from '../../src';
import { AS_OF, CUSTOM_METRIC, LIST_PRICES, PRICE_PAGES, SCHEDULER_INVOCATIONS, STATE_TRANSITIONS } from '../../src/cost/list-prices';
import { testApp, testFunction, testStack } from '../uses';

const { ARM_64, X86_64 } = lambda.Architecture;

/** What a list makes an estimate cost, of which there is one unit each: a million of those that are cheap. */
function pricesOf(prices: PriceList) {
  const estimate = (architecture: lambda.Architecture, provisionedConcurrency = 0) => WarmingCost.estimate({
    memorySize: 1024,
    billedMilliseconds: 1000,
    pingsPerMonth: 1,
    architecture,
    scheduledInvocations: 1,
    logBytesPerPing: 1,
    customMetrics: 1,
    provisionedConcurrency,
    prices,
  });
  const usd = (cost: WarmingCost, name: string, times = 1) => Number((named(cost, name).usdPerUnit * times).toPrecision(12));
  const [x86, arm, provisionedX86, provisionedArm] = [estimate(X86_64), estimate(ARM_64), estimate(X86_64, 1), estimate(ARM_64, 1)];
  return {
    requestsPerMillion: usd(x86, 'Pings: requests', 1_000_000),
    durationX86: usd(x86, 'Pings: answering'),
    durationArm: usd(arm, 'Pings: answering'),
    provisionedX86: usd(provisionedX86, 'Provisioned concurrency'),
    provisionedArm: usd(provisionedArm, 'Provisioned concurrency'),
    provisionedDurationX86: usd(provisionedX86, 'Pings: answering'),
    provisionedDurationArm: usd(provisionedArm, 'Pings: answering'),
    logsPerGb: usd(x86, 'Logs'),
    customMetric: usd(x86, 'Custom metrics'),
    schedulerPerMillion: usd(x86, 'Schedule: invocations', 1_000_000),
  };
}

// https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/cloudwatch/pricing/ and
// https://aws.amazon.com/eventbridge/pricing/, as of 2025-10-30.
const US_EAST_1 = {
  requestsPerMillion: 0.2,
  durationX86: 0.0000166667,
  durationArm: 0.0000133334,
  provisionedX86: 0.0000041667,
  provisionedArm: 0.0000033334,
  provisionedDurationX86: 0.0000097222,
  provisionedDurationArm: 0.0000077778,
  logsPerGb: 0.5,
  customMetric: 0.3,
  schedulerPerMillion: 1,
};

// Of what the warmer of an account has beside: https://aws.amazon.com/cloudwatch/pricing/ and
// https://aws.amazon.com/step-functions/pricing/, as of March 2026.
const OF_ACCOUNT = { metricRequestsPerThousand: 0.01, transitionsPerMillion: 25, expressRequestsPerMillion: 1, expressDuration: 0.00001667 };

// https://aws.amazon.com/cloudwatch/pricing/, as of November 2026.
const OF_DASHBOARDS = { dashboard: 3, alarm: 0.1 };

describe('the prices of a region', () => {
  test('are those that AWS publishes of us-east-1', () => {
    expect(pricesOf(PriceList.forRegion('us-east-1'))).toEqual(US_EAST_1);
  });

  test.each([
    ['eu-central-1', { requestsPerMillion: 0.2, durationX86: 0.0000166667, durationArm: 0.0000133334, provisionedX86: 0.0000050147, logsPerGb: 0.63 }],
    ['ap-east-1', { requestsPerMillion: 0.28, durationX86: 0.00002292, durationArm: 0.0000183 }],
    ['af-south-1', { requestsPerMillion: 0.27, logsPerGb: 0.678 }],
    ['us-west-1', { durationX86: 0.0000166667, logsPerGb: 0.67 }],
    ['ap-northeast-1', { provisionedX86: 0.0000053835, schedulerPerMillion: 1.25 }],
    ['ap-northeast-2', { schedulerPerMillion: 1.15 }],
  ])('are those that AWS publishes of %s', (region, expected) => {
    expect(pricesOf(PriceList.forRegion(region))).toMatchObject(expected);
  });

  test.each(LIST_PRICES.map(([region]) => region))('have the name and the day of %s', (region) => {
    const list = PriceList.forRegion(region);
    expect([list.region, list.asOf]).toEqual([region, '2025-10-30']);
  });

  test('can be read, with the pages on which AWS shows them', () => {
    const { prices, pages } = PriceList.forRegion('us-east-1');
    const all = { ...US_EAST_1, ...OF_ACCOUNT, ...OF_DASHBOARDS };
    expect(Object.keys(prices).sort()).toEqual(Object.keys(all).sort());
    for (const [name, usd] of Object.entries(all)) {
      expect([name, prices[name as keyof typeof prices]]).toEqual([name, expect.closeTo(usd, 15)]);
    }
    expect(pages).toEqual([
      'https://aws.amazon.com/lambda/pricing/', 'https://aws.amazon.com/cloudwatch/pricing/', 'https://aws.amazon.com/eventbridge/pricing/',
      'https://aws.amazon.com/step-functions/pricing/',
    ]);
  });

  test('take the price of EventBridge Scheduler from us-east-1 where it is not known', () => {
    expect(pricesOf(PriceList.forRegion('eu-west-1')).schedulerPerMillion).toBe(1);
  });

  test.each([['us-west-1', 27.9], ['sa-east-1', 37.5], ['eu-west-3', 29.7], ['eu-west-1', 25], ['af-south-1', 25]])('have state transitions of %s for $%d a million', (region, usd) => {
    expect(PriceList.forRegion(region).prices.transitionsPerMillion).toBe(usd);
  });

  test.each(['xx-nowhere-1', '', 'EU-WEST-1', '${Token[AWS.Region.4]}'])("are those of us-east-1 where '%s' is none that is known, as they say themselves", (region) => {
    const list = PriceList.forRegion(region);
    expect(list.region).toBe('us-east-1');
    expect(pricesOf(list)).toEqual(US_EAST_1);
  });
});

describe('prices that are others', () => {
  const list = PriceList.forRegion('us-east-1');

  test.each(Object.keys(US_EAST_1))('may be %s alone', (name) => {
    expect(pricesOf(list.withPrices({ [name]: 0.125 }))).toEqual({ ...US_EAST_1, [name]: 0.125 });
  });

  test('may be all of them, free ones included', () => {
    const all = Object.fromEntries(Object.keys(US_EAST_1).map((name, index) => [name, index]));
    expect(pricesOf(list.withPrices(all))).toEqual(all);
  });

  test('leave the list as it was, and may be changed again', () => {
    const first = list.withPrices({ requestsPerMillion: 0.1, logsPerGb: 0.25 });
    const second = first.withPrices({ requestsPerMillion: 0.15 });
    expect(pricesOf(list)).toEqual(US_EAST_1);
    expect(pricesOf(first)).toEqual({ ...US_EAST_1, requestsPerMillion: 0.1, logsPerGb: 0.25 });
    expect(pricesOf(second)).toEqual({ ...US_EAST_1, requestsPerMillion: 0.15, logsPerGb: 0.25 });
  });

  test('are of the same region', () => {
    expect(list.withPrices({ logsPerGb: 1 }).region).toBe('us-east-1');
  });

  test('leave out what is undefined', () => {
    expect(pricesOf(list.withPrices({ requestsPerMillion: undefined, logsPerGb: 1 }))).toEqual({ ...US_EAST_1, logsPerGb: 1 });
  });

  test.each(['requests', 'RequestsPerMillion', 'region', 'toString', 'constructor'])("are refused by the name '%s'", (name) => {
    expect(() => list.withPrices({ [name]: 1 } as any)).toThrow(`There is no price '${name}'. Write one of requestsPerMillion, durationX86, durationArm, `
      + 'provisionedX86, provisionedArm, provisionedDurationX86, provisionedDurationArm, logsPerGb, customMetric, dashboard, alarm, schedulerPerMillion, '
      + 'metricRequestsPerThousand, transitionsPerMillion, expressRequestsPerMillion, expressDuration.');
  });

  test.each([-0.1, NaN, Infinity, '0.2', null, true])('are refused that are %s', (price) => {
    expect(() => list.withPrices({ logsPerGb: price } as any)).toThrow(`The price logsPerGb is ${price}. Write dollars: a number, at least 0.`);
  });
});

describe('the context of an app', () => {
  const KEY = 'cdk-lambda-warmer:prices';

  function costIn(context: unknown, region?: string): WarmingCost {
    const stack = testStack(testApp({ context: { [KEY]: context } }), 'Stack', { env: { region } });
    return new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack) }).monthlyCost;
  }
  const requestIn = (context: unknown, region?: string) => Number((named(costIn(context, region), 'Pings: requests').usdPerUnit * 1_000_000).toPrecision(12));

  test('changes the prices of a region', () => {
    const cost = costIn({ 'eu-west-1': { requestsPerMillion: 0.18, durationX86: 0.00001 } }, 'eu-west-1');
    expect(named(cost, 'Pings: requests').monthlyUsd).toBeCloseTo(8640 * 0.00000018, 12);
    expect(named(cost, 'Pings: answering').monthlyUsd).toBeCloseTo(8640 * 0.010 * 0.125 * 0.00001, 12);
    // $0.57 in Ireland.
    expect(named(cost, 'Logs').usdPerUnit).toBeCloseTo(0.57, 12);
  });

  test('leaves other regions alone', () => {
    const context = { 'eu-west-1': { requestsPerMillion: 0.18 }, 'ap-east-1': { requestsPerMillion: 0.25 } };
    expect(['eu-west-1', 'ap-east-1', 'us-east-1', 'af-south-1'].map((region) => requestIn(context, region))).toEqual([0.18, 0.25, 0.2, 0.27]);
  });

  test('has the prices of a region that is not known, which it is then', () => {
    const cost = costIn({ 'xx-nowhere-1': { requestsPerMillion: 0.5 } }, 'xx-nowhere-1');
    expect(Number(named(cost, 'Pings: requests').usdPerUnit.toPrecision(12))).toBe(0.0000005);
    expect(cost.toString()).toContain('(xx-nowhere-1 as of');
  });

  test('changes the prices of us-east-1 also where they stand for a region that nobody knows yet', () => {
    expect(requestIn({ 'us-east-1': { requestsPerMillion: 0.18 } })).toBe(0.18);
  });

  test.each([{}, { 'eu-west-1': {} }])('may be empty: %j', (context) => {
    expect(requestIn(context, 'eu-west-1')).toBe(0.2);
    expect(costIn(context, 'xx-nowhere-1').toString()).toContain('(us-east-1 as of');
  });

  test.each([
    ['cheap'], [0.18], [true], [[{ requestsPerMillion: 0.18 }]], [{ 'eu-west-1': 0.18 }], [{ 'eu-west-1': 'cheap' }], [{ 'eu-west-1': [0.18] }],
  ])('is refused as %j', (context) => {
    expect(() => costIn(context, 'eu-west-1')).toThrow(`The context '${KEY}' has no prices by region. Write { "eu-west-1": { "requestsPerMillion": 0.18 } }, say.`);
  });

  test('is refused by its name and the region, where a price is none', () => {
    expect(() => costIn({ 'eu-west-1': { requests: 0.18 } }, 'eu-west-1')).toThrow(`The context '${KEY}' is wrong for eu-west-1: There is no price 'requests'.`);
  });

  test('that says nothing of a region leaves it its name', () => {
    expect(costIn({ 'xx-nowhere-1': {} }, 'xx-nowhere-1').toString()).toContain('(us-east-1 as of 2025-10-30)');
    expect(costIn({ 'xx-nowhere-1': { logsPerGb: 1 } }, 'xx-nowhere-1').toString()).toContain('(xx-nowhere-1 as of 2025-10-30, with prices of your own)');
  });

  test('is refused that has prices without a region', () => {
    expect(() => costIn({ requestsPerMillion: 0.18 }, 'eu-west-1')).toThrow(`The context '${KEY}' has no prices by region.`);
  });

  test.each([
    [{ requests: 0.18 }, "There is no price 'requests'."],
    [{ requestsPerMillion: '0.18' }, 'The price requestsPerMillion is 0.18. Write dollars: a number, at least 0.'],
    [{ requestsPerMillion: -1 }, 'The price requestsPerMillion is -1.'],
  ])('is refused with %j as prices', (prices, message) => {
    expect(() => costIn({ 'eu-west-1': prices }, 'eu-west-1')).toThrow(message);
  });

  test('is an error at synthesis where there is a limit', () => {
    const app = testApp({ context: { [KEY]: 'cheap' } });
    const stack = testStack(app);
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), maxMonthlyCost: 1 });
    expect(() => app.synth()).toThrow(`[Stack/Warmer] The context '${KEY}' has no prices by region.`);
  });

  test('may be that of a part of the app', () => {
    const app = testApp();
    const stack = testStack(app, 'Stack', { env: { region: 'us-east-1' } });
    stack.node.setContext(KEY, { 'us-east-1': { requestsPerMillion: 0.1 } });
    const others = testStack(app, 'Others', { env: { region: 'us-east-1' } });
    const [own, other] = [stack, others].map((scope) => new LambdaWarmer(scope, 'Warmer', { target: testFunction(scope) }).monthlyCost);
    expect([own, other].map((cost) => Number((named(cost, 'Pings: requests').usdPerUnit * 1_000_000).toPrecision(12)))).toEqual([0.1, 0.2]);
  });
});

describe('the list', () => {
  test('has each region once', () => {
    const regions = LIST_PRICES.map(([region]) => region);
    expect(new Set(regions).size).toBe(regions.length);
    expect(regions).toEqual(expect.arrayContaining(['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'sa-east-1']));
  });

  test('says when and where it was published', () => {
    expect(AS_OF).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Number.isNaN(Date.parse(AS_OF))).toBe(false);
    expect(Object.values(PRICE_PAGES).every((page) => /^https:\/\/aws\.amazon\.com\/[a-z-]+\/pricing\/$/.test(page))).toBe(true);
  });

  test('has prices of EventBridge Scheduler for regions that it knows, and one of a metric', () => {
    const regions = LIST_PRICES.map(([region]) => region);
    expect(regions).toEqual(expect.arrayContaining(Object.keys(SCHEDULER_INVOCATIONS)));
    expect(regions).toEqual(expect.arrayContaining(Object.keys(STATE_TRANSITIONS)));
    expect(Object.values(SCHEDULER_INVOCATIONS).every((usd) => usd >= 1 && usd < 2)).toBe(true);
    expect(CUSTOM_METRIC).toBe(0.3);
  });

  // In proportions that hold in every region, a slip of the pen shows.
  describe.each(LIST_PRICES)('of %s', (region, requests, durationX86, durationArm, provisionedX86, provisionedArm, busyX86, busyArm, logs) => {
    test('is of a region, and has no prices that AWS has nowhere', () => {
      expect(region).toMatch(/^[a-z]{2}-[a-z]+-\d$/);
      expect([requests >= 0.15, requests <= 0.3]).toEqual([true, true]);
      expect([durationX86 >= 15, durationX86 <= 25]).toEqual([true, true]);
      expect([logs >= 0.5, logs <= 1]).toEqual([true, true]);
    });

    test('has requests and duration at proportional prices', () => {
      expect([durationX86 / requests > 80, durationX86 / requests < 85]).toEqual([true, true]);
    });

    test.each([
      ['duration', durationX86, durationArm, 2],
      ['provisioned concurrency', provisionedX86, provisionedArm, 3],
      ['duration with provisioned concurrency', busyX86, busyArm, 3],
    ])('has %s on arm64 for four fifths', (_what, x86, arm, digits) => {
      expect(arm).toBeLessThan(x86);
      expect(arm / x86).toBeCloseTo(0.8, digits);
    });

    test('has provisioned concurrency for three sevenths of the duration in it', () => {
      expect(provisionedX86 / busyX86).toBeCloseTo(3 / 7, 3);
      expect(provisionedArm / busyArm).toBeCloseTo(3 / 7, 3);
    });

    test('has duration with provisioned concurrency for less than without, and both together for not much more', () => {
      expect(busyX86).toBeLessThan(durationX86);
      expect(busyArm).toBeLessThan(durationArm);
      expect(provisionedX86 + busyX86).toBeLessThan(1.35 * durationX86);
    });
  });
});
