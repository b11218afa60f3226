import { LocalServer, Received, respond, serve } from '../../dispatcher/local-server';

const PREFIX = 'arn:aws:lambda:eu-west-1:111111111111:function:';
/** Of what pages hold, a few show as much as many. */
const PAGE_SIZE = 3;

/** What AWS's APIs tell of an account. Tests change it as they go. */
export interface FakeAccount {
  /** Values of tags by name of function, or an ARN of something else. */
  tags: { [name: string]: string };
  /** MiB and architecture by name. */
  sizes: { [name: string]: { readonly memorySize: number; readonly architecture?: string } };
  concurrency: { all: number; unreserved: number };
  /** By minute, in any order. */
  claimed: { readonly minute: number; readonly maximum: number }[];
  /** Of services, the status that they answer with instead. */
  failing: { [service: string]: number };
}

export function fakeAccount(): FakeAccount {
  return { tags: {}, sizes: {}, concurrency: { all: 1000, unreserved: 900 }, claimed: [], failing: {} };
}

/** The only server that the planner knows. */
export async function serveAccount(account: FakeAccount): Promise<LocalServer> {
  const server = await serve((received, response) => {
    const service = serviceOf(received);
    const status = account.failing[service];
    return status ? respond(response, { __type: 'ThrottlingException', message: 'slow down' }, status) : respond(response, answerOf(account, service, received));
  });
  process.env.AWS_ENDPOINT_URL = server.url;
  return server;
}

/** As the signature names it. */
export function serviceOf({ headers: { authorization } }: Received): string {
  return /\/eu-west-1\/(\w+)\/aws4_request/.exec(authorization!)![1];
}

export function arnOf(name: string): string {
  return name.startsWith('arn:') ? name : `${PREFIX}${name}`;
}

function answerOf(account: FakeAccount, service: string, { path, body }: Received): object {
  switch (service) {
    case 'tagging':
      return resources(account, JSON.parse(body));
    case 'monitoring':
      return { Label: 'ClaimedAccountConcurrency', Datapoints: account.claimed.map(({ minute, maximum }) => ({ Timestamp: minute * 60, Maximum: maximum, Unit: 'Count' })) };
    default:
      return path.includes('account-settings')
        ? { AccountLimit: { ConcurrentExecutions: account.concurrency.all, UnreservedConcurrentExecutions: account.concurrency.unreserved } }
        : functions(account, new URL(path, 'http://lambda').searchParams);
  }
}

function resources({ tags }: FakeAccount, { TagFilters: [{ Key: key }], PaginationToken: token = '0' }: any): object {
  const all = Object.entries(tags).map(([name, value]) => ({ ResourceARN: arnOf(name), Tags: [{ Key: 'team', Value: '9' }, { Key: key, Value: value }] }));
  const next = Number(token) + PAGE_SIZE;
  return { ResourceTagMappingList: all.slice(Number(token), next), PaginationToken: next < all.length ? String(next) : '' };
}

function functions({ sizes }: FakeAccount, query: URLSearchParams): object {
  const all = Object.entries(sizes).map(([name, { memorySize, architecture }]) => ({
    FunctionArn: arnOf(name), MemorySize: memorySize, ...architecture && { Architectures: [architecture] }, Environment: { Variables: { LONG: 'x'.repeat(4000) } },
  }));
  const from = parseInt(query.get('Marker') ?? '0');
  const next = from + PAGE_SIZE;
  return { Functions: all.slice(from, next), NextMarker: next < all.length ? `${next}/+=` : null };
}
