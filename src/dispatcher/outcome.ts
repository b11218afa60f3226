import { PingProtocol } from '../payload/ping-event';
import { PING_KEY } from '../payload/protocol';

/** What came of one ping. */
export type Outcome =
  | Answered
  /** Lambda took none: by which limit, as it says. */
  | { readonly kind: 'throttled'; readonly reason: string }
  /** The handler failed on the ping. */
  | { readonly kind: 'functionError'; readonly error: string }
  | { readonly kind: 'accessDenied' | 'notFound' | 'timeout'; readonly error: string }
  /** Whatever else Lambda, or the way there, says; lasting, if it would say the same to another wave. */
  | { readonly kind: 'failed'; readonly code: string; readonly error: string; readonly isLasting?: boolean };

export interface Answered {
  readonly kind: 'answered';
  /** Undefined where the answer names none. */
  readonly environment?: string;
  /** Undefined where neither the answer nor the log says. */
  readonly coldStart?: boolean;
  /** How long the environment was busy, in milliseconds, if the answer says. */
  readonly heldMs?: number;
  /** How long before the ping a real event came, in milliseconds; null: never; undefined: the answer does not say. */
  readonly idleMs?: number | null;
}

/** An HTTP response of Lambda's Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export interface InvokeResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

/** Reasons of a 429 that say that no further environment is to be had. All others ask to slow down. */
const CAPACITY_REASONS = ['ReservedFunctionConcurrentInvocationLimitExceeded', 'ConcurrentInvocationLimitExceeded'];

const MAX_ERROR_LENGTH = 300;

export function isCapacity(reason: string): boolean {
  return CAPACITY_REASONS.includes(reason);
}

/** What an error says, as one short line. */
export function brief(error: unknown): string {
  return textOf(error).replace(/\s+/g, ' ').slice(0, MAX_ERROR_LENGTH);
}

/** A handler may fail with anything. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

export function outcomeOf(protocol: PingProtocol, { status, headers, body }: InvokeResponse): Outcome {
  const answer = parsed(body);
  if (status === 200) {
    return headers['x-amz-function-error'] === undefined
      ? answered(protocol, answer, headers['x-amz-log-result'])
      : functionError(answer);
  }
  // Some services say it in the header, some in the body, and append a namespace's address.
  const [code] = textOf(headers['x-amzn-errortype'] ?? answer?.__type ?? `HTTP ${status}`).split(':');
  const error = brief(answer?.message ?? answer?.Message ?? body);
  if (status === 429) {
    return { kind: 'throttled', reason: textOf(answer?.Reason ?? code) };
  }
  // What a function's file system does not permit has the same status.
  if (status === 403 && !code.startsWith('EFS')) {
    return { kind: 'accessDenied', error };
  }
  return status === 404 ? { kind: 'notFound', error } : { kind: 'failed', code, error };
}

function functionError(answer: any): Outcome {
  const error = brief([answer?.errorType, answer?.errorMessage].filter((part) => part !== undefined).map(textOf).join(': '));
  const timedOut = answer?.errorType === 'Sandbox.Timedout' || /Task timed out after [\d.]+ seconds$/.test(error);
  return { kind: timedOut ? 'timeout' : 'functionError', error };
}

function answered(protocol: PingProtocol, answer: any, log: string | string[] | undefined): Answered {
  const standard = answer?.[PING_KEY];
  if (protocol === PingProtocol.STANDARD && typeof standard?.environmentId === 'string') {
    const { environmentId, coldStart, heldMs, idleMs } = standard;
    return { kind: 'answered', environment: environmentId, coldStart: coldStart === true, heldMs: numberOf(heldMs), idleMs: idleMs === null ? null : numberOf(idleMs) };
  }
  const server = protocol === PingProtocol.OPEN_NEXT ? answer?.serverId : undefined;
  return { kind: 'answered', environment: typeof server === 'string' ? server : undefined, coldStart: coldStartIn(log) };
}

/**
 * Whether the invocation's own log says that it started its environment. Its report, a line of text or a record in JSON,
 * has the duration of an initialization, or of the restoring of a snapshot, only then. It comes after all that the
 * handler prints, which may be anything.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
function coldStartIn(log: string | string[] | undefined): boolean | undefined {
  const lines = Buffer.from(String(log ?? ''), 'base64').toString().split('\n').reverse();
  for (const line of lines) {
    if (line.startsWith('REPORT RequestId: ')) {
      return /\t(Init|Restore) Duration: /.test(line);
    }
    const { type, record } = parsed(line) ?? {};
    if (type === 'platform.report') {
      const { initDurationMs, restoreDurationMs } = record?.metrics ?? {};
      return initDurationMs !== undefined || restoreDurationMs !== undefined;
    }
  }
  return undefined;
}

function parsed(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    // A handler may answer anything.
    return undefined;
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
