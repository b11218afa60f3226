import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, Stack, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What every resource has, but its types keep to CDK itself. */
interface Rendered {
  readonly rawOverrides?: { readonly Properties?: { readonly [name: string]: unknown } };
  _toCloudFormation(): object;
}

/** A resource as the template will have it. */
export function rendered(resource: CfnResource): any {
  const template = Stack.of(resource).resolve((resource as unknown as Rendered)._toCloudFormation());
  return Object.values(template.Resources)[0];
}

/** Whether a property of a resource has been overridden, so that the template does not have what the L1 says. */
export function hasOverride(resource: CfnResource, name: string): boolean {
  return name in ((resource as unknown as Rendered).rawOverrides?.Properties ?? {});
}

/**
 * A property of a resource as the template will have it, property overrides included, which the L1's own properties
 * do not show; undefined also where it is empty.
 *
 * @param name as CloudFormation writes it
 * @param inner the name of what is inside of it, if that is meant
 */
export function cfnProperty(resource: CfnResource, name: string, inner?: string): any {
  let value: unknown;
  if (hasOverride(resource, name) || !(uncapitalized(name) in resource)) {
    value = rendered(resource).Properties?.[name];
  } else {
    // Much cheaper than to render the whole resource, which few have overrides for.
    value = resource[uncapitalized(name) as keyof CfnResource];
    // And most are plain, or not there at all.
    value = typeof value === 'object' || Token.isUnresolved(value) ? Stack.of(resource).resolve(value) : value;
  }
  if (inner !== undefined) {
    const object = value as { readonly [name: string]: unknown } | undefined;
    // An L1 takes both spellings.
    value = object?.[inner] ?? object?.[uncapitalized(inner)];
  }
  return value ?? undefined;
}

function uncapitalized(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
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
