import { withWarming } from 'cdk-lambda-warmer-runtime';
import { journal } from './journal.mjs';

const answer = withWarming(async () => 'done');

/** Counts each ping by itself, before anything answers it. */
export const handler = async (event, context) => {
  journal(event, context);
  return answer(event, context);
};
