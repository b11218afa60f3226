// Runs once for each execution environment: what a warm one has behind it.
const environment = Math.random().toString(36).slice(2, 10);
let coldStart = true;

exports.handler = async (event) => {
  const ping = event.cdkLambdaWarmer;
  console.log(JSON.stringify({ environment, coldStart, ping: ping !== undefined }));
  coldStart = false;

  if (ping) {
    // Staying busy for a moment sends the pings that came with this one to other environments.
    await new Promise((resolve) => setTimeout(resolve, ping.holdMs ?? 0));
    return { environment };
  }
  return { statusCode: 200, body: 'Hello!' };
};
