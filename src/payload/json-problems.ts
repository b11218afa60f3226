import { Token, Tokenization } from 'aws-cdk-lib';
import { EventField } from 'aws-cdk-lib/aws-events';

/**
 * What keeps a value from arriving as the JSON that its author meant, each as the end of a sentence that begins with
 * "the payload": `JSON.stringify` drops or alters such values in silence.
 */
export function jsonProblems(value: unknown, path = '', ancestors: readonly unknown[] = []): string[] {
  const at = path === '' ? '' : ` at '${path}'`;

  if (typeof value === 'string') {
    // Rules alone know such fields: a payload must not depend on what fires the schedule.
    return Tokenization.reverseString(value).tokens.some((token) => token instanceof EventField)
      ? [`has a field of the triggering event${at}: whatever fires the schedule need not have one, so write a plain value, or take WarmingPayload.scheduledEvent()`]
      : [];
  }
  if (value === null || typeof value === 'boolean' || Token.isUnresolved(value)) {
    return [];
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? [] : [`has ${value}${at}: JSON has no such number, write a finite one`];
  }
  if (typeof value !== 'object') {
    return [`has ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}${at}: write strings, numbers, booleans, null, arrays and plain objects only`];
  }
  if (ancestors.includes(value)) {
    return [`contains itself${at}: write it without the cycle`];
  }

  const line = [...ancestors, value];
  if (Array.isArray(value)) {
    // Array.from(): a hole is as good as undefined.
    return Array.from(value).flatMap((item, index) => jsonProblems(item, `${path}[${index}]`, line));
  }
  if (!isPlain(value)) {
    return [`has an instance of ${value.constructor.name}${at}: write strings, numbers, booleans, null, arrays and plain objects only`];
  }
  return Object.entries(value)
    // Optional props of an object literal are often undefined, and JSON leaves them out as one expects.
    .filter(([, item]) => item !== undefined)
    .flatMap(([key, item]) => key === '__proto__'
      ? [`has the key '__proto__'${at}: CDK would lose it, write another one`]
      : jsonProblems(item, path === '' ? key : `${path}.${key}`, line));
}

/**
 * A value without problems, with the keys of all its objects in the order of the alphabet: a map in Java or Go has no order, and a
 * template must not change from one synthesis to the next.
 */
export function withSortedKeys(value: any): any {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) {
    return value;
  }
  return Array.isArray(value)
    ? value.map(withSortedKeys)
    : Object.fromEntries(Object.keys(value).sort().map((key) => [key, withSortedKeys(value[key])]));
}

/** What a token becomes that is known at deployment only. */
const INTRINSIC = /^(Ref|Fn::\w+)$/;

/** Characters that the value has as JSON, leaving out tokens: what it has at the least, whatever they become. */
export function literalJsonLength(value: unknown): number {
  return JSON.stringify(value, (_key, item) => {
    if (isIntrinsic(item)) {
      return '';
    }
    if (!Token.isUnresolved(item)) {
      return item;
    }
    return typeof item === 'string'
      ? Tokenization.reverseString(item).mapTokens({ mapToken: () => '' }).join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) ?? ''
      : 0;
  }).length;
}

function isIntrinsic(value: unknown): boolean {
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return key !== undefined && others.length === 0 && INTRINSIC.test(key);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // An object from another realm (a jsii callback, a test's sandbox) has a foreign Object.prototype, itself without one.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
