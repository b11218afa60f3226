import warmer from 'lambda-warmer';

export const handler = async (event) => {
  if (await warmer(event)) return 'warmed';
  return { statusCode: 200, body: event.rawPath };
};
