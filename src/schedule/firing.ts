import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ScheduledInput } from './scheduled-input';

/** Characters of a description: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export const MAX_DESCRIPTION_LENGTH = 512;

/** What a tick invokes or starts. */
export interface Fired {
  readonly arn: string;
  readonly name: string;
  readonly action: 'lambda:InvokeFunction' | 'states:StartExecution';
}

/** A function that is invoked. */
export function invoking({ functionArn: arn, functionName: name }: IFunction): Fired {
  return { arn, name, action: 'lambda:InvokeFunction' };
}

/** A state machine that is started. */
export function starting({ stateMachineArn: arn, stateMachineName: name }: StateMachine): Fired {
  return { arn, name, action: 'states:StartExecution' };
}

/** What fires, what that invokes or starts, and how. */
export interface FiringOptions {
  readonly expression: string;
  readonly description: string;
  readonly fired: Fired;
  readonly enabled: boolean;
  /** Whether a rule must be permitted to invoke the function, or is already. It starts state machines by a role. */
  readonly needsPermission: boolean;
  /** Where the role belongs by which EventBridge Scheduler invokes it, or by which a rule starts it. */
  readonly roleScope: Construct;
  /** Called for each rule that is created. */
  readonly onRule?: () => void;
}

/** What fires again and again, and sends its inputs each time. */
export interface Firing {
  /** Has it send one more. */
  add(input: ScheduledInput): void;
}

/** The same, whatever fires. */
export const RETRY_POLICY = {
  // A ping that is retried warms nothing more and is paid for again.
  maximumRetryAttempts: 0,
  // One that comes late warms nothing that the next would not. 60 is the least that EventBridge accepts.
  maximumEventAgeInSeconds: 60,
};

/** The first of an id, and the same with a number, that a construct has not yet. */
export function freeId(scope: Construct, id: string): string {
  let count = 1;
  while (scope.node.tryFindChild(count === 1 ? id : `${id}${count}`)) {
    count++;
  }
  return count === 1 ? id : `${id}${count}`;
}
