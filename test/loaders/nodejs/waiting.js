require('net').createServer().listen(0, '127.0.0.1');
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  callback(null, { event });
};
