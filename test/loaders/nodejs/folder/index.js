exports.handler = async (event) => ({ event, from: 'folder' });
