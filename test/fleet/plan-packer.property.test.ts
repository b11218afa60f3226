/*
 * Random fleets, without a synthesis: the rules are rendered as the template would have them, tokens replaced by the longest
 * values that AWS allows, and compared with what was asked for.
 */
import { Lazy, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { DayOfWeek, ShortCircuit, WarmerFleet, WarmingPayload, WarmingSchedule } from '../../src';
import { MetricName } from '../../src/dispatcher/plan';
import { fitsAlone, PackedCommon, PackedPlan } from '../../src/fleet/plan-packer';
import { PingProtocol } from '../../src/payload/ping-event';
import { rendered } from '../../src/target/cfn-property';
import { ENV, testApp, testStack } from '../uses';

const MAX_INPUT = 8192;
const MAX_PINGS = 400;
const MAX_TARGETS = 5;
const GUID = '01234567-89ab-cdef-0123-456789abcdef';
const ARN_LENGTH = 170;
/** Characters that a value has in JSON before it is resolved. */
const LAZY_LENGTH = JSON.stringify(Lazy.uncachedAny({ produce: () => [] })).length;
const ALL_METRICS = Object.values(MetricName);
/** What all plans say of the fleet, and what is around their entries. */
const SHARED_LENGTH = JSON.stringify({ common: { fleet: { name: 'Stack/Fleet', metrics: ALL_METRICS } }, plan: [] }).length;

type Days = readonly DayOfWeek[] | undefined;

/** A function as it is asked for; its ARN is known at deployment only, and then as long as can be, or a plain one. */
interface Asked {
  readonly isToken: boolean;
  readonly concurrency?: number;
  readonly payload?: WarmingPayload;
}

interface AskedFleet {
  readonly functions: readonly Asked[];
  readonly emitMetrics: boolean;
  /** The concurrency of windows one after the other, of four hours each, and outside of them; none: a fixed interval. */
  readonly levels?: readonly number[];
  readonly days: Days;
}

interface Planned {
  readonly expression: string;
  readonly rule: string;
  readonly input: string;
  readonly plan: any[];
}

function arnOf(index: number, { isToken }: Asked): string {
  const short = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:fn${index}`;
  return isToken ? `${short}:`.padEnd(ARN_LENGTH, 'x') : short;
}

function scheduleOf({ levels, days }: AskedFleet): WarmingSchedule | undefined {
  return levels && WarmingSchedule.windows({
    windows: levels.slice(1).map((concurrency, index) => ({
      days: days && [...days], start: `${String(4 * index).padStart(2, '0')}:00`, end: `${String(4 * index + 4).padStart(2, '0')}:00`, concurrency,
    })),
    otherwise: levels[0],
  });
}

/** The fleet, and the stack that it is in. */
function build(asked: AskedFleet): Stack {
  const stack = testStack(testApp({ stackTraces: false }));
  const fleet = new WarmerFleet(stack, 'Fleet', { schedule: scheduleOf(asked), emitMetrics: asked.emitMetrics, shortCircuit: ShortCircuit.inHandler() });
  for (const [index, one] of asked.functions.entries()) {
    const arn = arnOf(index, one);
    const functionArn = one.isToken ? Lazy.string({ produce: () => arn }) : arn;
    fleet.add(lambda.Function.fromFunctionArn(stack, `Fn${index}`, functionArn), {
      concurrency: asked.levels ? undefined : one.concurrency,
      payload: one.payload,
    });
  }
  return stack;
}

/** All that the rules send, with the longest values in the place of tokens. */
function planned(stack: Stack): Planned[] {
  const rules = stack.node.findAll().filter((one): one is CfnRule => one instanceof CfnRule);
  return rules.flatMap((rule) => {
    const { ScheduleExpression: expression, Targets } = rendered(rule).Properties;
    return Targets.map(({ Input }: any) => {
      const input = typeof Input === 'string' ? Input : Input['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : GUID).join('');
      return { expression, rule: rule.node.path, input, plan: JSON.parse(input).plan };
    });
  });
}

function expectedOf(asked: AskedFleet, concurrency: number | undefined): string[] {
  return asked.functions.map((one, index) => `${arnOf(index, one)} ${concurrency ?? one.concurrency ?? 1}`).sort();
}

/** What an entry may take at the most: the packer keeps room for a GUID in each, and for all metrics that there are. */
function roomOf(entry: any): number {
  const hasToken = entry.event?.cdkLambdaWarmer?.token === GUID;
  const longest = JSON.stringify({ ...entry, ...entry.metrics && { metrics: ALL_METRICS } }).length;
  return longest + (hasToken ? 0 : GUID.length) + (entry.metrics ? LAZY_LENGTH : 0) + 1;
}

function pingsOf(plan: readonly any[]): number {
  return plan.reduce((sum, { concurrency }) => sum + concurrency, 0);
}

function check(asked: AskedFleet): void {
  const all = planned(build(asked));
  const levels = [...new Set(asked.levels ?? [undefined])];
  const byExpression = new Map<string, Planned[]>();
  for (const one of all) {
    byExpression.set(one.expression, [...byExpression.get(one.expression) ?? [], one]);
  }

  // Each expression pings all functions once, with the concurrency of one of the windows.
  const seen = new Set<number | undefined>();
  for (const some of byExpression.values()) {
    const names = some.flatMap(({ plan }) => plan.map((entry) => `${entry.function} ${entry.concurrency}`)).sort();
    const level = levels.find((one) => JSON.stringify(expectedOf(asked, one)) === JSON.stringify(names));
    if (asked.levels === undefined) {
      expect(names).toEqual(expectedOf(asked, undefined));
    } else {
      expect(level).toBeDefined();
    }
    seen.add(level);
  }
  expect(byExpression.size).toBeGreaterThan(0);
  expect(seen.size).toBe(levels.length);

  const targets = new Map<string, number>();
  for (const { rule } of all) {
    targets.set(rule, (targets.get(rule) ?? 0) + 1);
  }
  expect(all.filter(({ input }) => input.length > MAX_INPUT)).toEqual([]);
  expect(all.filter(({ plan }) => plan.length > 1 && pingsOf(plan) > MAX_PINGS)).toEqual([]);
  expect(Math.max(...targets.values())).toBeLessThanOrEqual(MAX_TARGETS);

  for (const some of byExpression.values()) {
    // As few rules as hold the plans.
    expect(new Set(some.map(({ rule }) => rule)).size).toBe(Math.ceil(some.length / MAX_TARGETS));
    // No two plans could be one.
    const sizes = some.map(({ plan }) => ({ room: plan.reduce((sum, entry) => sum + roomOf(entry), 0), pings: pingsOf(plan) }));
    const mergeable = sizes.flatMap((one, index) => sizes.slice(index + 1).filter((other) =>
      SHARED_LENGTH + one.room + other.room <= MAX_INPUT && one.pings + other.pings <= MAX_PINGS));
    expect(mergeable).toEqual([]);
  }
}

const text = (maxLength: number) => fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  // Escaped characters are two or six.
  fc.array(fc.constantFrom('"', '\\', '\n', '\u0001', 'é', '漢', 'x'), { minLength: 1, maxLength: 40 }).map((some) => some.join('')),
  fc.integer({ min: 1, max: maxLength }).map((length) => 'x'.repeat(length)),
);

const payloads: fc.Arbitrary<WarmingPayload | undefined> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      WarmingPayload.openNext(), WarmingPayload.lambdaWarmer(), WarmingPayload.scheduledEvent(), WarmingPayload.standard({ token: 'agreed' }),
    ),
  },
  { weight: 1, arbitrary: text(7000).map((type) => WarmingPayload.ofType(type)) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(fc.integer(), fc.boolean(), text(50)), { maxLength: 5 }).map((list) => WarmingPayload.fromObject({ list })),
  },
);

const concurrencies = fc.oneof(fc.constantFrom(undefined, 1, 400, 401, 10_000), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 }));

const functions: fc.Arbitrary<Asked> = fc.record({ isToken: fc.nat(3).map((one) => one > 0), concurrency: concurrencies, payload: payloads });

const fleets: fc.Arbitrary<AskedFleet> = fc.record({
  functions: fc.oneof(
    { weight: 12, arbitrary: fc.array(functions, { minLength: 1, maxLength: 20 }) },
    { weight: 1, arbitrary: fc.array(functions, { minLength: 20, maxLength: 200, size: 'max' }) },
  ),
  emitMetrics: fc.boolean(),
  levels: fc.option(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 4 }), { nil: undefined }),
  days: fc.constantFrom<Days>(undefined, [DayOfWeek.MONDAY], [DayOfWeek.SATURDAY, DayOfWeek.SUNDAY]),
});

test('each function is pinged once a tick with its concurrency, by inputs and rules that AWS takes, of which there are no more than needed', () => {
  fc.assert(fc.property(fleets, check), { numRuns: 100, endOnFailure: true });
}, 120_000);

test('so it is for 200 functions of one environment, and for 200 that share no plan', () => {
  check({ functions: Array.from({ length: 200 }, () => ({ isToken: true })), emitMetrics: true, days: undefined });
  check({ functions: Array.from({ length: 200 }, () => ({ isToken: true, concurrency: 201 })), emitMetrics: false, days: undefined });
});

describe('a plan', () => {
  const common = { fleet: { name: 'Stack/Fleet' } };
  const SHARED: PackedCommon = { common, length: JSON.stringify(common).length };
  const entry = (concurrency: number, length = 0) => ({
    entry: { function: 'x'.repeat(ARN_LENGTH), concurrency, protocol: PingProtocol.FIXED, event: { type: 'x'.repeat(length) } }, unknownLength: 0,
  });

  test('has room for 400 pings, and none for one more', () => {
    const plan = new PackedPlan(SHARED);
    plan.add(entry(399));
    expect([plan.hasRoomFor(entry(1)), plan.hasRoomFor(entry(2))]).toEqual([true, false]);
    plan.add(entry(1));
    expect([plan.pings, plan.hasRoomFor(entry(1))]).toEqual([400, false]);
  });

  test('never holds more characters than an input has, whatever its entries', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 3000 })), { maxLength: 60 }), (some) => {
      const plan = new PackedPlan(SHARED);
      const held = some.map(([concurrency, length]) => entry(concurrency, length)).filter((one) => {
        const hasRoom = plan.hasRoomFor(one);
        if (hasRoom) {
          plan.add(one);
        }
        return hasRoom;
      });
      expect(JSON.stringify({ common: SHARED.common, plan: held.map((one) => one.entry) }).length).toBeLessThanOrEqual(MAX_INPUT);
      expect(plan.pings).toBe(held.reduce((sum, one) => sum + one.entry.concurrency, 0));
      expect(plan.pings).toBeLessThanOrEqual(MAX_PINGS);
    }), { numRuns: 200 });
  });

  test('takes alone what fits into an input with room for a GUID, and what is known at deployment only', () => {
    const left = MAX_INPUT - JSON.stringify({ common: SHARED.common, plan: [entry(1).entry] }).length - GUID.length - 1;
    expect([fitsAlone(entry(1, left), SHARED), fitsAlone(entry(1, left + 1), SHARED)]).toEqual([true, false]);
    const unknown = entry(1, left - 50);
    expect([fitsAlone({ ...unknown, unknownLength: 50 }, SHARED), fitsAlone({ ...unknown, unknownLength: 51 }, SHARED)]).toEqual([true, false]);
  });
});

test('the check itself finds plans that could be one', () => {
  const one = { function: 'x', concurrency: 1, protocol: PingProtocol.FIXED, metrics: ['ColdStarts'] };
  expect(roomOf(one)).toBe(JSON.stringify({ ...one, metrics: ALL_METRICS }).length + GUID.length + LAZY_LENGTH + 1);
  expect(pingsOf([one, one])).toBe(2);
});
