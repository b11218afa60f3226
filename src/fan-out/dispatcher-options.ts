import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';

/**
 * Options for `FanOut.dispatcher()`: of the function that all warmers of a stack share.
 *
 * The first warmer of a stack sets it up. Others of that stack leave the options out, or repeat them.
 */
export interface DispatcherOptions {
  /**
   * The memory of the dispatcher in MiB, a whole number from 128 to 10,240. Its share of a CPU grows with it, and the
   * more of that it has, the closer together the pings go out. Beyond 1,769 it gains nothing: it uses one CPU.
   *
   * @default - by the largest concurrency in the stack: 512 up to 10, 1,024 up to 50, 1,769 above
   */
  readonly memorySize?: number;

  /**
   * How long a tick may take: whole seconds from 10 seconds to 15 minutes.
   *
   * Pings that are not answered shortly before are reported as timeouts; the dispatcher itself always ends in time.
   *
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;

  /**
   * How many ticks may run at the same time, of all warmers of the stack: a whole number, at least 1. It is taken out
   * of the account's concurrency. Ticks beyond it are lost.
   *
   * A tick of more than 400 environments of one function takes one more for every 400 of them: 1,000 take four. Too few for
   * one tick are refused at synthesis.
   *
   * @default - none reserved
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * How long its log, with a line for each function and tick, is kept.
   *
   * @default RetentionDays.TWO_WEEKS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * A VPC to run in. It needs a route to the Lambda API: a NAT gateway, or a VPC endpoint of the Lambda service; with
   * `concurrencyParameter` also to Systems Manager.
   *
   * @default - none: it need not be in the VPC of the functions that it pings
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in the VPC.
   *
   * @default - the private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups in the VPC.
   *
   * @default - a new one, which lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether X-Ray traces it.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;
}
