import { LambdaClient } from './lambda-client';
import { Outcome, outcomeOf } from './outcome';
import { PlanEntry } from './plan';
import { Carrier } from './sender';

/** Sends pings to one function by Lambda's Invoke. */
export class LambdaCarrier implements Carrier {
  private readonly client: LambdaClient;

  constructor(private readonly entry: PlanEntry, endpoint: string) {
    // The log tells cold starts where the answers do not.
    this.client = new LambdaClient(entry.function, endpoint, 'Tail');
  }

  public prepare(pings: number): Promise<void> {
    return this.client.prepare(pings);
  }

  public close(): void {
    this.client.close();
  }

  public async ping(event: object, deadline: number): Promise<Outcome> {
    const response = await this.client.invoke(event, deadline);
    return 'kind' in response ? response : outcomeOf(this.entry.protocol, response);
  }
}
