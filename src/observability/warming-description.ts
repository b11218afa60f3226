import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { WarmerMetrics } from './warmer-metrics';
import { CostModel } from '../cost/cost-model';
import { Counted } from '../cost/usage';
import { WarmingCost } from '../cost/warming-cost';
import { CapacityPlan } from '../provisioned/capacity-plan';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { PingTarget } from '../target/ping-target';

/** What a warmer or a fleet tells of itself to what shows it. To be asked once the app is complete. */
export interface WarmingDescription {
  readonly construct: IConstruct;
  readonly type: 'LambdaWarmer' | 'WarmerFleet' | 'AccountWarmer';
  /** Whether pings are sent. */
  readonly isActive: boolean;
  /** Undefined: nothing is pinged. */
  readonly schedule?: WarmingSchedule;
  /** By which name the lines and metrics of all its functions together are found. */
  readonly fleetName?: string;
  /** The metrics of all of them together. */
  readonly metrics?: WarmerMetrics;
  /** The logs in which the lines of its ticks are; none: nothing counts what they reach. */
  readonly tickLogs: readonly ILogGroup[];
  /** What it warms, as far as the app knows that. */
  readonly functions: readonly WarmedFunction[];
  /** What it costs beside what its functions do. Throws if that cannot be told. */
  sharedCost?(): WarmingCost;
}

/** One function that is warmed. */
export interface WarmedFunction {
  /** What is pinged. */
  readonly target: PingTarget;
  /** The concurrency of times for which the schedule says none. */
  readonly concurrency: number;
  /** The metrics of its ticks; undefined: nothing is pinged. */
  readonly metrics?: WarmerMetrics;
  /** The log in which the lines of its ticks are; undefined: nothing counts what they reach. */
  readonly tickLog?: ILogGroup;
  /** Whether it counts its real events as cold and warm starts by itself. */
  readonly recordsStarts: boolean;
  /** What is provisioned of it. */
  readonly provisioned?: CapacityPlan;
  /** Reckons what its pings cost. */
  readonly costs: CostModel;
  /** What it costs, but for what has been counted already. Throws if that cannot be told. */
  cost(counted: Counted): WarmingCost;
}

const DESCRIPTIONS = new WeakMap<IConstruct, () => WarmingDescription>();

/** What there is to be shown in a tree, by its root. */
const DESCRIBED = new WeakMap<IConstruct, { readonly constructs: IConstruct[]; changes: number }>();

/** Lets a warmer or a fleet be shown. */
export function describeBy(construct: IConstruct, description: () => WarmingDescription): void {
  DESCRIPTIONS.set(construct, description);
  const { root } = construct.node;
  const described = DESCRIBED.get(root) ?? { constructs: [], changes: 0 };
  DESCRIBED.set(root, described);
  described.constructs.push(construct);
  described.changes += 1;
}

/** Says that one that is shown warms something more. */
export function noteChange(construct: IConstruct): void {
  DESCRIBED.get(construct.node.root)!.changes += 1;
}

/** Another number than before, if there is more to be shown in the tree around a construct. */
export function changesAround(construct: IConstruct): number {
  return DESCRIBED.get(construct.node.root)?.changes ?? 0;
}

/** The warmers and fleets that stand in a construct, in the order of their paths. */
export function describedIn(scope: IConstruct): IConstruct[] {
  const all = DESCRIBED.get(scope.node.root)?.constructs ?? [];
  return all.filter(({ node }) => node.scopes.includes(scope)).sort((one, other) => one.node.path < other.node.path ? -1 : 1);
}

/** What a construct tells of itself, if it is a warmer or a fleet. */
export function descriptionOf(construct: IConstruct): WarmingDescription | undefined {
  return DESCRIPTIONS.get(construct)?.();
}
