import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from './counted.mjs';

const HOLD_MS = Number(process.env.HOLD_MS);

// The 25 ms of serverless-plugin-warmup's README, and the 75 ms of OpenNext.
export const handler = counted(async (event) => {
  if (event.type === 'warmer') {
    await sleep(HOLD_MS);
    return 'warmed';
  }
  return 'done';
});
