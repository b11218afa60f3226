/*
 * Runs inside other people's functions, on every invocation: no dependencies, nothing loaded that is not needed, no
 * clock read and no allocation for an event that is not a ping.
 */
'use strict';

const PING_KEY = 'cdkLambdaWarmer';
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const WARMED = Symbol.for('cdk-lambda-warmer.warmed');
const LATE = Symbol('late');

/** However late a ping asks to be released, a forged one cannot cost more than this. */
const MAX_HOLD_MS = 10_000;
/** What a ping leaves of the invocation's time, so that holding it never ends in a timeout. */
const MARGIN_MS = 500;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, function timeout */
const MAX_REMAINING_MS = 900_000;

/**
 * What an execution environment knows of itself. A layer and a bundle may each have a copy of this file: all share it.
 *
 * @type {{
 *   id?: string,
 *   pings: number,
 *   lastContext?: any,
 *   hooks: Array<() => unknown>,
 *   running: Set<() => unknown>,
 *   failed: Set<() => unknown>,
 * }}
 */
const environment = /** @type {any} */ (globalThis)[Symbol.for('cdk-lambda-warmer.environment')] ??= {
  id: undefined,
  pings: 0,
  lastContext: undefined,
  hooks: [],
  running: new Set(),
  failed: new Set(),
};

/** @param {any} handler */
function withWarming(handler) {
  if (typeof handler !== 'function') {
    throw new TypeError(`withWarming takes the handler, a function, not ${handler === null ? 'null' : typeof handler}`);
  }
  // What copies the properties of a wrapped handler is not one itself.
  if (handler[WARMED] === handler) {
    return handler;
  }
  const record = process.env.CDK_LAMBDA_WARMER_RECORD_STARTS === 'true';

  /**
   * @this {any}
   * @param {any} event
   * @param {any} context
   * @param {any} callback
   * @returns {any}
   */
  function warmed(event, context, callback) {
    const ping = event?.cdkLambdaWarmer;
    if (ping !== undefined && isPing(ping)) {
      return isStreaming() ? answerByStream(ping, context, callback) : answer(ping, context);
    }
    // A streaming handler takes (event, stream, context).
    const ownContext = isStreaming() ? callback : context;
    if (record) {
      recordStart(ownContext);
    }
    // The time of an event is read off its context when a ping asks for it: reading the clock costs more than all else.
    environment.lastContext = ownContext;
    return callback === undefined ? handler.call(this, event, context) : handler.call(this, event, context, callback);
  }

  // Only when it is called: a handler may be made a streaming one after it has been wrapped.
  const isStreaming = () => /** @type {any} */ (warmed)[STREAMING];

  // The runtime decides by the handler's arity and streaming symbols how to call it; other tools leave marks of theirs.
  Object.defineProperties(warmed, Object.getOwnPropertyDescriptors(handler));
  Object.defineProperty(warmed, WARMED, { value: warmed, configurable: true });
  return warmed;
}

/** @param {() => unknown} hook */
function onWarm(hook) {
  if (typeof hook !== 'function') {
    throw new TypeError(`onWarm takes a function, not ${hook === null ? 'null' : typeof hook}`);
  }
  environment.hooks.push(hook);
}

/** @param {any} ping */
function isPing(ping) {
  const token = process.env.CDK_LAMBDA_WARMER_TOKEN;
  return Boolean(token) && ping !== null && typeof ping === 'object' && typeof ping.token === 'string' && equals(ping.token, String(token));
}

/**
 * In a time that depends on the length alone, so that a token cannot be guessed letter by letter.
 *
 * @param {string} given
 * @param {string} expected
 */
function equals(given, expected) {
  if (given.length !== expected.length) {
    return false;
  }
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}

/**
 * @param {any} ping
 * @param {any} context
 */
async function answer(ping, context) {
  const arrivedAt = Date.now();
  const { lastContext } = environment;
  const coldStart = environment.pings === 0 && lastContext === undefined;
  environment.pings += 1;
  // Only now: environments restored from one snapshot would share an id made at initialization. Node.js 18 has no
  // global `crypto`.
  environment.id ??= globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

  const remainingMs = remainingOf(context);
  // Both invocations had the same timeout, so the one's remaining time is ahead of the other's by what lies between.
  const idleMs = lastContext === undefined ? null : Math.max(0, Math.round(remainingMs - remainingOf(lastContext)));
  const spendableMs = Math.max(0, Math.min(remainingMs, MAX_REMAINING_MS) - MARGIN_MS);
  await Promise.all([
    sleep(Math.min(wishedHoldMs(ping, arrivedAt), MAX_HOLD_MS, spendableMs)),
    runHooks(spendableMs),
  ]);
  return { [PING_KEY]: { environmentId: environment.id, coldStart, heldMs: Math.max(0, Date.now() - arrivedAt), pings: environment.pings, idleMs } };
}

/**
 * @param {any} ping
 * @param {any} stream
 * @param {any} context
 */
async function answerByStream(ping, stream, context) {
  const body = JSON.stringify(await answer(ping, context));
  stream.setContentType?.('application/json');
  stream.write(body);
  stream.end();
}

/**
 * @param {any} ping
 * @param {number} now
 */
function wishedHoldMs({ releaseAt, holdMs }, now) {
  if (Number.isFinite(releaseAt)) {
    return releaseAt - now;
  }
  return Number.isFinite(holdMs) ? holdMs : 0;
}

/** @param {any} context */
function remainingOf(context) {
  const remainingMs = context?.getRemainingTimeInMillis?.();
  return Number.isFinite(remainingMs) ? remainingMs : MAX_HOLD_MS + MARGIN_MS;
}

/** @param {number} milliseconds */
function sleep(milliseconds) {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : undefined;
}

/**
 * Runs what `onWarm` registered, all at once, and waits for it as long as the invocation has time.
 *
 * @param {number} milliseconds
 */
async function runHooks(milliseconds) {
  const hooks = environment.hooks.filter((hook) => !environment.running.has(hook));
  if (hooks.length === 0) {
    return;
  }
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds, LATE);
  });
  await Promise.all(hooks.map(async (hook) => {
    try {
      if (await Promise.race([run(hook), late]) === LATE) {
        throw new Error(`still running when the ping had to be answered, after ${Math.round(milliseconds)} ms`);
      }
    } catch (error) {
      reportOnce(hook, error);
    }
  }));
  clearTimeout(timer);
}

/** @param {() => unknown} hook */
async function run(hook) {
  environment.running.add(hook);
  try {
    return await hook();
  } finally {
    environment.running.delete(hook);
  }
}

/**
 * @param {() => unknown} hook
 * @param {unknown} error
 */
function reportOnce(hook, error) {
  if (!environment.failed.has(hook)) {
    environment.failed.add(hook);
    console.error('cdk-lambda-warmer: a function registered by onWarm failed; further failures of it are not logged.', error);
  }
}

/**
 * One line in embedded metric format, written past `console`, which JSON logging would wrap:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param {any} context
 */
function recordStart(context) {
  const { lastContext, pings } = environment;
  if (context !== undefined && context === lastContext) {
    // Another copy of this file has counted the event on its way here.
    return;
  }
  const name = pings === 0 && lastContext === undefined ? 'ColdStart' : 'WarmStart';
  process.stdout.write(`${JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'LambdaWarmer', Dimensions: [['FunctionName']], Metrics: [{ Name: name, Unit: 'Count' }] }],
    },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    [name]: 1,
  })}\n`);
}

exports.withWarming = withWarming;
exports.onWarm = onWarm;
