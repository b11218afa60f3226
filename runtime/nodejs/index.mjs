import runtime from './index.cjs';

export const { withWarming, onWarm } = runtime;
