import { getAccountSettings, getMetricStatistics } from './aws-api';

/** How far back to look for what is in use, in minutes, and how many of the last of them show a rise. */
const MINUTES = 15;
const LAST = 3;

/** How much of what the account may run at the same time is left, and why. */
export interface Headroom {
  /** What the account may run at the same time, but for what functions reserve. */
  readonly unreserved: number;
  /** What of the account's concurrency is in use, reserved or provisioned. Null: CloudWatch has no data, so nothing runs on demand. */
  readonly claimed: number | null;
  readonly free: number;
}

/**
 * `ClaimedAccountConcurrency` is what no function on demand can have: what runs, what is reserved, and what is provisioned.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
 */
export async function headroomOf(region: string): Promise<Headroom> {
  const minute = Math.floor(Date.now() / 60_000) * 60;
  const [{ AccountLimit: limit }, { Datapoints: datapoints = [] }] = await Promise.all([
    getAccountSettings(region),
    getMetricStatistics(region, {
      Namespace: 'AWS/Lambda',
      MetricName: 'ClaimedAccountConcurrency',
      StartTime: minute - MINUTES * 60,
      EndTime: minute,
      Period: 60,
      Statistics: ['Maximum'],
    }),
  ]);
  const byTime = [...datapoints].sort((a, b) => a.Timestamp - b.Timestamp);
  const claimed = inUse(byTime.map(({ Maximum: value }) => value));
  const { ConcurrentExecutions: all, UnreservedConcurrentExecutions: unreserved } = limit;
  return { unreserved, claimed, free: Math.max(0, claimed === null ? unreserved : Math.min(unreserved, all - claimed)) };
}

/**
 * What is in use, by the maximum of each of the last minutes: mostly, or lately without a break. Pings are in some of the
 * minutes, and not in most, nor in all of the last ones, unless a tick comes every minute or two: then less is free.
 */
export function inUse(maxima: readonly number[]): number | null {
  if (maxima.length === 0) {
    return null;
  }
  const sorted = [...maxima].sort((a, b) => a - b);
  return Math.max(sorted[Math.floor(sorted.length / 2)], Math.min(...maxima.slice(-LAST)));
}
