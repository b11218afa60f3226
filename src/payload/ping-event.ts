import { PING_KEY, StandardPing } from './protocol';

/** Fields of a ping by which one lambda-warmer handler pings the next. No configuration changes their names. */
export const INVOCATION_FIELD = '__WARMER_INVOCATION__';
export const TOTAL_FIELD = '__WARMER_CONCURRENCY__';

/** What a handler understands of a ping, beside the fields by which it knows one. */
export enum PingProtocol {
  /** This library's own: waits for a moment or for a time, and answers with the environment. */
  STANDARD = 'standard',
  /** lambda-warmer and lambda-warmer-py: each ping after the first waits as long as the handler was told to. */
  LAMBDA_WARMER = 'lambdaWarmer',
  /** OpenNext: waits for a time, and answers with the server. */
  OPEN_NEXT = 'openNext',
  /** EventBridge's own event, of the rule if that sends the ping, made up like it otherwise. */
  SCHEDULED_EVENT = 'scheduledEvent',
  /** The same event always. */
  FIXED = 'fixed',
}

/** What all pings of a payload have in common, as data: the construct writes it, and the dispatcher reads it. */
export interface PingTemplate {
  readonly protocol: PingProtocol;
  readonly event?: { readonly [key: string]: any };
}

/** What tells one ping from the others of its tick. */
export interface PingOfTick {
  /** Counted from 0. */
  readonly index: number;
  /** How many there are. */
  readonly of: number;
  /** How long the environment is to stay busy, in milliseconds. */
  readonly holdMs: number;
  /** Until when it is instead, as epoch milliseconds, where the protocol knows such a moment. */
  readonly releaseAt?: number;
}

/**
 * The event of one ping; undefined: the raw event of the schedule. One that is alone is never held.
 */
export function pingEvent({ protocol, event }: PingTemplate, { index, of, holdMs, releaseAt }: PingOfTick): { [key: string]: any } | undefined {
  switch (protocol) {
    case PingProtocol.STANDARD: {
      const { token } = event![PING_KEY];
      const hold = releaseAt === undefined ? { holdMs } : { releaseAt };
      const ping: StandardPing = of === 1 ? { token } : { token, ...hold, index, of };
      return { [PING_KEY]: ping };
    }
    case PingProtocol.LAMBDA_WARMER:
      // Such a handler holds only those pings that are not the first of their fan-out, so none is called the first.
      return of === 1 ? event : { ...event, [INVOCATION_FIELD]: index + 2, [TOTAL_FIELD]: of };
    case PingProtocol.OPEN_NEXT:
      return { ...event, index, concurrency: of, delay: of === 1 ? 0 : holdMs };
    default:
      return event;
  }
}
