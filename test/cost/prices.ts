/*
 * List prices of us-east-1 in US dollars, as https://aws.amazon.com/lambda/pricing/ has them on 2025-10-30, and as
 * https://aws.amazon.com/cloudwatch/pricing/ and https://aws.amazon.com/eventbridge/pricing/ have theirs in the same autumn:
 * written out once more, so that no figure of the library is compared with itself.
 */
import { WarmingCost, WarmingCostItem } from '../../src';

/** $0.20 per million. */
export const REQUEST = 0.0000002;
/** A GB-second on demand. */
export const X86 = 0.0000166667;
export const ARM = 0.0000133334;
/** A GB-second of an environment that is provisioned, busy or not. */
export const PROVISIONED_X86 = 0.0000041667;
export const PROVISIONED_ARM = 0.0000033334;
/** A GB-second of duration in an environment that is provisioned. */
export const DURATION_X86 = 0.0000097222;
export const DURATION_ARM = 0.0000077778;
export const LOG_GB = 0.5;
export const METRIC = 0.3;
/** By EventBridge Scheduler: $1.00 per million. */
export const SCHEDULED = 0.000001;

export const SECONDS = 30 * 24 * 60 * 60;
/** With five minutes between them. */
export const TICKS = 30 * 24 * 12;
/** 350 bytes that Lambda writes of each invocation. */
export const LOG_BYTES = 350;
export const GB = 1024 * 1024 * 1024;

export function named(cost: WarmingCost, name: string): WarmingCostItem {
  const found = cost.items.filter((item) => item.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** That these are the items, in this order, and that each costs so much, to nine digits. */
export function expectItems(cost: WarmingCost, expected: { readonly [name: string]: number }): void {
  expect(cost.items.map(({ name }) => name)).toEqual(Object.keys(expected));
  for (const { name, monthlyUsd } of cost.items) {
    expect([name, monthlyUsd / expected[name]]).toEqual([name, expect.closeTo(1, 9)]);
  }
  expect(cost.monthlyUsd).toBeCloseTo(Object.values(expected).reduce((sum, usd) => sum + usd, 0), 10);
}
