import { journal, sleep } from './journal.mjs';

/** Takes longer than its function may. */
export const handler = async (event, context) => {
  journal(event, context);
  await sleep(60_000);
};
