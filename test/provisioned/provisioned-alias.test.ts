import { App, Duration, NestedStack, Stack, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DayOfWeek, FanOut, LambdaWarmer, LambdaWarmerProps, ProvisionedConcurrencyOptions, ScheduleEngine, WarmingSchedule } from '../../src';
import { idOf, textOf } from '../references';
import { testApp, testFunction, testStack, WORKDAYS } from '../uses';

const ALIAS = 'AWS::Lambda::Alias';
const VERSION = 'AWS::Lambda::Version';
const SCALABLE_TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const SCALING_POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const DEPLOYMENT_GROUP = 'AWS::CodeDeploy::DeploymentGroup';

const OFFICE_HOURS = { days: WORKDAYS, start: '07:45', end: '18:00', minCapacity: 5 };
const CANARY = LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES;

let app: App;
let stack: Stack;
let fn: lambda.Function;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
  fn = testFunction(stack);
});

function provision(options: Partial<ProvisionedConcurrencyOptions> = {}, props: Partial<LambdaWarmerProps> = {}, id = 'Warmer'): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target: fn, provisionedConcurrency: { minCapacity: 2, ...options }, ...props });
}

function template(of: Stack = stack): Template {
  return Template.fromStack(of);
}

/** How often each type of resource is there. */
function types(of: Stack = stack): { [type: string]: number } {
  const found: { [type: string]: number } = {};
  for (const { Type } of Object.values<any>(template(of).toJSON().Resources)) {
    found[Type] = (found[Type] ?? 0) + 1;
  }
  return found;
}

/** The one resource of a type, with its logical id. */
function only(type: string, of: Stack = stack): any {
  const [[id, found], ...others] = Object.entries(template(of).findResources(type));
  expect(others).toEqual([]);
  return { id, ...found };
}

/** What the one rule has the dispatcher do. */
function plan(of: Stack = stack): any {
  return JSON.parse(textOf(only('AWS::Events::Rule', of).Properties.Targets[0].Input)).plan;
}

describe('the alias', () => {
  test("is called 'live', and follows the current version", () => {
    provision();
    const { id: version, Properties: { FunctionName } } = only(VERSION);
    expect(FunctionName).toEqual({ Ref: idOf(fn) });
    expect(only(ALIAS).Properties).toEqual({
      Name: 'live',
      FunctionName: { Ref: idOf(fn) },
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
  });

  test('has the name that is given', () => {
    const warmer = provision({ aliasName: 'Prod_1-a' });
    expect(only(ALIAS).Properties.Name).toBe('Prod_1-a');
    expect(warmer.alias!.aliasName).toBe('Prod_1-a');
  });

  test.each(['a', '1a', '-', '_', 'a'.repeat(128)])('may be called %s', (aliasName) => {
    provision({ aliasName });
    expect(only(ALIAS).Properties.Name).toBe(aliasName);
  });

  test('follows a version that is given, and publishes no other one', () => {
    const version = new lambda.Version(stack, 'Version', { lambda: fn });
    provision({ version });
    expect(only(VERSION).id).toBe(idOf(version));
    expect(only(ALIAS).Properties.FunctionVersion).toEqual({ 'Fn::GetAtt': [idOf(version), 'Version'] });
  });

  test('stays at a version that was published already', () => {
    provision({ version: lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: fn, version: '7' }) });
    template().resourceCountIs(VERSION, 0);
    expect(only(ALIAS).Properties.FunctionVersion).toBe('7');
  });

  test('is what the warmer names as its alias and as its target', () => {
    const warmer = provision();
    expect(warmer.alias).toBeInstanceOf(lambda.Alias);
    expect(warmer.target).toBe(warmer.alias);
    expect(idOf(warmer.alias!)).toBe(only(ALIAS).id);
    expect(warmer.deploymentGroup).toBeUndefined();
  });

  test('is not there without provisionedConcurrency', () => {
    const warmer = provision({}, { provisionedConcurrency: undefined });
    expect([warmer.alias, warmer.deploymentGroup, warmer.target]).toEqual([undefined, undefined, fn]);
    template().resourceCountIs(ALIAS, 0);
    template().resourceCountIs(VERSION, 0);
  });
});

