import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ScheduledInvocation } from './scheduled-invocation';
import { WarmingSchedule } from './warming-schedule';

/** Targets that one rule can have: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const TARGETS_PER_RULE = 5;

/** A ping that comes late warms nothing that the next one would not. 60 s is the least that EventBridge accepts. */
const MAX_EVENT_AGE = Duration.seconds(60);

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
    for (const { function: fn, event } of invocations.slice(first, first + TARGETS_PER_RULE)) {
      const target = new LambdaFunction(fn, {
        event: event && RuleTargetInput.fromObject(event),
        // A ping that is retried warms nothing more and is paid for again.
        retryAttempts: 0,
        maxEventAge: MAX_EVENT_AGE,
      });
      // With the function named as the target's resource, CDK would warn of each that is imported into a stack of no
      // known environment, and wire others across environments, which has been refused before.
      rule.addTarget({ bind: (boundRule, id) => ({ ...target.bind(boundRule, id), targetResource: undefined }) });
    }
  }
}
