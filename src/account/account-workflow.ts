import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { MAX_BATCHES_AT_ONCE } from './planner/settings';
import { PlanEntry } from '../dispatcher/plan';

/** What pings later than that warms nothing that the next tick would not: time for the planner, and for two rounds of dispatchers. */
const TIMEOUT = Duration.minutes(3);

const INVOKE = 'lambda:invoke';

export interface AccountWorkflowOptions {
  readonly planner: IFunction;
  readonly dispatcher: IFunction;
  /** What all functions have in common. */
  readonly common: Partial<PlanEntry>;
}

/**
 * The state machine of an account's warmer: the planner answers with batches, and each of them is pinged by an invocation of the
 * dispatcher of its own.
 *
 * Nothing is tried again: a ping that comes late is worthless. Nor does one batch that fails hinder the others. What each state
 * hands on is kept small, since a state takes no more than 256 KiB: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class AccountWorkflow {
  public readonly stateMachine: StateMachine;
  /** What it must have before it can run. */
  public readonly policy: iam.Policy;

  constructor(private readonly scope: Construct, private readonly options: AccountWorkflowOptions) {
    const role = new iam.Role(scope, 'WorkflowRole', {
      description: 'Lets Step Functions plan what is to be kept warm, and have it pinged',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
        conditions: { StringEquals: { 'aws:SourceAccount': this.stack.account } },
      }),
      inlinePolicies: {
        Invoke: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({
            actions: ['lambda:InvokeFunction'],
            resources: [options.planner.functionArn, options.dispatcher.functionArn],
          })],
        }),
      },
    });
    this.stateMachine = new StateMachine(scope, 'Workflow', {
      definitionBody: DefinitionBody.fromString(this.stack.toJsonString(this.definition())),
      comment: 'Keeps the functions of an account warm that ask for it by a tag (cdk-lambda-warmer)',
      role,
    });
    this.policy = this.letStartChildren(role);
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html */
  private definition(): object {
    const { planner, dispatcher, common } = this.options;
    const { partition } = this.stack;
    const task = (fn: IFunction, payload: object) => ({
      Type: 'Task',
      Resource: `arn:${partition}:states:::${INVOKE}`,
      Parameters: { FunctionName: fn.functionArn, ...payload },
    });
    return {
      Comment: 'Plan, then ping batch by batch',
      TimeoutSeconds: TIMEOUT.toSeconds(),
      StartAt: 'Plan',
      States: {
        Plan: { ...task(planner, { Payload: {} }), OutputPath: '$.Payload', Next: 'Ping' },
        Ping: {
          Type: 'Map',
          ItemsPath: '$.batches',
          ItemSelector: { 'plan.$': '$$.Map.Item.Value', common },
          MaxConcurrency: MAX_BATCHES_AT_ONCE,
          ToleratedFailurePercentage: 100,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'Dispatch',
            States: { Dispatch: { ...task(dispatcher, { 'Payload.$': '$' }), OutputPath: '$.StatusCode', End: true } },
          },
          End: true,
        },
      },
    };
  }

  /** Apart from the role, which must be there before the state machine. https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
  private letStartChildren(role: iam.Role): iam.Policy {
    const { stateMachineArn, stateMachineName } = this.stateMachine;
    const executions = this.stack.formatArn({
      service: 'states', resource: 'execution', resourceName: `${stateMachineName}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new iam.Policy(this.scope, 'WorkflowPolicy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
        new iam.PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [executions] }),
      ],
    });
  }

  private get stack(): Stack {
    return Stack.of(this.scope);
  }
}
