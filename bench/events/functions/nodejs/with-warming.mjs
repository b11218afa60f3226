import { withWarming } from 'cdk-lambda-warmer-runtime';

export const handler = withWarming(async (event) => ({ statusCode: 200, body: event.rawPath }));
