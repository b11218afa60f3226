// Runs once for each execution environment: what a warm one has behind it.
const environment = Math.random().toString(36).slice(2, 10);
const initializedAt = Date.now();

exports.handler = async () => {
  // Stands for the work of a request.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { statusCode: 200, body: JSON.stringify({ environment, initializedAt }) };
};
