exports.handler = (event) => Promise.resolve({ event });
