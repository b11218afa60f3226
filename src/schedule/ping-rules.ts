import { Stack } from 'aws-cdk-lib';
import { IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Fired, Firing, FiringOptions, freeId, RETRY_POLICY } from './firing';
import { ScheduledInput } from './scheduled-input';

/** Targets that one rule can have: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const TARGETS_PER_RULE = 5;

const ROLE_ID = 'RuleRole';

/**
 * EventBridge rules with an expression: as few as can hold the inputs, each with its own permission to invoke the function,
 * all with one role to start the state machine.
 */
export class PingRules implements Firing {
  private rule?: Rule;
  private inputs = 0;
  /** Lambda's functions let rules in by themselves; nothing else does. */
  private readonly role?: iam.IRole;

  constructor(private readonly scope: Construct, private readonly options: FiringOptions) {
    this.role = options.fired.action === 'lambda:InvokeFunction' ? undefined : roleFor(options.roleScope, options.fired);
  }

  public add(input: ScheduledInput): void {
    if (!this.rule || this.inputs % TARGETS_PER_RULE === 0) {
      this.rule = this.createRule();
    }
    this.rule.addTarget(targetOf(this.options.fired, input, this.role));
    this.inputs++;
  }

  private createRule(): Rule {
    const { expression, description, enabled, fired, needsPermission, onRule } = this.options;
    const rule = new Rule(this.scope, freeId(this.scope, 'Rule'), { schedule: Schedule.expression(expression), description, enabled });
    if (needsPermission && !this.role) {
      new CfnPermission(rule, 'Permission', {
        action: fired.action,
        functionName: fired.arn,
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
function targetOf({ arn }: Fired, { event }: ScheduledInput, role?: iam.IRole): IRuleTarget {
  return {
    bind: () => ({
      arn,
      role,
      input: event && RuleTargetInput.fromObject(event),
      retryPolicy: RETRY_POLICY,
    }),
  };
}

/** The role by which all rules in a construct start it. Its policy is a part of it, so that none fires before that is there. */
function roleFor(scope: Construct, { arn, name, action }: Fired): iam.Role {
  return scope.node.tryFindChild(ROLE_ID) as iam.Role | undefined ?? new iam.Role(scope, ROLE_ID, {
    description: `Lets EventBridge start ${name}`,
    // Not for rules of others, and by none but this account's: the name of the one that it is for is not known before it has
    // its target. https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        ArnLike: { 'aws:SourceArn': Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName: '*' }) },
      },
    }),
    inlinePolicies: {
      Start: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: [action], resources: [arn] })] }),
    },
  });
}