describe('a fixed capacity', () => {
  test('takes an alias and a version, and nothing that scales or pings', () => {
    provision({ minCapacity: 7 });
    expect(types()).toEqual({ 'AWS::IAM::Role': 1, 'AWS::Lambda::Function': 1, [VERSION]: 1, [ALIAS]: 1 });
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 7 });
    expect(only(ALIAS)).not.toHaveProperty('UpdatePolicy');
  });

  test.each<[string, Partial<ProvisionedConcurrencyOptions>]>([
    ['a maxCapacity of the same number', { maxCapacity: 2 }],
    ['an empty list of windows', { windows: [] }],
    ['windows that change nothing', { windows: [{ start: '08:00', end: '12:00', minCapacity: 2 }] }],
  ])('is also what %s is', (_, options) => {
    provision(options);
    expect(types()).not.toHaveProperty(SCALABLE_TARGET);
    expect(types()).not.toHaveProperty(SCALING_POLICY);
  });

  test('is that of a window that takes the whole week', () => {
    provision({ windows: [{ start: '00:00', end: '24:00', minCapacity: 4 }] });
    // It never changes, and so needs no scheduled action.
    expect(types()).not.toHaveProperty(SCALABLE_TARGET);
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 4 });
  });

  test('leaves the function as it is', () => {
    const alone = testStack(testApp());
    const unchanged = template(testFunction(alone).stack).findResources('AWS::Lambda::Function');
    provision({ maxCapacity: 9, windows: [OFFICE_HOURS], deploymentConfig: CANARY });
    expect(template().findResources('AWS::Lambda::Function')).toEqual(unchanged);
    expect(Object.keys(types()).filter((type) => /Events|Scheduler|Permission|Layer|Logs|Custom/.test(type))).toEqual([]);
  });

  test('is provisioned also while pings are turned off', () => {
    provision({}, { enabled: false });
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
  });
});

describe('scaling by utilization', () => {
  test('scales the alias between the two capacities, and begins with the smaller one', () => {
    provision({ minCapacity: 3, maxCapacity: 30 });
    const { id, Properties } = only(SCALABLE_TARGET);
    expect(Properties).toMatchObject({ MinCapacity: 3, MaxCapacity: 30, ServiceNamespace: 'lambda', ScalableDimension: 'lambda:function:ProvisionedConcurrency' });
    expect(Properties).not.toHaveProperty('ScheduledActions');
    const name = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: only(ALIAS).id }] }] };
    expect(Properties.ResourceId).toEqual({ 'Fn::Join': ['', ['function:', name, ':live']] });
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 3 });
    expect(only(SCALING_POLICY).Properties).toMatchObject({ PolicyType: 'TargetTrackingScaling', ScalingTargetId: { Ref: id } });
  });

  test.each([[undefined, 0.7], [0.1, 0.1], [0.55, 0.55], [0.9, 0.9]])('with a utilizationTarget of %s aims at %d', (utilizationTarget, expected) => {
    provision({ maxCapacity: 5, utilizationTarget });
    expect(only(SCALING_POLICY).Properties.TargetTrackingScalingPolicyConfiguration).toEqual({
      PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      TargetValue: expected,
    });
  });

  test('names the alias that is scaled by the name it was given', () => {
    provision({ aliasName: 'prod', maxCapacity: 5 });
    expect(only(SCALABLE_TARGET).Properties.ResourceId['Fn::Join'][1][2]).toBe(':prod');
  });
});

