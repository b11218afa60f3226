import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * A property of a resource as the template will have it, property overrides included, which the L1's own properties
 * do not show. Resolving this one alone is much cheaper than rendering the resource.
 *
 * @param name as CloudFormation writes it
 */
export function cfnProperty(resource: CfnResource, name: string): any {
  const { rawOverrides } = resource as unknown as { rawOverrides?: { Properties?: { [name: string]: unknown } } };
  const overrides = rawOverrides?.Properties ?? {};
  const value = name in overrides ? overrides[name] : resource[(name[0].toLowerCase() + name.slice(1)) as keyof CfnResource];
  return Stack.of(resource).resolve(value) ?? undefined;
}

/** The constructs to which the tokens inside a value refer. */
export function referencedConstructs(scope: IConstruct, value: unknown): Set<IConstruct> {
  const collector = new ReferenceCollector();
  Tokenization.resolve(value, { scope, resolver: collector });
  return collector.found;
}

class ReferenceCollector extends DefaultTokenResolver {
  public readonly found = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token)) {
      this.found.add(token.target);
    }
    return super.resolveToken(token, context, postProcessor);
  }
}
