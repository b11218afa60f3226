import { execFile } from 'child_process';
import dns, { LookupAddress } from 'dns';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as http from 'http';
import * as https from 'https';
import { Socket } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { signedByAws, signingTimeOf } from './aws-signer';
import { selfSigned } from './certificate';
import { closeAll, deadPort, later, LocalServer, nothingResolves, Received, respond, serve, serveRaw, until } from './local-server';
import { ARN, ENTRY } from './waves';
import { LambdaCarrier } from '../../src/dispatcher/lambda-carrier';
import { Outcome } from '../../src/dispatcher/outcome';
import { PlanEntry } from '../../src/dispatcher/plan';
import { PingProtocol } from '../../src/payload/ping-event';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'IQoJb3JpZ2luX2VjE//x+y==' };
const HERE = { address: '127.0.0.1', family: 4 };
const PROJECT_FOLDER = path.join(__dirname, '..', '..');

beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
  process.env.AWS_SESSION_TOKEN = CREDENTIALS.sessionToken;
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  closeAll();
});

function carrierTo(endpoint: string, entry: Partial<PlanEntry> = {}): LambdaCarrier {
  const carrier = new LambdaCarrier({ ...ENTRY, ...entry }, endpoint);
  later(() => carrier.close());
  return carrier;
}

/** Has every name lead to these addresses. */
function resolveTo(...addresses: readonly LookupAddress[]): jest.SpyInstance {
  return jest.spyOn(dns, 'lookup').mockImplementation(((_host: string, { all }: dns.LookupOptions, done: (...args: unknown[]) => void) =>
    all ? done(null, addresses) : done(null, addresses[0].address, addresses[0].family)) as never);
}

/** Far enough away to be of no account. */
function inTime(): number {
  return Date.now() + 60_000;
}

function wave(carrier: LambdaCarrier, pings: number): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: pings }, (_, index) => carrier.ping({ index }, inTime())));
}

/** Answers once so many requests wait for it: a ping that is not sent beside the others waits in vain. */
function whenAllAreHere(count: number) {
  let waiting: (() => void)[] = [];
  return ({ body }: Received, response: http.ServerResponse) => {
    waiting.push(() => respond(response, { cdkLambdaWarmer: { environmentId: `e${JSON.parse(body).index}`, coldStart: false, heldMs: 1, idleMs: null } }));
    if (waiting.length === count) {
      waiting.forEach((answer) => answer());
      waiting = [];
    }
  };
}

const environments = (count: number) => Array.from({ length: count }, (_, index) => expect.objectContaining({ kind: 'answered', environment: `e${index}` }));

