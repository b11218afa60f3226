import { counted } from './counted.mjs';

// The blowtorch has no protocol: its pings are events like others, and nothing holds them.
export const handler = counted(async () => 'done');
