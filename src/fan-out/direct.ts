import { FanOutRequest, FanOutStrategy } from './strategy';
import { pingEvent } from '../payload/ping-event';
import { TARGETS_PER_RULE } from '../schedule/ping-rules';
import { MAX_PERMISSIONS, PingTarget } from '../target/ping-target';

/** More concurrent pings than two rules can carry are a matter of luck: the limit of `FanOut.direct()`. */
const MAX_DIRECT_CONCURRENCY = 10;

/**
 * How long pings that are sent side by side ask to keep their environments busy. EventBridge hands the targets of a
 * rule to Lambda's queue one by one; a ping that has ended before the last has begun gives its environment to that one.
 */
const DIRECT_HOLD_MS = 250;

const NAME = 'FanOut.direct()';

/** The schedule invokes the function, once for each environment. */
export const DIRECT: FanOutStrategy = {
  name: NAME,
  maxConcurrency: MAX_DIRECT_CONCURRENCY,
  isDirect: true,
  invokesItself: false,
  isVerified: false,

  holdMs: (concurrency) => concurrency === 1 ? 0 : DIRECT_HOLD_MS,

  problems: (request) => {
    const { concurrency, isRule, levels } = request;
    if (!isRule && concurrency > 1) {
      return [`concurrency is ${concurrency} with ${NAME}, but each schedule of EventBridge Scheduler sends one ping, at some moment of its minute, so that they would rarely meet. `
        + 'Write fanOut: FanOut.dispatcher(), or leave fanOut out.'];
    }
    const rules = levels.reduce((sum, level) => sum + Math.ceil(level / TARGETS_PER_RULE), 0);
    return problemsOfRules(request, rules, NAME, concurrency > 1 ? 'fanOut: FanOut.dispatcher()' : undefined);
  },

  inputs: ({ target, payload }, concurrency) => {
    const template = payload._templateOf(target.token);
    const holdMs = DIRECT.holdMs(concurrency);
    return Array.from({ length: concurrency }, (_, index) => ({ event: pingEvent(template, { index, of: concurrency, holdMs }) }));
  },

  apply: ({ scope, target }) => ({
    function: target.function,
    needsPermission: target.needsPermission,
    roleScope: scope,
    problemsAtSynthesis: () => problemsOfAsynchrony(target, NAME),
  }),
};

/** What is wrong with so many rules that each need a permission on the function itself, each a sentence. */
export function problemsOfRules(
  { target, isRule }: FanOutRequest, rules: number, name: string, cure = 'engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, which needs none',
): string[] {
  return isRule && target.needsPermission && rules > MAX_PERMISSIONS
    ? [`the schedule takes ${rules} rules with ${name}, and Lambda has room for the permissions of ${MAX_PERMISSIONS} on one function. Write ${cure}, or simpler windows.`]
    : [];
}

/** What Lambda does with an asynchronous invocation beside running it, each a sentence. To be asked at synthesis. */
export function problemsOfAsynchrony(target: PingTarget, name: string): string[] {
  const problems: string[] = [];
  if (target.hasDeadLetterQueue()) {
    problems.push(`${target.name} has a dead-letter queue, to which Lambda would hand a ping that failed, because ${name} invokes it asynchronously. `
      + 'Write fanOut: FanOut.dispatcher(), or remove the dead-letter queue.');
  }
  if (target.hasDestinations()) {
    problems.push(`${target.name} has destinations for asynchronous invocations, to which Lambda would hand the results of pings, because ${name} invokes it asynchronously. `
      + 'Write fanOut: FanOut.dispatcher(), or give the warmer an alias or version that has no destinations of its own.');
  }
  return problems;
}
