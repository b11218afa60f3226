/** The one key of a standard ping's event. An event that has it and the right token is a ping; any other is the user's. */
export const PING_KEY = 'cdkLambdaWarmer';

/** What stands under `PING_KEY`. */
export interface StandardPing {
  /** Agreed on by sender and function: keeps accidents and outsiders from short-circuiting a handler. */
  readonly token: string;
  /** How long the environment stays busy after the ping came in, in milliseconds. */
  readonly holdMs?: number;
  /** Which of the tick's pings this is, counted from 0. */
  readonly index?: number;
  /** How many pings the tick sends. */
  readonly of?: number;
}
