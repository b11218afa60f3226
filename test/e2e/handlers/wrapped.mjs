import { withWarming } from 'cdk-lambda-warmer-runtime';
import { handler as plain } from './plain.mjs';

export const handler = withWarming(plain);
