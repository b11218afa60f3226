export { onWarm, withWarming } from './index.cjs';
