import { FunctionSelector } from './function-selector';
import { FanOut } from '../fan-out/fan-out';
import { WarmingPayload } from '../payload/warming-payload';
import { ScheduleEngine } from '../schedule/schedule-engine';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { ShortCircuit } from '../short-circuit/short-circuit';

/**
 * How a single function, or all functions of a part of an app, are to be kept warm by the rules of others: what
 * `Warming.customize()` takes.
 */
export interface WarmingCustomization {
  /**
   * How many execution environments to keep warm: see `LambdaWarmerProps.concurrency`.
   *
   * @default - as the rule says
   */
  readonly concurrency?: number;

  /**
   * When to ping.
   *
   * @default - as the rule says
   */
  readonly schedule?: WarmingSchedule;

  /**
   * What a ping carries.
   *
   * @default - as the rule says
   */
  readonly payload?: WarmingPayload;

  /**
   * Who answers the pings.
   *
   * @default - as the rule says
   */
  readonly shortCircuit?: ShortCircuit;
}

/**
 * How functions are kept warm by a rule: what `WarmingMixin` takes.
 */
export interface WarmingMixinProps {
  /**
   * When to ping.
   *
   * @default WarmingSchedule.every(Duration.minutes(5))
   */
  readonly schedule?: WarmingSchedule;

  /**
   * The AWS service that fires the schedule.
   *
   * @default - see `LambdaWarmerProps.engine`
   */
  readonly engine?: ScheduleEngine;

  /**
   * How many execution environments to keep warm of each function: see `LambdaWarmerProps.concurrency`.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * How one tick of the schedule becomes that many pings.
   *
   * @default - see `LambdaWarmerProps.fanOut`
   */
  readonly fanOut?: FanOut;

  /**
   * What a ping carries.
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
   * Whether to run a tick right after each deployment that changed a function: see `LambdaWarmerProps.prewarmOnDeploy`.
   *
   * @default false
   */
  readonly prewarmOnDeploy?: boolean;

  /**
   * Whether to emit metrics of each function's ticks: see `LambdaWarmerProps.emitMetrics`.
   *
   * @default false
   */
  readonly emitMetrics?: boolean;

  /**
   * Whether the schedules fire. Disabled ones stay deployed and ping nothing.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/**
 * What `WarmingAspect` takes: which functions, and how they are kept warm.
 */
export interface WarmingAspectProps extends WarmingMixinProps {
  /**
   * The functions to keep warm, of those that the aspect comes by.
   *
   * @default FunctionSelector.userFacing()
   */
  readonly select?: FunctionSelector;

  /**
   * Whether one `WarmerFleet` a stack pings all of its functions, rather than a `LambdaWarmer` each. It takes
   * `FanOut.dispatcher()`, which is the default then.
   *
   * @default false
   */
  readonly fleet?: boolean;
}
