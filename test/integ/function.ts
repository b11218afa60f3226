import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** A function whose handler knows nothing of warming, and answers what it is sent. */
export function echo(scope: Construct, id: string): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => ({ echo: event });'),
  });
}
