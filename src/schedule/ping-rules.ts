import { IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Firing, FiringOptions, freeId, RETRY_POLICY } from './firing';
import { ScheduledInput } from './scheduled-input';

/** Targets that one rule can have: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const TARGETS_PER_RULE = 5;

/**
 * EventBridge rules with an expression: as few as can hold the inputs, each with its own permission to invoke the function.
 */
export class PingRules implements Firing {
  private rule?: Rule;
  private inputs = 0;

  constructor(private readonly scope: Construct, private readonly options: FiringOptions) {}

  public add(input: ScheduledInput): void {
    if (!this.rule || this.inputs % TARGETS_PER_RULE === 0) {
      this.rule = this.createRule();
    }
    this.rule.addTarget(targetOf(this.options.function, input));
    this.inputs++;
  }

  private createRule(): Rule {
    const { expression, description, enabled, function: fn, needsPermission, onRule } = this.options;
    const rule = new Rule(this.scope, freeId(this.scope, 'Rule'), { schedule: Schedule.expression(expression), description, enabled });
    if (needsPermission) {
      new CfnPermission(rule, 'Permission', {
        action: 'lambda:InvokeFunction',
        functionName: fn.functionArn,
        principal: 'events.amazonaws.com',
        sourceArn: rule.ruleArn,
      });
    }
    onRule?.();
    return rule;
  }
}

/**
 * Not CDK's own LambdaFunction target: it leaves the permission to the function, which creates none for most imported
 * aliases and versions, and makes CDK warn of functions that have a version beside; and it warns of those that are
 * imported into a stack of no known environment.
 */
function targetOf(fn: IFunction, { event }: ScheduledInput): IRuleTarget {
  return {
    bind: () => ({
      arn: fn.functionArn,
      input: event && RuleTargetInput.fromObject(event),
      retryPolicy: RETRY_POLICY,
    }),
  };
}
