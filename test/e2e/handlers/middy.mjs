import middy from '@middy/core';
import warmup from '@middy/warmup';
import { journal } from './journal.mjs';

const warmed = middy().use(warmup()).handler(async () => 'a request');

export const handler = async (event, context) => {
  const answer = await warmed(event, context);
  journal(event, context, { answer });
  return answer;
};
