import middy from '@middy/core';
import warmup from '@middy/warmup';

export const handler = middy()
  .use(warmup())
  .handler(async (event) => ({ statusCode: 200, body: event.rawPath }));
