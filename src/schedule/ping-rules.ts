import { IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ScheduledInput } from './scheduled-input';
import { RETRY_POLICY, ScheduledPings } from './scheduled-pings';

/** Targets that one rule can have: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const TARGETS_PER_RULE = 5;

/**
 * Creates the EventBridge rules that send these pings: as few as can hold them, each with its own permission to invoke
 * the function.
 */
export function createPingRules(scope: Construct, { function: fn, pings, enabled, needsPermission }: ScheduledPings): void {
  const parts = pings.flatMap((ping) => inParts(ping.inputs).map((inputs) => ({ ...ping, inputs })));
  for (const [index, { expression, inputs, description }] of parts.entries()) {
    const rule = new Rule(scope, index === 0 ? 'Rule' : `Rule${index + 1}`, { schedule: Schedule.expression(expression), description, enabled });
    for (const input of inputs) {
      rule.addTarget(targetOf(fn, input));
    }
    if (needsPermission) {
      new CfnPermission(rule, 'Permission', {
        action: 'lambda:InvokeFunction',
        functionName: fn.functionArn,
        principal: 'events.amazonaws.com',
        sourceArn: rule.ruleArn,
      });
    }
  }
}

function inParts(inputs: readonly ScheduledInput[]): ScheduledInput[][] {
  const starts = [...inputs.keys()].filter((index) => index % TARGETS_PER_RULE === 0);
  return starts.map((start) => inputs.slice(start, start + TARGETS_PER_RULE));
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
