/*
 * Answers Invoke as Lambda does for a function of `withWarming`, each time as another environment. Arguments: the files
 * of its key and of its certificate. Writes its port, and ends with its standard input.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const [key, cert] = process.argv.slice(2).map((file) => readFileSync(file));

const server = createServer({ key, cert, keepAlive: true }, async (request, response) => {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  const arrivedAt = Date.now();
  await sleep(Math.max(0, (JSON.parse(body).cdkLambdaWarmer?.releaseAt ?? 0) - arrivedAt));
  const id = randomUUID();
  const heldMs = Date.now() - arrivedAt;
  const log = `START RequestId: ${id} Version: $LATEST\nEND RequestId: ${id}\n`
    + `REPORT RequestId: ${id}\tDuration: ${heldMs}.42 ms\tBilled Duration: ${heldMs + 1} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t\n`;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'x-amzn-RequestId': id,
    'x-amzn-Remapped-Content-Length': '0',
    'X-Amz-Executed-Version': '$LATEST',
    'X-Amz-Log-Result': Buffer.from(log).toString('base64'),
    'X-Amzn-Trace-Id': 'Root=1-67e7c1d0-1f2e3d4c5b6a798081929394;Parent=0123456789abcdef;Sampled=0;Lineage=1:01234567:0',
  });
  response.end(JSON.stringify({ cdkLambdaWarmer: { environmentId: id, coldStart: false, heldMs, pings: 3, idleMs: null } }));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));

process.stdin.on('end', () => process.exit()).resume();
