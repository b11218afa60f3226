import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Options by name, of which each may be left out. */
type Options<Name extends string> = { readonly [name in Name]?: any };

/** What is shared, in the words of messages. */
interface SharedThing {
  /** What takes the options. */
  readonly by: string;
  readonly what: string;
  /** The path of who has set it up. */
  readonly firstUser: string;
  readonly cure: string;
}

/**
 * What a later user of something shared asks for and the first one has not, each a sentence. What is left out is not asked
 * for.
 */
export function differences<Name extends string>(
  asked: Options<Name>, given: Options<Name>, { by, what, firstUser, cure }: SharedThing,
): string[] {
  return (Object.keys(asked) as Name[])
    .filter((name) => asked[name] !== undefined && !isSame(asked[name], given[name]))
    .map((name) => `${by} is given ${name}${textOf(asked[name])}, but ${what} has been set up by '${firstUser}' ${
      given[name] === undefined ? 'without it' : `with another one${textOf(given[name])}`}. ${cure}`);
}

/** Lists and plain objects by what is in them, constructs by identity. */
function isSame(one: any, other: any): boolean {
  if (one instanceof Duration && other instanceof Duration) {
    return textOf(one) === textOf(other);
  }
  if (one === other || typeof one !== 'object' || typeof other !== 'object' || Construct.isConstruct(one) || Construct.isConstruct(other)) {
    return one === other;
  }
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.every((key) => isSame(one[key], other[key]));
}

/** What a message can show of an option. */
function textOf(option: unknown): string {
  if (option instanceof Duration) {
    return ` ${option.isUnresolved() ? option.toString() : `${option.toSeconds({ integral: false })} seconds`}`;
  }
  return ['number', 'string'].includes(typeof option) ? ` ${option}` : '';
}
