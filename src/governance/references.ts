import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { logicalIdsIn } from './logical-ids';

/** What a resource refers to. */
export interface Referenced {
  readonly construct: IConstruct;
  /** What stands after it, as an alias or version does after a function's name or ARN. */
  readonly qualifier?: string;
}

/**
 * What a resource refers to: by the CDK's tokens, or by the template's own functions, as overrides may.
 *
 * @param resource the resource
 * @param elements those of its stack, by logical id
 * @param property which of its properties is meant, if not all there is of it
 */
export function referencesOf(resource: CfnResource, elements: ReadonlyMap<string, IConstruct>, property?: string): Referenced[] {
  const marker = new ReferenceMarker();
  const whole = Tokenization.resolve((resource as any)._toCloudFormation(), { scope: resource, resolver: marker });
  const template = property === undefined ? whole : { of: Object.values<any>(whole.Resources)[0].Properties?.[property] };
  const byTokens = [...JSON.stringify(template).matchAll(/<construct (\d+)>(?::([\w-]+))?/g)]
    .map(([, index, qualifier]) => ({ construct: marker.found[Number(index)], qualifier }));
  return [...byTokens, ...logicalIdsIn(template).flatMap((id) => elements.get(id) ?? []).map((construct) => ({ construct }))];
}

/** Puts its number in the place of each construct that is referred to: a logical id says nothing outside of its stack. */
class ReferenceMarker extends DefaultTokenResolver {
  public readonly found: IConstruct[] = [];

  constructor() {
    super(new MarkerConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return Reference.isReference(token)
      ? { Ref: `<construct ${this.found.push(token.target) - 1}>` }
      : super.resolveToken(token, context, postProcessor);
  }
}

class MarkerConcat extends StringConcat {
  public join(left: unknown, right: unknown): string {
    return textOf(left) + textOf(right);
  }
}

function textOf(fragment: any): string {
  return typeof fragment === 'object' ? fragment?.Ref ?? '' : String(fragment ?? '');
}
