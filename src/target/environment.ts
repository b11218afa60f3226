import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Where what an ARN names is certainly in another account or region than a construct, each as a part of a sentence. CDK's
 * imports do not say it: they take themselves to be at home.
 */
export function elsewhere(scope: IConstruct, arn: string): string[] {
  const home = Stack.of(scope);
  const [,,, region, account] = arn.split(':');
  const pairs = [['account', account, home.account], ['region', region, home.region]];
  return pairs
    .filter(([, there, here]) => there && Token.compareStrings(there, here) === TokenComparison.DIFFERENT)
    .map(([what, there, here]) => `in the ${what} ${there}, the warmer in ${here}. Write one of the warmer's ${what}`);
}
