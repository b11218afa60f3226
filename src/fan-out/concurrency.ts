import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { FanOutStrategy } from './strategy';
import { addLateWarning } from '../target/late-annotations';

/** What an account may run at once until it asks for more: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const ACCOUNT_CONCURRENCY = 1000;

/** What is wrong with a concurrency, which the windows of a schedule may say instead, each a sentence. */
export function problemsOfConcurrency(
  asked: number | undefined, ofWindows: number | undefined, { maxConcurrency, name, isDirect }: FanOutStrategy,
): string[] {
  if (asked !== undefined && ofWindows !== undefined) {
    return ['concurrency is given, but the windows of the schedule say it. Leave concurrency out.'];
  }
  const concurrency = ofWindows ?? asked ?? 1;
  const range = `from 1 to ${maxConcurrency}`;
  if (Token.isUnresolved(concurrency)) {
    return [`concurrency is a token, known at deployment only, but each ping is a part of the template. Write a number ${range}.`];
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    return [`concurrency is ${concurrency}${ofWindows === undefined ? '' : ' in a window'}. Write a whole number ${range} with ${name}.`];
  }
  return concurrency > maxConcurrency
    ? [`${name} keeps at most ${maxConcurrency} environments warm, ${concurrency} were asked for. Write a concurrency ${range}${isDirect ? ', or fanOut: FanOut.dispatcher()' : ''}.`]
    : [];
}

/** Says so where more is pinged at once than an account may run by default. To be called at synthesis. */
export function warnOfAccount(scope: IConstruct, who: string, environments: number): void {
  if (environments > ACCOUNT_CONCURRENCY) {
    addLateWarning(scope, 'cdk-lambda-warmer:accountConcurrency',
      `${who} pings ${environments} environments at once, and an account may run ${ACCOUNT_CONCURRENCY} in a region, of all its functions, unless it has asked for more. `
      + 'Have its quota raised, or keep fewer warm.');
  }
}
