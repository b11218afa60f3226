/*
 * Whether CloudFormation could create what the templates hold, and in which order: by all that makes one resource wait for
 * another, the update policy of an alias included.
 */
import { Annotations, App, NestedStack } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ProvisionedConcurrencyOptions, ScheduleEngine } from '../../src';
import { Graph, graphsOf } from '../graph';
import { testApp, testFunction, testStack, WORKDAYS } from '../uses';

const ALIAS = 'AWS::Lambda::Alias';
const VERSION = 'AWS::Lambda::Version';
const SCALABLE_TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const SCALING_POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const DEPLOYMENT_GROUP = 'AWS::CodeDeploy::DeploymentGroup';
const RULE = 'AWS::Events::Rule';
const PERMISSION = 'AWS::Lambda::Permission';
const SCHEDULE = 'AWS::Scheduler::Schedule';
const PREWARM = 'Custom::LambdaWarmerPrewarm';
const ALARM = 'AWS::CloudWatch::Alarm';

const FIXED: ProvisionedConcurrencyOptions = { minCapacity: 2 };
const SCALED: ProvisionedConcurrencyOptions = { minCapacity: 2, maxCapacity: 5 };
const WINDOWS: ProvisionedConcurrencyOptions = { minCapacity: 2, windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', minCapacity: 4 }] };
const CANARY: ProvisionedConcurrencyOptions = { minCapacity: 2, deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES };
const ALL: ProvisionedConcurrencyOptions = { ...WINDOWS, ...SCALED, ...CANARY };

const PINGED: Partial<LambdaWarmerProps> = { concurrency: 9, prewarmOnDeploy: true, emitMetrics: true };

function warm(scope: Construct, target: lambda.IFunction, provisionedConcurrency?: ProvisionedConcurrencyOptions, props: Partial<LambdaWarmerProps> = {}, id = 'Warmer') {
  const warmer = new LambdaWarmer(scope, id, { target, provisionedConcurrency, ...props });
  Annotations.of(warmer).acknowledgeWarning('cdk-lambda-warmer:pingsFeedUtilization');
  return warmer;
}

/** Has an alarm on the alias itself roll deployments back. */
function addAlarm({ alias, deploymentGroup }: LambdaWarmer): void {
  deploymentGroup!.addAlarm(alias!.metricErrors().createAlarm(alias!.stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 }));
}

