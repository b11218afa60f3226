import middy from '@middy/core';

export const handler = middy().handler(async (event) => ({ statusCode: 200, body: event.rawPath }));