describe('windows', () => {
  /** The scheduled actions, each as its expression, its zone, and the two capacities. */
  function actions(): any[] {
    return only(SCALABLE_TARGET).Properties.ScheduledActions.map(({ Schedule, Timezone, ScalableTargetAction: { MinCapacity, MaxCapacity } }: any) =>
      [Schedule, Timezone, MinCapacity, MaxCapacity]);
  }

  test('change the capacity when they start and when they end, in UTC', () => {
    provision({ windows: [OFFICE_HOURS] });
    expect(actions()).toEqual([
      ['cron(45 7 ? * MON-FRI *)', undefined, 5, 5],
      ['cron(0 18 ? * MON-FRI *)', undefined, 2, 2],
    ]);
    expect(only(SCALABLE_TARGET).Properties).toMatchObject({ MinCapacity: 2, MaxCapacity: 2 });
    template().resourceCountIs(SCALING_POLICY, 0);
  });

  test('are in the time zone that is given', () => {
    provision({ windows: [OFFICE_HOURS], timeZone: TimeZone.EUROPE_BERLIN });
    expect(actions()).toEqual([
      ['cron(45 7 ? * MON-FRI *)', 'Europe/Berlin', 5, 5],
      ['cron(0 18 ? * MON-FRI *)', 'Europe/Berlin', 2, 2],
    ]);
  });

  test('have names that tell them apart', () => {
    provision({ windows: [OFFICE_HOURS] });
    expect(only(SCALABLE_TARGET).Properties.ScheduledActions.map((action: any) => action.ScheduledActionName)).toEqual(['Capacity1', 'Capacity2']);
  });

  test('that cross midnight end on the next day', () => {
    provision({ windows: [{ days: [DayOfWeek.SUNDAY], start: '22:00', end: '02:30', minCapacity: 3 }] });
    expect(actions()).toEqual(expect.arrayContaining([['cron(0 22 ? * SUN *)', undefined, 3, 3], ['cron(30 2 ? * MON *)', undefined, 2, 2]]));
    expect(actions()).toHaveLength(2);
  });

  test('that overlap let the first in the list hold', () => {
    provision({ windows: [{ start: '10:00', end: '11:00', minCapacity: 9 }, { start: '08:00', end: '18:00', minCapacity: 5 }] });
    expect(actions()).toEqual(expect.arrayContaining([
      ['cron(0 10 ? * * *)', undefined, 9, 9],
      ['cron(0 8,11 ? * * *)', undefined, 5, 5],
      ['cron(0 18 ? * * *)', undefined, 2, 2],
    ]));
    expect(actions()).toHaveLength(3);
  });

  test('that touch and have one capacity are one', () => {
    provision({ windows: [{ start: '08:00', end: '12:00', minCapacity: 5 }, { start: '12:00', end: '18:00', minCapacity: 5 }] });
    expect(actions()).toEqual([['cron(0 8 ? * * *)', undefined, 5, 5], ['cron(0 18 ? * * *)', undefined, 2, 2]]);
  });

  test('take the maxCapacity outside of them, where they have none', () => {
    provision({ maxCapacity: 10, windows: [OFFICE_HOURS] });
    expect(actions()).toEqual([
      ['cron(45 7 ? * MON-FRI *)', undefined, 5, 10],
      ['cron(0 18 ? * MON-FRI *)', undefined, 2, 10],
    ]);
    template().resourceCountIs(SCALING_POLICY, 1);
  });

  test('may be all in which there is scaling by utilization', () => {
    provision({ windows: [{ ...OFFICE_HOURS, maxCapacity: 50 }], utilizationTarget: 0.5 });
    expect(actions()).toEqual([
      ['cron(45 7 ? * MON-FRI *)', undefined, 5, 50],
      ['cron(0 18 ? * MON-FRI *)', undefined, 2, 2],
    ]);
    expect(only(SCALABLE_TARGET).Properties).toMatchObject({ MinCapacity: 2, MaxCapacity: 2 });
    expect(only(SCALING_POLICY).Properties.TargetTrackingScalingPolicyConfiguration.TargetValue).toBe(0.5);
  });

  test('that take the whole week have the target scaled between their capacities', () => {
    provision({ windows: [{ start: '00:00', end: '24:00', minCapacity: 4, maxCapacity: 9 }] });
    expect(only(SCALABLE_TARGET).Properties).toMatchObject({ MinCapacity: 4, MaxCapacity: 9 });
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 4 });
    template().resourceCountIs(SCALING_POLICY, 1);
  });

  test('may have less than what holds outside of them', () => {
    provision({ minCapacity: 8, windows: [{ start: '00:00', end: '06:00', minCapacity: 1 }] });
    expect(actions()).toEqual([['cron(0 0 ? * * *)', undefined, 1, 1], ['cron(0 6 ? * * *)', undefined, 8, 8]]);
  });
});

