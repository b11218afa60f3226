import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { PriceList } from './price-list';
import { WarmingCostItem } from './warming-cost-item';

/** AWS's price calculator takes 30.42 days; all who warm reckon with 30. */
export const DAYS_PER_MONTH = 30;
export const SECONDS_PER_MONTH = DAYS_PER_MONTH * 24 * 60 * 60;

export const MIB_PER_GB = 1024;
export const BYTES_PER_GB = 1024 ** 3;
export const MILLION = 1_000_000;
const THOUSAND = 1000;

/** So much a month: as it is deployed, and at the most that it may become without another deployment. */
export interface Amount {
  readonly usual: number;
  readonly most: number;
}

/** An amount that nothing changes but a deployment. */
export function always(amount: number): Amount {
  return { usual: amount, most: amount };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** What several warmers may share, and AWS bills once: aliases, and metrics of a name. */
export type Counted = Set<unknown>;

/** What the warming of one function uses in a month. */
export interface Usage {
  /** Of the function, in MiB. */
  readonly memorySize: number;
  readonly architecture: Architecture;
  readonly pings: Amount;
  /** Of all pings, in milliseconds: until they are answered, but for the time that they are held. */
  readonly answeringMs: Amount;
  readonly heldMs: Amount;
  /** The part of the pings that reach provisioned environments: 0 to 1. */
  readonly provisionedPart: number;
  readonly dispatcher?: {
    readonly memorySize: number;
    readonly architecture: Architecture;
    readonly invocations: Amount;
    readonly billedMs: Amount;
  };
  /** What an account's warmer has beside. */
  readonly workflow?: {
    readonly planner: NonNullable<Usage['dispatcher']>;
    readonly transitions: Amount;
    /** Requests to CloudWatch. */
    readonly metricRequests: Amount;
    /** What the planner may spend on pings and on those who send them, in US dollars. */
    readonly pingsUsd: Amount;
  };
  /** By EventBridge Scheduler. */
  readonly scheduledInvocations: Amount;
  /** In bytes, of the function and of the dispatcher. */
  readonly logs: Amount;
  readonly customMetrics: number;
  readonly dashboards?: number;
  readonly alarms?: number;
  /** Environments, on average. */
  readonly provisioned: Amount;
}

/** What that costs, by what AWS bills. What is not used is left out. */
export function itemsOf(usage: Usage, list: PriceList): WarmingCostItem[] {
  const { memorySize, architecture, answeringMs, heldMs, provisionedPart, dispatcher, workflow, logs, provisioned } = usage;
  const {
    requestsPerMillion, schedulerPerMillion, logsPerGb, customMetric, dashboard, alarm, transitionsPerMillion, metricRequestsPerThousand,
  } = list._prices;
  const gb = memorySize / MIB_PER_GB;
  const duration = (list._duration(architecture) * (1 - provisionedPart)) + (list._provisionedDuration(architecture) * provisionedPart);
  const items = [
    item('Pings: requests', 'requests', usage.pings, requestsPerMillion / MILLION),
    item('Pings: answering', 'GB-seconds', times(answeringMs, gb / 1000), duration),
    item('Pings: held', 'GB-seconds', times(heldMs, gb / 1000), duration),
    ...dispatcher ? itemsOfInvocations('Dispatcher', dispatcher, list) : [],
    ...workflow ? [
      ...itemsOfInvocations('Planner', workflow.planner, list),
      item('Planner: CloudWatch requests', 'requests', workflow.metricRequests, metricRequestsPerThousand / THOUSAND),
      item('Workflow: state transitions', 'transitions', workflow.transitions, transitionsPerMillion / MILLION),
      item('Pings, as many as maxMonthlyCost leaves', 'US dollars', workflow.pingsUsd, 1),
    ] : [],
    item('Schedule: invocations', 'invocations', usage.scheduledInvocations, schedulerPerMillion / MILLION),
    item('Logs', 'GB', times(logs, 1 / BYTES_PER_GB), logsPerGb),
    item('Custom metrics', 'metrics', { usual: usage.customMetrics, most: usage.customMetrics }, customMetric),
    item('Dashboards', 'dashboards', always(usage.dashboards ?? 0), dashboard),
    item('Alarms', 'alarms', always(usage.alarms ?? 0), alarm),
    item('Provisioned concurrency', 'GB-seconds', times(provisioned, gb * SECONDS_PER_MONTH), list._provisioned(architecture)),
  ];
  return items.filter(({ maxQuantity }) => maxQuantity > 0);
}

function itemsOfInvocations(name: string, { invocations, billedMs, memorySize, architecture }: NonNullable<Usage['dispatcher']>, list: PriceList): WarmingCostItem[] {
  return [
    item(`${name}: requests`, 'requests', invocations, list._prices.requestsPerMillion / MILLION),
    item(`${name}: duration`, 'GB-seconds', times(billedMs, memorySize / MIB_PER_GB / 1000), list._duration(architecture)),
  ];
}

function item(name: string, unit: string, { usual, most }: Amount, usdPerUnit: number): WarmingCostItem {
  return { name, unit, quantity: usual, maxQuantity: most, usdPerUnit, monthlyUsd: usual * usdPerUnit, maxMonthlyUsd: most * usdPerUnit };
}

function times({ usual, most }: Amount, factor: number): Amount {
  return { usual: usual * factor, most: most * factor };
}
