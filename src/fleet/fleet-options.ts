import { IScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { CostAssumptions } from '../cost/cost-assumptions';
import { DispatcherOptions } from '../fan-out/dispatcher-options';
import { WarmingPayload } from '../payload/warming-payload';
import { ScheduleEngine } from '../schedule/schedule-engine';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { ShortCircuit } from '../short-circuit/short-circuit';

/**
 * Properties of a `WarmerFleet`: what holds for all of its functions.
 */
export interface WarmerFleetProps {
  /**
   * When to ping.
   *
   * @default WarmingSchedule.every(Duration.minutes(5))
   */
  readonly schedule?: WarmingSchedule;

  /**
   * The AWS service that fires the schedule.
   *
   * @default - ScheduleEngine.EVENTBRIDGE_RULE; ScheduleEngine.EVENTBRIDGE_SCHEDULER for a schedule in another time zone
   * than UTC, with `activeFrom` or `activeUntil`, and with `scheduleGroup` or `timeWindow`
   */
  readonly engine?: ScheduleEngine;

  /**
   * The group of the schedules, with EventBridge Scheduler.
   *
   * @default - one for all warmers of each stack
   */
  readonly scheduleGroup?: IScheduleGroup;

  /**
   * How much later than it should each tick may come, with EventBridge Scheduler.
   *
   * @default TimeWindow.off()
   */
  readonly timeWindow?: TimeWindow;

  /**
   * How many execution environments to keep warm of each function that is added without a number of its own: a whole
   * number from 1 to 10,000. With `WarmingSchedule.windows()`, whose windows say it for all, it is left out.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * Options of the dispatchers, one a stack, which other warmers of the stack share.
   *
   * @default - see there
   */
  readonly dispatcher?: DispatcherOptions;

  /**
   * What a ping carries to each function that is added without a payload of its own.
   *
   * @default WarmingPayload.standard()
   */
  readonly payload?: WarmingPayload;

  /**
   * Who answers the pings: the functions without an edit to their handlers, or their handlers.
   *
   * @default ShortCircuit.auto()
   */
  readonly shortCircuit?: ShortCircuit;

  /**
   * Whether to run a tick right after each deployment that changed one of the functions, for all that share a plan with it.
   *
   * @default false
   */
  readonly prewarmOnDeploy?: boolean;

  /**
   * Whether to emit, for each function, the metrics `Coverage`, `WarmEnvironments` and `ColdStarts` of each tick, in the
   * namespace `LambdaWarmer` by `FunctionName`. CloudWatch bills each as a custom metric.
   *
   * @default false
   */
  readonly emitMetrics?: boolean;

  /**
   * Whether the schedule fires. A disabled one stays deployed and pings nothing.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The most that the fleet may cost, in US dollars a month: a number above 0. What costs more is an error at synthesis.
   *
   * @default - no limit
   */
  readonly maxMonthlyCost?: number;

  /**
   * What is assumed to reckon what the fleet costs.
   *
   * @default - see there
   */
  readonly costAssumptions?: CostAssumptions;
}

/**
 * What holds for one function of a `WarmerFleet`.
 */
export interface FleetFunctionOptions {
  /**
   * How many execution environments to keep warm: a whole number from 1 to 10,000.
   *
   * @default - as many as the fleet says
   */
  readonly concurrency?: number;

  /**
   * What a ping carries.
   *
   * @default - what the fleet says
   */
  readonly payload?: WarmingPayload;
}