describe('deployments by CodeDeploy', () => {
  const alarmOf = (metric: Metric, id = 'Alarm'): Alarm => metric.createAlarm(stack, id, { threshold: 1, evaluationPeriods: 1 });

  test('move the alias in the way that is given', () => {
    const warmer = provision({ deploymentConfig: CANARY });
    const { id, Properties } = only(DEPLOYMENT_GROUP);
    expect(idOf(warmer.deploymentGroup!)).toBe(id);
    expect(Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] },
    });
    const { id: application } = only('AWS::CodeDeploy::Application');
    expect(only(ALIAS).UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: { ApplicationName: { Ref: application }, DeploymentGroupName: { Ref: id } },
    });
  });

  test('are rolled back by alarms that are given', () => {
    const alarm = alarmOf(fn.metricErrors());
    provision({ deploymentConfig: CANARY, alarms: [alarm] });
    expect(only(DEPLOYMENT_GROUP).Properties).toMatchObject({
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: idOf(alarm) } }] },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
  });

  test('are rolled back by an alarm on the alias itself that is added later, without a circle', () => {
    const warmer = provision({ deploymentConfig: CANARY });
    const alarm = alarmOf(warmer.alias!.metricErrors());
    warmer.deploymentGroup!.addAlarm(alarm);
    // Reading a template refuses those with circles.
    expect(only(DEPLOYMENT_GROUP).Properties).toMatchObject({
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: idOf(alarm) } }] },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
    expect(only('AWS::CloudWatch::Alarm').Properties.Dimensions).toContainEqual({ Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: idOf(fn) }, ':live']] } });
  });

  test('leave the alias to CloudFormation, where there is no deploymentConfig', () => {
    provision({ maxCapacity: 5 });
    expect(types()).not.toHaveProperty(DEPLOYMENT_GROUP);
    expect(only(ALIAS)).not.toHaveProperty('UpdatePolicy');
  });

  test('go on beside scaling, windows and pings', () => {
    provision({ maxCapacity: 5, windows: [OFFICE_HOURS], deploymentConfig: CANARY }, { concurrency: 6, enabled: false });
    expect(types()).toMatchObject({ [DEPLOYMENT_GROUP]: 1, [SCALABLE_TARGET]: 1, [SCALING_POLICY]: 1, 'AWS::Events::Rule': 1 });
    expect(only(ALIAS)).toHaveProperty('UpdatePolicy.CodeDeployLambdaAliasUpdate');
  });
});

