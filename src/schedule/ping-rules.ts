import { IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ScheduledInvocation } from './scheduled-invocation';
import { WarmingSchedule } from './warming-schedule';

/** Targets that one rule can have: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const TARGETS_PER_RULE = 5;

const RETRY_POLICY = {
  // A ping that is retried warms nothing more and is paid for again.
  maximumRetryAttempts: 0,
  // One that comes late warms nothing that the next would not. 60 is the least that EventBridge accepts.
  maximumEventAgeInSeconds: 60,
};

export interface PingRulesOptions {
  readonly schedule: WarmingSchedule;
  readonly invocations: readonly ScheduledInvocation[];
  readonly description: string;
  readonly enabled: boolean;
}

/**
 * Creates the EventBridge rules that make these invocations at each tick: as few as can hold them, each with its own
 * permission to invoke the function.
 */
export function createPingRules(scope: Construct, options: PingRulesOptions): void {
  const { schedule, invocations, description, enabled } = options;
  for (let first = 0; first < invocations.length; first += TARGETS_PER_RULE) {
    const rule = new Rule(scope, first === 0 ? 'Rule' : `Rule${first / TARGETS_PER_RULE + 1}`, {
      schedule: Schedule.expression(schedule._expression),
      description,
      enabled,
    });
    const some = invocations.slice(first, first + TARGETS_PER_RULE);
    for (const invocation of some) {
      rule.addTarget(targetOf(invocation));
    }
    for (const [index, fn] of [...new Set(some.filter(({ needsPermission }) => needsPermission).map((one) => one.function))].entries()) {
      new CfnPermission(rule, index === 0 ? 'Permission' : `Permission${index + 1}`, {
        action: 'lambda:InvokeFunction',
        functionName: fn.functionArn,
        principal: 'events.amazonaws.com',
        sourceArn: rule.ruleArn,
      });
    }
  }
}

/**
 * Not CDK's own LambdaFunction target: it leaves the permission to the function, which creates none for most imported
 * aliases and versions, and makes CDK warn of functions that have a version beside; and it warns of those that are
 * imported into a stack of no known environment.
 */
function targetOf({ function: fn, event }: ScheduledInvocation): IRuleTarget {
  return {
    bind: () => ({
      arn: fn.functionArn,
      input: event && RuleTargetInput.fromObject(event),
      retryPolicy: RETRY_POLICY,
    }),
  };
}
