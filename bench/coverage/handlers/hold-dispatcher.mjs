import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const { FUNCTION_NAME, CONCURRENCY } = process.env;
const lambda = new LambdaClient({});

// What the warmers of serverless-plugin-warmup and of OpenNext do, with the client as it comes: over 50 sockets.
export async function handler() {
  await Promise.all(Array.from({ length: Number(CONCURRENCY) }, () => lambda.send(new InvokeCommand({
    FunctionName: FUNCTION_NAME,
    InvocationType: 'RequestResponse',
    Payload: JSON.stringify({ type: 'warmer' }),
  }))));
}