describe('pings beside it', () => {
  test('go to the alias', () => {
    provision({}, { concurrency: 5 });
    expect(plan()).toEqual([expect.objectContaining({ function: only(ALIAS).id, concurrency: 5, protocol: 'standard' })]);
  });

  test('go to the alias also from a rule by itself, which may invoke the alias only', () => {
    provision({}, { concurrency: 5, fanOut: FanOut.direct() });
    const alias = { Ref: only(ALIAS).id };
    const { id: rule, Properties: { Targets } } = only('AWS::Events::Rule');
    expect(Targets.map(({ Arn }: any) => Arn)).toEqual(Array(5).fill(alias));
    expect(only('AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction', FunctionName: alias, Principal: 'events.amazonaws.com', SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
  });

  test('are all that the dispatcher is permitted to send', () => {
    provision({}, { concurrency: 5 });
    const [{ Properties: { PolicyDocument } }] = Object.values(template().findResources('AWS::IAM::Policy'));
    expect(PolicyDocument.Statement.filter(({ Action }: any) => String(Action).includes('lambda:')))
      .toEqual([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: only(ALIAS).id } }]);
  });

  test('are all that the role of a schedule is permitted to send', () => {
    provision({}, { concurrency: 3, fanOut: FanOut.selfInvoke(), engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    const roles = Object.values(template().findResources('AWS::IAM::Role')).flatMap(({ Properties: { Policies = [] } }) => Policies);
    expect(roles.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: only(ALIAS).id } }]);
    // A function knows itself by its version.
    expect(only('AWS::IAM::Policy').Properties.PolicyDocument.Statement).toEqual([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: only(VERSION).id } }]);
  });

  test('are answered by the function, and so by the version behind the alias', () => {
    provision({}, { concurrency: 5 });
    template().resourceCountIs('AWS::Lambda::LayerVersion', 1);
    const { Properties } = template().toJSON().Resources[idOf(fn)];
    expect(Properties).toMatchObject({ Layers: [expect.anything()], Environment: { Variables: expect.anything() } });
  });

  test('are described as those to the alias', () => {
    provision({ aliasName: 'prod' }, { concurrency: 5 });
    const name = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: only(ALIAS).id }] }] };
    expect(only('AWS::Events::Rule').Properties.Description).toEqual({ 'Fn::Join': ['', ['Keeps 5 execution environments of ', name, ':prod warm']] });
  });

  test('follow windows of their own', () => {
    const schedule = WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 20 }], otherwise: 3 });
    provision({}, { schedule });
    const rules = Object.values(template().findResources('AWS::Events::Rule'));
    const pings = rules.map(({ Properties: { Targets: [{ Input }] } }) => JSON.parse(textOf(Input)).plan[0]);
    expect(new Set(pings.map(({ concurrency }) => concurrency))).toEqual(new Set([20, 3]));
    expect(new Set(pings.map((ping) => ping.function))).toEqual(new Set([only(ALIAS).id]));
  });

  test('have metrics by the name of the alias', () => {
    const warmer = provision({ aliasName: 'prod' }, { concurrency: 5, emitMetrics: true });
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': [':', { Ref: only(ALIAS).id }] }] });
    expect(stack.resolve(warmer.metricCoverage().dimensions!.FunctionName)).toEqual({ 'Fn::Join': ['', [part(6), ':', part(7)]] });
  });

  test('do not come by a schedule that is disabled, while what is provisioned stays', () => {
    provision({}, { concurrency: 5, enabled: false });
    expect(only('AWS::Events::Rule').Properties.State).toBe('DISABLED');
    expect(only(ALIAS).Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
  });

  describe('right after a deployment', () => {
    function prewarm(change: () => void = () => {}, published?: string) {
      stack = testStack(testApp());
      fn = testFunction(stack);
      const version = published === undefined ? undefined : lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: fn, version: published });
      provision({ version }, { concurrency: 5, prewarmOnDeploy: true });
      change();
      const { Properties: { Create }, DependsOn } = only('Custom::LambdaWarmerPrewarm');
      return { ...JSON.parse(JSON.parse(textOf(Create)).parameters.Payload), dependsOn: DependsOn };
    }

    test('go to the alias, once it is there', () => {
      const { plan: [ping], dependsOn } = prewarm();
      expect(ping).toMatchObject({ function: only(ALIAS).id, concurrency: 5 });
      expect(dependsOn).toContain(only(ALIAS).id);
    });

    test('come again when the function has changed, and only then', () => {
      expect(prewarm().state).toBe(prewarm().state);
      expect(prewarm(() => fn.addEnvironment('STAGE', 'test')).state).not.toBe(prewarm().state);
    });

    test('come again when the alias gets another version of a function that has not changed', () => {
      const state = (version: string) => prewarm(undefined, version).state;
      expect(state('7')).toBe(state('7'));
      expect(state('7')).not.toBe(state('8'));
    });
  });
});

