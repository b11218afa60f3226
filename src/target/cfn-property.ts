import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What every resource has, but its types keep to CDK itself. */
interface Rendered {
  readonly rawOverrides?: { readonly Properties?: { readonly [name: string]: unknown } };
  _toCloudFormation(): object;
}

/**
 * A property of a resource as the template will have it, property overrides included, which the L1's own properties
 * do not show; undefined also where it is empty.
 *
 * @param name as CloudFormation writes it
 */
export function cfnProperty(resource: CfnResource, name: string): any {
  const stack = Stack.of(resource);
  const { rawOverrides } = resource as unknown as Rendered;
  let value: unknown;
  if (rawOverrides?.Properties && name in rawOverrides.Properties) {
    const template = stack.resolve((resource as unknown as Rendered)._toCloudFormation());
    [value] = Object.values<any>(template.Resources).map(({ Properties }) => Properties?.[name]);
  } else {
    // Much cheaper than to render the whole resource, which few have overrides for.
    value = stack.resolve(resource[(name[0].toLowerCase() + name.slice(1)) as keyof CfnResource]);
  }
  return value ?? undefined;
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
