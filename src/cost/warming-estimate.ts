import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { PriceList } from './price-list';

/**
 * What a dispatcher does, for an estimate.
 */
export interface DispatcherEstimate {
  /**
   * Its memory in MiB, from 128 to 10,240.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * The milliseconds that Lambda bills for one tick, at least 0.
   */
  readonly billedMilliseconds: number;

  /**
   * Its architecture.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/**
 * What is to be estimated: everything that is left out is taken not to be used.
 */
export interface WarmingEstimate {
  /**
   * The memory of the function in MiB, from 128 to 10,240.
   */
  readonly memorySize: number;

  /**
   * The milliseconds that Lambda bills for one ping, those for which it is held included: at least 0.
   */
  readonly billedMilliseconds: number;

  /**
   * Those of them for which the ping only waits for others, which are shown by themselves: up to `billedMilliseconds`.
   *
   * @default 0
   */
  readonly heldMilliseconds?: number;

  /**
   * How often each environment is pinged in a month: 8,640 times with five minutes between pings and 30 days. At least 0.
   */
  readonly pingsPerMonth: number;

  /**
   * How many environments are kept warm: at least 0.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * The architecture of the function.
   *
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;

  /**
   * A function that is invoked at each tick, and sends the pings.
   *
   * @default - none: the schedule invokes the function itself
   */
  readonly dispatcher?: DispatcherEstimate;

  /**
   * Invocations by EventBridge Scheduler in a month: at least 0. Rules on the default bus cost nothing.
   *
   * @default 0
   */
  readonly scheduledInvocations?: number;

  /**
   * What a ping writes into the function's log, in bytes: at least 0.
   *
   * @default 0
   */
  readonly logBytesPerPing?: number;

  /**
   * Custom metrics of CloudWatch: at least 0.
   *
   * @default 0
   */
  readonly customMetrics?: number;

  /**
   * Environments with provisioned concurrency, on average over the month: at least 0. Pings are taken to reach them first.
   *
   * @default 0
   */
  readonly provisionedConcurrency?: number;

  /**
   * What AWS's services cost.
   *
   * @default PriceList.forRegion('us-east-1')
   */
  readonly prices?: PriceList;
}
