import { lookup, LookupAddress, LookupOptions } from 'dns';
import * as http from 'http';
import * as https from 'https';
import { Socket } from 'net';

/**
 * Connections to one server, as many as are needed at once.
 *
 * They are opened before the first request needs one, and kept from wave to wave, but not from tick to tick: while the
 * dispatcher is frozen in between, the server closes them.
 */
export class Connections {
  public readonly agent: http.Agent;
  private readonly ready: Socket[] = [];
  private readonly opening = new Set<Socket>();
  private isClosed = false;
  private readonly address: { readonly host: string; readonly port: number };
  private readonly isSecure: boolean;
  private readonly connect: (options: object) => Socket;

  constructor(url: URL) {
    this.isSecure = url.protocol === 'https:';
    this.address = { host: url.hostname, port: Number(url.port) || (this.isSecure ? 443 : 80) };
    this.agent = new (this.isSecure ? https : http).Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
    const create = this.agent.createConnection.bind(this.agent);
    this.connect = (options) => create(options as http.ClientRequestArgs) as Socket;
    this.agent.createConnection = (options, callback) => this.takeReady() ?? create(options, callback);
  }

  /** Opens so many; resolves when each is open or has failed. */
  public async open(count: number): Promise<void> {
    // Resolved once: all at once would queue up for the few threads that do it.
    const [first, ...others] = await resolve(this.address.host);
    // Of one family: if the other is not to be reached from here, half of the connections would not open.
    const addresses = first ? [first, ...others.filter(({ family }) => family === first.family)] : [];
    const possible = addresses.length > 0 && !this.isClosed ? count : 0;
    await Promise.all(Array.from({ length: possible }, (_, index) => this.openOne(addresses[index % addresses.length])));
  }

  /** Waits no longer for those that are not open yet. */
  public giveUp(): void {
    for (const socket of this.opening) {
      socket.destroy();
    }
  }

  public close(): void {
    this.isClosed = true;
    this.agent.destroy();
    this.giveUp();
    for (const socket of this.ready) {
      socket.destroy();
    }
  }

  private openOne({ address, family }: LookupAddress): Promise<void> {
    return new Promise((done) => {
      const pinned = (_host: string, { all }: LookupOptions, callback: (...args: any[]) => void) =>
        all ? callback(null, [{ address, family }]) : callback(null, address, family);
      const socket = this.connect({ ...this.address, servername: this.address.host, lookup: pinned });
      socket.setNoDelay(true);
      this.opening.add(socket);
      // A request that finds it broken opens another one, and says what is wrong with that.
      socket.on('error', () => undefined);
      socket.once(this.isSecure ? 'secureConnect' : 'connect', () => {
        this.opening.delete(socket);
        this.ready.push(socket);
        done();
      });
      socket.once('close', () => {
        this.opening.delete(socket);
        done();
      });
    });
  }

  private takeReady(): Socket | undefined {
    for (let socket = this.ready.pop(); socket; socket = this.ready.pop()) {
      if (socket.writable) {
        return socket;
      }
    }
    return undefined;
  }
}

function resolve(host: string): Promise<LookupAddress[]> {
  return new Promise((done) => lookup(host, { all: true, order: 'ipv4first' }, (_error, addresses) => done(addresses ?? [])));
}
