import { Token } from 'aws-cdk-lib';

export const DEFAULT_TAG_KEY = 'lambda-warmer:concurrency';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
const KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,128}$/iu;

/** What is wrong with the key of the tag, each a sentence. */
export function problemsOfTagKey(tagKey: string): string[] {
  if (Token.isUnresolved(tagKey)) {
    return ['tagKey is a token, known at deployment only, but a policy has it as a key. Write it out.'];
  }
  return KEY.test(tagKey)
    ? []
    : [`tagKey is '${tagKey}'. Write 1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:.`];
}
