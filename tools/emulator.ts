import { ChildProcess, spawn } from 'child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'fs';
import { createServer, AddressInfo } from 'net';
import * as path from 'path';
import { EMULATED_ACCOUNT, REGION } from './aws-environment';
import { PROJECT_FOLDER, TOOLS_FOLDER } from './folders';
import { ensurePython, pythonProgram } from './python';

const HOST = '127.0.0.1';
const START_SECONDS = 60;

/**
 * An AWS account on this machine: MiniStack, which runs each execution environment as a process of its own.
 *
 * It listens on a free port of the loopback interface only, keeps its files inside the project folder, and is gone
 * with all its processes after `stop()`, or when this process ends, however that comes.
 */
export class Emulator {
  public static async start(): Promise<Emulator> {
    ensurePython();
    const port = await freePort();
    mkdirSync(TOOLS_FOLDER, { recursive: true });
    const folder = mkdtempSync(path.join(TOOLS_FOLDER, 'emulator-'));
    const log = openSync(path.join(folder, 'emulator.log'), 'w');
    const child = spawn(pythonProgram('ministack'), [], {
      // A group of its own, so that its execution environments end with it.
      detached: true,
      stdio: ['ignore', log, log],
      cwd: folder,
      env: {
        ...process.env,
        ...EMULATED_ACCOUNT,
        BIND_HOST: HOST,
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: HOST,
        MINISTACK_REGION: REGION,
        EMULATOR_OWNER: String(process.pid),
        // What Python loads first.
        PYTHONPATH: path.join(PROJECT_FOLDER, 'tools', 'python', 'emulator'),
        // The default of 64 would cap concurrency.
        MINISTACK_WORKER_THREADS: '512',
        // Listeners that nobody here needs.
        SFTP_ENABLED: '0',
        IOT_MTLS_ENABLED: '0',
        // It looks for containers to reap: not on this machine.
        DOCKER_HOST: `unix://${path.join(folder, 'no-docker.sock')}`,
        TMPDIR: folder,
        STATE_DIR: path.join(folder, 'state'),
        S3_DATA_DIR: path.join(folder, 's3'),
      },
    });
    closeSync(log);
    const emulator = new Emulator(child, port, folder);
    await emulator.ready();
    return emulator;
  }

  public readonly endpoint: string;
  /** For files of whoever uses it: gone when it stops. */
  public readonly folder: string;

  private readonly onExit: () => void;
  private readonly onSignal: (signal: NodeJS.Signals) => void;

  private constructor(private readonly child: ChildProcess, port: number, folder: string) {
    this.endpoint = `http://${HOST}:${port}`;
    this.folder = folder;
    this.onExit = () => this.kill();
    this.onSignal = (signal) => {
      this.kill();
      rmSync(this.folder, { recursive: true, force: true });
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.on('exit', this.onExit);
    process.on('SIGINT', this.onSignal);
    process.on('SIGTERM', this.onSignal);
  }

  /** The process that listens. */
  public get pid(): number {
    return this.child.pid!;
  }

  /** For an SDK client. */
  public get clientConfig() {
    return { endpoint: this.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  }

  /** Runs the real CDK CLI against this account; its output comes with the error if it fails. */
  public async cdk(args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Promise<string> {
    const cli = path.join(PROJECT_FOLDER, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const child = spawn(process.execPath, [cli, ...args, '--no-notices', '--no-color'], {
      cwd: options.cwd ?? PROJECT_FOLDER,
      env: {
        ...process.env,
        ...EMULATED_ACCOUNT,
        AWS_ENDPOINT_URL: this.endpoint,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...options.env,
      },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) {
      throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${output}`);
    }
    return output;
  }

  public async stop(): Promise<void> {
    process.off('exit', this.onExit);
    process.off('SIGINT', this.onSignal);
    process.off('SIGTERM', this.onSignal);
    const ended = this.child.exitCode !== null || this.child.signalCode !== null
      ? Promise.resolve()
      : new Promise((resolve) => this.child.once('exit', resolve));
    this.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private kill(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_SECONDS * 1000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const answer = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const log = readFileSync(path.join(this.folder, 'emulator.log'), 'utf8');
    await this.stop();
    throw new Error(`The emulator did not start within ${START_SECONDS} s:\n${log}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
