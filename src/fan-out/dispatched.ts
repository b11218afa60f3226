import { Lazy, Token } from 'aws-cdk-lib';
import { warnOfAccount } from './concurrency';
import { Dispatcher } from './dispatcher';
import { DispatcherOptions } from './dispatcher-options';
import { FanOutRequest, FanOutStrategy } from './strategy';
import { MetricName, pingsAtOnce, Plan, PlanEntry } from '../dispatcher/plan';

/**
 * What one invocation of the dispatcher can be in charge of: it reads some 200 characters of each ping, and waits for 25
 * shards. Nor would more be warm soon: Lambda starts 1,000 environments of a function in 10 seconds, and no more, so that
 * these take ten ticks. https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
 */
const MAX_CONCURRENCY = 10_000;

/**
 * The most characters of an ARN, alias included, which mostly is known at deployment only:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, `FunctionName`
 */
export const LONGEST_ARN = 170;
/** Characters, 1,011 of them of the name: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, `Name` */
const LONGEST_PARAMETER_ARN = 1100;
/** All that one invocation sends wait for its last one; docs/benchmarks.md holds it against what is measured. */
const HOLD_MS_PER_PING = 1;
const ALL_METRICS_LENGTH = JSON.stringify(Object.values(MetricName)).length;

/** The schedule invokes the dispatcher of the stack, and that the function. */
export function dispatched(options: DispatcherOptions): FanOutStrategy {
  return {
    name: 'FanOut.dispatcher()',
    maxConcurrency: MAX_CONCURRENCY,
    isDirect: false,
    invokesItself: false,
    isVerified: true,

    holdMs: (concurrency) => concurrency === 1 ? 0 : pingsAtOnce(concurrency) * HOLD_MS_PER_PING,

    problems: ({ scope }) => Dispatcher.problems(scope, options),

    inputs: (request, concurrency) => {
      const { entry, unknownLength } = planEntry(request, concurrency);
      const plan: Plan = { plan: [entry] };
      return [{ event: plan, unknownLength }];
    },

    apply({ scope, target, concurrency, isRule, levels, override }) {
      const dispatcher = Dispatcher.of(scope, options);
      const most = override?.maxConcurrency ?? concurrency;
      dispatcher.serve(target.function.functionArn, most);
      if (isRule) {
        dispatcher.expectRules(levels.length);
      }
      if (override) {
        // Created only now: the stack may have refused the dispatcher.
        dispatcher.letRead(override.parameter);
      }
      return {
        function: dispatcher.function,
        needsPermission: true,
        roleScope: dispatcher,
        problemsAtSynthesis: () => {
          warnOfAccount(scope, 'The warmer', most);
          return dispatcher.problemsAtSynthesis(most);
        },
      };
    },
  };
}

/** What a plan says of one function, and how many characters of that are known at deployment only, at the most. */
export function planEntry(
  { target, payload, everySeconds, metrics, override }: FanOutRequest, concurrency: number,
): { readonly entry: PlanEntry; readonly unknownLength: number } {
  const arn = target.function.functionArn;
  const entry: PlanEntry = {
    function: arn,
    concurrency,
    ...payload._templateOf(target.token),
    ...everySeconds !== undefined && { everySeconds },
    ...metrics && { metrics: Lazy.uncachedAny({ produce: metrics }) as any },
    ...override && { parameter: override.readBy, maxConcurrency: override.maxConcurrency },
  };
  // The stack's token is not reckoned with: a payload that has it is short.
  const unknownLength = (Token.isUnresolved(arn) ? LONGEST_ARN : 0) + (metrics ? ALL_METRICS_LENGTH : 0)
    + (override && Token.isUnresolved(override.readBy) ? LONGEST_PARAMETER_ARN : 0);
  return { entry, unknownLength };
}
