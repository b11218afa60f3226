import { Batches, Ping } from './settings';
import { PINGS_PER_INVOCATION } from '../../dispatcher/plan';

/**
 * What passes between two states of a state machine has at most 262,144 bytes; Lambda's answer comes with some headers.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_ANSWER_BYTES = 250_000;

/** A dispatcher answers with some 700 bytes a function, and is held to the same quota. */
export const MAX_FUNCTIONS_PER_BATCH = 100;

/** Characters of a concurrency, and, of what stands between two entries, of a comma and the brackets of a batch. */
const PUNCTUATION_BYTES = String(PINGS_PER_INVOCATION).length + '],['.length;

/** How many of these functions, from the first, the answer has room for. ARNs are ASCII. */
export function roomFor(arns: readonly string[]): number {
  let bytes = JSON.stringify({ batches: [[]] }).length;
  const first = arns.findIndex((arn) => {
    bytes += JSON.stringify({ function: arn, concurrency: 0 }).length + PUNCTUATION_BYTES;
    return bytes > MAX_ANSWER_BYTES;
  });
  return first === -1 ? arns.length : first;
}

/** The pings of a tick, in their order, as one invocation each of a dispatcher can send them. */
export function pack(pings: readonly Ping[]): Batches {
  const batches: Ping[][] = [];
  let sent = Infinity;
  for (const ping of pings) {
    if (sent + ping.concurrency > PINGS_PER_INVOCATION || batches.at(-1)!.length === MAX_FUNCTIONS_PER_BATCH) {
      batches.push([]);
      sent = 0;
    }
    batches.at(-1)!.push(ping);
    sent += ping.concurrency;
  }
  return { batches };
}
