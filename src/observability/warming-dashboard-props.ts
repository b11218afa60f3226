import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Properties of a `WarmingDashboard`.
 */
export interface WarmingDashboardProps {
  /**
   * The name of the dashboard: letters, digits, `-` and `_`, at most 255 of them. Where one has no room for all, the further ones have
   * `-2`, `-3` and so on after it.
   *
   * @default - CloudFormation makes one
   */
  readonly dashboardName?: string;

  /**
   * Whose warmers are shown: those that stand in this construct, whenever they are created. A `Stage` or an `App` means all of its
   * stacks.
   *
   * It is of the dashboard's own stage, and what is shown is of the dashboard's account and region.
   *
   * @default - the dashboard's stack
   */
  readonly within?: IConstruct;

  /**
   * The time that is shown when the dashboard is opened, until now.
   *
   * @default Duration.days(1)
   */
  readonly defaultInterval?: Duration;

  /**
   * Whether to count the starts of environments by the `Init Duration` in a function's REPORT lines, where the function does not count
   * them by itself (`recordStarts`), and has a log group of its own in the app, of the standard class. Starts of environments that are
   * provisioned are counted too.
   *
   * That takes a metric filter a function, in the function's stack, and a custom metric each, $0.30 a month; a fleet has one together
   * (https://aws.amazon.com/cloudwatch/pricing/, us-east-1, read in November 2026).
   *
   * @default true
   */
  readonly initDurationMetrics?: boolean;

  /**
   * Whether to save queries for CloudWatch Logs Insights, in the folder `LambdaWarmer`: of each function, which of its requests were
   * cold, and why; of each dispatcher, what its ticks reached.
   *
   * They cost nothing until they are run. A dashboard saves up to 200, of 1,000 for which a region has room.
   *
   * @default true
   */
  readonly savedQueries?: boolean;
}