describe('the version', () => {
  /** Its logical id in an app of its own. */
  function versionOf(
    options: Partial<ProvisionedConcurrencyOptions>, props: Partial<LambdaWarmerProps> = {}, ofFunction: Partial<lambda.FunctionProps> = {},
  ): string {
    stack = testStack(testApp());
    fn = testFunction(stack, 'Fn', ofFunction);
    provision(options, props);
    return only(VERSION).id;
  }

  const pinged = { concurrency: 5 };

  test.each<[string, Partial<ProvisionedConcurrencyOptions>]>([
    ['another capacity', { minCapacity: 3 }],
    ['scaling by utilization', { maxCapacity: 20 }],
    ['windows', { windows: [OFFICE_HOURS], timeZone: TimeZone.ASIA_TOKYO }],
    ['a deploymentConfig', { deploymentConfig: CANARY }],
    ['another name of the alias', { aliasName: 'prod' }],
  ])('is not published anew by %s', (_, options) => {
    expect(versionOf(options)).toBe(versionOf({}));
  });

  test.each<[string, Partial<LambdaWarmerProps>]>([
    ['another concurrency', { concurrency: 6 }],
    ['another schedule', { schedule: WarmingSchedule.every(Duration.minutes(7)) }],
    ['another engine', { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER }],
    ['metrics of each tick', { emitMetrics: true }],
    ['a prewarming', { prewarmOnDeploy: true }],
    ['a parameter for the concurrency', { concurrencyParameter: { maxConcurrency: 30 } }],
    ['another description', { description: 'Other' }],
    ['a limit of the cost', { maxMonthlyCost: 10_000 }],
    ['the pings being turned off', { enabled: false }],
  ])('is not published anew by %s', (_, props) => {
    expect(versionOf({}, { ...pinged, ...props })).toBe(versionOf({}, pinged));
  });

  test('is published anew by what changes the function', () => {
    const versions = [
      versionOf({}),
      versionOf({}, {}, { environment: { STAGE: 'test' } }),
      versionOf({}, {}, { code: lambda.Code.fromInline('exports.handler = async () => 1;') }),
      versionOf({}, {}, { memorySize: 512 }),
      // Which lets the function answer pings.
      versionOf({}, pinged),
      versionOf({}, { ...pinged, recordStarts: true }),
    ];
    expect(new Set(versions).size).toBe(versions.length);
  });

  test('is the one of the function also where others use it', () => {
    provision();
    expect(stack.resolve(fn.currentVersion.version)).toEqual(only(ALIAS).Properties.FunctionVersion);
  });
});

describe('a function that stands elsewhere', () => {
  test('has the alias in its own stack, from which no version is handed to that of the warmer', () => {
    const warmers = testStack(app, 'Warmers');
    const warmer = new LambdaWarmer(warmers, 'Warmer', { target: fn, concurrency: 5, prewarmOnDeploy: true, provisionedConcurrency: { minCapacity: 2, windows: [{ ...OFFICE_HOURS, minCapacity: 4 }] } });
    expect(Stack.of(warmer.alias!)).toBe(stack);
    expect(types(warmers)).toMatchObject({ 'AWS::Events::Rule': 1 });
    expect(Object.keys(types(warmers)).filter((type) => [ALIAS, VERSION, SCALABLE_TARGET].includes(type))).toEqual([]);
    const exported = JSON.stringify(Object.values(template().toJSON().Outputs));
    expect(exported).toContain(`"Ref":"${only(ALIAS).id}"`);
    expect(exported).not.toContain(only(VERSION).id);
    expect(JSON.stringify(template(warmers).toJSON())).not.toContain(only(VERSION).id);
  });

  test('hands nothing at all to the stack of a warmer that pings nothing', () => {
    const warmers = testStack(app, 'Warmers');
    testFunction(warmers, 'Other');
    new LambdaWarmer(warmers, 'Warmer', { target: fn, provisionedConcurrency: { minCapacity: 2, maxCapacity: 5 } });
    expect(types(warmers)).toEqual({ 'AWS::IAM::Role': 1, 'AWS::Lambda::Function': 1 });
    expect(template().toJSON().Outputs).toBeUndefined();
    expect(types()).toMatchObject({ [ALIAS]: 1, [SCALABLE_TARGET]: 1 });
  });

  test('may be in a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    const target = testFunction(nested);
    new LambdaWarmer(stack, 'Warmer', { target, concurrency: 5, provisionedConcurrency: { minCapacity: 2, deploymentConfig: CANARY } });
    const alias = only(ALIAS, nested).id;
    expect(types()).not.toHaveProperty(ALIAS);
    expect(types(nested)).toMatchObject({ [VERSION]: 1, [DEPLOYMENT_GROUP]: 1 });
    expect(Object.values(template(nested).toJSON().Outputs)).toEqual(expect.arrayContaining([{ Value: { Ref: alias } }]));
    expect(JSON.stringify(template(nested).toJSON().Outputs)).not.toContain(only(VERSION, nested).id);
  });

  test('may have a warmer that is in a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    new LambdaWarmer(nested, 'Warmer', { target: fn, concurrency: 5, provisionedConcurrency: { minCapacity: 2 } });
    expect(types(nested)).not.toHaveProperty(ALIAS);
    const handed = only('AWS::CloudFormation::Stack').Properties.Parameters;
    expect(Object.values(handed)).toContainEqual({ Ref: only(ALIAS).id });
    expect(JSON.stringify(handed)).not.toContain(only(VERSION).id);
  });

  test('may be in another region, where nothing is pinged', () => {
    const other = testStack(app, 'Other', { env: { account: '111111111111', region: 'us-west-2' } });
    const target = testFunction(other);
    new LambdaWarmer(stack, 'Warmer', { target, provisionedConcurrency: { minCapacity: 2 } });
    template(other).hasResourceProperties(ALIAS, { Name: 'live' });
  });
});

