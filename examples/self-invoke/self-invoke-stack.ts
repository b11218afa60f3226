import * as path from 'path';
import { Stack, StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FanOut, LambdaWarmer } from 'cdk-lambda-warmer';

/**
 * A handler that has been warmed by `lambda-warmer-py` before, warmed in the same way: the schedule and the permission to
 * invoke itself are all that it needs. Its package brings `lambdawarmer`.
 */
export class SelfInvokeStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const fn = new lambda.Function(this, 'Reports', {
      runtime: lambda.Runtime.PYTHON_3_14,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
    });

    new LambdaWarmer(this, 'Warmer', { target: fn, concurrency: 4, fanOut: FanOut.selfInvoke() });
  }
}
