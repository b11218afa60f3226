import { IConstruct } from 'constructs';
import { Instrumentation, warnUnanswered } from './instrumentation';
import { RECORD_STARTS_VARIABLE, TOKEN_VARIABLE } from './protocol';
import { ShortCircuit } from './short-circuit';
import { WarmingPayload } from '../payload/warming-payload';
import { PingTarget } from '../target/ping-target';

/** How a warmer wants its pings to be answered. */
export interface ShortCircuitOptions {
  /** `ShortCircuit.auto()` if left out. */
  readonly shortCircuit?: ShortCircuit;
  readonly payload: WarmingPayload;
  readonly recordStarts?: boolean;
}

/** What came of it. */
export interface AppliedShortCircuit {
  /** What is wrong, each a sentence. */
  readonly problems: readonly string[];
  /** What is wrong with the function as the template has it, each a sentence. To be asked at synthesis. */
  problemsAtSynthesis(): string[];
}

/** Lets what a warmer pings answer by itself, if that was asked for and can be done. */
export function applyShortCircuit(scope: IConstruct, target: PingTarget, options: ShortCircuitOptions): AppliedShortCircuit {
  const { payload, recordStarts = false } = options;
  const { _wish: wish } = options.shortCircuit ?? ShortCircuit.auto();
  const token = payload._tokenOf(target.token);
  if (token === undefined) {
    // Of another kind: the handler knows it already.
    return refused([
      ...wish.isRequired ? ['the layer answers the pings of WarmingPayload.standard() only. Take that payload, or write shortCircuit: ShortCircuit.inHandler().'] : [],
      ...recordStarts ? ['recordStarts needs WarmingPayload.standard(): the code that counts starts is what answers its pings. Take that payload, or leave recordStarts out.'] : [],
    ]);
  }
  // Chosen by the user, and not taken from a stack.
  const isAgreed = payload._tokenOf('') !== '';
  const obstacle = obstacleOf(target, isAgreed);
  if (obstacle === undefined) {
    const instrumentation = Instrumentation.of(target.ownFunction!);
    const problems = instrumentation.request({ scope, wish, token, recordStarts });
    return { problems, problemsAtSynthesis: () => instrumentation.problemsAtSynthesis(scope) };
  }
  if (wish.isRequired) {
    return refused([`${target.name} cannot get a layer: ${obstacle.reason}. ${obstacle.cure}`]);
  }
  if (wish.kind === 'layer' || (!target.ownFunction && !isAgreed)) {
    warnUnanswered(scope, { name: target.name, recordStarts, ...obstacle });
  }
  return refused(recordStarts && wish.kind === 'handler'
    ? [`recordStarts changes nothing about ${target.name}: ${obstacle.reason}. Set ${RECORD_STARTS_VARIABLE} to true in its environment where it is created, and leave recordStarts out here.`]
    : []);
}

function refused(problems: readonly string[]): AppliedShortCircuit {
  return { problems, problemsAtSynthesis: () => [] };
}

/** Why nothing about the target can be changed, and what to do about it. */
function obstacleOf(target: PingTarget, isAgreed: boolean): { reason: string; cure?: string } | undefined {
  if (!target.ownFunction) {
    return {
      reason: 'it is imported, so this app cannot change it',
      cure: isAgreed
        ? `Set ${TOKEN_VARIABLE} to the payload's token where the function is created, and write shortCircuit: ShortCircuit.inHandler() here.`
        : `Choose a token, set ${TOKEN_VARIABLE} to it where the function is created, and write payload: WarmingPayload.standard({ token }) and shortCircuit: ShortCircuit.inHandler() here.`,
    };
  }
  return target.isPublishedEarlier
    ? {
      reason: 'it is a version that was published earlier, which nothing changes any more',
      cure: 'Publish a new one, by currentVersion or an alias on it, and pass that.',
    }
    : undefined;
}
