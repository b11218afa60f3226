import { createHash } from 'crypto';
import { Stack, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';

/**
 * What options say, as a short text by which they can be told from others, the same at each synthesis. What is left out says
 * nothing.
 *
 * @param scope where tokens in them are resolved
 */
export function fingerprint(scope: IConstruct, options: object): string {
  return createHash('sha256').update(textOf(scope, options)).digest('hex').slice(0, 8);
}

/** Constructs by their paths, anything else by what is in it. */
function textOf(scope: IConstruct, value: any): string {
  if (Construct.isConstruct(value)) {
    return value.node.path;
  }
  if (Token.isUnresolved(value)) {
    return JSON.stringify(Stack.of(scope).resolve(value));
  }
  if (typeof value !== 'object' || value === null) {
    return `${typeof value} ${value}`;
  }
  if (value instanceof Date) {
    return String(value.getTime());
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && typeof inner !== 'function');
  return `{${entries.map(([name, inner]) => `${name}: ${textOf(scope, inner)}`).sort().join(', ')}}`;
}
