const { connect } = require('node:net');
const { onWarm } = require('cdk-lambda-warmer-runtime');

const [host, port] = process.env.CACHE.split(':');
// Once for each execution environment, outside of the handler: requests find it open. One that is lost is opened anew.
let connection = open();

function open() {
  const waiting = [];
  const socket = connect({ host, port: Number(port), keepAlive: true }).setEncoding('utf8');
  let received = '';
  socket.on('data', (text) => {
    const answers = (received + text).split('\r\n');
    received = answers.pop();
    answers.forEach((answer) => waiting.shift().resolve(answer));
  });
  socket.on('error', (error) => console.log(`${error}`));
  socket.on('close', () => {
    connection = undefined;
    waiting.forEach(({ reject }) => reject(new Error('The cache has closed the connection.')));
  });
  return { socket, waiting };
}

/** Sends one command to the Redis server, whose answers come in the order of the commands, here each in one line. */
function ask(command) {
  connection ??= open();
  const { socket, waiting } = connection;
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    socket.write(`${command}\r\n`);
  });
}

// A server closes connections on which nothing happens. Each ping makes something happen.
onWarm(() => ask('PING'));

exports.handler = async () => {
  const answer = await ask('INCR visits');
  return { statusCode: 200, body: answer };
};
