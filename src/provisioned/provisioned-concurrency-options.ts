import { TimeZone } from 'aws-cdk-lib';
import { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { IVersion } from 'aws-cdk-lib/aws-lambda';
import { ProvisionedWindow } from './provisioned-window';

/**
 * Options for `provisionedConcurrency`: an alias, and how many execution environments of its version Lambda keeps
 * initialized.
 *
 * `minCapacity` alone is a fixed number. With `maxCapacity`, Application Auto Scaling follows how many of them are in use;
 * with `windows`, it follows the time of the week.
 */
export interface ProvisionedConcurrencyOptions {
  /**
   * The name of the alias: 1 to 128 letters, digits, `-` and `_`, not digits alone, and none that the function has
   * already.
   *
   * Several warmers of a function share the alias of a name. They write the same options, or leave out what need not be
   * repeated.
   *
   * @default 'live'
   */
  readonly aliasName?: string;

  /**
   * How many environments to provision, outside of all windows: a whole number, at least 1, and not above what the
   * function reserves.
   *
   * Not 0: Lambda would delete the configuration of the alias with the last environment, and stack updates that look for
   * it would fail.
   */
  readonly minCapacity: number;

  /**
   * How many environments scaling by utilization may provision, outside of all windows: a whole number, not below
   * `minCapacity`.
   *
   * AWS reckons with averages over minutes: it follows no short bursts, and as long as there is no request at all, there is
   * nothing to follow, and what is provisioned stays.
   *
   * @default - no scaling by utilization, unless windows ask for it
   */
  readonly maxCapacity?: number;

  /**
   * Which part of the provisioned environments should be in use, from 0.1 to 0.9: above it Application Auto Scaling
   * provisions more, below it fewer, within `minCapacity` and `maxCapacity`.
   *
   * Its range is that of CDK; 0.7 is what AWS's examples take.
   * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   *
   * @default 0.7
   */
  readonly utilizationTarget?: number;

  /**
   * Times of the week at which other capacities hold. Where some overlap, the first in this list holds.
   *
   * @default - the same at all times
   */
  readonly windows?: ProvisionedWindow[];

  /**
   * The time zone of the windows, one of the IANA time zone database.
   *
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;

  /**
   * The version of the function behind the alias, in the function's stack. Lambda provisions each version by one alias only.
   *
   * @default - `currentVersion`: each deployment that changes the function publishes a new one
   */
  readonly version?: IVersion;

  /**
   * How CodeDeploy shifts the requests from one version to the next one: canary, linear, or all at once. It is one of
   * `codedeploy.LambdaDeploymentConfig`.
   *
   * @default - CloudFormation moves the alias at once, without CodeDeploy
   */
  readonly deploymentConfig?: ILambdaDeploymentConfig;

  /**
   * Alarms that roll a deployment by CodeDeploy back, of the function's stack, where the alias is. With `deploymentConfig`
   * only.
   *
   * An alarm on the alias itself comes after it: add it by `warmer.deploymentGroup.addAlarm(alarm)`.
   *
   * @default - none: only deployments that fail are rolled back
   */
  readonly alarms?: IAlarm[];
}
