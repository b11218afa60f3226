import { readFileSync } from 'fs';
import * as path from 'path';
import { App, Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AccountWarmer, AccountWarmerProps, CostAssumptions, FanOut, LambdaWarmer, WarmingCost, WarmingPayload, WarmingSchedule } from '../../src';
import { planTick } from '../../src/account/planner/tick-plan';
import { ARM, expectItems, GB, LOG_BYTES, LOG_GB, REQUEST, SCHEDULED, TICKS } from '../cost/prices';
import { testApp, testFunction, testStack } from '../uses';

/** $25.00 per million. */
const TRANSITION = 0.000025;
/** $0.01 per thousand. */
const METRIC_REQUEST = 0.00001;
/** $1.00 per million, and $0.00001667 a GB-second of 64 MB. */
const EXPRESS_REQUEST = 0.000001;
const EXPRESS_MS = 0.00001667 * 64 / 1024 / 1000;

const PAYLOAD = WarmingPayload.standard({ token: 'agreed' });
const ARN = 'arn:aws:lambda:us-east-1:111111111111:function:f';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app, 'Stack', { env: { region: 'us-east-1', account: '111111111111' } });
});

function warmer(props: Partial<AccountWarmerProps> = {}): AccountWarmer {
  return new AccountWarmer(stack, 'Warmer', { payload: PAYLOAD, ...props });
}

function itself(ticks: number) {
  return {
    'Planner: requests': ticks * REQUEST,
    'Planner: duration': ticks * 0.3 * 0.25 * ARM,
    'Planner: CloudWatch requests': ticks * METRIC_REQUEST,
    'Workflow: state transitions': ticks * 3 * TRANSITION,
  };
}

/** What the planner of a warmer in the template is told to reckon with. */
function spending(): any {
  const [planner]: any[] = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function')).flatMap(([id, one]) => id.includes('Planner') ? [one] : []);
  const { 'Fn::Join': [, parts] } = planner.Properties.Environment.Variables.CDK_LAMBDA_WARMER_PLANNER;
  return JSON.parse(parts.map((part: any) => typeof part === 'string' ? part : 'dispatcher').join('')).spending;
}

describe("what an account's warmer costs before it pings anything", () => {
  test('is its ticks', () => {
    expectItems(warmer().monthlyCost, { ...itself(TICKS), Logs: TICKS * (LOG_BYTES + 1000) / GB * LOG_GB });
  });

  test('is what the platform guide says', () => {
    const { monthlyCost } = warmer({ maxMonthlyCost: 5 });
    const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'platform-guide.md'), 'utf8');
    expect(guide).toContain(`about $${monthlyCost.monthlyUsd.toFixed(2)} a month with a tick every 5 minutes, most of it state transitions, and $${spending().usdPerBatch.toFixed(2)} for each batch`);
  });

  test('is less with fewer ticks, and EventBridge Scheduler', () => {
    const ticks = TICKS / 3;
    const schedule = WarmingSchedule.cron({ minute: '0/15', timeZone: TimeZone.EUROPE_BERLIN });
    expectItems(warmer({ schedule }).monthlyCost, { ...itself(ticks), 'Schedule: invocations': ticks * SCHEDULED, 'Logs': ticks * (LOG_BYTES + 1000) / GB * LOG_GB });
  });

  test('is nothing while it is disabled', () => {
    expect(warmer({ enabled: false, maxMonthlyCost: 5 }).monthlyCost).toMatchObject({ items: [], monthlyUsd: 0, maxMonthlyUsd: 0 });
  });

  test('is a part of what everything costs', () => {
    const { monthlyCost } = warmer();
    const other = new LambdaWarmer(stack, 'Other', { target: testFunction(stack) });
    expect(WarmingCost.of(app).monthlyUsd).toBeCloseTo(monthlyCost.monthlyUsd + other.monthlyCost.monthlyUsd, 12);
    expect(WarmingCost.of(app).items).toEqual(expect.arrayContaining([expect.objectContaining({ construct: 'Stack/Warmer', name: 'Workflow: state transitions' })]));
  });

  test('is at the most what it may cost', () => {
    const { monthlyCost } = warmer({ maxMonthlyCost: 12.5 });
    expect(monthlyCost.maxMonthlyUsd).toBeCloseTo(12.5, 10);
    expect(monthlyCost.monthlyUsd).toBeCloseTo(0.7502, 3);
  });

  test('cannot be told of a schedule that nobody knows', () => {
    const one = warmer({ schedule: WarmingSchedule.expression(Lazy.string({ produce: () => '${Parameter}' })) });
    expect(() => one.monthlyCost).toThrow("AccountWarmer 'Stack/Warmer': its monthly cost cannot be told, because the schedule is not known at synthesis.");
  });
});

describe('what the planner reckons with', () => {
  test('is what the limit leaves beside what it costs by itself', () => {
    const { monthlyCost } = warmer({ maxMonthlyCost: 12.5 });
    expect(spending().usd).toBeCloseTo(12.5 - monthlyCost.monthlyUsd, 10);
  });

  test.each<[string, number, lambda.Architecture, WarmingPayload, CostAssumptions]>([
    ['several environments', 5, lambda.Architecture.X86_64, PAYLOAD, {}],
    ['one environment', 1, lambda.Architecture.ARM_64, PAYLOAD, {}],
    ['a handler that waits by itself', 4, lambda.Architecture.ARM_64, WarmingPayload.lambdaWarmer(), {}],
    ['other assumptions', 7, lambda.Architecture.X86_64, PAYLOAD, { answeringMilliseconds: 40, heldMilliseconds: 33, dispatcherMilliseconds: 250 }],
  ])('is what a LambdaWarmer of the function would cost, and its share of the state machine: %s', (_, concurrency, architecture, payload, costAssumptions) => {
    warmer({ maxMonthlyCost: 1000, payload, costAssumptions });
    const settings = {
      tagKey: 'tag', refreshSeconds: 60, maxConcurrencyPerFunction: 50, maxShareOfConcurrency: 1, never: [], spending: spending(),
    };
    const found = { functions: [{ arn: ARN, concurrency }], malformed: [] };
    const sizes = new Map([[ARN, { gb: 1, architecture: architecture.name }]]);
    const { usd } = planTick(settings, { found, sizes, free: 1000 });

    const single = new LambdaWarmer(stack, 'Single', {
      target: testFunction(stack, 'Fn', { memorySize: 1024, architecture }), concurrency, payload, costAssumptions, fanOut: FanOut.dispatcher({ memorySize: 1769 }),
    });
    const { dispatcherMilliseconds = 100 + 3 * concurrency } = costAssumptions;
    const workflow = TICKS * (TRANSITION + EXPRESS_REQUEST + (dispatcherMilliseconds + 100) * EXPRESS_MS);
    expect(usd! / (single.monthlyCost.monthlyUsd + workflow)).toBeCloseTo(1, 9);
  });

  test('has three metrics of each function, if they are emitted', () => {
    warmer({ maxMonthlyCost: 1000, emitMetrics: true, schedule: WarmingSchedule.every(Duration.hours(1)) });
    expect(spending().usdPerFunction).toBeCloseTo(0.9 + 720 * 1300 / GB * LOG_GB, 10);
  });
});
