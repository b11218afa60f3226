const ready = await new Promise((resolve) => setTimeout(resolve, 20, 'ready'));
export const handler = async (event) => ({ event, ready });
export default { inner: async (event) => ({ event, ready, by: 'default' }) };
