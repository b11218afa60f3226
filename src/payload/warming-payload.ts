import { Token } from 'aws-cdk-lib';
import { PING_KEY, StandardPing } from './protocol';

/** Fields of a ping by which one lambda-warmer handler pings the next. No configuration changes their names. */
const INVOCATION_FIELD = '__WARMER_INVOCATION__';
const TOTAL_FIELD = '__WARMER_CONCURRENCY__';

/**
 * Options for `WarmingPayload.standard()`.
 */
export interface StandardPayloadOptions {
  /**
   * The token that a function must know to take an event for a ping.
   *
   * Choose one for a function of another stack or app that cannot read its own stack's id. It is no secret from
   * whoever may read the account: it keeps accidents and outsiders from short-circuiting a handler.
   *
   * @default - the GUID in the id of the function's CloudFormation stack; for an imported function, of the warmer's
   */
  readonly token?: string;
}

/**
 * Options for `WarmingPayload.lambdaWarmer()`: the names that the handler was configured with.
 */
export interface LambdaWarmerPayloadOptions {
  /**
   * The field that marks an event as a ping: `flag` in the configuration of both lambda-warmer and lambda-warmer-py.
   *
   * @default 'warmer'
   */
  readonly flagField?: string;

  /**
   * The field that tells how many environments to warm: `concurrency` in the configuration of both.
   *
   * @default 'concurrency'
   */
  readonly concurrencyField?: string;
}

/**
 * One ping, as far as its payload may depend on it.
 *
 * @internal
 */
export interface PingContext {
  /** The token of the function's stack. */
  readonly token: string;
  /** Which of the tick's pings this is, counted from 0. */
  readonly index: number;
  /** How many pings the tick sends. */
  readonly of: number;
  /** How long a ping should keep its environment busy, in milliseconds. 0 for a ping that is alone. */
  readonly holdMs: number;
}

/**
 * What a ping carries, that is: how the function tells it from a real event.
 *
 * Take `standard()` for a new function, and the preset of a system that the handler already knows for one that is
 * being moved.
 */
export class WarmingPayload {
  /**
   * This library's own ping: `{ "cdkLambdaWarmer": { "token": "..." } }`.
   *
   * With a concurrency above 1 it also carries `index`, `of` and `holdMs`, the milliseconds for which the handler
   * should stay busy so that pings sent together reach different environments.
   */
  public static standard(options: StandardPayloadOptions = {}): WarmingPayload {
    const problems = options.token === ''
      ? ['has an empty token: write one that the function knows, or leave `token` out']
      : [];
    const agreed = (token: string) => options.token ?? token;
    return new WarmingPayload(({ token, index, of, holdMs }) => {
      const ping: StandardPing = of === 1 ? { token: agreed(token) } : { token: agreed(token), holdMs, index, of };
      return { [PING_KEY]: ping };
    }, problems, agreed);
  }

  /**
   * The event of `lambda-warmer` (npm) and of `lambda-warmer-py` (PyPI): `{ "warmer": true, "concurrency": 1 }`.
   *
   * Such a handler does its own fan-out when the event's concurrency is above 1, and so needs the permission to
   * invoke itself. Here every environment gets a ping of its own instead, in the form in which one of these handlers
   * pings the next, which it holds for its `delay`.
   */
  public static lambdaWarmer(options: LambdaWarmerPayloadOptions = {}): WarmingPayload {
    const { flagField = 'warmer', concurrencyField = 'concurrency' } = options;
    const problems: string[] = [];
    if (flagField === '' || concurrencyField === '') {
      problems.push('has an empty field name: write `flagField` and `concurrencyField` as the handler is configured with');
    } else if (flagField === concurrencyField) {
      problems.push(`uses '${flagField}' as flagField and as concurrencyField: write two different names`);
    }
    for (const field of [flagField, concurrencyField]) {
      if (field === PING_KEY) {
        problems.push(`uses '${PING_KEY}', the key of the standard ping: write another field name, or take WarmingPayload.standard()`);
      } else if (field === INVOCATION_FIELD || field === TOTAL_FIELD) {
        problems.push(`uses '${field}', which such a handler reads for its own fan-out: write another field name`);
      }
    }
    return new WarmingPayload(({ index, of }) => ({
      [flagField]: true,
      [concurrencyField]: 1,
      // Such a handler holds only those pings that are not the first of their fan-out, so none is called the first.
      ...(of === 1 ? {} : { [INVOCATION_FIELD]: index + 2, [TOTAL_FIELD]: of }),
    }), problems);
  }

