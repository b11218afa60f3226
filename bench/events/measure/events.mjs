/*
 * Measures one handler in this process and no other: call sites that have seen several handlers are slower for all of
 * them. Arguments: the handler's file, and a ping that the handler must answer by itself, if it can.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const LOOPS = 9;
const LOOP_NS = 100e6;

const [file, ping] = process.argv.slice(2);

let logged = 0;
console.log = () => {
  logged += 1;
};

const { handler } = await import(pathToFileURL(file));
const event = JSON.parse(readFileSync(new URL('../event.json', import.meta.url), 'utf8'));
const deadline = Date.now() + 900_000;
const context = {
  callbackWaitsForEmptyEventLoop: true,
  functionVersion: '$LATEST',
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  memoryLimitInMB: '128',
  logGroupName: '/aws/lambda/orders',
  logStreamName: '2026/03/12/[$LATEST]0123456789abcdef0123456789abcdef',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:orders',
  awsRequestId: '8f5d6b1e-3c0a-4f43-9d0c-6a3f6a1b2c3d',
  getRemainingTimeInMillis: () => deadline - Date.now(),
};

async function loop(events) {
  const start = process.hrtime.bigint();
  for (let count = 0; count < events; count++) {
    await handler(event, context);
  }
  return Number(process.hrtime.bigint() - start);
}

// Finding out how many events fill a loop lets the compiler finish its work too.
let events = 1000;
while (await loop(events) < LOOP_NS) {
  events *= 2;
}
const nsPerEvent = [];
for (let count = 0; count < LOOPS; count++) {
  nsPerEvent.push(await loop(events) / events);
}

// A number is worth nothing if it is of a handler that logs, or of one that would not have known a ping.
if (logged > 0) {
  throw new Error(`${file} logs on events that are no pings.`);
}
if (ping !== undefined && (await handler(JSON.parse(ping), context))?.statusCode === 200) {
  throw new Error(`${file} does not know its ping.`);
}
process.stdout.write(JSON.stringify({ nsPerEvent }));
