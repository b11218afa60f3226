const { withWarming } = require('cdk-lambda-warmer-runtime');

exports.handler = withWarming(async (event) => ({ statusCode: 200, body: event.rawPath }));
