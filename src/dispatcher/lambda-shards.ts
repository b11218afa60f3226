import { LambdaClient } from './lambda-client';
import { InvokeResponse, Outcome, outcomeOf } from './outcome';
import { ShardAnswer, ShardOrder } from './shard';
import { Shards } from './sharded-sender';
import { PingProtocol } from '../payload/ping-event';

/**
 * Characters of a shard's answer that are read. It says some 200 of each of 400 pings, and 2,000 at the most, of one that
 * failed.
 */
const MAX_ANSWER_LENGTH = 1_048_576;

/** Has invocations of the dispatcher itself be shards, by Lambda's Invoke. */
export class LambdaShards implements Shards {
  private readonly client: LambdaClient;

  /** @param arn the dispatcher's own */
  constructor(arn: string, endpoint: string) {
    this.client = new LambdaClient(arn, endpoint, 'None', MAX_ANSWER_LENGTH);
  }

  public prepare(count: number): Promise<void> {
    return this.client.prepare(count);
  }

  public close(): void {
    this.client.close();
  }

  public async order(order: ShardOrder, deadline: number): Promise<ShardAnswer | Outcome> {
    const response = await this.client.invoke({ shard: order }, deadline);
    return 'kind' in response ? response : answerOf(response, order);
  }
}

function answerOf(response: InvokeResponse, { from, to }: ShardOrder): ShardAnswer | Outcome {
  const outcome = outcomeOf(PingProtocol.FIXED, response);
  if (outcome.kind !== 'answered') {
    return outcome;
  }
  const answer = parsed(response.body);
  return Array.isArray(answer?.pings) && answer.pings.length === to - from && typeof answer.readyAt === 'number'
    ? answer
    : { kind: 'failed', code: 'Answer', error: `an answer of ${response.body.length} characters that is none of a shard` };
}

function parsed(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
