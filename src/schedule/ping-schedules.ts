import { Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IScheduleGroup, Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { ScheduleTargetBase } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { Fired, Firing, FiringOptions, freeId, RETRY_POLICY } from './firing';
import { ScheduledInput } from './scheduled-input';

const GROUP_ID = 'LambdaWarmerSchedules';

/** What rules have not. */
export interface SchedulerOptions extends FiringOptions {
  readonly group?: IScheduleGroup;
  readonly timeWindow?: TimeWindow;
  readonly timeZone?: TimeZone;
  readonly start?: Date;
  readonly end?: Date;
}

/**
 * Schedules of EventBridge Scheduler with an expression: one for each input, since a schedule has one target.
 */
export class PingSchedules implements Firing {
  private readonly group: IScheduleGroup;
  private readonly role: iam.Role;

  constructor(private readonly scope: Construct, private readonly options: SchedulerOptions) {
    this.group = options.group ?? groupOf(scope);
    this.role = roleFor(options.roleScope, options.fired, this.group);
  }

  public add(input: ScheduledInput): void {
    const { expression, timeZone, fired, description, enabled, timeWindow, start, end } = this.options;
    new Schedule(this.scope, freeId(this.scope, 'Schedule'), {
      schedule: ScheduleExpression.expression(expression, timeZone),
      target: new ExactTarget(fired, this.role, input),
      scheduleGroup: this.group,
      description,
      enabled,
      timeWindow,
      start,
      end,
    });
  }
}

/** The one of all warmers of a stack that are given none. */
function groupOf(scope: Construct): IScheduleGroup {
  const stack = Stack.of(scope);
  return stack.node.tryFindChild(GROUP_ID) as ScheduleGroup | undefined
    ?? new ScheduleGroup(stack, GROUP_ID, { removalPolicy: RemovalPolicy.DESTROY });
}

/**
 * The role by which the schedules of a group invoke the function, or start the state machine. Its policy is a part of it, so that no schedule fires
 * before that is there.
 */
function roleFor(scope: Construct, { arn, name, action }: Fired, group: IScheduleGroup): iam.Role {
  const id = group === Stack.of(scope).node.tryFindChild(GROUP_ID) ? 'SchedulerRole' : `SchedulerRole-${group.node.addr.slice(-8)}`;
  return scope.node.tryFindChild(id) as iam.Role | undefined ?? new iam.Role(scope, id, {
    description: `Lets EventBridge Scheduler ${action === 'lambda:InvokeFunction' ? 'invoke' : 'start'} ${name}`,
    // Not for schedules of others: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': group.env.account, 'aws:SourceArn': group.scheduleGroupArn } },
    }),
    inlinePolicies: {
      Invoke: new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({ actions: [action], resources: [arn] })],
      }),
    },
  });
}

/** Not CDK's own targets: that of functions also permits all aliases and versions. */
class ExactTarget extends ScheduleTargetBase {
  constructor({ arn }: Fired, role: iam.IRole, { event }: ScheduledInput) {
    super({
      role,
      input: event && ScheduleTargetInput.fromObject(event),
      retryAttempts: RETRY_POLICY.maximumRetryAttempts,
      maxEventAge: Duration.seconds(RETRY_POLICY.maximumEventAgeInSeconds),
    }, arn);
  }

  protected addTargetActionToRole(): void {
    // The role has what it needs.
  }
}
