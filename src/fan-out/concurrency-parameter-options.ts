import { IStringParameter } from 'aws-cdk-lib/aws-ssm';

/**
 * Options for a concurrency that can be changed without a deployment.
 */
export interface ConcurrencyParameterOptions {
  /**
   * The parameter that says how many environments to keep warm: a whole number, or `deployed` for what was deployed. Of the
   * type String, in the account and region of the warmer.
   *
   * @default - one is created, with the value `deployed`, to which it goes back when a deployment changes its properties
   * (its tags, say); its name is that of `concurrencyParameter` of the warmer
   */
  readonly parameter?: IStringParameter;

  /**
   * The most that the parameter can ask for. What goes beyond is cut down to it. A whole number, from the concurrency
   * that is deployed to 10,000.
   *
   * @default - the concurrency that is deployed; with windows, the largest of theirs
   */
  readonly maxConcurrency?: number;
}
