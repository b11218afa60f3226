import * as http from 'http';
import * as https from 'https';
import { sign } from 'aws4';
import { Carrier } from './barrier';
import { Connections } from './connections';
import { brief, InvokeResponse, Outcome, outcomeOf } from './outcome';
import { PlanEntry } from './plan';

/** Of an answer, more is not read: that of a ping is short, and a handler that answers by itself may answer anything. */
const MAX_ANSWER_LENGTH = 65_536;

/** What waits longer for its connections sends the pings without. In milliseconds. */
const MAX_CONNECTING_MS = 5000;

/**
 * Sends pings to one function by Lambda's Invoke, each over a connection of its own, and none of them twice.
 *
 * Not by AWS's own client, which takes six times as long to load as all that is here, and opens connections only when it
 * has something to send, while environments are held and paid for. What goes out is signed as that would sign it.
 */
export class LambdaCarrier implements Carrier {
  private readonly url: URL;
  private readonly region: string;
  private readonly connections: Connections;

  constructor(private readonly entry: PlanEntry, endpoint: string) {
    this.url = new URL(`/2015-03-31/functions/${encodeURIComponent(entry.function)}/invocations`, endpoint);
    this.region = entry.function.split(':')[3];
    this.connections = new Connections(this.url);
  }

  public async prepare(pings: number): Promise<void> {
    let timer: NodeJS.Timeout;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MAX_CONNECTING_MS);
    });
    await Promise.race([this.connections.open(pings), late]);
    clearTimeout(timer!);
    // Each of them is a file, of which Lambda lets a function open few more than there are pings.
    this.connections.giveUp();
  }

  public close(): void {
    this.connections.close();
  }

  public async ping(event: object, deadline: number): Promise<Outcome> {
    try {
      const response = await this.invoke(JSON.stringify(event), deadline);
      return response ? outcomeOf(this.entry.protocol, response) : { kind: 'timeout', error: 'no answer before the dispatcher had to end' };
    } catch (error) {
      const { code, name, message } = error as NodeJS.ErrnoException;
      return { kind: 'failed', code: code ?? name, error: brief(message) };
    }
  }

  /** The response; undefined if there was none before the deadline. */
  private invoke(body: string, deadline: number): Promise<InvokeResponse | undefined> {
    const { protocol, host, hostname, port, pathname: path } = this.url;
    const { headers } = sign({
      host,
      path,
      body,
      method: 'POST',
      service: 'lambda',
      region: this.region,
      headers: { 'Content-Type': 'application/json', 'X-Amz-Invocation-Type': 'RequestResponse', 'X-Amz-Log-Type': 'Tail' },
    });
    return new Promise((resolve, reject) => {
      const { request: send } = protocol === 'https:' ? https : http;
      const request = send({ agent: this.connections.agent, hostname, port, path, method: 'POST', headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (answer += chunk.slice(0, MAX_ANSWER_LENGTH - answer.length)));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: answer }));
      });
      const timer = setTimeout(() => {
        resolve(undefined);
        request.destroy();
      }, deadline - Date.now());
      request.on('error', reject);
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }
}
