import { Token } from 'aws-cdk-lib';

/** What is wrong with a limit to costs, each a sentence. */
export function problemsOfMaxCost(maxMonthlyCost: number | undefined): string[] {
  return maxMonthlyCost === undefined || (!Token.isUnresolved(maxMonthlyCost) && Number.isFinite(maxMonthlyCost) && maxMonthlyCost > 0)
    ? []
    : [`maxMonthlyCost is ${Token.isUnresolved(maxMonthlyCost) ? 'a token, known at deployment only' : maxMonthlyCost}. Write dollars a month: a number above 0.`];
}
