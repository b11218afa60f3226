import { Duration, TimeZone } from 'aws-cdk-lib';
import { DayOfWeek } from './day-of-week';

/**
 * A part of the week, and how many execution environments are to be warm in it.
 */
export interface WarmingWindow {
  /**
   * The days on which the window starts.
   *
   * @default - every day
   */
  readonly days?: DayOfWeek[];

  /**
   * When it starts: HH:MM, from 00:00 to 23:59.
   */
  readonly start: string;

  /**
   * When it ends: HH:MM, from 00:00 to 24:00, which is midnight at the day's end. A time before `start` is one of the
   * next day: a window may cross midnight. The pings of this minute are no longer the window's.
   */
  readonly end: string;

  /**
   * How many environments to keep warm, a whole number. 0 excludes the time from the windows that come later in the
   * list, and from `otherwise`.
   */
  readonly concurrency: number;

  /**
   * The time between pings: minutes that divide the hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30), or whole hours, and no
   * longer than the window.
   *
   * @default - `every` of the schedule
   */
  readonly every?: Duration;
}

/**
 * Options for `WarmingSchedule.windows()`.
 */
export interface WarmingWindowsOptions {
  /**
   * The windows. Where some overlap, the first in this list holds.
   */
  readonly windows: WarmingWindow[];

  /**
   * The time zone of the windows, one of the IANA time zone database.
   *
   * Any but UTC takes EventBridge Scheduler, which follows daylight saving time.
   *
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;

  /**
   * The time between pings, in windows that have none of their own, and outside of all windows: minutes that divide
   * the hour, or whole hours.
   *
   * @default Duration.minutes(5)
   */
  readonly every?: Duration;

  /**
   * How many environments to keep warm outside of all windows, a whole number.
   *
   * @default 0
   */
  readonly otherwise?: number;

  /**
   * How long before its start a window's pings begin, so that its environments are warm when it starts: whole minutes,
   * less than a day.
   *
   * Only where the window asks for more environments than what comes before it, and not into a window that excludes.
   *
   * @default Duration.minutes(0)
   */
  readonly lead?: Duration;
}
