console.log('orders: cold start');

exports.handler = async (event) => {
  // As the plugin's README has it.
  if (event.source === 'serverless-plugin-warmup') {
    console.log('WarmUp - Lambda is warm!');
    return 'Lambda is warm!';
  }
  return { statusCode: 200, body: 'ordered' };
};
