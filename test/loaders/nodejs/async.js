exports.handler = async (event, context) => ({ event, id: context.awsRequestId, name: process.env._HANDLER });
