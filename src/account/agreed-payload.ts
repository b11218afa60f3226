import { literalJsonLength } from '../payload/json-problems';
import { WarmingPayload } from '../payload/warming-payload';
import { MAX_INPUT_LENGTH } from '../schedule/ping-engine';

/** What is wrong with a payload on which a function and the warmer of its account agree, each a sentence. */
export function problemsOfAgreement(payload: WarmingPayload | undefined): string[] {
  if (!(payload instanceof WarmingPayload)) {
    return ["payload is missing. Write the same for all functions and the warmer, such as WarmingPayload.standard({ token: 'a-long-random-text' })."];
  }
  if (payload._problems.length > 0) {
    return [...payload._problems];
  }
  // In place of a stack's token, which only those know who can read that stack.
  if (payload._tokenOf('') === '') {
    return ["payload is WarmingPayload.standard() without a token, which would be that of one stack. Write WarmingPayload.standard({ token: 'a-long-random-text' }), the same for all functions and the warmer."];
  }
  const problems = payload._problemsWith('');
  if (problems.length > 0) {
    return problems;
  }
  const { event } = payload._templateOf('');
  const length = literalJsonLength(event ?? {});
  return [
    ...pathKeysOf(event).map((key) => `the payload has the key '${key}', which Step Functions would read as a path. Write one that does not end in .$.`),
    ...length > MAX_INPUT_LENGTH ? [`the payload has ${length} characters as JSON, at most ${MAX_INPUT_LENGTH} are sent. Write a shorter one: a ping need only be recognized.`] : [],
  ];
}

/** Keys by which a state of a state machine takes a value from its input. */
function pathKeysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [...key.endsWith('.$') ? [key] : [], ...pathKeysOf(item)])
    : [];
}
