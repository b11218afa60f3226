import { DayOfWeek } from '../schedule/day-of-week';

/**
 * A part of the week, and how many execution environments are to be provisioned in it.
 */
export interface ProvisionedWindow {
  /**
   * The days on which the window starts.
   *
   * @default - every day
   */
  readonly days?: DayOfWeek[];

  /**
   * When it starts: HH:MM, from 00:00 to 23:59. Lambda begins then to start the environments, so write a time some
   * minutes before they are needed.
   */
  readonly start: string;

  /**
   * When it ends: HH:MM, from 00:00 to 24:00, which is midnight at the day's end. A time before `start` is one of the
   * next day: a window may cross midnight.
   */
  readonly end: string;

  /**
   * How many environments to provision, a whole number, at least 1.
   */
  readonly minCapacity: number;

  /**
   * How many environments scaling by utilization may provision, a whole number, not below `minCapacity`.
   *
   * @default - the `maxCapacity` outside of the windows; where there is none, as many as `minCapacity`
   */
  readonly maxCapacity?: number;
}
