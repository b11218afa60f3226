import { AddressInfo, createServer, Server, Socket } from 'net';

/** What a client has sent by one connection. */
export interface CacheConnection {
  readonly commands: string[];
  isOpen: boolean;
}

/** Stands for a Redis server: knows two of its commands, and closes connections on which nothing happens. */
export class CacheServer {
  public static async start(): Promise<CacheServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
    return new CacheServer(server);
  }

  /** All that there have been, oldest first. */
  public readonly connections: CacheConnection[] = [];
  private readonly sockets = new Set<Socket>();
  private visits = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.serve(socket));
  }

  public get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on, those that have been silent for so long are closed, as the setting `timeout` of Redis has it. */
  public closeSilent(milliseconds: number): void {
    this.sockets.forEach((socket) => socket.setTimeout(milliseconds, () => socket.destroy()));
  }

  public stop(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  private serve(socket: Socket): void {
    const connection: CacheConnection = { commands: [], isOpen: true };
    this.connections.push(connection);
    this.sockets.add(socket);
    socket.setEncoding('utf8').on('data', (text: unknown) => {
      for (const command of String(text).trimEnd().split('\r\n')) {
        connection.commands.push(command);
        socket.write(command === 'PING' ? '+PONG\r\n' : `:${++this.visits}\r\n`);
      }
    });
    // Environments end with the emulator.
    socket.on('error', () => {});
    socket.on('close', () => {
      connection.isOpen = false;
      this.sockets.delete(socket);
    });
  }
}
