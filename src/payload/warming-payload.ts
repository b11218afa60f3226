import { Token } from 'aws-cdk-lib';
import { jsonProblems, withSortedKeys } from './json-problems';
import { INVOCATION_FIELD, PingProtocol, PingTemplate, TOTAL_FIELD } from './ping-event';
import { PING_KEY } from './protocol';

/** For how long such a handler waits if nobody configures its `delay`: https://www.npmjs.com/package/lambda-warmer */
const LAMBDA_WARMER_DELAY_MS = 75;

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
 * What a ping carries, that is: how the function tells it from a real event.
 *
 * Take `standard()` for a new function, and the preset of a system that the handler already knows for one that is
 * being moved.
 *
 * @example
 * declare const fn: lambda.Function;
 *
 * new LambdaWarmer(this, 'Warmer', { target: fn, payload: WarmingPayload.ofType('warmer') });
 */
export class WarmingPayload {
  /**
   * This library's own ping: `{ "cdkLambdaWarmer": { "token": "..." } }`.
   *
   * With a concurrency above 1 it also carries `index`, `of`, and until when the handler should stay busy so that pings
   * sent together reach different environments: the moment `releaseAt` from the dispatcher, the milliseconds `holdMs`
   * with `FanOut.direct()`.
   */
  public static standard(options: StandardPayloadOptions = {}): WarmingPayload {
    const problems = options.token === ''
      ? ['has an empty token: write one that the function knows, or leave `token` out']
      : [];
    const agreed = (token: string) => options.token ?? token;
    return new WarmingPayload(PingProtocol.STANDARD, (token) => ({ [PING_KEY]: { token: agreed(token) } }), problems, agreed);
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
    const event = { [flagField]: true, [concurrencyField]: 1 };
    return new WarmingPayload(PingProtocol.LAMBDA_WARMER, () => event, problems, undefined, concurrencyField);
  }

  /**
   * The event of `serverless-plugin-warmup`, which `@middy/warmup` expects too: `{ "source": "serverless-plugin-warmup" }`.
   */
  public static serverlessPluginWarmup(): WarmingPayload {
    return new WarmingPayload(PingProtocol.FIXED, () => ({ source: 'serverless-plugin-warmup' }));
  }

  /**
   * The event of OpenNext's warmer (SST's `warm` too), held by the server for `delay` milliseconds:
   * `{ "type": "warmer", "warmerId": "cdk-lambda-warmer", "index": 0, "concurrency": 1, "delay": 0 }`.
   */
  public static openNext(): WarmingPayload {
    return new WarmingPayload(PingProtocol.OPEN_NEXT, () => ({ type: 'warmer', warmerId: 'cdk-lambda-warmer' }));
  }

  /**
   * An event that is known by its `type`: `ofType('warmer')` is `{ "type": "warmer" }`.
   *
   * @param eventType the event's type, at least one character
   */
  public static ofType(eventType: string): WarmingPayload {
    return new WarmingPayload(PingProtocol.FIXED, () => ({ type: eventType }), eventType === '' ? ["has an empty type: write one that the handler knows, such as 'warmer'"] : []);
  }

  /**
   * No input of our own: the function receives EventBridge's raw event and knows it by
   * `"detail-type": "Scheduled Event"`. EventBridge Scheduler's has `aws.scheduler` as `source`. From the dispatcher comes
   * one that is like a rule's, without the rule in `resources`.
   */
  public static scheduledEvent(): WarmingPayload {
    return new WarmingPayload(PingProtocol.SCHEDULED_EVENT, () => undefined);
  }

  /**
   * Any event that the handler already understands as a ping.
   *
   * Strings, numbers, booleans, null, arrays and plain objects; sent by a rule, at most 8,192 characters as JSON (the
   * quota of EventBridge for a target's input). Keys are sent in the order of the alphabet. The key `cdkLambdaWarmer` is reserved
   * for `standard()`.
   *
   * From other languages than TypeScript a null arrives like a missing value: left out of an object, refused in a list.
   *
   * @param payload the event
   */
  public static fromObject(payload: { [key: string]: any }): WarmingPayload {
    if (Token.isUnresolved(payload) || typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      return new WarmingPayload(PingProtocol.FIXED, () => ({}), ['is not an object: write one, such as { warmup: true }']);
    }
    const event = jsonProblems(payload).length === 0 ? withSortedKeys(payload) : payload;
    return new WarmingPayload(PingProtocol.FIXED, () => event, PING_KEY in payload
      ? [`has the key '${PING_KEY}', which is reserved for the standard ping: take WarmingPayload.standard(), or another key`]
      : []);
  }

  /**
   * What is wrong with the payload itself, each a sentence.
   *
   * @internal
   */
  public readonly _problems: readonly string[];

  /**
   * The same, and what is wrong with its events, given the token of the function's stack.
   *
   * @internal
   */
  public readonly _problemsWith: (stackToken: string) => string[];

  /**
   * Whether answers name the environment that they come from.
   *
   * @internal
   */
  public readonly _namesEnvironment: boolean;

  /**
   * Whether answers tell for how long the environment was busy.
   *
   * @internal
   */
  public readonly _tellsHold: boolean;

  /**
   * For how long a handler waits on a ping that has company, if it is asked to wait for so many milliseconds.
   *
   * @internal
   */
  public readonly _heldMs: (askedMs: number) => number;

  /**
   * What all pings have in common, given the token of the function's stack.
   *
   * @internal
   */
  public readonly _templateOf: (stackToken: string) => PingTemplate;

  /**
   * The token that the function has to know, given that of its stack; undefined: no token makes the event a ping.
   *
   * @internal
   */
  public readonly _tokenOf: (stackToken: string) => string | undefined;

  private constructor(
    protocol: PingProtocol,
    eventOf: (stackToken: string) => { [key: string]: any } | undefined,
    problems: readonly string[] = [],
    tokenOf: (stackToken: string) => string | undefined = () => undefined,
    /**
     * The field in which a handler reads how many pings to send by itself; undefined: it sends none.
     *
     * @internal
     */
    public readonly _concurrencyField?: string,
  ) {
    this._namesEnvironment = [PingProtocol.STANDARD, PingProtocol.OPEN_NEXT].includes(protocol);
    this._tellsHold = protocol === PingProtocol.STANDARD;
    this._heldMs = (askedMs) => {
      const own = protocol === PingProtocol.LAMBDA_WARMER ? LAMBDA_WARMER_DELAY_MS : 0;
      return this._namesEnvironment ? askedMs : own;
    };
    this._templateOf = (stackToken) => ({ protocol, event: eventOf(stackToken) });
    this._problems = problems.map(toSentence);
    this._problemsWith = (token) => [...this._problems, ...jsonProblems(eventOf(token) ?? {}).map(toSentence)];
    this._tokenOf = tokenOf;
  }
}

function toSentence(problem: string): string {
  return `the payload ${problem}.`;
}
