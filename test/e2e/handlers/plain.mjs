import { journal, sleep } from './journal.mjs';

/** Knows no ping: it takes its time with everything, as the handlers of the field's other warmers do with pings. */
export const handler = async (event, context) => {
  journal(event, context);
  await sleep(75);
  return 'done';
};
