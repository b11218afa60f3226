import { cpSync } from 'fs';
import * as path from 'path';
import { DockerImage, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { pythonPackages } from '../../tools/python';

const HANDLERS = path.join(__dirname, 'handlers');
const RUNTIME = path.join(__dirname, '..', '..', 'runtime', 'nodejs', 'index.mjs');
/** Enough for a cold start on a busy machine. */
const TIMEOUT = Duration.seconds(20);

export interface FunctionOptions {
  readonly variables?: { readonly [name: string]: string };
  readonly timeout?: Duration;
  /** Written into its code, so that another one is another code. */
  readonly change?: string;
}

/**
 * A function of the Node.js handlers of these tests. It notes its invocations in a journal of its own, a file of its
 * name in the folder of the context value `journals`.
 */
export function nodejs(scope: Construct, id: string, file: string, options: FunctionOptions = {}): lambda.Function {
  const { variables, timeout = TIMEOUT, change = '' } = options;
  return new NodejsFunction(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    entry: path.join(HANDLERS, file),
    environment: environment(scope, id, variables),
    timeout,
    // What npm would install.
    bundling: { esbuildArgs: { '--alias:cdk-lambda-warmer-runtime': RUNTIME }, banner: `/* ${change} */` },
  });
}

/** The same in Python. */
export function python(scope: Construct, id: string, handler: string, options: FunctionOptions = {}): lambda.Function {
  const { variables, timeout = TIMEOUT } = options;
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler,
    environment: environment(scope, id, variables),
    timeout,
    code: lambda.Code.fromAsset(path.join(HANDLERS, 'python'), {
      bundling: {
        image: DockerImage.fromRegistry('unused'),
        local: {
          tryBundle: (outputFolder) => {
            cpSync(path.join(HANDLERS, 'python'), outputFolder, { recursive: true });
            cpSync(path.join(pythonPackages(), 'lambdawarmer'), path.join(outputFolder, 'lambdawarmer'), { recursive: true });
            return true;
          },
        },
      },
    }),
  });
}

function environment(scope: Construct, id: string, variables: FunctionOptions['variables']) {
  return { JOURNAL: path.join(scope.node.getContext('journals'), `${id}.jsonl`), ...variables };
}
