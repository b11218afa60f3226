/** The one key of a standard ping's event. An event that has it and the right token is a ping; any other is the user's. */
export const PING_KEY = 'cdkLambdaWarmer';

/** What stands under `PING_KEY`. */
export interface StandardPing {
  /** Agreed on by sender and function: keeps accidents and outsiders from short-circuiting a handler. */
  readonly token: string;
  /** The moment, as epoch milliseconds, until which the environment stays busy: the same for all pings of a wave. */
  readonly releaseAt?: number;
  /** How long the environment stays busy after the ping came in, in milliseconds, where no moment is given. */
  readonly holdMs?: number;
  /** Which of the tick's pings this is, counted from 0. */
  readonly index?: number;
  /** How many pings the tick sends. */
  readonly of?: number;
}

/** What stands under `PING_KEY` in the answer to a standard ping. */
export interface StandardAnswer {
  /** Differs from environment to environment, and stays the same as long as one lives. */
  readonly environmentId: string;
  /** Whether the ping started the environment. */
  readonly coldStart: boolean;
  /** How long the environment was busy with the ping, in milliseconds. */
  readonly heldMs: number;
  /** How many pings the environment has had. */
  readonly pings: number;
  /** How long ago the last event came that was no ping, in milliseconds; null if none ever has. */
  readonly idleMs: number | null;
}
