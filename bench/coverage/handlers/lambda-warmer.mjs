import warmer from 'lambda-warmer';
import { counted } from './counted.mjs';

// As its README shows.
export const handler = counted(async (event) => {
  if (await warmer(event)) {
    return 'warmed';
  }
  return 'done';
});
