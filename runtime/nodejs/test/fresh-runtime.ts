import vectors from '../../vectors.json';

const ENVIRONMENT = Symbol.for('cdk-lambda-warmer.environment');
const VARIABLES = ['CDK_LAMBDA_WARMER_TOKEN', 'CDK_LAMBDA_WARMER_RECORD_STARTS'];

export const TOKEN = vectors.token;

type Runtime = typeof import('..');

/** The package as a new execution environment loads it, with a token and nothing else set. */
export function freshRuntime(variables: NodeJS.ProcessEnv = {}): Runtime {
  delete (globalThis as any)[ENVIRONMENT];
  return anotherCopy(variables);
}

/** The package once more in the same environment, as a layer and a bundle may have it. */
export function anotherCopy(variables: NodeJS.ProcessEnv = {}): Runtime {
  for (const name of VARIABLES) {
    delete process.env[name];
  }
  Object.assign(process.env, { CDK_LAMBDA_WARMER_TOKEN: TOKEN, ...variables });
  let runtime: Runtime;
  jest.isolateModules(() => {
    runtime = jest.requireActual('../index.cjs');
  });
  return runtime!;
}

export function ping(more: object = {}): object {
  return { cdkLambdaWarmer: { token: TOKEN, ...more } };
}

/** A context as AWS's loaders make it. */
export function contextOf(remainingMs = 3000): { readonly getRemainingTimeInMillis: () => number; readonly [name: string]: unknown } {
  const deadline = Date.now() + remainingMs;
  return { awsRequestId: '1', getRemainingTimeInMillis: () => deadline - Date.now() };
}
