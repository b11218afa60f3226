/*
 * The figures of the README and of the guide that compares strategies, reckoned again.
 */
import { readFileSync } from 'fs';
import * as path from 'path';
import { LambdaWarmer, LambdaWarmerProps, PriceList, WarmingCost } from '../../src';
import { testFunction, testStack, WORKDAYS } from '../uses';

const README = page('README.md');
const STRATEGIES = page('docs/choosing-a-strategy.md');
const BY_DAY = { minCapacity: 1, windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', minCapacity: 10 }] };
const SECONDS_PER_MONTH = 30 * 24 * 3600;

function page(name: string): string {
  return readFileSync(path.join(__dirname, '..', '..', name), 'utf8');
}

function costOf(memorySize: number, props: Omit<LambdaWarmerProps, 'target'>): WarmingCost {
  const stack = testStack();
  return new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Fn', { memorySize }), ...props }).monthlyCost;
}

function usd(amount: number): string {
  return `$${amount.toFixed(amount < 0.01 ? 3 : 2)}`;
}

describe('the README', () => {
  test.each([128, 512, 1024, 2048])('has in its table what warmers of %d MB cost', (memorySize) => {
    const figures = [
      costOf(memorySize, {}),
      costOf(memorySize, { concurrency: 10 }),
      costOf(memorySize, { concurrency: 100 }),
      costOf(memorySize, { provisionedConcurrency: { minCapacity: 1 } }),
      costOf(memorySize, { provisionedConcurrency: { minCapacity: 10 } }),
    ].map(({ monthlyUsd }) => usd(monthlyUsd));
    expect(README).toContain(`| ${memorySize.toLocaleString('en')} MB | ${figures.join(' | ')} |\n`);
  });

  test('shows the items of ten environments as they are printed', () => {
    const [, ...lines] = costOf(1024, { concurrency: 10 }).toString().split('\n');
    expect(README).toContain(`\`\`\`text\n${lines.join('\n')}\n\`\`\``);
  });

  test('says in a sentence what the guide has in its table', () => {
    const office = costOf(1024, { provisionedConcurrency: BY_DAY }).monthlyUsd;
    const always = costOf(1024, { provisionedConcurrency: { minCapacity: 10 } }).monthlyUsd;
    const text = README.replace(/\s+/g, ' ');
    expect(text).toContain(`warming costs ${usd(costOf(1024, { concurrency: 10 }).monthlyUsd)} a month and makes cold starts rare`);
    expect(text).toContain(`provisioned concurrency costs ${usd(always)} and leaves none within its capacity, or ${usd(office)} for office hours alone`);
  });
});

describe('the guide to choosing a strategy', () => {
  test('compares what each choice costs for the same function', () => {
    // A million requests of 100 ms and 1 GB.
    const onDemand = WarmingCost.estimate({ memorySize: 1024, billedMilliseconds: 100, pingsPerMonth: 1_000_000 }).monthlyUsd;
    expect(STRATEGIES).toContain(`${usd(onDemand)} a month on\ndemand`);
    expect(STRATEGIES).toContain(`| **warming**, ten environments | ${usd(costOf(1024, { concurrency: 10 }).monthlyUsd)} |`);

    // SnapStart: https://aws.amazon.com/lambda/pricing/, us-east-1, 2025-10-30.
    const snapshot = SECONDS_PER_MONTH * 0.0000015046;
    const restored = 10_000 * 0.0001397998;
    expect(STRATEGIES).toContain(`| ${usd(snapshot)} for each published version, and ${usd(restored)} if 10,000 requests restore one |`);

    expect(STRATEGIES).toContain(`otherwise one | ${usd(costOf(1024, { provisionedConcurrency: BY_DAY }).monthlyUsd)} |`);
    const always = costOf(1024, { provisionedConcurrency: { minCapacity: 10 } }).monthlyUsd;
    const back = onDemand - WarmingCost.estimate({
      memorySize: 1024, billedMilliseconds: 100, pingsPerMonth: 1_000_000, provisionedConcurrency: 1,
    }).items.filter(({ name }) => name.startsWith('Pings')).reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);
    expect(STRATEGIES).toContain(`| ${usd(always)}, of which ${usd(back)} come back`);
  });

  test('says where provisioned concurrency begins to cost less than on demand', () => {
    const breakEvenIn = (region: string) => Math.round(WarmingCost.estimate({
      memorySize: 1024, billedMilliseconds: 0, pingsPerMonth: 0, provisionedConcurrency: 1, prices: PriceList.forRegion(region),
    }).breakEvenUtilization! * 100);
    const text = STRATEGIES.replace(/\s+/g, ' ');
    expect(text).toContain(`Above ${breakEvenIn('us-east-1')} % of the time in use in us-east-1, above ${breakEvenIn('eu-west-1')} % in eu-west-1,`);
    expect(text).toContain('in eu-central-1 or ap-northeast-1 never:');
    expect(['eu-central-1', 'ap-northeast-1'].map(breakEvenIn)).toEqual([100, 100]);
  });
});
