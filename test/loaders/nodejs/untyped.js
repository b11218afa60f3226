// No package.json says that this is an ES module, but its syntax does.
await null;
export const handler = async (event) => ({ event, untyped: true });
