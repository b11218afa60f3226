import { ChildProcess, spawn } from 'child_process';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';
import { NodejsLoader } from '../../tools/lambda-runtimes';
import { pythonProgram } from '../../tools/python';

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
const API = '/2018-06-01/runtime';

/** How an invocation ended. */
export interface Outcome {
  readonly response?: any;
  /** The body as it was sent. */
  readonly body: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly trace?: string[]; readonly stackTrace?: string[] };
  readonly headers: IncomingMessage['headers'];
  /** What came after the body: the error of a response that was being streamed. */
  readonly trailers: IncomingMessage['trailers'];
  readonly milliseconds: number;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly settle: (outcome: Outcome) => void;
}

export interface EnvironmentOptions {
  readonly handler: string;
  readonly taskRoot: string;
  readonly variables?: NodeJS.ProcessEnv;
}

/** AWS's own loader in a process of its own, talking to a Runtime API as Lambda's does. */
export class ExecutionEnvironment {
  public static async nodejs(loader: NodejsLoader, options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    const args = ['--require', path.join(__dirname, 'native-client.cjs'), loader.script, ...loader.major === 3 ? [options.handler] : []];
    const variables = { AWS_EXECUTION_ENV: loader.executionEnvironment, ...options.variables };
    return ExecutionEnvironment.start(loader.node, args, { ...options, variables });
  }

  public static async python(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    return ExecutionEnvironment.start(pythonProgram('python'), ['-m', 'awslambdaric', options.handler], options);
  }

  /** For `afterEach`. */
  public static stopAll(): void {
    ExecutionEnvironment.running.splice(0).forEach((environment) => environment.stop());
  }

  private static readonly running: ExecutionEnvironment[] = [];

  private static async start(program: string, args: string[], { handler, taskRoot, variables }: EnvironmentOptions): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment();
    await new Promise<void>((resolve) => environment.server.listen(0, '127.0.0.1', resolve));
    environment.process = spawn(program, args, {
      cwd: taskRoot,
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        PYTHONDONTWRITEBYTECODE: '1',
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(environment.server.address() as AddressInfo).port}`,
        AWS_LAMBDA_FUNCTION_NAME: 'orders',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/21/[$LATEST]0',
        AWS_REGION: 'eu-west-1',
        LAMBDA_TASK_ROOT: taskRoot,
        _HANDLER: handler,
        ...variables,
      },
    });
    for (const stream of [environment.process.stdout!, environment.process.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk) => (environment.output += chunk));
    }
    environment.process.on('exit', () => environment.exited());
    ExecutionEnvironment.running.push(environment);
    return environment;
  }

  /** What the process printed. */
  public output = '';
  /** What the loader reported instead of asking for invocations. */
  public readonly initError: Promise<Outcome>;

  private process!: ChildProcess;
  private readonly server: Server;
  private readonly queue: Invocation[] = [];
  private readonly running = new Map<string, Invocation>();
  private readonly waiting: ServerResponse[] = [];
  private reportInitError!: (outcome: Outcome) => void;
  private count = 0;

  private constructor() {
    this.initError = new Promise((resolve) => (this.reportInitError = resolve));
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Invokes, and waits for what comes back. */
  public invoke(event: unknown, timeoutMs = 3000): Promise<Outcome> {
    return new Promise((settle) => {
      this.count += 1;
      this.queue.push({ id: `request-${this.count}`, event: JSON.stringify(event), timeoutMs, startedAt: Date.now(), settle });
      this.deliver();
    });
  }

  private stop(): void {
    this.process.kill('SIGKILL');
    this.server.closeAllConnections();
    this.server.close();
  }

  private deliver(): void {
    while (this.queue.length > 0 && this.waiting.length > 0) {
      const invocation = this.queue.shift()!;
      this.running.set(invocation.id, invocation);
      this.waiting.shift()!.writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': invocation.id,
        'Lambda-Runtime-Deadline-Ms': String(invocation.startedAt + invocation.timeoutMs),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:111111111111:function:orders',
        'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
      }).end(invocation.event);
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, 'http://127.0.0.1');
    if (pathname === `${API}/invocation/next`) {
      this.waiting.push(response);
      this.deliver();
      return;
    }
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk;
    }
    const [, id, what] = /^\/2018-06-01\/runtime\/(?:invocation\/(.+)|init|restore)\/(response|error|next)$/.exec(pathname)!;
    response.writeHead(what === 'next' ? 200 : 202).end();
    if (what !== 'next') {
      this.settle(id, what, body, request);
    }
  }

  private settle(id: string | undefined, what: string, body: string, { headers, trailers }: IncomingMessage): void {
    const invocation = id === undefined ? undefined : this.running.get(id);
    const outcome = {
      body,
      headers,
      trailers,
      milliseconds: Date.now() - (invocation?.startedAt ?? 0),
      ...what === 'error' ? { error: JSON.parse(body) } : { response: parsed(body) },
    };
    if (id === undefined) {
      this.reportInitError(outcome);
    } else {
      this.running.delete(id);
      invocation?.settle(outcome);
    }
  }

  /** Whoever waits for an answer gets what is known. */
  private exited(): void {
    const outcome = { body: '', headers: {}, trailers: {}, milliseconds: 0, error: { errorType: 'Exited', errorMessage: this.output } };
    [...this.running.values(), ...this.queue].forEach(({ settle }) => settle(outcome));
    this.reportInitError(outcome);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
