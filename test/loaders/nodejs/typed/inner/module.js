export const handler = async (event) => ({ event, inner: true });
