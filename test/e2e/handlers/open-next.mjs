import { journal, sleep } from './journal.mjs';

const serverId = crypto.randomUUID();

/** Answers a ping as the Lambda wrapper of OpenNext does. */
export const handler = async (event, context) => {
  journal(event, context);
  await sleep(event.delay);
  return { serverId, type: 'warmer' };
};
