import { Aspects, CfnResource, RemoveTag, Tag, TagManager, TagType } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { stageOf } from '../target/stage-census';

/**
 * The tags that a resource will have, those too that aspects have yet to put on it: CDK runs aspects construct by construct,
 * so whoever asks from an aspect would else see more or less of them, depending on which one was added first.
 */
export function effectiveTags(resource: CfnResource): { readonly [key: string]: string } {
  const own = TagManager.of(resource);
  if (!own) {
    return {};
  }
  const manager = new TagManager(TagType.STANDARD, resource.cfnResourceType);
  for (const [key, value] of Object.entries(own.tagValues())) {
    manager.setTag(key, value, 0);
  }
  // The CDK lets no aspect of what is around a stage go into it.
  const scopes = resource.node.scopes.filter((scope) => stageOf(scope) === stageOf(resource));
  const aspects = scopes.flatMap((scope) => Aspects.of(scope).all);
  for (const aspect of aspects.filter((one) => one instanceof Tag || one instanceof RemoveTag)) {
    // All that such an aspect asks of a construct.
    aspect.visit({ tags: manager } as unknown as IConstruct);
  }
  return manager.tagValues();
}