test('a SingletonFunction gets the alias on the function that it is a part of', () => {
  const target = new lambda.SingletonFunction(stack, 'Singleton', {
    uuid: '2f5bd4a8-94ea-4cd5-a5d7-0f3b2fbd8b2e', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(';'),
  });
  const warmer = new LambdaWarmer(stack, 'Warmer', { target, concurrency: 5, provisionedConcurrency: { minCapacity: 2, maxCapacity: 2 } });
  const { id, Properties } = only(ALIAS);
  expect(Properties.FunctionName).toEqual({ Ref: expect.stringMatching(/^SingletonLambda/) });
  expect(idOf(warmer.alias!)).toBe(id);
  expect(plan()[0].function).toBe(id);
  template().hasResourceProperties(VERSION, { FunctionName: { Ref: Match.stringLikeRegexp('^SingletonLambda') } });
});

describe('several warmers of one function', () => {
  const SCALED = { minCapacity: 2, windows: [{ ...OFFICE_HOURS }], timeZone: TimeZone.EUROPE_BERLIN, deploymentConfig: CANARY };

  test('share the alias, if they write the same', () => {
    const first = provision(SCALED);
    const second = provision({ ...SCALED, windows: [{ ...OFFICE_HOURS, days: [...WORKDAYS] }], timeZone: TimeZone.of('Europe/Berlin') }, { concurrency: 8 }, 'Second');
    expect(second.alias).toBe(first.alias);
    expect(second.deploymentGroup).toBe(first.deploymentGroup);
    expect(types()).toMatchObject({ [ALIAS]: 1, [VERSION]: 1, [SCALABLE_TARGET]: 1, [DEPLOYMENT_GROUP]: 1 });
    expect(plan()[0].function).toBe(only(ALIAS).id);
  });

  test('share the alias, if the second leaves out what need not be repeated', () => {
    const first = provision({ ...SCALED, aliasName: 'prod' });
    expect(provision({ aliasName: 'prod' }, {}, 'Second').alias).toBe(first.alias);
    template().resourceCountIs(ALIAS, 1);
  });

  test('share the alias, if one of them writes the default name of it', () => {
    const first = provision();
    expect(provision({ aliasName: 'live' }, {}, 'Second').alias).toBe(first.alias);
    template().resourceCountIs(ALIAS, 1);
  });

  test('have an alias each, if the names differ, and the versions, of which each is provisioned once', () => {
    const first = provision({ minCapacity: 2 });
    const second = provision({ minCapacity: 3, aliasName: 'batch', version: new lambda.Version(stack, 'Version', { lambda: fn }) }, {}, 'Second');
    expect(second.alias).not.toBe(first.alias);
    template().resourceCountIs(VERSION, 2);
    for (const [Name, ProvisionedConcurrentExecutions] of [['live', 2], ['batch', 3]]) {
      template().hasResourceProperties(ALIAS, { Name, ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions } });
    }
    template().resourceCountIs(ALIAS, 2);
  });

  test('may ping what the first provisions, by its target', () => {
    const first = provision();
    const second = new LambdaWarmer(stack, 'Second', { target: first.target, concurrency: 4 });
    expect(second.target).toBe(first.alias);
    expect(second.alias).toBeUndefined();
    expect(plan()).toEqual([expect.objectContaining({ function: only(ALIAS).id, concurrency: 4 })]);
    template().resourceCountIs(ALIAS, 1);
  });

  test('in stacks of their own share the alias of the function', () => {
    const [one, two] = ['One', 'Two'].map((id) => new LambdaWarmer(testStack(app, id), 'Warmer', { target: fn, concurrency: 4, provisionedConcurrency: { minCapacity: 2 } }));
    expect(two.alias).toBe(one.alias);
    template().resourceCountIs(ALIAS, 1);
  });
});
