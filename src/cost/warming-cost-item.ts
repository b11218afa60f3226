/**
 * A part of what warming costs: so much of something that AWS bills.
 */
export interface WarmingCostItem {
  /**
   * What is billed, such as `Pings: requests` or `Provisioned concurrency`.
   */
  readonly name: string;

  /**
   * The path of the construct that causes it.
   *
   * @default - an estimate without a construct
   */
  readonly construct?: string;

  /**
   * How much of it a month, in `unit`s.
   */
  readonly quantity: number;

  /**
   * How much of it a month at the most, without another deployment.
   */
  readonly maxQuantity: number;

  /**
   * The unit that is billed: requests, invocations, GB-seconds, GB, metrics.
   */
  readonly unit: string;

  /**
   * The price of one unit, in US dollars.
   */
  readonly usdPerUnit: number;

  /**
   * What the quantity costs, in US dollars a month.
   */
  readonly monthlyUsd: number;

  /**
   * What the quantity costs at the most, in US dollars a month.
   */
  readonly maxMonthlyUsd: number;
}