/** By what they set up, and which types of resources are in the templates then, beside the alias. */
const SETUPS: { readonly [what: string]: readonly [build: (fn: lambda.Function, app: App) => void, types: readonly string[]] } = {
  'a fixed capacity': [(fn) => warm(fn.stack, fn, FIXED), [VERSION]],
  'scaling by utilization': [(fn) => warm(fn.stack, fn, SCALED), [VERSION, SCALABLE_TARGET, SCALING_POLICY]],
  'windows': [(fn) => warm(fn.stack, fn, WINDOWS), [VERSION, SCALABLE_TARGET]],
  'a version that is given': [(fn) => warm(fn.stack, fn, { ...ALL, version: new lambda.Version(fn.stack, 'Version', { lambda: fn }) }), [VERSION, SCALABLE_TARGET]],
  'a canary with an alarm on the function': [(fn) => {
    const alarm = fn.metricErrors().createAlarm(fn.stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    warm(fn.stack, fn, { ...CANARY, alarms: [alarm] });
  }, [VERSION, DEPLOYMENT_GROUP, ALARM]],
  'a canary with an alarm on the alias': [(fn) => addAlarm(warm(fn.stack, fn, CANARY)), [VERSION, DEPLOYMENT_GROUP, ALARM]],
  'a canary with a function to run before requests are shifted': [(fn) => {
    warm(fn.stack, fn, CANARY).deploymentGroup!.addPreHook(testFunction(fn.stack, 'Hook'));
  }, [VERSION, DEPLOYMENT_GROUP]],
  'pings of the dispatcher, also right after a deployment': [(fn) => warm(fn.stack, fn, FIXED, PINGED), [VERSION, RULE, PERMISSION, PREWARM]],
  'pings of a rule': [(fn) => warm(fn.stack, fn, FIXED, { concurrency: 3, fanOut: FanOut.direct() }), [VERSION, RULE, PERMISSION]],
  'pings of EventBridge Scheduler': [(fn) => warm(fn.stack, fn, FIXED, { ...PINGED, engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER }), [VERSION, SCHEDULE, PREWARM]],
  'a function that invokes itself': [(fn) => warm(fn.stack, fn, FIXED, { concurrency: 3, fanOut: FanOut.selfInvoke() }), [VERSION, RULE, PERMISSION]],
  'everything at once': [(fn) => addAlarm(warm(fn.stack, fn, ALL, PINGED)),
    [VERSION, SCALABLE_TARGET, SCALING_POLICY, DEPLOYMENT_GROUP, ALARM, RULE, PERMISSION, PREWARM]],
  'everything at once, with the function as the scope of the warmer': [(fn) => addAlarm(warm(fn, fn, ALL, PINGED)),
    [VERSION, SCALABLE_TARGET, SCALING_POLICY, DEPLOYMENT_GROUP, ALARM, RULE, PERMISSION, PREWARM]],
  'two warmers that share an alias': [(fn) => {
    addAlarm(warm(fn.stack, fn, ALL, PINGED));
    warm(fn.stack, fn, ALL, { ...PINGED, concurrency: 12 }, 'Second');
    warm(fn, fn, ALL, { ...PINGED, concurrency: 15 }, 'Third');
  }, [VERSION, SCALABLE_TARGET, SCALING_POLICY, DEPLOYMENT_GROUP, ALARM, RULE, PERMISSION, PREWARM]],
  'a second warmer that pings the alias of the first, and stands inside of it': [(fn) => {
    const { alias } = warm(fn.stack, fn, CANARY);
    warm(alias!, alias!, undefined, PINGED);
  }, [VERSION, DEPLOYMENT_GROUP, RULE, PERMISSION, PREWARM]],
  'two aliases': [(fn) => {
    warm(fn.stack, fn, ALL, PINGED);
    warm(fn.stack, fn, { ...ALL, aliasName: 'batch', version: new lambda.Version(fn.stack, 'Version', { lambda: fn }) }, PINGED, 'Second');
  }, [VERSION, SCALABLE_TARGET, SCALING_POLICY, DEPLOYMENT_GROUP, RULE, PERMISSION, PREWARM]],
  'a function with a role and a policy of its own': [(fn) => {
    fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    warm(fn.stack, fn, ALL, PINGED);
  }, [VERSION, SCALABLE_TARGET, RULE, PREWARM]],
  'a warmer in another stack': [(fn, app) => addAlarm(warm(testStack(app, 'Warmers'), fn, ALL, PINGED)), [VERSION, SCALABLE_TARGET, DEPLOYMENT_GROUP, RULE, PREWARM]],
  'a warmer in a nested stack': [(fn) => addAlarm(warm(new NestedStack(fn.stack, 'Nested'), fn, ALL, PINGED)), [VERSION, SCALABLE_TARGET, DEPLOYMENT_GROUP, RULE, PREWARM]],
  'a function in a nested stack': [(fn) => {
    const nested = new NestedStack(fn.stack, 'Nested');
    addAlarm(warm(fn.stack, testFunction(nested), ALL, PINGED));
  }, [VERSION, SCALABLE_TARGET, DEPLOYMENT_GROUP, RULE, PREWARM]],
};

describe.each(Object.keys(SETUPS))('%s', (what) => {
  const [build, types] = SETUPS[what];
  let graphs: Graph[];

  beforeAll(() => {
    const app = testApp();
    build(testFunction(testStack(app)), app);
    graphs = graphsOf(app);
  });

  /** Fails unless each resource of a type waits for one of another type, where both are in one template. */
  function expectOrder(type: string, earlier: string): void {
    for (const graph of graphs.filter((one) => one.ids(earlier).length > 0)) {
      for (const id of graph.ids(type)) {
        expect([...graph.before(id)].filter((other) => graph.ids(earlier).includes(other))).not.toEqual([]);
      }
    }
  }

  test('has what it is to be looked at for', () => {
    expect([ALIAS, ...types].filter((type) => !graphs.some((graph) => graph.ids(type).length > 0))).toEqual([]);
  });

  test('has no resource that waits for itself', () => {
    expect(graphs.flatMap((graph) => graph.stuck)).toEqual([]);
  });

  test('creates the alias after the version and the deployment group', () => {
    expectOrder(ALIAS, VERSION);
    expectOrder(ALIAS, DEPLOYMENT_GROUP);
    expectOrder(VERSION, 'AWS::Lambda::Function');
  });

  test('creates what scales after the alias', () => {
    expectOrder(SCALABLE_TARGET, ALIAS);
    expectOrder(SCALING_POLICY, SCALABLE_TARGET);
  });

  test('creates what pings after the alias', () => {
    for (const type of [RULE, SCHEDULE, PERMISSION, PREWARM]) {
      expectOrder(type, ALIAS);
    }
  });
});

describe('the check itself', () => {
  test('finds a circle by references of each kind', () => {
    const graph = new Graph({
      One: { DependsOn: 'Two' },
      Two: { DependsOn: ['Three'] },
      Three: { Properties: { A: [{ Ref: 'Four' }] } },
      Four: { Properties: { A: { 'Fn::GetAtt': ['Five', 'Arn'] } } },
      Five: { Properties: { A: { 'Fn::Sub': 'a-${AWS::Region}-${!Not}-${Six.Arn}' } } },
      Six: { UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'Seven' } } } },
      Seven: { Properties: { A: { 'Fn::Sub': ['${V}', { V: { 'Fn::GetAtt': 'One.Arn' } }] } } },
      Free: { Properties: { A: { Ref: 'AWS::Region' } } },
    });
    expect(graph.stuck).toEqual(['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven']);
    expect([...graph.before('Free')]).toEqual([]);
  });

  test('finds the circle of an alarm that needs the alias itself', () => {
    const app = testApp();
    const stack = testStack(app);
    const { alias, deploymentGroup } = warm(stack, testFunction(stack), CANARY);
    const alarm = alias!.metricErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    alarm.node.addDependency(alias!);
    deploymentGroup!.addAlarm(alarm);
    const { logicalId } = alias!.node.defaultChild as lambda.CfnAlias;
    expect(graphsOf(app).flatMap((graph) => graph.stuck)).toContain(stack.resolve(logicalId));
  });
});
