import { createHash } from 'crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { Dispatcher } from './dispatcher';
import { freeId } from '../schedule/firing';
import { PingTarget } from '../target/ping-target';

/** What runs a plan after deployments. */
export interface Prewarming {
  /** Has it run after those that changed a function, too. */
  watch(target: PingTarget): void;
}

/**
 * Has a dispatcher run a plan once after each deployment that changed one of its functions, and so put new environments, all of
 * them cold, in the place of its old ones.
 */
export function prewarm(scope: Construct, dispatcher: Dispatcher, plan: object): Prewarming {
  const stack = Stack.of(scope);
  const targets: PingTarget[] = [];
  // Nobody knows what became of an imported function: that asks for a tick after each deployment.
  const now = String(Date.now());
  const state = Lazy.uncachedString({ produce: () => hashOf(targets.map((target) => target.definition() ?? now)) });
  const id = freeId(scope, 'Prewarm');
  const prewarming = new AwsCustomResource(scope, id, {
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
      physicalResourceId: PhysicalResourceId.of(id === 'Prewarm' ? scope.node.addr : `${scope.node.addr}-${id}`),
      outputPaths: ['StatusCode'],
      ignoreErrorCodesMatching: '.*',
    },
    policy: AwsCustomResourcePolicy.fromStatements([
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [dispatcher.function.functionArn] }),
    ]),
  });
  prewarming.node.addDependency(dispatcher);
  return {
    watch: (target) => {
      targets.push(target);
      // The resource alone: the warmer, and this with it, may stand inside of its target.
      const pinged = target.function.node.defaultChild ?? target.ownFunction;
      if (pinged) {
        prewarming.node.addDependency(pinged);
      }
    },
  };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