  /**
   * The event of `serverless-plugin-warmup`, which `@middy/warmup` expects too: `{ "source": "serverless-plugin-warmup" }`.
   */
  public static serverlessPluginWarmup(): WarmingPayload {
    return new WarmingPayload(() => ({ source: 'serverless-plugin-warmup' }));
  }

  /**
   * The event of OpenNext's warmer (SST's `warm` too), held by the server for `delay` milliseconds:
   * `{ "type": "warmer", "warmerId": "cdk-lambda-warmer", "index": 0, "concurrency": 1, "delay": 0 }`.
   */
  public static openNext(): WarmingPayload {
    return new WarmingPayload(({ index, of, holdMs }) => ({
      type: 'warmer',
      warmerId: 'cdk-lambda-warmer',
      index,
      concurrency: of,
      delay: holdMs,
    }));
  }

  /**
   * An event that is known by its `type`: `ofType('warmer')` is `{ "type": "warmer" }`.
   *
   * @param eventType the event's type, at least one character
   */
  public static ofType(eventType: string): WarmingPayload {
    return new WarmingPayload(() => ({ type: eventType }), eventType === '' ? ["has an empty type: write one that the handler knows, such as 'warmer'"] : []);
  }

  /**
   * No input of our own: the function receives EventBridge's raw event and knows it by
   * `"detail-type": "Scheduled Event"`.
   */
  public static scheduledEvent(): WarmingPayload {
    return new WarmingPayload(() => undefined);
  }

  /**
   * Any event that the handler already understands as a ping.
   *
   * Strings, numbers, booleans, null, arrays and plain objects, at most 8,192 characters as JSON (the quota of
   * EventBridge for a target's input). The key `cdkLambdaWarmer` is reserved for `standard()`.
   *
   * From other languages than TypeScript a null arrives like a missing value: left out of an object, refused in a list.
   *
   * @param payload the event
   */
  public static fromObject(payload: { [key: string]: any }): WarmingPayload {
    if (Token.isUnresolved(payload) || typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      return new WarmingPayload(() => ({}), ['is not an object: write one, such as { warmup: true }']);
    }
    return new WarmingPayload(() => payload, PING_KEY in payload
      ? [`has the key '${PING_KEY}', which is reserved for the standard ping: take WarmingPayload.standard(), or another key`]
      : []);
  }

  /**
   * What is wrong with the payload itself, each the end of a sentence that begins with "the payload".
   *
   * @internal
   */
  public readonly _problems: readonly string[];

  /**
   * The event of one ping; undefined: the raw event of the schedule.
   *
   * @internal
   */
  public readonly _eventOf: (ping: PingContext) => { [key: string]: any } | undefined;

  /**
   * The token that the function has to know, given that of its stack; undefined: no token makes the event a ping.
   *
   * @internal
   */
  public readonly _tokenOf: (stackToken: string) => string | undefined;

  private constructor(
    eventOf: (ping: PingContext) => { [key: string]: any } | undefined,
    problems: readonly string[] = [],
    tokenOf: (stackToken: string) => string | undefined = () => undefined,
  ) {
    this._eventOf = eventOf;
    this._problems = problems;
    this._tokenOf = tokenOf;
  }
}
