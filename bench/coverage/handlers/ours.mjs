import { withWarming } from 'cdk-lambda-warmer-runtime';
import { counted } from './counted.mjs';

export const handler = counted(withWarming(async () => 'done'));
