import { ArnFormat, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Architecture, Function } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PlannerFunction } from './planner/planner-function';
import { PlannerSettings, SETTINGS_VARIABLE } from './planner/settings';
import { DispatcherFunction } from '../dispatcher/dispatcher-function';
import { DOMAIN_VARIABLE, MAX_CONCURRENCY_VARIABLE } from '../dispatcher/plan';
import { MEMORY_OF_ONE_CPU } from '../target/memory';

export const PLANNER_MEMORY_SIZE = 256;
/** For hundreds of pings at once. */
export const DISPATCHER_MEMORY_SIZE = MEMORY_OF_ONE_CPU;

export interface AccountFunctionsOptions {
  readonly tagKey: string;
  readonly maxConcurrencyPerFunction: number;
  readonly logRetention?: RetentionDays;
  /** Whether the planner counts what functions cost. */
  readonly isCosted: boolean;
  /** What the planner needs to know beside, once the app is complete. */
  settings(): Omit<PlannerSettings, 'never'>;
}

/** What both have in common: a log of their own, and nothing that comes late. */
interface Common {
  readonly role: iam.Role;
  readonly logGroup: LogGroup;
  readonly architecture: Architecture;
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
}

/** The functions of an account's warmer: the one that finds what is tagged, and the one that pings it. */
export class AccountFunctions {
  public readonly planner: Function;
  public readonly dispatcher: Function;

  constructor(private readonly scope: Construct, private readonly options: AccountFunctionsOptions) {
    this.dispatcher = this.createDispatcher();
    this.planner = this.createPlanner();
  }

  private createDispatcher(): Function {
    const { tagKey, maxConcurrencyPerFunction } = this.options;
    const common = this.common('Dispatcher', `Lets the dispatcher invoke the functions that carry the tag ${tagKey}`);
    // Which functions these are is known only when they are pinged. InvokeFunction takes aws:ResourceTag as a condition:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    // https://docs.aws.amazon.com/lambda/latest/dg/attribute-based-access-control.html
    common.role.addToPolicy(new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [this.stack.formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
      conditions: { Null: { [`aws:ResourceTag/${tagKey}`]: 'false' } },
    }));
    return new DispatcherFunction(this.scope, 'Dispatcher', {
      ...common,
      description: `Pings the functions that carry the tag ${tagKey} to keep them warm (cdk-lambda-warmer)`,
      memorySize: DISPATCHER_MEMORY_SIZE,
      timeout: Duration.seconds(60),
      environment: { [DOMAIN_VARIABLE]: this.domain, [MAX_CONCURRENCY_VARIABLE]: String(maxConcurrencyPerFunction) },
    });
  }

  private createPlanner(): Function {
    const { tagKey, isCosted, settings } = this.options;
    const common = this.common('Planner', `Lets the planner find the functions that carry the tag ${tagKey}`);
    // Of none of these does AWS let a policy name the resources:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
    common.role.addToPolicy(new iam.PolicyStatement({
      actions: ['cloudwatch:GetMetricStatistics', 'lambda:GetAccountSettings', ...isCosted ? ['lambda:ListFunctions'] : [], 'tag:GetResources'],
      resources: ['*'],
    }));
    return new PlannerFunction(this.scope, 'Planner', {
      ...common,
      description: `Finds the functions that carry the tag ${tagKey}, to be kept warm (cdk-lambda-warmer)`,
      memorySize: PLANNER_MEMORY_SIZE,
      timeout: Duration.seconds(60),
      environment: {
        [DOMAIN_VARIABLE]: this.domain,
        [SETTINGS_VARIABLE]: Lazy.uncachedString({
          produce: () => {
            const all: PlannerSettings = { ...settings(), never: [this.dispatcher.functionName] };
            return this.stack.toJsonString(all);
          },
        }),
      },
    });
  }

  private common(id: string, description: string): Common {
    const logGroup = new LogGroup(this.scope, `${id}Logs`, {
      retention: this.options.logRetention ?? RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this.scope, `${id}Role`, { description, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return { role, logGroup, architecture: Architecture.ARM_64, retryAttempts: 0, maxEventAge: Duration.seconds(60) };
  }

  private get domain(): string {
    return `${this.stack.region}.${this.stack.urlSuffix}`;
  }

  private get stack(): Stack {
    return Stack.of(this.scope);
  }
}
