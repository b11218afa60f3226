import { createRequire } from 'node:module';

// As users of the layer get it: Lambda puts the layer's folder into NODE_PATH.
const { onWarm, withWarming } = createRequire(import.meta.url)('cdk-lambda-warmer-runtime');
let warmed = 0;
onWarm(async () => {
  warmed += 1;
});
onWarm(() => {
  throw new Error('on warm, on purpose');
});

// By hand and by the layer: once is enough.
export const handler = withWarming(async (event) => ({ event, warmed }));
