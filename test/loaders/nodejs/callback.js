exports.handler = (event, context, callback) => callback(null, { event, id: context.awsRequestId });
exports.failing = (event, context, callback) => callback(new TypeError('by callback'));
exports.rest = (...args) => args.at(-1)(null, { event: args[0], count: args.length });
