import { DIRECT } from './direct';
import { dispatched } from './dispatched';
import { DispatcherOptions } from './dispatcher-options';
import { SELF_INVOKE } from './self-invoke';
import { FanOutStrategy } from './strategy';

/**
 * How one tick of the schedule becomes as many simultaneous pings as environments are to be kept warm.
 *
 * @example
 * declare const fn: lambda.Function;
 *
 * new LambdaWarmer(this, 'Warmer', {
 *   target: fn,
 *   concurrency: 50,
 *   fanOut: FanOut.dispatcher({ logRetention: logs.RetentionDays.ONE_MONTH }),
 * });
 */
export class FanOut {
  /**
   * The schedule invokes the function itself, once for each environment: no other function, nothing to pay for but
   * the pings.
   *
   * With a concurrency of 1 that is all it takes. Above, up to 10, it is best effort: Lambda gives two pings two
   * environments only while both are running, EventBridge sends them when it gets to it, and nobody counts what they
   * reached. Pings of the standard and the OpenNext payload ask to be held for 250 ms; with the others it depends on
   * how long the handler takes. Up to 5 pings come from one rule and start together; more are split over two rules,
   * which fire independently of each other. With EventBridge Scheduler, each ping would: there a concurrency above 1 is
   * refused.
   *
   * Such an invocation is asynchronous: Lambda hands it to the function's destinations and dead-letter queue, so a
   * function that has any of those is refused.
   */
  public static direct(): FanOut {
    return new FanOut(DIRECT);
  }

  /**
   * The schedule invokes a dispatcher, one function for all warmers of the stack, which sends all pings at once, up to
   * 10,000, and counts the environments that answered.
   *
   * Above 400, further invocations of the dispatcher send them, each up to 400 of them, and all with the same moment of
   * release: its shards. The dispatcher is permitted to invoke itself where a warmer asks for that.
   *
   * Each ping is held until the same moment, no longer than it takes for all to arrive, so that no two meet in one
   * environment. Where some did, further waves follow, at most four in all. What was reached, and what failed and why,
   * is a line of the dispatcher's log for each function and tick.
   *
   * It works for payloads whose handlers answer with their environment: standard and OpenNext. With the others it
   * sends one wave, unless rate limits refuse pings, and says that the coverage is unknown.
   *
   * @param options of the dispatcher
   */
  public static dispatcher(options: DispatcherOptions = {}): FanOut {
    return new FanOut(dispatched(options), options);
  }

  /**
   * The schedule invokes the function once, and its handler, which has `lambda-warmer` (npm) or `lambda-warmer-py`
   * (PyPI) in it, invokes itself as often as it needs.
   *
   * For functions that have been warmed like that already: they get the permission to invoke themselves. It takes
   * `WarmingPayload.lambdaWarmer()`, is best effort and counts nothing; a function in a VPC needs a route to the
   * Lambda API.
   */
  public static selfInvoke(): FanOut {
    return new FanOut(SELF_INVOKE);
  }

  private constructor(
    /** @internal */
    public readonly _strategy: FanOutStrategy,
    /** @internal */
    public readonly _dispatcher?: DispatcherOptions,
  ) {}
}
