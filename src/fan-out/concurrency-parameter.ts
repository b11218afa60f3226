import { Token } from 'aws-cdk-lib';
import { IStringParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ConcurrencyParameterOptions } from './concurrency-parameter-options';
import { AS_DEPLOYED } from '../dispatcher/plan';

/** What may change the concurrency after the deployment. */
export interface ConcurrencyOverride {
  readonly parameter: IStringParameter;
  readonly maxConcurrency: number;
}

/** What is wrong with the options, each a sentence. */
export function problemsOfConcurrencyParameter({ maxConcurrency }: ConcurrencyParameterOptions, concurrency: number, limit: number): string[] {
  if (maxConcurrency === undefined) {
    return [];
  }
  const range = `Write a whole number from ${concurrency}, the concurrency that is deployed, to ${limit}, or leave it out.`;
  if (Token.isUnresolved(maxConcurrency)) {
    return [`concurrencyParameter has a token as maxConcurrency, known at deployment only. ${range}`];
  }
  return Number.isInteger(maxConcurrency) && maxConcurrency >= concurrency && maxConcurrency <= limit
    ? []
    : [`concurrencyParameter has a maxConcurrency of ${maxConcurrency}. ${range}`];
}

/** The parameter, created if none is given. */
export function concurrencyOverride(scope: Construct, options: ConcurrencyParameterOptions, concurrency: number, name: string): ConcurrencyOverride {
  const { maxConcurrency = concurrency } = options;
  const parameter = options.parameter ?? new StringParameter(scope, 'Concurrency', {
    stringValue: AS_DEPLOYED,
    description: `Execution environments of ${name} to keep warm: 0 to ${maxConcurrency}, or ${AS_DEPLOYED}`,
    allowedPattern: `^(${AS_DEPLOYED}|[0-9]{1,3})$`,
  });
  return { parameter, maxConcurrency };
}
