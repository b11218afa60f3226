import dns from 'dns';
import * as http from 'http';
import * as https from 'https';
import { AddressInfo, createServer, Server, Socket } from 'net';
import { setImmediate as turn } from 'timers/promises';

/** A request as the server received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The connection that it came by. */
  readonly socket: Socket;
}

export type Answer = (received: Received, response: http.ServerResponse, nth: number) => unknown;

const MAX_WAIT_MS = 4000;
const closing: (() => void)[] = [];

/** A server on 127.0.0.1, which remembers its connections and what came by them. */
export class LocalServer {
  public readonly received: Received[] = [];
  /** All that there ever were. */
  public readonly connections: Socket[] = [];

  public constructor(private readonly server: Server, private readonly scheme: string) {}

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  public get open(): number {
    return this.connections.filter(({ destroyed }) => !destroyed).length;
  }

  /** The connections that requests came by. */
  public get used(): number {
    return new Set(this.received.map(({ socket }) => socket)).size;
  }
}

/** Speaks HTTP, or HTTPS with a key and a certificate. */
export function serve(answer: Answer, tls?: https.ServerOptions): Promise<LocalServer> {
  const listener: http.RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers, socket } = request;
      local.received.push({ method: method!, path: path!, headers, body: Buffer.concat(chunks).toString(), socket });
      answer(local.received[local.received.length - 1], response, local.received.length - 1);
    });
  };
  // Connections are kept until a test ends them.
  const server = tls ? https.createServer({ ...tls, keepAliveTimeout: 0 }, listener) : http.createServer({ keepAliveTimeout: 0 }, listener);
  const local = new LocalServer(server, tls ? 'https' : 'http');
  return listen(local, server, tls ? 'secureConnection' : 'connection');
}

/** Speaks whatever the test makes of each connection. */
export function serveRaw(accept: (socket: Socket) => unknown): Promise<LocalServer> {
  const server = createServer(accept);
  return listen(new LocalServer(server, 'http'), server, 'connection');
}

async function listen(local: LocalServer, server: Server, event: string): Promise<LocalServer> {
  server.on(event, (socket: Socket) => {
    local.connections.push(socket);
    // What the other side breaks off is for the test to judge.
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  closing.push(() => {
    server.close();
    local.connections.forEach((socket) => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return local;
}

/** To be done after the test. */
export function later(action: () => void): void {
  closing.push(action);
}

/** For `afterEach`. */
export function closeAll(): void {
  closing.splice(0).forEach((close) => close());
}

/** Answers as Lambda does. */
export function respond(response: http.ServerResponse, body: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Waits until something holds; independent of timers, which a test may have faked. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Error(`does not hold after ${MAX_WAIT_MS} ms: ${holds}`);
    }
    await turn();
  }
}

/** A port where nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** No name leads anywhere. */
export function nothingResolves(): jest.SpyInstance {
  return jest.spyOn(dns, 'lookup').mockImplementation(((host: string, _options: object, done: (...args: unknown[]) => void) =>
    done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host }))) as never);
}
