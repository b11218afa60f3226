import { createHash } from 'crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { Dispatcher } from './dispatcher';
import { PingTarget } from '../target/ping-target';

/**
 * Has the dispatcher run the plan once after each deployment that changed the function, and so put new environments,
 * all of them cold, in the place of its old ones.
 */
export function prewarm(scope: Construct, target: PingTarget, plan: object): void {
  const dispatcher = Dispatcher.find(scope)!;
  const stack = Stack.of(scope);
  // Nobody knows what became of an imported function: that asks for a tick after each deployment.
  const now = String(Date.now());
  const state = Lazy.uncachedString({ produce: () => hashOf(target.definition() ?? now) });
  const prewarming = new AwsCustomResource(scope, 'Prewarm', {
    resourceType: 'Custom::LambdaWarmerPrewarm',
    installLatestAwsSdk: false,
    onUpdate: {
      service: 'Lambda',
      action: 'Invoke',
      parameters: {
        FunctionName: dispatcher.function.functionName,
        // Not waited for: neither how long it takes nor how it ends concerns the deployment.
        InvocationType: 'Event',
        // The dispatcher reads the plan alone; what differs from the last deployment lets CloudFormation call it.
        Payload: stack.toJsonString({ ...plan, state }),
      },
      physicalResourceId: PhysicalResourceId.of(scope.node.addr),
      outputPaths: ['StatusCode'],
      ignoreErrorCodesMatching: '.*',
    },
    policy: AwsCustomResourcePolicy.fromStatements([
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [dispatcher.function.functionArn] }),
    ]),
  });
  // The resource alone: the warmer, and this with it, may stand inside of its target.
  const pinged = target.function.node.defaultChild ?? target.ownFunction;
  prewarming.node.addDependency(...pinged ? [pinged] : [], dispatcher);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
