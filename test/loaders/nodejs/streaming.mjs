export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  stream.setContentType('text/plain');
  stream.write(`${context.awsRequestId}:`);
  stream.write(JSON.stringify(event));
  stream.end();
}, { highWaterMark: 1024 });

export const http = awslambda.streamifyResponse(async (event, stream) => {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
  response.write(JSON.stringify(event));
  response.end();
});

export const failing = awslambda.streamifyResponse(async () => {
  throw new RangeError('while streaming');
});
