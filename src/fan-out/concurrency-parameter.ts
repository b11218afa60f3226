import { Token } from 'aws-cdk-lib';
import { IStringParameter, ParameterType, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ConcurrencyParameterOptions } from './concurrency-parameter-options';
import { AS_DEPLOYED } from '../dispatcher/plan';
import { elsewhere } from '../target/environment';

/** What may change the concurrency after the deployment. */
export class ConcurrencyOverride {
  /** What is wrong with the options, each a sentence. */
  public static problems(scope: Construct, options: ConcurrencyParameterOptions, concurrency: number, limit: number): string[] {
    const { parameter } = options;
    return [...problemsOfMaxConcurrency(options, concurrency, limit), ...parameter === undefined ? [] : problemsOfParameter(scope, parameter)];
  }

  public readonly maxConcurrency: number;
  private created?: IStringParameter;

  constructor(private readonly scope: Construct, private readonly options: ConcurrencyParameterOptions, concurrency: number) {
    this.maxConcurrency = options.maxConcurrency ?? concurrency;
  }

  /** The one that is given, or one that is created when it is first asked for. */
  public get parameter(): IStringParameter {
    this.created ??= this.options.parameter ?? new StringParameter(this.scope, 'Concurrency', {
      stringValue: AS_DEPLOYED,
      // Says nothing that a later deployment may change: with any property, CloudFormation writes the value anew.
      description: `Execution environments to keep warm: a whole number, or ${AS_DEPLOYED} (cdk-lambda-warmer)`,
      allowedPattern: `^(${AS_DEPLOYED}|[0-9]{1,${Math.max(3, String(this.maxConcurrency).length)}})$`,
    });
    return this.created;
  }

  /** By which it is read: its ARN if it is given, because of one that is imported by it, CDK knows but the last part of the name. */
  public get readBy(): string {
    return this.options.parameter ? this.options.parameter.parameterArn : this.parameter.parameterName;
  }
}

function problemsOfMaxConcurrency({ maxConcurrency }: ConcurrencyParameterOptions, concurrency: number, limit: number): string[] {
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

function problemsOfParameter(scope: Construct, parameter: IStringParameter): string[] {
  const { parameterArn, parameterName, parameterType } = parameter;
  if (typeof parameterArn !== 'string') {
    return ["concurrencyParameter has a parameter that is none. Write ssm.StringParameter.fromStringParameterName(this, id, '/its/name'), or leave it out."];
  }
  const problems: string[] = [];
  if (parameterType === ParameterType.SECURE_STRING || parameterType === ParameterType.STRING_LIST) {
    problems.push(`concurrencyParameter has the parameter '${parameter.node.path}' of the type ${parameterType}, which the dispatcher does not read. Write one of the type String.`);
  }
  if (!Token.isUnresolved(parameterName) && /[*?]/.test(parameterName)) {
    problems.push(`concurrencyParameter has '${parameterName}' as the name of its parameter, which stands for several. Write the name of one.`);
  }
  return [...problems, ...elsewhere(scope, parameterArn).map((where) => `concurrencyParameter has a parameter that is ${where}.`)];
}
