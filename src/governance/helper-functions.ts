import * as path from 'path';
import { AssetStaging, CfnResource, CustomResourceProviderBase, Stack } from 'aws-cdk-lib';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { TriggerFunction } from 'aws-cdk-lib/triggers';
import { IConstruct } from 'constructs';

/** Where code lies that is no user's: CDK's, and this library's. */
const FOREIGN_CODE = [path.dirname(require.resolve('aws-cdk-lib/package.json')), path.join(__dirname, '../../assets')];

/** Helpers of the CDK whose code stands in the template: of bucket notifications, and of draining hooks of ECS. */
const INLINE_HELPERS = /(^|\/)(BucketNotificationsHandler[0-9a-f]{32}|DrainECSHook\/Function)\/Resource$/;

/**
 * The functions by which the CDK, or this library, does its own work: custom resources, log retention, bucket deployments,
 * triggers, dispatchers. Users' functions behind custom resources are among them: both run with deployments only.
 */
export class HelperFunctions {
  private readonly behindProviders: Set<unknown>;

  /** @param all all constructs of the app */
  constructor(all: readonly IConstruct[]) {
    const providers = all.filter((construct): construct is Provider => construct instanceof Provider);
    this.behindProviders = new Set(providers.flatMap(({ onEventHandler, isCompleteHandler }) => [onEventHandler, isCompleteHandler]));
  }

  /** Whether it is one of them. */
  public has(resource: CfnResource): boolean {
    const owner = resource.node.scope!;
    return owner instanceof CustomResourceProviderBase
      || owner instanceof TriggerFunction
      || this.behindProviders.has(owner)
      || INLINE_HELPERS.test(resource.node.path)
      || (!Stack.isStack(owner) && codeOf(owner).some((source) => FOREIGN_CODE.some((folder) => source.startsWith(folder + path.sep))));
  }
}

/** The folders and files that a function's code is taken from. */
function codeOf(owner: IConstruct): string[] {
  const near = owner.node.children.flatMap((child) => [child, ...child.node.children]);
  return near.flatMap((construct) => construct instanceof AssetStaging ? construct.sourcePath : []);
}
