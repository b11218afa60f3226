/*
 * Every way in which a warmer is used, each as a small app: the snapshot tests hold their templates, and other
 * people's validators look for faults in them.
 */
import { App, AppProps, CfnParameter, DefaultStackSynthesizer, Duration, NestedStack, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { AccountWarmer, DayOfWeek, FanOut, LambdaWarmer, ScheduleEngine, ShortCircuit, WarmerFleet, WarmingDashboard, WarmingPayload, WarmingSchedule } from '../src';

export const ENV = { account: '111111111111', region: 'eu-west-1' };
export const WORKDAYS = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];
export const FUNCTION_ARN = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:orders`;

export function testApp(props?: AppProps): App {
  return new App({
    analyticsReporting: false,
    ...props,
    context: {
      // The newest CDK warns as long as an app has not chosen.
      '@aws-cdk/core:defaultCrossStackReferences': 'strong',
      ...props?.context,
    },
  });
}

export function testStack(scope: Construct = testApp(), id = 'Stack', props: StackProps = {}): Stack {
  return new Stack(scope, id, { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }), ...props });
}

export function testFunction(scope: Construct, id = 'Fn', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {};'),
    ...props,
  });
}

/** Synthesizes the app of a stack, as it is by now. */
export function synth(stack: Stack): CloudAssembly {
  return (stack.node.root as App).synth({ force: true });
}

/** Builds the use inside an app and returns the stacks that it consists of. */
export type Use = (app: App) => Stack[];

function inOneStack(build: (stack: Stack) => void, props?: StackProps): Use {
  return (app) => {
    const stack = testStack(app, 'Stack', props);
    build(stack);
    return [stack];
  };
}

function withPayload(payload: WarmingPayload, concurrency?: number): Use {
  return inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), payload, concurrency, fanOut: FanOut.direct() });
  });
}

export const USES: { readonly [name: string]: Use } = {
  'a function': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack) });
  }),

  'every property': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', {
      target: testFunction(stack),
      schedule: WarmingSchedule.cron({ minute: '0/5', hour: '6-18', weekDay: 'MON-FRI' }),
      engine: ScheduleEngine.EVENTBRIDGE_RULE,
      concurrency: 3,
      fanOut: FanOut.direct(),
      payload: WarmingPayload.standard({ token: 'agreed-upon' }),
      shortCircuit: ShortCircuit.auto(),
      recordStarts: false,
      enabled: false,
      description: 'Working hours only',
    });
  }),

  'a Python function, its starts recorded': inOneStack((stack) => {
    const target = testFunction(stack, 'Fn', {
      runtime: lambda.Runtime.PYTHON_3_14,
      handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context): pass'),
    });
    new LambdaWarmer(stack, 'Warmer', { target, shortCircuit: ShortCircuit.layer(), recordStarts: true });
  }),

  'a function that answers pings in its handler': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), shortCircuit: ShortCircuit.inHandler() });
  }),

  'two functions, one layer': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack) });
    new LambdaWarmer(stack, 'OtherWarmer', { target: testFunction(stack, 'Other') });
  }),

  'ten environments, two rules': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 10, fanOut: FanOut.direct() });
  }),

  'office hours in Berlin, by EventBridge Scheduler': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', {
      target: testFunction(stack),
      schedule: WarmingSchedule.windows({
        windows: [
          { days: WORKDAYS, start: '08:00', end: '18:30', concurrency: 20 },
          { days: [DayOfWeek.SATURDAY], start: '08:00', end: '12:00', concurrency: 5 },
        ],
        timeZone: TimeZone.EUROPE_BERLIN,
        otherwise: 1,
        lead: Duration.minutes(5),
      }),
    });
  }),

  'nights in UTC, by rules': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', {
      target: testFunction(stack),
      schedule: WarmingSchedule.windows({ windows: [{ days: WORKDAYS, start: '22:00', end: '02:00', concurrency: 3 }], otherwise: 1 }),
    });
  }),

  'a campaign of one function, in a group and a time window that are given': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', {
      target: testFunction(stack).addAlias('live'),
      schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2099-11-27T00:00:00Z')).activeUntil(new Date('2099-12-01T00:00:00Z')),
      scheduleGroup: new ScheduleGroup(stack, 'Campaigns'),
      timeWindow: TimeWindow.flexible(Duration.minutes(2)),
    });
  }),

  'a concurrency that a parameter changes': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 5, concurrencyParameter: { maxConcurrency: 50 } });
  }),

  'a NodejsFunction': inOneStack((stack) => {
    // Code of its own saves the bundling, which changes nothing in what is looked at here.
    const target = new NodejsFunction(stack, 'Fn', { handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'), runtime: lambda.Runtime.NODEJS_24_X });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'a DockerImageFunction': inOneStack((stack) => {
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'images');
    const target = new lambda.DockerImageFunction(stack, 'Fn', { code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: 'v1' }) });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'a SingletonFunction': inOneStack((stack) => {
    const target = new lambda.SingletonFunction(stack, 'Fn', {
      uuid: '2f5bd4a8-94ea-4cd5-a5d7-0f3b2fbd8b2e',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {};'),
      reservedConcurrentExecutions: 5,
    });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'an alias': inOneStack((stack) => {
    const target = testFunction(stack).addAlias('live');
    new LambdaWarmer(stack, 'Warmer', { target, concurrency: 2, fanOut: FanOut.direct() });
  }),

  'a version': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack).currentVersion });
  }),

  'a function imported by ARN': inOneStack((stack) => {
    const target = lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN);
    new LambdaWarmer(stack, 'Warmer', { target });
  }, { env: ENV }),

  'a function imported by name': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: lambda.Function.fromFunctionName(stack, 'Fn', 'orders') });
  }),

  'a function imported by attributes': inOneStack((stack) => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'an alias imported by attributes': inOneStack((stack) => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: `${FUNCTION_ARN}:live`, sameEnvironment: true });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'a version imported by ARN': inOneStack((stack) => {
    const target = lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:7`);
    new LambdaWarmer(stack, 'Warmer', { target });
  }, { env: ENV }),

  'an alias imported with its version': inOneStack((stack) => {
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    const aliasVersion = lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: fn, version: '7' });
    new LambdaWarmer(stack, 'Warmer', { target: lambda.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'live', aliasVersion }) });
  }),

  'a pinned version of an own function': inOneStack((stack) => {
    const target = lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: testFunction(stack), version: '7' });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'a function that has an alias beside': inOneStack((stack) => {
    const target = testFunction(stack);
    new LambdaWarmer(stack, 'Warmer', { target });
    target.addAlias('live');
  }),

  'an imported function that lets EventBridge in by itself': inOneStack((stack) => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, skipPermissions: true });
    new LambdaWarmer(stack, 'Warmer', { target });
  }),

  'a function of another stack': (app) => {
    const functions = testStack(app, 'Functions');
    const warmers = testStack(app, 'Warmers');
    new LambdaWarmer(warmers, 'Warmer', { target: testFunction(functions) });
    return [functions, warmers];
  },

  'a function inside a nested stack': inOneStack((stack) => {
    const nested = new NestedStack(stack, 'Nested');
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(nested) });
  }),

  'a warmer inside a nested stack': inOneStack((stack) => {
    const nested = new NestedStack(stack, 'Nested');
    new LambdaWarmer(nested, 'Warmer', { target: testFunction(stack) });
  }),

  'a warmer nested deeper than its function': inOneStack((stack) => {
    const nested = new NestedStack(stack, 'Nested');
    new LambdaWarmer(new NestedStack(nested, 'Deeper'), 'Warmer', { target: testFunction(nested) });
  }),

  'a function imported into another stack': (app) => {
    const imports = testStack(app, 'Imports');
    const warmers = testStack(app, 'Warmers');
    testFunction(imports, 'Own');
    const target = lambda.Function.fromFunctionAttributes(imports, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    new LambdaWarmer(warmers, 'Warmer', { target });
    return [imports, warmers];
  },

  'two warmers on one function': inOneStack((stack) => {
    const target = testFunction(stack);
    new LambdaWarmer(stack, 'Day', { target, concurrency: 2, fanOut: FanOut.direct(), schedule: WarmingSchedule.expression('cron(0/5 6-18 ? * MON-FRI *)') });
    new LambdaWarmer(stack, 'Night', { target, schedule: WarmingSchedule.every(Duration.minutes(15)) });
  }),

  'tokens in the function': inOneStack((stack) => {
    const number = new CfnParameter(stack, 'Number', { type: 'Number', default: 200 });
    const text = new CfnParameter(stack, 'Name', { default: 'orders' });
    const target = testFunction(stack, 'Fn', {
      functionName: text.valueAsString,
      description: text.valueAsString,
      reservedConcurrentExecutions: number.valueAsNumber,
      memorySize: number.valueAsNumber,
      timeout: Duration.seconds(number.valueAsNumber),
    });
    new LambdaWarmer(stack, 'Warmer', { target, concurrency: 7, fanOut: FanOut.direct() });
  }),

  'the payload standard, three at once': withPayload(WarmingPayload.standard(), 3),
  'the payload lambdaWarmer': withPayload(WarmingPayload.lambdaWarmer()),
  'the payload lambdaWarmer, three at once': withPayload(WarmingPayload.lambdaWarmer({ flagField: 'keepWarm', concurrencyField: 'copies' }), 3),
  'the payload serverlessPluginWarmup': withPayload(WarmingPayload.serverlessPluginWarmup()),
  'the payload openNext, two at once': withPayload(WarmingPayload.openNext(), 2),
  'the payload ofType': withPayload(WarmingPayload.ofType('warmer')),
  'the payload scheduledEvent': withPayload(WarmingPayload.scheduledEvent()),
  'the payload fromObject': inOneStack((stack) => {
    const target = testFunction(stack);
    const payload = WarmingPayload.fromObject({ warmup: true, deep: { list: [1, 'two', null] }, region: stack.region });
    new LambdaWarmer(stack, 'Warmer', { target, payload });
  }),

  'a hundred environments, by the dispatcher': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 100 });
  }),

  'a thousand environments, by shards of the dispatcher': inOneStack((stack) => {
    const fanOut = FanOut.dispatcher({ reservedConcurrentExecutions: 4 });
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 1000, fanOut, concurrencyParameter: {} });
  }),

  'every option of the dispatcher': inOneStack((stack) => {
    const fanOut = FanOut.dispatcher({
      memorySize: 512,
      timeout: Duration.seconds(30),
      reservedConcurrentExecutions: 3,
      logRetention: logs.RetentionDays.ONE_WEEK,
      tracing: lambda.Tracing.ACTIVE,
    });
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), fanOut });
  }),

  'the dispatcher in a VPC': inOneStack((stack) => {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-12345678', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-12345678'], privateSubnetRouteTableIds: ['rtb-12345678'] });
    const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-12345678')];
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), fanOut: FanOut.dispatcher({ vpc, vpcSubnets: { subnets: vpc.privateSubnets }, securityGroups }) });
  }, { env: ENV }),

  'five warmers, one dispatcher': inOneStack((stack) => {
    const fn = testFunction(stack);
    const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: `${FUNCTION_ARN}:live` });
    new LambdaWarmer(stack, 'OfFunction', { target: fn, concurrency: 20 });
    new LambdaWarmer(stack, 'OfAlias', { target: fn.addAlias('live'), concurrency: 5 });
    new LambdaWarmer(stack, 'OfVersion', { target: fn.currentVersion, concurrency: 2 });
    new LambdaWarmer(stack, 'OfImported', { target: imported, concurrency: 3, payload: WarmingPayload.openNext() });
    new LambdaWarmer(stack, 'OfOpenNext', { target: testFunction(stack, 'Server'), concurrency: 3, payload: WarmingPayload.openNext() });
  }),

  'a function of another stack, by the dispatcher': (app) => {
    const functions = testStack(app, 'Functions');
    const warmers = testStack(app, 'Warmers');
    new LambdaWarmer(warmers, 'Warmer', { target: testFunction(functions), concurrency: 4 });
    return [functions, warmers];
  },

  'a function with a dead-letter queue, by the dispatcher': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Fn', { deadLetterQueue: new sqs.Queue(stack, 'Queue', { enforceSSL: true }) }) });
  }),

  'an alias with destinations, by the dispatcher': inOneStack((stack) => {
    const onFailure = new SqsDestination(new sqs.Queue(stack, 'Queue', { enforceSSL: true }));
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack).addAlias('live', { onFailure }) });
  }),

  'metrics, by the dispatcher': inOneStack((stack) => {
    const warmer = new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack).addAlias('live'), concurrency: 3, emitMetrics: true });
    warmer.metricCoverage({ period: Duration.minutes(5) }).createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 3, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD });
    warmer.metricHeldTime();
  }),

  'a prewarmed function, by the dispatcher': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 2, prewarmOnDeploy: true });
  }),

  'a function that invokes itself': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), concurrency: 20, fanOut: FanOut.selfInvoke(), payload: WarmingPayload.lambdaWarmer({ concurrencyField: 'copies' }) });
  }),

  'an alias that invokes itself': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack).addAlias('live'), concurrency: 4, fanOut: FanOut.selfInvoke() });
  }),

  'an imported function that invokes itself, by its role': inOneStack((stack) => {
    const role = iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ENV.account}:role/orders`);
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true, role });
    new LambdaWarmer(stack, 'Warmer', { target, concurrency: 4, fanOut: FanOut.selfInvoke() });
  }, { env: ENV }),

  'provisioned concurrency, a fixed number, and no ping': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), provisionedConcurrency: { minCapacity: 2 } });
  }),

  'provisioned concurrency by utilization': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), provisionedConcurrency: { minCapacity: 2, maxCapacity: 20, utilizationTarget: 0.6 } });
  }),

  'provisioned concurrency by office hours in Berlin': inOneStack((stack) => {
    new LambdaWarmer(stack, 'Warmer', {
      target: testFunction(stack),
      provisionedConcurrency: {
        minCapacity: 1,
        windows: [
          { days: WORKDAYS, start: '07:55', end: '18:30', minCapacity: 10 },
          { days: [DayOfWeek.SATURDAY], start: '07:55', end: '12:00', minCapacity: 3 },
        ],
        timeZone: TimeZone.EUROPE_BERLIN,
      },
    });
  }),

  'provisioned concurrency, moved to new versions by a canary with alarms': inOneStack((stack) => {
    const target = testFunction(stack);
    const failing = target.metricErrors().createAlarm(stack, 'Failing', { threshold: 1, evaluationPeriods: 1 });
    const warmer = new LambdaWarmer(stack, 'Warmer', {
      target,
      provisionedConcurrency: { minCapacity: 2, deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES, alarms: [failing] },
    });
    warmer.deploymentGroup!.addAlarm(warmer.alias!.metricDuration().createAlarm(stack, 'Slow', { threshold: 1000, evaluationPeriods: 3 }));
  }),

  'provisioned concurrency of a version that is given, and pings for what goes beyond it': inOneStack((stack) => {
    const target = testFunction(stack);
    const version = new lambda.Version(stack, 'Version', { lambda: target });
    new LambdaWarmer(stack, 'Warmer', {
      target, provisionedConcurrency: { aliasName: 'serving', minCapacity: 2, version }, concurrency: 5, prewarmOnDeploy: true,
    });
  }),

  'a fleet of functions of two stacks, and an imported one': (app) => {
    const home = testStack(app, 'Home', { env: ENV });
    const other = testStack(app, 'Other', { env: ENV });
    const fleet = new WarmerFleet(home, 'Fleet', { concurrency: 2 });
    fleet.add(testFunction(home, 'Orders'));
    fleet.add(testFunction(home, 'Checkout').addAlias('live'), { concurrency: 20 });
    fleet.add(testFunction(other, 'Search'), { payload: WarmingPayload.ofType('warmer') });
    fleet.add(lambda.Function.fromFunctionArn(home, 'Imported', FUNCTION_ARN), { concurrency: 1 });
    return [home, other];
  },

  'a dashboard of warmers, a fleet and the warmer of an account, with alarms': inOneStack((stack) => {
    const logGroup = new logs.LogGroup(stack, 'Logs', { retention: logs.RetentionDays.ONE_WEEK });
    const warmer = new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Orders', { logGroup }), concurrency: 5, emitMetrics: true });
    warmer.alarmOnLowCoverage();
    new LambdaWarmer(stack, 'Direct', { target: testFunction(stack, 'Search'), recordStarts: true });
    const fleet = new WarmerFleet(stack, 'Fleet', { concurrency: 2 });
    fleet.add(testFunction(stack, 'Basket'));
    fleet.add(testFunction(stack, 'Checkout'));
    fleet.alarmOnLowCoverage();
    new AccountWarmer(stack, 'Account', { payload: WarmingPayload.standard({ token: 'agreed' }) });
    new WarmingDashboard(stack, 'Dashboard', { dashboardName: 'warming' });
  }),

  'the warmer of an account, and a function of another stack that takes part': (app) => {
    const [platform, orders] = [testStack(app, 'Platform', { env: ENV }), testStack(app, 'Orders', { env: ENV })];
    const payload = WarmingPayload.standard({ token: 'agreed' });
    new AccountWarmer(platform, 'Warmer', { payload });
    AccountWarmer.enroll(testFunction(orders), { concurrency: 5, payload });
    return [platform, orders];
  },

  'the warmer of an account with all of its limits, by EventBridge Scheduler': inOneStack((stack) => {
    new AccountWarmer(stack, 'Warmer', {
      payload: WarmingPayload.ofType('warmer'),
      schedule: WarmingSchedule.cron({ minute: '0/5', hour: '8-18', weekDay: 'MON-FRI', timeZone: TimeZone.EUROPE_BERLIN }),
      timeWindow: TimeWindow.flexible(Duration.minutes(2)),
      tagKey: 'acme:warm',
      maxConcurrencyPerFunction: 20,
      maxConcurrency: 500,
      maxShareOfConcurrency: 0.25,
      maxMonthlyCost: 25,
      refreshInterval: Duration.hours(1),
      emitMetrics: true,
      logRetention: logs.RetentionDays.ONE_MONTH,
    });
  }),
};
