import { WarmingPayload } from '../payload/warming-payload';
import { ScheduledInvocation } from '../schedule/scheduled-invocation';
import { PingTarget } from '../target/ping-target';

/** More concurrent pings than two rules can carry are a matter of luck: the limit of `FanOut.direct()`. */
const MAX_DIRECT_CONCURRENCY = 10;

/**
 * How long pings that are sent side by side ask to keep their environments busy. EventBridge hands the targets of a
 * rule to Lambda's queue one by one; a ping that has ended before the last has begun gives its environment to that one.
 */
const DIRECT_HOLD_MS = 250;

/** What each way to fan out has to say. */
interface FanOutStrategy {
  /** The most environments that it can warm, and how messages call it. */
  readonly maxConcurrency: number;
  readonly name: string;
  /** What the schedule must invoke at each tick. */
  invocations(target: PingTarget, payload: WarmingPayload, concurrency: number): ScheduledInvocation[];
  /** What is wrong with it for this function, as it stands at synthesis, each a sentence. */
  problemsAtSynthesis(target: PingTarget): string[];
}

/**
 * How one tick of the schedule becomes as many simultaneous pings as environments are to be kept warm.
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
   * which fire independently of each other.
   *
   * Such an invocation is asynchronous: Lambda hands it to the function's destinations and dead-letter queue, so a
   * function that has any of those is refused.
   */
  public static direct(): FanOut {
    return new FanOut(DIRECT);
  }

  private constructor(
    /** @internal */
    public readonly _strategy: FanOutStrategy,
  ) {}
}

const DIRECT: FanOutStrategy = {
  maxConcurrency: MAX_DIRECT_CONCURRENCY,
  name: 'FanOut.direct()',

  invocations: (target, payload, concurrency) => {
    const holdMs = concurrency === 1 ? 0 : DIRECT_HOLD_MS;
    return Array.from({ length: concurrency }, (_, index) => ({
      function: target.function,
      needsPermission: target.needsPermission,
      event: payload._eventOf({ token: target.token, index, of: concurrency, holdMs }),
    }));
  },

  problemsAtSynthesis: (target) => {
    const problems: string[] = [];
    if (target.hasDeadLetterQueue()) {
      problems.push(`${target.name} has a dead-letter queue, to which Lambda would hand a ping that failed, because FanOut.direct() invokes it asynchronously. `
        + 'Remove the dead-letter queue, or warm another function.');
    }
    if (target.hasDestinations()) {
      problems.push(`${target.name} has destinations for asynchronous invocations, to which Lambda would hand the results of pings, because FanOut.direct() invokes it asynchronously. `
        + 'Give the warmer an alias or version that has no destinations of its own.');
    }
    return problems;
  },
};
