import warmer from 'lambda-warmer';
import { journal } from './journal.mjs';

const config = JSON.parse(process.env.CONFIG ?? '{}');

export const handler = async (event, context) => {
  const warmed = await warmer(event, config, context);
  journal(event, context, { answer: warmed ? 'warmed' : 'a request' });
  return warmed ? 'warmed' : 'a request';
};