describe('against a local server, connections', () => {
  test.each([1, 2, 50])('are open before the first ping, which all go out at once, each by one of them, in later waves too: %i', async (count) => {
    const server = await serve(whenAllAreHere(count));
    const carrier = carrierTo(server.url);
    await carrier.prepare(count);
    await until(() => server.connections.length === count);
    expect(server.received).toEqual([]);

    for (const waves of [1, 2, 3]) {
      expect(await wave(carrier, count)).toEqual(environments(count));
      expect([server.received.length, server.connections.length, server.used]).toEqual([waves * count, count, count]);
    }
  });

  test('are opened at need where none were prepared', async () => {
    const server = await serve(whenAllAreHere(3));
    const carrier = carrierTo(server.url);
    expect(await wave(carrier, 3)).toEqual(environments(3));
    expect(await wave(carrier, 3)).toEqual(environments(3));
    expect([server.connections.length, server.used]).toEqual([3, 3]);
  });

  test('are opened at need beyond those that were prepared', async () => {
    const server = await serve(whenAllAreHere(5));
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    expect(await wave(carrier, 5)).toEqual(environments(5));
    expect([server.connections.length, server.used]).toEqual([5, 5]);
  });

  test('are all closed in the end, used or not', async () => {
    const server = await serve(whenAllAreHere(2));
    const carrier = carrierTo(server.url);
    await carrier.prepare(4);
    await wave(carrier, 2);
    await until(() => server.connections.length === 4);
    expect(server.open).toBe(4);
    carrier.close();
    await until(() => server.open === 0);
  });

  test('that were opened at need are closed in the end too', async () => {
    const server = await serve(whenAllAreHere(2));
    const carrier = carrierTo(server.url);
    await wave(carrier, 2);
    expect(server.open).toBe(2);
    carrier.close();
    await until(() => server.open === 0);
  });

  test('are not opened any more in the end', async () => {
    const server = await serve(() => undefined);
    const lookup = jest.spyOn(dns, 'lookup').mockReturnValue(undefined as never);
    const carrier = carrierTo(server.url);
    const ready = carrier.prepare(2);
    carrier.close();
    (lookup.mock.calls[0] as unknown as [string, object, Function])[2](null, [HERE]);
    await ready;
    // What had been opened all the same would be closed by nobody.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.open).toBe(0);
  });

  test.each<[string, typeof http.Agent, number]>([
    ['http', http.Agent, 80],
    ['https', https.Agent, 443],
  ])('go to the usual port of %s', async (scheme, Agent, port) => {
    resolveTo(HERE);
    const dial = jest.spyOn(Agent.prototype, 'createConnection').mockImplementation(() => {
      const socket = new Socket();
      setImmediate(() => socket.destroy(new Error('no further')));
      return socket;
    });
    await carrierTo(`${scheme}://lambda.test`).prepare(1);
    expect(dial.mock.calls).toEqual([[expect.objectContaining({ host: 'lambda.test', port })]]);
  });

  test('that are still being opened in the end are closed too', async () => {
    // Accepts a connection and says nothing, so that no TLS comes about.
    const server = await serveRaw((socket) => socket.resume());
    resolveTo(HERE);
    const carrier = carrierTo(`https://lambda.test:${server.port}`);
    void carrier.prepare(2);
    await until(() => server.connections.length === 2);
    carrier.close();
    await until(() => server.open === 0);
  });

  test('that take too long are not waited for any longer', async () => {
    const server = await serveRaw((socket) => socket.resume());
    resolveTo(HERE);
    jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'performance', 'setImmediate', 'queueMicrotask'] });
    let isReady = false;
    const ready = carrierTo(`https://lambda.test:${server.port}`).prepare(1).then(() => (isReady = true));
    await until(() => server.connections.length === 1);
    await jest.advanceTimersByTimeAsync(4999);
    expect(isReady).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await ready;
    // Nor do they stand in the way of those that the pings open.
    await until(() => server.open === 0);
  });

  test('are waited for no longer than it takes, and no timer is left', async () => {
    const server = await serve(() => undefined);
    jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'performance', 'setImmediate', 'queueMicrotask'] });
    await carrierTo(server.url).prepare(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that the server has closed while they were idle are replaced', async () => {
    const server = await serve(whenAllAreHere(2));
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    await until(() => server.connections.length === 2);
    server.connections.forEach((socket) => socket.end());
    // Closed by both sides.
    await until(() => server.open === 0);
    expect(await wave(carrier, 2)).toEqual(environments(2));
    expect(server.connections).toHaveLength(4);
  });

  test('that the server has reset while they were idle are replaced', async () => {
    const server = await serve(whenAllAreHere(2));
    const opened: Socket[] = [];
    const { createConnection } = http.Agent.prototype;
    jest.spyOn(http.Agent.prototype, 'createConnection').mockImplementation(function (this: http.Agent, ...args) {
      opened.push(createConnection.apply(this, args) as Socket);
      return opened[opened.length - 1];
    });
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    await until(() => server.connections.length === 2);
    server.connections.forEach((socket) => socket.resetAndDestroy());
    await until(() => opened.every(({ destroyed }) => destroyed));
    expect(await wave(carrier, 2)).toEqual(environments(2));
  });

  test.each([
    ['end', (socket: Socket) => socket.end()],
    ['destroy', (socket: Socket) => socket.destroy()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('that the server closes while a ping goes out by them cost that ping at most: %s', async (_how, end) => {
    const server = await serve((_received, response) => respond(response, 'null'));
    for (let attempt = 0; attempt < 10; attempt++) {
      const carrier = carrierTo(server.url);
      await carrier.prepare(2);
      await until(() => server.connections.length >= 2);
      server.connections.forEach(end);
      for (const { kind } of await wave(carrier, 2)) {
        expect(['answered', 'failed']).toContain(kind);
      }
    }
  });

  test('that the server closes after each answer are replaced in the next wave', async () => {
    const server = await serve((_received, response) => respond(response, 'null', 200, { Connection: 'close' }));
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    for (const connections of [2, 4]) {
      expect(await wave(carrier, 2)).toEqual([expect.objectContaining({ kind: 'answered' }), expect.objectContaining({ kind: 'answered' })]);
      expect(server.connections).toHaveLength(connections);
    }
  });
});

describe('against a local server by name', () => {
  test('the name is resolved once for all connections, which are spread over its addresses of one kind', async () => {
    const server = await serve(whenAllAreHere(4));
    const [one, other] = [{ address: '192.0.2.1', family: 4 }, { address: '192.0.2.2', family: 4 }];
    const lookup = resolveTo(one, { address: '2001:db8::1', family: 6 }, other);
    const dialled: unknown[] = [];
    const { createConnection } = http.Agent.prototype;
    jest.spyOn(http.Agent.prototype, 'createConnection').mockImplementation(function (this: http.Agent, options, ...args) {
      const { lookup: pinned, host } = options as { lookup: Function; host: string };
      pinned(host, { all: true }, (_error: unknown, addresses: object[]) => dialled.push(...addresses));
      pinned(host, {}, (_error: unknown, address: string, family: number) => dialled.push({ address, family }));
      return createConnection.call(this, { ...options, host: '127.0.0.1', lookup: undefined }, ...args);
    });
    const carrier = carrierTo(`http://lambda.test:${server.port}`);
    await carrier.prepare(4);
    expect(lookup.mock.calls).toEqual([['lambda.test', { all: true, order: 'ipv4first' }, expect.any(Function)]]);
    expect(dialled).toEqual([one, one, other, other, one, one, other, other]);

    expect(await wave(carrier, 4)).toEqual(environments(4));
    expect([server.connections.length, lookup.mock.calls.length]).toEqual([4, 1]);
    expect(server.received.map(({ headers }) => headers.host)).toEqual(Array(4).fill(`lambda.test:${server.port}`));
  });

  test('that does not exist, each ping has failed', async () => {
    nothingResolves();
    const carrier = carrierTo('http://lambda.invalid');
    await carrier.prepare(2);
    expect(await wave(carrier, 2)).toEqual(Array(2).fill({ kind: 'failed', code: 'ENOTFOUND', error: 'getaddrinfo ENOTFOUND lambda.invalid' }));
  });
});

describe('against a local server, a ping', () => {
  test('that is refused the connection has failed', async () => {
    const port = await deadPort();
    const carrier = carrierTo(`http://127.0.0.1:${port}`);
    await carrier.prepare(2);
    expect(await wave(carrier, 2)).toEqual(Array(2).fill({ kind: 'failed', code: 'ECONNREFUSED', error: `connect ECONNREFUSED 127.0.0.1:${port}` }));
  });

  test.each([
    ['closed', (socket: Socket) => socket.destroy()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('whose connection is %s before the answer has failed, and is not sent twice', async (_how, end) => {
    const server = await serve(({ socket }) => end(socket));
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    expect(await wave(carrier, 2)).toEqual(Array(2).fill({ kind: 'failed', code: 'ECONNRESET', error: expect.any(String) }));
    expect(server.received).toHaveLength(2);
  });

  test('whose connection was used before and is closed before the answer has failed, and is not sent twice', async () => {
    const server = await serve(({ socket }, response, nth) => nth < 2 ? respond(response, 'null') : socket.destroy());
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    await wave(carrier, 2);
    expect(await wave(carrier, 2)).toEqual(Array(2).fill({ kind: 'failed', code: 'ECONNRESET', error: expect.any(String) }));
    expect(server.received).toHaveLength(4);
  });

  test('whose answer breaks off has failed', async () => {
    const server = await serve(({ socket }, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('{"cdkLambdaWarmer"', () => socket.destroy());
    });
    expect(await carrierTo(server.url).ping({}, inTime())).toEqual({ kind: 'failed', code: 'ECONNRESET', error: 'aborted' });
    expect(server.received).toHaveLength(1);
  });

  test('whose answer is no HTTP has failed', async () => {
    const server = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await carrierTo(server.url).ping({}, inTime())).toEqual({ kind: 'failed', code: expect.stringMatching(/^HPE_/), error: expect.any(String) });
  });

  test('that cannot be written has failed, is not sent, and what went wrong is quoted as one line', async () => {
    const server = await serve(() => undefined);
    const carrier = carrierTo(server.url);
    const toJSON = () => {
      throw new RangeError('One\n  two');
    };
    expect(await carrier.ping({ toJSON }, inTime())).toEqual({ kind: 'failed', code: 'RangeError', error: 'One two' });
    expect(server.connections).toEqual([]);
  });

  test.each([
    ['nothing at all', () => undefined],
    ['the head alone', (_received: Received, response: http.ServerResponse) => response.writeHead(200, { 'Content-Length': 9 }).flushHeaders()],
    ['a part of the body', (_received: Received, response: http.ServerResponse) => response.writeHead(200).write('{"cdkLambdaWarmer"')],
  ])('that is answered %s has timed out at the deadline, and leaves no connection open', async (_what, answer) => {
    const server = await serve(answer);
    const carrier = carrierTo(server.url);
    await carrier.prepare(2);
    const outcomes = await Promise.all([carrier.ping({}, Date.now() + 300), carrier.ping({}, Date.now() + 300)]);
    expect(outcomes).toEqual(Array(2).fill({ kind: 'timeout', error: 'no answer before the dispatcher had to end' }));
    // Not by `close`: the others of the tick may still be waiting.
    await until(() => server.open === 0);
  });

  test('whose deadline has passed has timed out', async () => {
    const server = await serve(() => undefined);
    expect(await carrierTo(server.url).ping({}, Date.now() - 60_000)).toHaveProperty('kind', 'timeout');
  });

  test('waits as long as its deadline allows', async () => {
    const server = await serve((_received, response) => setTimeout(() => respond(response, 'null'), 300));
    expect(await carrierTo(server.url).ping({}, inTime())).toHaveProperty('kind', 'answered');
  });

  test.each(Object.values(PingProtocol))('is answered by its protocol: %s', async (protocol) => {
    const server = await serve((_received, response) => respond(response, { cdkLambdaWarmer: { environmentId: 'e' }, serverId: 's' }));
    const environment = { [PingProtocol.STANDARD]: 'e', [PingProtocol.OPEN_NEXT]: 's' }[protocol as string];
    expect(await carrierTo(server.url, { protocol }).ping({}, inTime())).toMatchObject({ kind: 'answered', environment });
  });

  test('has its status and headers read', async () => {
    const server = await serve((_received, response, nth) => nth === 0
      ? respond(response, { Reason: 'CallerRateLimitExceeded' }, 429, { 'x-amzn-ErrorType': 'TooManyRequestsException' })
      : respond(response, { errorType: 'Error', errorMessage: 'no Records' }, 200, { 'X-Amz-Function-Error': 'Unhandled' }));
    const carrier = carrierTo(server.url);
    expect(await carrier.ping({}, inTime())).toEqual({ kind: 'throttled', reason: 'CallerRateLimitExceeded' });
    expect(await carrier.ping({}, inTime())).toEqual({ kind: 'functionError', error: 'Error: no Records' });
  });

  test('has its answer read across its parts', async () => {
    const answer = Buffer.from(JSON.stringify({ cdkLambdaWarmer: { environmentId: 'ü' } }));
    const middle = answer.indexOf(0xc3) + 1;
    const server = await serve((_received, response) => {
      response.writeHead(200, { 'Content-Length': answer.length });
      response.write(answer.subarray(0, middle), () => setTimeout(() => response.end(answer.subarray(middle)), 50));
    });
    expect(await carrierTo(server.url).ping({}, inTime())).toHaveProperty('environment', 'ü');
  });

  test.each([
    ['65,536 characters', 65_536, 'e'],
    ['one more, which is not kept', 65_537, undefined],
    ['6 MB, Lambda\'s most, which are not kept', 6_291_456, undefined],
  ])('has an answer of %s', async (_what, length, environment) => {
    const frame = JSON.stringify({ cdkLambdaWarmer: { environmentId: 'e' }, more: '' });
    const server = await serve((_received, response) => respond(response, frame.replace('""', `"${'x'.repeat(length - frame.length)}"`)));
    const carrier = carrierTo(server.url);
    expect(await carrier.ping({}, inTime())).toMatchObject({ kind: 'answered', environment });
    // It has been read to its end all the same: the connection serves the next wave.
    expect(await carrier.ping({}, inTime())).toMatchObject({ kind: 'answered', environment });
    expect(server.connections).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['a standard one', { cdkLambdaWarmer: { token: 't', releaseAt: 1700000000000, index: 0, of: 3 } }],
    ['one beyond ASCII', { ünïcode: '✓ 🔥', quote: '"', line: '\n' }],
    ['an empty one', {}],
  ])('carries its event, and asks for the answer and the log: %s', async (_what, event) => {
    const server = await serve((_received, response) => respond(response, 'null'));
    await carrierTo(server.url).ping(event, inTime());
    const [{ method, headers, body }] = server.received;
    expect([method, JSON.parse(body)]).toEqual(['POST', event]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(JSON.stringify(event))),
      'x-amz-invocation-type': 'RequestResponse',
      'x-amz-log-type': 'Tail',
      'x-amz-security-token': CREDENTIALS.sessionToken,
      'host': server.url.slice('http://'.length),
    });
  });

  test.each([
    [ARN, 'arn%3Aaws%3Alambda%3Aeu-west-1%3A111111111111%3Afunction%3Aorders'],
    [`${ARN}:live_2-a`, 'arn%3Aaws%3Alambda%3Aeu-west-1%3A111111111111%3Afunction%3Aorders%3Alive_2-a'],
    [`${ARN}:42`, 'arn%3Aaws%3Alambda%3Aeu-west-1%3A111111111111%3Afunction%3Aorders%3A42'],
    [`${ARN}:$LATEST`, 'arn%3Aaws%3Alambda%3Aeu-west-1%3A111111111111%3Afunction%3Aorders%3A%24LATEST'],
  ])('goes to the path of its function: %s', async (arn, encoded) => {
    const server = await serve((_received, response) => respond(response, 'null'));
    await carrierTo(server.url, { function: arn }).ping({}, inTime());
    expect(server.received[0].path).toBe(`/2015-03-31/functions/${encoded}/invocations`);
  });
});

describe('against a local server, a ping is what AWS\'s own client would send', () => {
  const ARNS = [
    ARN,
    `${ARN}:live`,
    `${ARN}:$LATEST`,
    'arn:aws-cn:lambda:cn-north-1:111111111111:function:Order_s-1:7',
    'arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:orders',
  ];
  const EVENTS: object[] = [{}, { cdkLambdaWarmer: { token: 'a b+c/d=' } }, { ünïcode: '✓ 🔥', blanks: '   ' }];
  const CASES = ARNS.flatMap((arn) => EVENTS.map((event): [string, object] => [arn, event]));

  let server: LocalServer;

  beforeEach(async () => {
    // AWS's client warns of an old Node.js, which is not the matter here.
    jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    server = await serve((_received, response) => respond(response, 'null'));
  });

  function client(arn: string, credentials: object): LambdaClient {
    const lambda = new LambdaClient({ region: arn.split(':')[3], credentials: credentials as typeof CREDENTIALS, endpoint: server.url });
    later(() => lambda.destroy());
    return lambda;
  }

  test.each(CASES)('signed as its signer does it: %s %j', async (arn, event) => {
    const startedAt = Date.now();
    await carrierTo(server.url, { function: arn }).ping(event, inTime());
    const [received] = server.received;
    expect(received.headers.authorization).toBe(await signedByAws(client(arn, CREDENTIALS), received));
    // All that Lambda acts upon is signed.
    expect(received.headers.authorization).toContain(
      'SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-invocation-type;x-amz-log-type;x-amz-security-token,');
    const at = signingTimeOf(received).getTime();
    expect([at >= startedAt - 1000, at <= Date.now()]).toEqual([true, true]);
  });

  test('signed by credentials without a session too', async () => {
    delete process.env.AWS_SESSION_TOKEN;
    await carrierTo(server.url).ping({}, inTime());
    const { sessionToken: _, ...credentials } = CREDENTIALS;
    expect(server.received[0].headers).not.toHaveProperty('x-amz-security-token');
    expect(server.received[0].headers.authorization).toBe(await signedByAws(client(ARN, credentials), server.received[0]));
  });

  test('signed by the credentials of the moment', async () => {
    const carrier = carrierTo(server.url);
    await carrier.ping({}, inTime());
    process.env.AWS_ACCESS_KEY_ID = 'AKIDNEXT';
    process.env.AWS_SECRET_ACCESS_KEY = 'next';
    await carrier.ping({}, inTime());
    expect(server.received[1].headers.authorization)
      .toBe(await signedByAws(client(ARN, { ...CREDENTIALS, accessKeyId: 'AKIDNEXT', secretAccessKey: 'next' }), server.received[1]));
  });

  test.each(CASES)('with the same method, path, body and wishes: %s %j', async (arn, event) => {
    await carrierTo(server.url, { function: arn }).ping(event, inTime());
    await client(arn, CREDENTIALS).send(new InvokeCommand({
      FunctionName: arn, InvocationType: 'RequestResponse', LogType: 'Tail', Payload: JSON.stringify(event),
    }));
    const [ours, theirs] = server.received.map(({ method, path: url, body, headers }) => ({
      method,
      url,
      body,
      length: headers['content-length'],
      host: headers.host,
      type: headers['x-amz-invocation-type'],
      log: headers['x-amz-log-type'],
      session: headers['x-amz-security-token'],
      scope: /Credential=[^,]*/.exec(headers.authorization!)![0],
    }));
    expect(ours).toEqual(theirs);
  });
});

describe('against a local server by HTTPS', () => {
  const { key, cert } = selfSigned('lambda.test');

  /** What came of two waves from a process that trusts the certificate. */
  async function fromAnotherProcess(endpoint: string, concurrency: number): Promise<Outcome[][]> {
    const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
    later(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'cert.pem');
    writeFileSync(file, cert);
    const script = path.join(__dirname, 'carrier-process.ts');
    const task = JSON.stringify({ entry: { ...ENTRY, concurrency }, endpoint });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, task], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: file, NODE_OPTIONS: '' },
      timeout: 20_000,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  test('connections are prepared and used as others are, with the host\'s name, and the process ends when all is done', async () => {
    const server = await serve(whenAllAreHere(5), { key, cert });
    const outcomes = await fromAnotherProcess(`https://lambda.test:${server.port}`, 5);
    expect(outcomes).toEqual([environments(5), environments(5)]);
    expect([server.received.length, server.connections.length, server.used]).toEqual([10, 5, 5]);
    expect(server.connections.map((socket) => (socket as Socket & { servername: unknown }).servername)).toEqual(Array(5).fill('lambda.test'));
  });

  test('no ping goes to a server of another name', async () => {
    const server = await serve(whenAllAreHere(1), { key, cert });
    const outcomes = await fromAnotherProcess(`https://other.test:${server.port}`, 1);
    expect(outcomes).toEqual(Array(2).fill([expect.objectContaining({ kind: 'failed', code: 'ERR_TLS_CERT_ALTNAME_INVALID' })]));
    expect(server.received).toEqual([]);
  });

  test('no ping goes to a server that nobody vouches for', async () => {
    const server = await serve(whenAllAreHere(1), { key, cert });
    resolveTo(HERE);
    const carrier = carrierTo(`https://lambda.test:${server.port}`);
    await carrier.prepare(2);
    expect(await wave(carrier, 2)).toEqual(Array(2).fill({ kind: 'failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT', error: 'self-signed certificate' }));
    expect(server.received).toEqual([]);
  });
});
