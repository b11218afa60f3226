import { request } from './aws-request';
import { Connections } from './connections';
import { brief, InvokeResponse, Outcome } from './outcome';

/** What waits longer for its connections sends without. In milliseconds. */
const MAX_CONNECTING_MS = 5000;

/**
 * Invokes one function by Lambda's Invoke and waits for its answers, each over a connection of its own, and nothing twice.
 *
 * Not by AWS's own client, which takes six times as long to load as all that is here, and opens connections only when it
 * has something to send, while environments are held and paid for. What goes out is signed as that would sign it.
 */
export class LambdaClient {
  private readonly url: URL;
  private readonly region: string;
  private readonly connections: Connections;

  constructor(arn: string, endpoint: string, private readonly logType: 'Tail' | 'None', private readonly maxAnswerLength?: number) {
    this.url = new URL(`/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, endpoint);
    this.region = arn.split(':')[3];
    this.connections = new Connections(this.url);
  }

  /** Opens connections for so many invocations at once, or as many as it can. */
  public async prepare(count: number): Promise<void> {
    let timer: NodeJS.Timeout;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MAX_CONNECTING_MS);
    });
    await Promise.race([this.connections.open(count), late]);
    clearTimeout(timer!);
    // Each of them is a file, of which Lambda lets a function open 1,024.
    this.connections.giveUp();
  }

  public close(): void {
    this.connections.close();
  }

  /** The response; or what came of it instead, at the deadline at the latest. Never rejected. */
  public async invoke(event: object, deadline: number): Promise<InvokeResponse | Outcome> {
    try {
      const response = await request({
        service: 'lambda',
        region: this.region,
        url: this.url,
        headers: { 'Content-Type': 'application/json', 'X-Amz-Invocation-Type': 'RequestResponse', 'X-Amz-Log-Type': this.logType },
        body: JSON.stringify(event),
        agent: this.connections.agent,
        deadline,
        maxAnswerLength: this.maxAnswerLength,
      });
      return response ?? { kind: 'timeout', error: 'no answer before the dispatcher had to end' };
    } catch (error) {
      const { code, name, message } = error as NodeJS.ErrnoException;
      return { kind: 'failed', code: code ?? name, error: brief(message) };
    }
  }
}
