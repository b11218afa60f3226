import { request } from './aws-request';
import { Carrier } from './barrier';
import { Connections } from './connections';
import { brief, InvokeResponse, Outcome, outcomeOf } from './outcome';
import { PlanEntry } from './plan';

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
    return request({
      service: 'lambda',
      region: this.region,
      url: this.url,
      headers: { 'Content-Type': 'application/json', 'X-Amz-Invocation-Type': 'RequestResponse', 'X-Amz-Log-Type': 'Tail' },
      body,
      agent: this.connections.agent,
      deadline,
    });
  }
}
