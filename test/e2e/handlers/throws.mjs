import { journal } from './journal.mjs';

/** Takes pings for events that it cannot work with. */
export const handler = async (event, context) => {
  journal(event, context);
  throw new TypeError('This event has no order');
};
