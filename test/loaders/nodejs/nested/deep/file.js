exports.handler = async (event) => ({ event, from: __filename.split('/').slice(-3).join('/') });
exports.api = { v1: { handler: async (event) => ({ event, version: 1 }) } };
