/**
 * The AWS service that fires the schedule.
 */
export enum ScheduleEngine {
  /**
   * A scheduled rule on the account's default event bus. Runs in UTC.
   */
  EVENTBRIDGE_RULE = 'EVENTBRIDGE_RULE',
}
