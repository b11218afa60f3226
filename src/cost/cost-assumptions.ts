import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { PriceList } from './price-list';

/**
 * What is assumed to reckon what a warmer costs, because nobody can know it before the deployment, or because this app
 * does not know the function.
 */
export interface CostAssumptions {
  /**
   * The milliseconds that Lambda bills for answering a ping, without those for which it is held: at least 0.
   *
   * @default 10 - more than it takes what answers the pings of `WarmingPayload.standard()`; for a handler that answers by
   * itself, write how long it takes
   */
  readonly answeringMilliseconds?: number;

  /**
   * The milliseconds for which a ping is held until all others of its tick have arrived: at least 0.
   *
   * @default - with the dispatcher, 1 for each environment that is kept warm, 400 at the most, which is more than this
   * library's own measurements show (https://github.com/cdk-lambda-warmer/cdk-lambda-warmer/blob/main/docs/benchmarks.md); 250 with
   * `FanOut.direct()`, which is what it asks for; 75 with `FanOut.selfInvoke()`, which is what lambda-warmer waits. A
   * single ping is not held, and none whose handler does not wait
   */
  readonly heldMilliseconds?: number;

  /**
   * The milliseconds that Lambda bills for one tick of the dispatcher, of all its invocations together: at least 0.
   *
   * @default - 100, and 3 for each environment that is kept warm, which is more than this library's own measurements show;
   * above 400 of one function, that for each invocation that sends a part of the pings and for the one that waits for them,
   * and 1,000 more for each of these
   */
  readonly dispatcherMilliseconds?: number;

  /**
   * The memory of the function in MiB, from 128 to 10,240.
   *
   * @default - as the template says; of a function that is imported, nobody knows it
   */
  readonly memorySize?: number;

  /**
   * The architecture of the function.
   *
   * @default - as the template says; Architecture.X86_64 for a function that is imported
   */
  readonly architecture?: Architecture;

  /**
   * What AWS's services cost.
   *
   * @default - the list prices of the function's region, as the context `cdk-lambda-warmer:prices` changes them
   */
  readonly prices?: PriceList;
}
