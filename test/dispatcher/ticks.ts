import * as http from 'http';
import { LocalServer, respond, serve } from './local-server';
import { logResult, WARM_REPORT } from './log-lines';
import { PlanEntry } from '../../src/dispatcher/plan';
import { TickReport } from '../../src/dispatcher/tick-report';
import { PingProtocol } from '../../src/payload/ping-event';

export type Dispatcher = typeof import('../../src/dispatcher/dispatcher.lambda');
type Handler = Dispatcher['handler'];
/** What a function does with an event, or SSM with a request. */
export type Behaviour = (event: any, response: http.ServerResponse) => unknown;

const VARIABLES = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_LAMBDA', 'AWS_ENDPOINT_URL_SSM', 'CDK_LAMBDA_WARMER_DOMAIN', 'CDK_LAMBDA_WARMER_PINGS_PER_SHARD', 'AWS_SESSION_TOKEN'];

export const [ORDERS, STOCK, BASKET] = ['orders:live', 'stock', 'basket:7'].map((name) => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`);

export const DISPATCHER = 'arn:aws:lambda:eu-west-1:111111111111:function:dispatcher';

/** For `beforeEach`: the environment variables of a dispatcher that knows no endpoint. */
export function freshVariables(): void {
  for (const name of VARIABLES) {
    delete process.env[name];
  }
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '10' });
}

/** The handler in a new environment: what it has learnt is kept beside it. */
export function freshHandler(): Handler {
  let dispatcher: Dispatcher;
  jest.isolateModules(() => {
    dispatcher = jest.requireActual('../../src/dispatcher/dispatcher.lambda');
  });
  return dispatcher!.handler;
}

export function entry(arn: string, concurrency = 2, more: Partial<PlanEntry> = {}): PlanEntry {
  return { function: arn, concurrency, protocol: PingProtocol.STANDARD, event: { cdkLambdaWarmer: { token: 'agreed' } }, ...more };
}

/** One tick of a plan, as the result has it. */
export async function tick(plan: unknown, handler = freshHandler(), remainingMs = 20_000): Promise<readonly TickReport[]> {
  const { results } = await handler({ plan: plan as PlanEntry[] }, contextOf(remainingMs)) as { readonly results: readonly TickReport[] };
  return results;
}

/** What Lambda tells the dispatcher of its invocation. */
export function contextOf(remainingMs: number): Parameters<Handler>[1] {
  return { invokedFunctionArn: DISPATCHER, getRemainingTimeInMillis: () => remainingMs };
}

/** Lambda's Invoke for these functions, and SSM beside it: the only server that the dispatcher knows. */
export async function fakeAws(functions: { readonly [arn: string]: Behaviour }, ssm?: Behaviour): Promise<LocalServer> {
  const server = await serve(({ path, body }, response) => {
    const [, arn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
    const behaviour = arn === undefined ? ssm! : functions[decodeURIComponent(arn)];
    return behaviour(JSON.parse(body), response);
  });
  process.env.AWS_ENDPOINT_URL = server.url;
  return server;
}

/** A function that answers pings as the runtimes do, but once all of a wave are there, however long this machine takes. */
export function warmed(idleMs: number | null = null, delayMs = 0): Behaviour {
  const known = new Set<number>();
  let waiting: (() => void)[] = [];
  return ({ cdkLambdaWarmer: { index = 0, of = 1 } }, response) => {
    const arrivedAt = Date.now();
    waiting.push(() => {
      const standard = { environmentId: `environment ${index}`, coldStart: !known.has(index), heldMs: Date.now() - arrivedAt, pings: 1, idleMs };
      known.add(index);
      respond(response, { cdkLambdaWarmer: standard });
    });
    if (waiting.length === of) {
      const all = waiting;
      waiting = [];
      setTimeout(() => all.forEach((answer) => answer()), delayMs);
    }
  };
}

/** A function that knows nothing of pings. */
export function plain(seen: unknown[] = []): Behaviour {
  return (event, response) => {
    seen.push(event);
    respond(response, 'null', 200, { 'X-Amz-Log-Result': logResult(WARM_REPORT) });
  };
}

/** SSM's GetParameter for parameters of these values, or that behave like this; there are no others. */
export function parameters(values: { readonly [name: string]: string | Behaviour }): Behaviour {
  return (request, response) => {
    const value = values[request.Name];
    if (typeof value === 'function') {
      return value(request, response);
    }
    return value === undefined
      ? respond(response, { __type: 'ParameterNotFound' }, 400)
      : respond(response, { Parameter: { DataType: 'text', Name: request.Name, Type: 'String', Value: value, Version: 1 } });
  };
}

export const never: Behaviour = () => undefined;

/** The events that functions got. */
export function eventsOf({ received }: LocalServer): any[] {
  return received.map(({ body }) => JSON.parse(body));
}
