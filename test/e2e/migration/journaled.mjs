/*
 * Stands before the handler of a guide, and leaves it as it is: notes what the handler has seen and answered, in which process, and
 * since when that has it loaded. Then keeps the environment for as long as the event says, so that requests at once need several.
 */
import { handler as handlerOfGuide } from 'handler-of-guide';
import { journal, sleep } from '../handlers/journal.mjs';

const loadedAt = Date.now();

export const handler = async (event, context) => {
  const answer = await handlerOfGuide(event, context);
  journal(event, context, { answer, loadedAt });
  await sleep(event.hold ?? 0);
  return answer;
};
