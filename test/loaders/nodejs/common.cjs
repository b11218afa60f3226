module.exports = { handler: async (event) => ({ event, extension: 'cjs' }) };
