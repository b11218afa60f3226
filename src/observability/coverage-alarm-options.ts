import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * What `alarmOnLowCoverage()` takes.
 */
export interface CoverageAlarmOptions {
  /**
   * The alarm goes off when the coverage is below that: a part of the environments asked for, above 0, up to 1.
   *
   * @default 0.9 - one of ten may be missing
   */
  readonly threshold?: number;

  /**
   * How many periods in a row are looked at: a whole number, at least 1. All together, they last no longer than CloudWatch allows:
   * a day, or 7 days with periods of an hour and more
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html).
   *
   * @default 3
   */
  readonly evaluationPeriods?: number;

  /**
   * In how many of these the coverage must be too low: a whole number, from 1 to `evaluationPeriods`.
   *
   * @default - in all of them
   */
  readonly datapointsToAlarm?: number;

  /**
   * The length of a period: whole minutes, from one to a day.
   *
   * @default - from tick to tick, up to a day; 5 minutes where the schedule has no fixed interval
   */
  readonly period?: Duration;

  /**
   * What periods without a tick count as.
   *
   * @default - TreatMissingData.BREACHING where the schedule has ticks in a fixed interval at all times, at least one a period, and nothing
   * may pause it. Otherwise TreatMissingData.NOT_BREACHING
   */
  readonly treatMissingData?: TreatMissingData;

  /**
   * The name of the alarm.
   *
   * @default - CloudFormation makes one
   */
  readonly alarmName?: string;

  /**
   * What the alarm says of itself.
   *
   * @default - names the warmer
   */
  readonly alarmDescription?: string;

  /**
   * Whether the alarm's actions are carried out.
   *
   * @default true
   */
  readonly actionsEnabled?: boolean;
}
