import { Wave } from '../../src/dispatcher/barrier';
import { Answered, Outcome } from '../../src/dispatcher/outcome';
import { PlanEntry } from '../../src/dispatcher/plan';
import { SentPing } from '../../src/dispatcher/sender';
import { PingProtocol } from '../../src/payload/ping-event';

export const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:orders';

export const ENTRY: PlanEntry = { function: ARN, concurrency: 3, protocol: PingProtocol.STANDARD, event: { cdkLambdaWarmer: { token: 't' } } };

/** A wave whose pings came to this. */
export function waveOf(...outcomes: readonly Outcome[]): Wave {
  return { startedAt: 1000, releaseAt: 1036, gap: 0, pings: outcomes.map((outcome): SentPing => ({ sentAt: 1000, endedAt: 1040, outcome })) };
}

export function answeredBy(environment: string | undefined, more: Partial<Answered> = {}): Answered {
  return { kind: 'answered', environment, coldStart: false, heldMs: 10, idleMs: null, ...more };
}

/** An answer that says nothing, with nothing in the log either. */
export const BARE: Outcome = { kind: 'answered', environment: undefined, coldStart: undefined };
