/**
 * The AWS service that fires the schedule.
 */
export enum ScheduleEngine {
  /**
   * A scheduled rule on the account's default event bus. Runs in UTC, costs nothing; a bus has room for 300 rules.
   */
  EVENTBRIDGE_RULE = 'EVENTBRIDGE_RULE',

  /**
   * EventBridge Scheduler: any time zone, a beginning and an end, and room for millions of schedules. It fires within
   * the minute, and invokes by a role of its own.
   *
   * 14 million invocations a month are free, each further million costs $1.00
   * (https://aws.amazon.com/eventbridge/pricing/, us-east-1, as of March 2026).
   */
  EVENTBRIDGE_SCHEDULER = 'EVENTBRIDGE_SCHEDULER',
}
