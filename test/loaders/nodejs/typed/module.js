await null;
export const handler = async (event) => ({ event, url: import.meta.url.split('/').at(-1) });
