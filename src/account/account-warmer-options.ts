import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { CostAssumptions } from '../cost/cost-assumptions';
import { WarmingPayload } from '../payload/warming-payload';
import { ScheduleEngine } from '../schedule/schedule-engine';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { ShortCircuit } from '../short-circuit/short-circuit';

/**
 * Properties of an `AccountWarmer`.
 */
export interface AccountWarmerProps {
  /**
   * What a ping carries to all functions: they are of other stacks and apps, so both sides agree on it.
   *
   * With `WarmingPayload.standard({ token })`, the functions are given the same token; what their handlers understand
   * otherwise is any other payload. It has at most 8,192 characters as JSON, and no keys that end in `.$`, which Step
   * Functions would read as its own.
   */
  readonly payload: WarmingPayload;

  /**
   * When to ping. Not `WarmingSchedule.windows()`, which say how many environments: here the tags do.
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
   * The group of the schedule, with EventBridge Scheduler.
   *
   * @default - one for all warmers of the stack
   */
  readonly scheduleGroup?: IScheduleGroup;

  /**
   * How much later than it should each tick may come, with EventBridge Scheduler.
   *
   * @default TimeWindow.off()
   */
  readonly timeWindow?: TimeWindow;

  /**
   * The key of the tag by which functions ask to be kept warm. Its value is how many environments: a whole number from 1.
   *
   * At most 128 letters, digits, spaces and `_ . : / = + - @`, not beginning with `aws:`
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html).
   *
   * @default 'lambda-warmer:concurrency'
   */
  readonly tagKey?: string;

  /**
   * The most environments of one function that are kept warm, whatever its tag says: a whole number from 1 to 400, as many
   * as one invocation pings.
   *
   * @default 50
   */
  readonly maxConcurrencyPerFunction?: number;

  /**
   * The most environments that are kept warm in all: a whole number, at least 1.
   *
   * @default - no limit but the others
   */
  readonly maxConcurrency?: number;

  /**
   * The most that pings, and the dispatchers that send them, may use at the same time of the concurrency that is free in the
   * account and region: a number above 0, up to 1.
   *
   * What is free is read at each tick: what the account may run at the same time, less what functions reserve
   * (`GetAccountSettings`), or less what CloudWatch's `ClaimedAccountConcurrency` says is in use, reserved or provisioned, if
   * that leaves less. In use is the median of the maxima of the last 15 minutes, or the least of the last three, if that is
   * more. So the pings of earlier ticks do not count as use, unless there is a tick every minute or two; then less is used.
   * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
   *
   * @default 0.5
   */
  readonly maxShareOfConcurrency?: number;

  /**
   * The most that it may cost, in US dollars a month: a number above 0. The planner cuts down what the tags ask for, so that
   * ticks like this one cost no more in a month.
   *
   * It is an estimate by `costAssumptions`, and by the memory and architecture that Lambda says the functions have. What the
   * mode costs by itself is a part of it, and an error at synthesis if that is more already. Cold starts are not counted, nor
   * second waves of pings.
   *
   * @default - no limit
   */
  readonly maxMonthlyCost?: number;

  /**
   * For how long the planner takes the tags to be as it has found them: from 1 minute to 1 day.
   *
   * They are read anew then by the first tick after it, and whenever Lambda starts the planner anew. If that fails, they are
   * taken as they were, for up to 6 hours more.
   *
   * @default Duration.minutes(15)
   */
  readonly refreshInterval?: Duration;

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
   * How long the logs of the planner and of the dispatcher are kept.
   *
   * @default RetentionDays.TWO_WEEKS
   */
  readonly logRetention?: RetentionDays;

  /**
   * What is assumed to reckon what it costs. Without `memorySize` and `architecture`: Lambda says those of each function.
   *
   * @default - see there
   */
  readonly costAssumptions?: CostAssumptions;
}

/**
 * How a function takes part in the warming of its account.
 */
export interface AccountEnrollment {
  /**
   * How many execution environments to keep warm: a whole number from 1 to 400. The warmer of the account may have a lower
   * limit.
   */
  readonly concurrency: number;

  /**
   * What the pings of the account's warmer carry: the same as its `payload`.
   */
  readonly payload: WarmingPayload;

  /**
   * The key of the tag, the same as that of the account's warmer.
   *
   * @default 'lambda-warmer:concurrency'
   */
  readonly tagKey?: string;

  /**
   * Who answers the pings: the function without an edit to its handler, or its handler.
   *
   * @default ShortCircuit.auto()
   */
  readonly shortCircuit?: ShortCircuit;
}
