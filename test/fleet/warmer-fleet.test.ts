import { Annotations as CdkAnnotations, App, Aspects, BootstraplessSynthesizer, CfnParameter, Duration, IAspect, Lazy, NestedStack, Stack, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { experimental } from 'aws-cdk-lib/aws-cloudfront';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Construct, IConstruct } from 'constructs';
import {
  DispatcherOptions, FanOut, LambdaWarmer, ScheduleEngine, ShortCircuit, WarmerFleet, WarmerFleetProps, WarmingCost, WarmingPayload, WarmingSchedule,
} from '../../src';
import { ARM, DURATION_X86, GB, LOG_BYTES, LOG_GB, METRIC, PROVISIONED_X86, REQUEST, SCHEDULED, SECONDS, TICKS, X86 } from '../cost/prices';
import { errorOf } from '../error-of';
import { idOf, nameOf, textOf } from '../references';
import { ENV, FUNCTION_ARN, testApp, testFunction, testStack, WORKDAYS } from '../uses';

const STANDARD = { protocol: 'standard', event: { cdkLambdaWarmer: { token: '<token>' } }, everySeconds: 300 };
const OFFICE_HOURS = WarmingSchedule.windows({ windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 5 }], otherwise: 1 });
/** Of a dispatcher, beside those of the functions. */
const REPORT_BYTES = 700;
const METRICS_BYTES = 600;

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function fleetOf(props?: WarmerFleetProps, id = 'Fleet', scope: Construct = stack): WarmerFleet {
  return new WarmerFleet(scope, id, props);
}

/** A fleet with functions that nothing is said about. */
function fleetWith(count: number, props?: WarmerFleetProps, concurrency?: number): WarmerFleet {
  const fleet = fleetOf(props);
  for (let index = 0; index < count; index++) {
    fleet.add(testFunction(stack, `Fn${index}`), { concurrency });
  }
  return fleet;
}

function imported(arn = FUNCTION_ARN, id = 'Imported', scope: Construct = stack): lambda.IFunction {
  return lambda.Function.fromFunctionArn(scope, id, arn);
}

function template(of: Stack = stack): Template {
  return Template.fromStack(of);
}

/** Resources of a type by logical id. */
function resources(type: string, of: Stack = stack): [string, any][] {
  return Object.entries(template(of).findResources(type));
}

/** The logical ids of the dispatchers, and their properties. */
function dispatchers(of: Stack = stack): [string, any][] {
  return resources('AWS::Lambda::Function', of).filter(([id]) => id.startsWith('LambdaWarmerDispatcher')).map(([id, { Properties }]) => [id, Properties]);
}

interface Sent {
  readonly by: string;
  readonly expression: string;
  readonly to: string;
  readonly plan: any[];
}

/** What is sent by rules and schedules, one after the other. */
function sent(of: Stack = stack): Sent[] {
  const fromTargets = (by: string, expression: string, targets: any[]) =>
    targets.map(({ Arn, Input }) => ({ by, expression, to: nameOf(Arn), plan: JSON.parse(textOf(Input)).plan }));
  return [
    ...resources('AWS::Events::Rule', of).flatMap(([id, { Properties }]) => fromTargets(id, Properties.ScheduleExpression, Properties.Targets)),
    ...resources('AWS::Scheduler::Schedule', of).flatMap(([id, { Properties }]) => fromTargets(id, Properties.ScheduleExpression, [Properties.Target])),
  ];
}

function plans(of: Stack = stack): any[][] {
  return sent(of).map(({ plan }) => plan);
}

/** The functions of all plans. */
function pinged(of: Stack = stack): string[] {
  return plans(of).flat().map((entry) => entry.function);
}

/** What dispatchers may invoke. */
function invocable(of: Stack = stack, dispatcher = 'LambdaWarmerDispatcher'): string[] {
  return [...resources('AWS::IAM::Policy', of), ...resources('AWS::IAM::ManagedPolicy', of)].filter(([id]) => id.startsWith(dispatcher))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .filter(({ Action }: any) => Action === 'lambda:InvokeFunction')
    .flatMap(({ Resource }: any) => [Resource].flat().map(nameOf));
}

function warningsOf(id: string, of: Stack = stack): string[] {
  return Annotations.fromStack(of).findWarning('*', Match.stringLikeRegexp(id)).map(({ id: path, entry }) => `${path} ${entry.data}`);
}

function infosOf(id: string, of: Stack = stack): string[] {
  return Annotations.fromStack(of).findInfo('*', Match.stringLikeRegexp(id)).map(({ id: path, entry }) => `${path} ${entry.data}`);
}

/** The items of a cost, those of one name together. */
function usdByName({ items }: WarmingCost): { [name: string]: number } {
  const sums: { [name: string]: number } = {};
  for (const { name, monthlyUsd } of items) {
    sums[name] = (sums[name] ?? 0) + monthlyUsd;
  }
  return sums;
}

/** That a cost has these items, to nine digits. */
function expectUsd(cost: WarmingCost, expected: { readonly [name: string]: number }): void {
  const sums = usdByName(cost);
  expect(Object.keys(sums).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, usd] of Object.entries(sums)) {
    expect([name, usd / expected[name]]).toEqual([name, expect.closeTo(1, 9)]);
  }
  expect(cost.monthlyUsd).toBeCloseTo(Object.values(expected).reduce((sum, usd) => sum + usd, 0), 10);
}

describe('one function', () => {
  test('is pinged every five minutes by one rule and one dispatcher, and has one environment kept warm', () => {
    const fn = testFunction(stack);
    fleetOf().add(fn);
    const [[dispatcher]] = dispatchers();
    expect(sent()).toEqual([{
      by: expect.stringMatching(/^FleetRule/), expression: 'rate(5 minutes)', to: dispatcher, plan: [{ function: idOf(fn), concurrency: 1, ...STANDARD }],
    }]);
    expect(invocable()).toEqual([idOf(fn)]);
  });

  test('names in the rule the fleet, is pinged late by nobody, and a ping is not repeated', () => {
    fleetWith(1);
    template().hasResourceProperties('AWS::Events::Rule', {
      Description: 'Keeps execution environments of the functions of Stack/Fleet warm',
      State: 'ENABLED',
      Targets: [Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } })],
    });
  });

  test('has a rule whose description EventBridge takes, however deep the fleet stands', () => {
    const scope = Array.from({ length: 5 }).reduce<Construct>((around, _, index) => new Construct(around, `${index}`.padEnd(120, 'x')), stack);
    fleetOf({}, 'Fleet', scope).add(testFunction(stack));
    expect(resources('AWS::Events::Rule')[0][1].Properties.Description.length).toBeLessThanOrEqual(512);
  });

  test('lets nobody invoke it by a permission; the rule alone may invoke the dispatcher', () => {
    fleetWith(1);
    const [[rule]] = resources('AWS::Events::Rule');
    const [[dispatcher]] = dispatchers();
    expect(resources('AWS::Lambda::Permission').map(([, { Properties }]) => Properties)).toEqual([{
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      FunctionName: { 'Fn::GetAtt': [dispatcher, 'Arn'] },
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    }]);
  });
});

describe('several functions', () => {
  test('have each its own concurrency, payload and alias in one plan, and what the fleet says otherwise', () => {
    const [orders, checkout, search, version] = ['Orders', 'Checkout', 'Search', 'Version'].map((id) => testFunction(stack, id));
    const fleet = fleetOf({ concurrency: 3, payload: WarmingPayload.openNext() });
    const [live, current] = [search.addAlias('live'), version.currentVersion];
    fleet.add(orders);
    fleet.add(checkout, { concurrency: 20 });
    fleet.add(live, { payload: WarmingPayload.ofType('warmer') });
    fleet.add(current, { concurrency: 1, payload: WarmingPayload.standard({ token: 'agreed' }) });
    const openNext = { protocol: 'openNext', event: { type: 'warmer', warmerId: 'cdk-lambda-warmer' }, everySeconds: 300 };
    expect(plans()).toEqual([[
      { function: idOf(orders), concurrency: 3, ...openNext },
      { function: idOf(checkout), concurrency: 20, ...openNext },
      { function: idOf(live), concurrency: 3, protocol: 'fixed', event: { type: 'warmer' }, everySeconds: 300 },
      { function: idOf(current), concurrency: 1, ...STANDARD, event: { cdkLambdaWarmer: { token: 'agreed' } } },
    ]]);
  });

  test('are invoked by their exact ARNs, without a wildcard, alias and version as such', () => {
    const [orders, search, version] = ['Orders', 'Search', 'Version'].map((id) => testFunction(stack, id));
    const targets = [orders, search.addAlias('live'), version.currentVersion];
    const fleet = fleetOf();
    targets.forEach((target) => fleet.add(target));
    fleet.add(imported());
    expect(invocable()).toEqual([...targets.map(idOf), FUNCTION_ARN]);
    const policies = resources('AWS::IAM::Policy').filter(([id]) => id.startsWith('LambdaWarmerDispatcher'));
    expect(JSON.stringify(policies)).not.toContain('*');
  });

  test('a function and its alias are two', () => {
    const fn = testFunction(stack);
    const fleet = fleetOf();
    fleet.add(fn);
    fleet.add(fn.addAlias('live'), { concurrency: 2 });
    expect(pinged()).toEqual([idOf(fn), expect.stringMatching(/^FnAliaslive/)]);
  });

  test('are pinged in as many plans as an input of EventBridge takes, five plans to a rule, each rule with its permission', () => {
    fleetWith(150);
    const [rules, permissions] = ['AWS::Events::Rule', 'AWS::Lambda::Permission'].map((type) => resources(type));
    expect(pinged()).toHaveLength(150);
    expect(new Set(pinged()).size).toBe(150);
    expect(plans().length).toBeGreaterThan(5);
    expect(rules).toHaveLength(Math.ceil(plans().length / 5));
    expect(permissions.map(([, { Properties }]) => nameOf(Properties.SourceArn)).sort()).toEqual(rules.map(([id]) => id).sort());
    for (const [, { Properties }] of rules) {
      expect(Properties.Targets.length).toBeLessThanOrEqual(5);
    }
  });

  test.each([[[200, 200], 1], [[200, 201], 2], [[399, 1, 1], 2], [[950, 1, 10_000], 3]])('with %j environments are %d plans, of at most 400 pings or of one function', (counts, expected) => {
    const fleet = fleetOf();
    counts.forEach((concurrency, index) => fleet.add(testFunction(stack, `Fn${index}`), { concurrency }));
    const pings = plans().map((plan) => plan.map(({ concurrency }) => concurrency));
    expect(pings).toHaveLength(expected);
    for (const some of pings) {
      expect(some.length === 1 || some.reduce((sum, one) => sum + one, 0) <= 400).toBe(true);
    }
    expect(pings.flat().sort()).toEqual([...counts].sort());
  });

  test('say the time from tick to tick where it is a fixed one', () => {
    fleetWith(1, { schedule: WarmingSchedule.expression('cron(0/5 * * * ? *)') });
    expect(plans()[0][0]).not.toHaveProperty('everySeconds');
  });
});

describe('by EventBridge Scheduler', () => {
  test('each plan has a schedule, all of them one role and one group, and no permission is needed', () => {
    fleetWith(60, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    const schedules = resources('AWS::Scheduler::Schedule');
    expect(schedules.length).toBeGreaterThan(1);
    expect(schedules).toHaveLength(plans().length);
    expect(new Set(pinged()).size).toBe(60);
    expect(new Set(schedules.map(([, { Properties }]) => JSON.stringify(Properties.Target.RoleArn))).size).toBe(1);
    template().resourceCountIs('AWS::Scheduler::ScheduleGroup', 1);
    template().resourceCountIs('AWS::Lambda::Permission', 0);
    template().resourceCountIs('AWS::Events::Rule', 0);
  });

  test('the role may invoke the dispatcher alone', () => {
    fleetWith(1, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    const [[dispatcher]] = dispatchers();
    const roles = resources('AWS::IAM::Role').map(([, { Properties }]) => Properties).filter(({ Policies }) => Policies);
    expect(roles.map(({ Policies }) => Policies[0].PolicyDocument.Statement)).toEqual([
      [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [dispatcher, 'Arn'] } }],
    ]);
  });

  test.each<[string, () => WarmerFleetProps]>([
    ['a time zone', () => ({ schedule: WarmingSchedule.cron({ minute: '0/5', timeZone: TimeZone.EUROPE_BERLIN }) })],
    ['a beginning', () => ({ schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2099-01-01T00:00:00Z')) })],
    ['a group', () => ({ scheduleGroup: new ScheduleGroup(stack, 'Group') })],
    ['a time window', () => ({ timeWindow: TimeWindow.flexible(Duration.minutes(2)) })],
  ])('it is fired without a word about the engine, where there is %s', (_, props) => {
    fleetWith(1, props());
    template().resourceCountIs('AWS::Scheduler::Schedule', 1);
  });

  test('a group that is of another region than a function is refused when that is added', () => {
    const there = testStack(app, 'There', { env: { ...ENV, region: 'us-east-1' } });
    const here = testStack(app, 'Here', { env: ENV });
    const scheduleGroup = ScheduleGroup.fromScheduleGroupArn(here, 'Group', `arn:aws:scheduler:${ENV.region}:${ENV.account}:schedule-group/campaigns`);
    const fleet = fleetOf({ scheduleGroup }, 'Fleet', here);
    fleet.add(testFunction(here));
    expect(errorOf(() => fleet.add(testFunction(there)))).toMatch(/^WarmerFleet 'Here\/Fleet': .*the function 'There\/Fn'.*scheduleGroup is in the region eu-west-1/s);
  });
});

describe('windows', () => {
  test('ping all functions by each of their expressions, with as many environments as the window says', () => {
    const fleet = fleetOf({ schedule: OFFICE_HOURS });
    const functions = ['One', 'Two', 'Three'].map((id) => testFunction(stack, id));
    functions.forEach((fn) => fleet.add(fn));
    const expressions = [...new Set(sent().map(({ expression }) => expression))];
    expect(expressions.length).toBeGreaterThan(1);
    expect(sent()).toHaveLength(expressions.length);
    for (const { plan } of sent()) {
      expect(plan.map((entry) => entry.function)).toEqual(functions.map(idOf));
      expect(new Set(plan.map(({ concurrency }) => concurrency)).size).toBe(1);
    }
    expect([...new Set(plans().flat().map(({ concurrency }) => concurrency))].sort()).toEqual([1, 5]);
    expect(invocable()).toEqual(functions.map(idOf));
    expect(dispatchers()[0][1].Environment.Variables.CDK_LAMBDA_WARMER_MAX_CONCURRENCY).toBe('5');
  });

  test('take no concurrency, neither of the fleet nor of a function', () => {
    const message = 'concurrency is given, but the windows of the schedule say it. Leave concurrency out.';
    expect(() => fleetOf({ schedule: OFFICE_HOURS, concurrency: 2 }, 'Refused')).toThrow(`WarmerFleet 'Stack/Refused': ${message}`);
    const fleet = fleetOf({ schedule: OFFICE_HOURS });
    expect(() => fleet.add(testFunction(stack), { concurrency: 2 })).toThrow(`WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': ${message}`);
  });

  test('prewarm once after a deployment, with the most environments', () => {
    fleetWith(2, { schedule: OFFICE_HOURS, prewarmOnDeploy: true });
    expect(prewarmings().map(({ plan }) => plan.map(({ concurrency }: any) => concurrency))).toEqual([[5, 5]]);
  });
});

describe('a schedule', () => {
  test('that is over is disabled, and a warning says so', () => {
    fleetWith(1, { schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2020-01-01T00:00:00Z')), prewarmOnDeploy: true });
    template().allResourcesProperties('AWS::Scheduler::Schedule', { State: 'DISABLED' });
    template().resourceCountIs('Custom::LambdaWarmerPrewarm', 0);
    expect(warningsOf('cdk-lambda-warmer:scheduleOver')).toHaveLength(1);
  });

  test('that is to begin later prewarms nothing', () => {
    fleetWith(1, { schedule: WarmingSchedule.every(Duration.minutes(5)).activeFrom(new Date('2099-01-01T00:00:00Z')), prewarmOnDeploy: true });
    template().resourceCountIs('Custom::LambdaWarmerPrewarm', 0);
  });

  test('that turns out to be none is an error at synthesis', () => {
    fleetWith(1, { schedule: WarmingSchedule.expression(Lazy.string({ produce: () => 'rate(0 minutes)' })) });
    expect(errorOf(() => app.synth())).toContain('[Stack/Fleet] the schedule ');
  });

  test('whose cron has no minute is warned of', () => {
    fleetOf({ schedule: WarmingSchedule.cron({ hour: '8' }) });
    expect(warningsOf('cdk-lambda-warmer:cronWithoutMinute')).toEqual([expect.stringContaining('/Stack/Fleet The cron has no minute')]);
  });
});

test('a disabled fleet stays deployed, and fires and prewarms nothing', () => {
  fleetWith(2, { enabled: false, prewarmOnDeploy: true });
  template().allResourcesProperties('AWS::Events::Rule', { State: 'DISABLED' });
  template().resourceCountIs('Custom::LambdaWarmerPrewarm', 0);
  expect(pinged()).toHaveLength(2);
});

describe('functions of several stacks', () => {
  /** All templates of the app, nested ones too, with nothing of one that another would wait for. */
  function expectIndependence(stacks: readonly Stack[]): void {
    for (const one of stacks) {
      const { Outputs, Parameters } = template(one).toJSON();
      expect([one.node.path, Outputs, Parameters]).toEqual([one.node.path, undefined, undefined]);
      expect(JSON.stringify(template(one).toJSON())).not.toContain('Fn::ImportValue');
      expect(one.dependencies).toEqual([]);
    }
  }

  test('are pinged each by a rule and a dispatcher of its own stack, and none depends on another', () => {
    const [one, two] = ['One', 'Two'].map((id) => testStack(app, id));
    const nested = new NestedStack(one, 'Nested');
    const deeper = new NestedStack(nested, 'Deeper');
    const stacks = [stack, one, two, nested, deeper];
    const fleet = fleetOf({ prewarmOnDeploy: true });
    for (const each of stacks) {
      fleet.add(testFunction(each));
      fleet.add(testFunction(each, 'Other').addAlias('live'));
    }
    for (const each of stacks) {
      expect(dispatchers(each)).toHaveLength(1);
      expect(sent(each)).toEqual([expect.objectContaining({ to: dispatchers(each)[0][0] })]);
      expect(pinged(each)).toEqual([expect.stringMatching(/^Fn/), expect.stringMatching(/^OtherAliaslive/)]);
      expect(invocable(each)).toEqual(pinged(each));
      template(each).resourceCountIs('AWS::Lambda::LayerVersion', 1);
    }
    expectIndependence(stacks);
  });

  test('of EventBridge Scheduler have each its own group', () => {
    const other = testStack(app, 'Other');
    const fleet = fleetOf({ engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
    fleet.add(testFunction(stack));
    fleet.add(testFunction(other));
    for (const each of [stack, other]) {
      template(each).resourceCountIs('AWS::Scheduler::Schedule', 1);
      template(each).resourceCountIs('AWS::Scheduler::ScheduleGroup', 1);
    }
    expectIndependence([stack, other]);
  });

  test('leave nothing in the stack of the fleet, if that has none of them', () => {
    fleetOf().add(testFunction(testStack(app, 'Other')));
    expect(template().toJSON()).toEqual({});
  });

  test('may have the same ids: they are not the same', () => {
    const [one, two] = ['One', 'Two'].map((id) => testStack(app, id));
    const fleet = fleetOf();
    [one, two].forEach((each) => fleet.add(testFunction(each)));
    expect([pinged(one), pinged(two)]).toEqual([['Fn9270CBC0'], ['Fn9270CBC0']]);
  });

  test('may be of other regions and accounts, where they are pinged', () => {
    const home = testStack(app, 'Home', { env: ENV });
    const abroad = [
      testStack(app, 'Region', { env: { ...ENV, region: 'us-east-1' } }), testStack(app, 'Account', { env: { ...ENV, account: '222222222222' } }), testStack(app, 'Anywhere'),
    ];
    const fleet = fleetOf({}, 'Fleet', home);
    abroad.forEach((each) => fleet.add(testFunction(each)));
    for (const each of abroad) {
      expect(pinged(each)).toEqual(['Fn9270CBC0']);
    }
    expectIndependence([home, ...abroad]);
    expect(template(home).toJSON()).toEqual({});
  });

  test('have rules that name the fleet, and are told apart from those of another fleet', () => {
    const other = testStack(app, 'Other');
    const fn = testFunction(other);
    fleetOf({}, 'One').add(fn);
    fleetOf({}, 'Two').add(fn, { concurrency: 2 });
    expect(resources('AWS::Events::Rule', other).map(([, { Properties }]) => Properties.Description)).toEqual([
      'Keeps execution environments of the functions of Stack/One warm', 'Keeps execution environments of the functions of Stack/Two warm',
    ]);
    expect(dispatchers(other)).toHaveLength(1);
    expect(new Set(invocable(other))).toEqual(new Set([idOf(fn)]));
  });

  test('whose alias is of another stack than they are do not tie the two together in a circle', () => {
    const [one, two] = ['One', 'Two'].map((id) => testStack(app, id));
    const alias = new lambda.Alias(two, 'Alias', { aliasName: 'live', version: testFunction(one).currentVersion });
    fleetOf().add(alias);
    expect(() => app.synth()).not.toThrow();
    expect(pinged(two)).toEqual([idOf(alias)]);
    expect(one.dependencies).toEqual([]);
  });

  test('are warned of on the fleet, where that can be acknowledged', () => {
    const other = testStack(app, 'Other');
    fleetOf().add(testFunction(other, 'Fn', { reservedConcurrentExecutions: 1 }));
    expect(warningsOf('cdk-lambda-warmer:reservedConcurrencyTaken')).toEqual([expect.stringContaining("/Stack/Fleet The pings take all 1 concurrent executions that the function 'Other/Fn' reserves")]);
  });

  test('and a warning of them is gone when the fleet acknowledges it', () => {
    const other = testStack(app, 'Other');
    const fleet = fleetOf();
    fleet.add(testFunction(other, 'Fn', { reservedConcurrentExecutions: 1 }));
    CdkAnnotations.of(fleet).acknowledgeWarning('cdk-lambda-warmer:reservedConcurrencyTaken');
    expect([stack, other].flatMap((each) => warningsOf('cdk-lambda-warmer:reservedConcurrencyTaken', each))).toEqual([]);
  });
});

describe('imported functions', () => {
  test('are pinged from the stack of the fleet, wherever they are imported', () => {
    const other = testStack(app, 'Other');
    const fleet = fleetOf();
    fleet.add(imported(FUNCTION_ARN, 'One', other));
    fleet.add(imported(`${FUNCTION_ARN}:live`, 'Two', other));
    expect(pinged()).toEqual([FUNCTION_ARN, `${FUNCTION_ARN}:live`]);
    expect(invocable()).toEqual(pinged());
    expect(template(other).toJSON()).toEqual({});
  });

  test('of another region are refused, since nothing there could ping them', () => {
    const home = testStack(app, 'Home', { env: ENV });
    const fleet = fleetOf({}, 'Fleet', home);
    expect(() => fleet.add(imported(FUNCTION_ARN.replace(ENV.region, 'us-east-1'), 'Far', home)))
      .toThrow("WarmerFleet 'Home/Fleet': the function 'Home/Far' is in the region us-east-1, the warmer in eu-west-1.");
  });

  test('that CDK may not give a permission are pinged, since none is needed', () => {
    const home = testStack(app, 'Home');
    fleetOf({}, 'Fleet', home).add(imported(FUNCTION_ARN, 'Fn', home));
    expect(pinged(home)).toEqual([FUNCTION_ARN]);
  });

  test('of a name are invoked by the ARN of that name', () => {
    fleetOf().add(lambda.Function.fromFunctionName(stack, 'Named', 'orders'));
    expect(textOf(resources('AWS::Events::Rule')[0][1].Properties.Targets[0].Input)).toContain(':function:orders');
  });

  describe('350 of them, with the longest ARNs', () => {
    /** Characters of a document, which is all literal. */
    const lengthOf = ({ Properties: { PolicyDocument } }: any) => JSON.stringify(PolicyDocument).replace(/\{"Fn::GetAtt":[^}]*\}/g, `"${'x'.repeat(170)}"`).length;

    test.each([false, true])('have two dispatchers, the roles of which IAM takes (policies minimized: %s)', (isMinimized) => {
      const large = testStack(testApp({ context: { '@aws-cdk/aws-iam:minimizePolicies': isMinimized } }), 'Large', { env: ENV });
      const fleet = fleetOf({}, 'Fleet', large);
      const arns = Array.from({ length: 350 }, (_, index) => {
        const name = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:${String(index).padStart(64, 'x')}:`;
        return name.padEnd(170, 'y');
      });
      arns.forEach((arn, index) => fleet.add(imported(arn, `Fn${index}`, large)));

      expect(dispatchers(large)).toHaveLength(2);
      expect(pinged(large).sort()).toEqual([...arns].sort());
      for (const [dispatcher] of dispatchers(large)) {
        const [id] = dispatcher.split('Function');
        const own = (type: string) => resources(type, large).filter(([one]) => one.startsWith(`${id}Role`)).map(([, resource]) => resource);
        const [inline, managed] = [own('AWS::IAM::Policy'), own('AWS::IAM::ManagedPolicy')];
        expect(inline).toHaveLength(1);
        expect(managed.length).toBeLessThanOrEqual(10);
        expect(inline.map(lengthOf)[0]).toBeLessThanOrEqual(10_240);
        expect(Math.max(0, ...managed.map(lengthOf))).toBeLessThanOrEqual(6144);
        for (const { Properties } of [...inline, ...managed]) {
          expect(Properties.Roles).toEqual([{ Ref: expect.stringMatching(new RegExp(`^${id}Role`)) }]);
        }
        // Each dispatcher may invoke what it is sent, and nothing else.
        const itsOwn = sent(large).filter(({ to }) => to === dispatcher).flatMap(({ plan }) => plan.map((entry) => entry.function));
        expect(invocable(large, `${id}Role`).sort()).toEqual(itsOwn.sort());
      }
      expect(invocable(large).sort()).toEqual([...arns].sort());
    });
  });
});

describe('the dispatcher', () => {
  test('is one for a fleet, for another one, and for warmers of the stack', () => {
    const functions = ['One', 'Two', 'Three'].map((id) => testFunction(stack, id));
    new LambdaWarmer(stack, 'Warmer', { target: functions[0], concurrency: 2 });
    fleetOf({}, 'First').add(functions[1]);
    fleetOf({}, 'Second').add(functions[2]);
    expect(dispatchers()).toHaveLength(1);
    expect(invocable()).toEqual(functions.map(idOf));
    expect(sent().map(({ by, plan }) => [by.replace(/Rule.*/, ''), plan[0].function])).toEqual([
      ['Warmer', idOf(functions[0])], ['First', idOf(functions[1])], ['Second', idOf(functions[2])],
    ]);
  });

  test.each([[10, 1, 512], [11, 1, 1024], [5, 10, 1024], [17, 3, 1769], [1, 950, 1769]])(
    'of a plan with %d functions of %d environments has %d MiB more or less, by the pings of the plan', (count, concurrency, memory) => {
      fleetWith(count, {}, concurrency);
      const [[, { MemorySize, Environment }]] = dispatchers();
      expect(plans()).toHaveLength(1);
      expect([MemorySize, Environment.Variables.CDK_LAMBDA_WARMER_MAX_CONCURRENCY]).toEqual([memory, String(concurrency)]);
    });

  test('has the memory for its largest plan, not for all of them', () => {
    fleetWith(150);
    expect(Math.max(...plans().map((plan) => plan.length))).toBeLessThanOrEqual(50);
    expect(dispatchers()[0][1].MemorySize).toBe(1024);
  });

  test('has the same options in each stack', () => {
    const other = testStack(app, 'Other');
    const fleet = fleetOf({ dispatcher: { memorySize: 2048, timeout: Duration.seconds(90), reservedConcurrentExecutions: 7 } });
    [stack, other].forEach((each) => fleet.add(testFunction(each)));
    for (const each of [stack, other]) {
      expect(dispatchers(each)[0][1]).toMatchObject({ MemorySize: 2048, Timeout: 90, ReservedConcurrentExecutions: 7 });
    }
  });

  test('whose memory was chosen is not sent more pings by a plan than it can send in its time', () => {
    fleetWith(8, { dispatcher: { memorySize: 128 } }, 50);
    expect(errorOf(() => app.synth())).toMatch(/\[Stack\/Fleet\] .*128 MiB and 60 seconds the dispatcher sends at most 289 pings in its time/);
  });

  test('whose memory was chosen is not sent a function of more pings than it can send in its time', () => {
    fleetWith(1, { dispatcher: { memorySize: 128 } }, 290);
    expect(errorOf(() => app.synth())).toContain('[Stack/Fleet] concurrency is 290, but with 128 MiB and 60 seconds the dispatcher sends at most 289 pings in its time.');
  });

  test.each<[DispatcherOptions, string]>([
    [{ memorySize: 127 }, 'a memorySize of 127.'],
    [{ timeout: Duration.seconds(9) }, 'a timeout of 9 seconds.'],
    [{ reservedConcurrentExecutions: 0 }, 'reservedConcurrentExecutions of 0.'],
    [{ securityGroups: [] }, 'vpcSubnets or securityGroups without a vpc.'],
  ])('of options %j is refused when the fleet is created', (dispatcher, fault) => {
    expect(errorOf(() => fleetOf({ dispatcher }))).toMatch(new RegExp(`^WarmerFleet 'Stack/Fleet': .* is given ${fault.replaceAll('.', '\\.')}`));
  });

  test('of a stack is not given other options by a fleet that is created later', () => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), fanOut: FanOut.dispatcher({ memorySize: 512 }) });
    expect(errorOf(() => fleetOf({ dispatcher: { memorySize: 256 } })))
      .toMatch(/^WarmerFleet 'Stack\/Fleet': .*is given memorySize 256, but the stack's one dispatcher has been set up by 'Stack\/Warmer' with another one 512\./);
  });

  test('of another stack is not given other options when a function of it is added, and is told by the path of the fleet', () => {
    const other = testStack(app, 'Other');
    fleetOf({ dispatcher: { memorySize: 512 } }, 'First').add(testFunction(other, 'One'));
    const second = fleetOf({ dispatcher: { memorySize: 256 } }, 'Second');
    expect(errorOf(() => second.add(testFunction(other, 'Two'))))
      .toMatch(/^WarmerFleet 'Stack\/Second': the function 'Other\/Two'.*is given memorySize 256, but the stack's one dispatcher has been set up by 'Stack\/First' with another one 512\./s);
  });

  test('that a stack does not take is an error that names the fleet, and says nothing of a fanOut that fleets have not', () => {
    const bare = new Stack(app, 'Bare', { synthesizer: new BootstraplessSynthesizer() });
    const message = errorOf(() => fleetOf().add(testFunction(bare)));
    expect(message).toMatch(/^WarmerFleet 'Stack\/Fleet': .*the stack .*does not take the dispatcher, whose code is an asset: .*BootstraplessSynthesizer/s);
    expect(message).not.toContain('fanOut');
    expect(bare.node.tryFindChild('LambdaWarmerDispatcher')).toBeUndefined();
  });

  test('is invoked by at most 40 rules, and more are an error that says what to write', () => {
    fleetWith(201, {}, 400);
    expect(errorOf(() => app.synth())).toContain('[Stack/LambdaWarmerDispatcher] the warmers of this stack have 41 rules that invoke its dispatcher');
  });
});

describe('metrics of all functions together', () => {
  /** What the plans say of the fleet. */
  const fleets = (of: Stack = stack) => resources('AWS::Events::Rule', of)
    .flatMap(([, { Properties }]) => Properties.Targets.map(({ Input }: any) => JSON.parse(textOf(Input)).common.fleet));

  test('are emitted for being asked for, by the name of the fleet alone, and no others', () => {
    const fleet = fleetWith(2);
    const coverage = fleet.metricCoverage();
    expect(coverage).toMatchObject({ namespace: 'LambdaWarmer', metricName: 'Coverage', dimensions: { Fleet: 'Stack/Fleet' }, statistic: 'Minimum' });
    expect(coverage.period.toMinutes()).toBe(5);
    fleet.metricErrors();
    expect(fleets()).toEqual([{ name: 'Stack/Fleet', metrics: ['Coverage', 'Errors'] }]);
    expect(plans()[0].map(({ metrics }) => metrics)).toEqual([undefined, undefined]);
  });

  test('are not emitted otherwise', () => {
    fleetWith(2);
    expect(fleets()).toEqual([{ name: 'Stack/Fleet' }]);
  });

  test('have environments added up over functions and plans, in periods from tick to tick', () => {
    const fleet = fleetWith(2, { schedule: WarmingSchedule.every(Duration.minutes(7)) });
    const environments = fleet.metricWarmEnvironments();
    expect([environments.statistic, environments.period.toMinutes()]).toEqual(['Sum', 7]);
  });

  test('have the name of the deployed stack, which another deployment of the same app has not', () => {
    const other = testStack(app, 'Other', { stackName: 'shop-prod' });
    const fleet = new WarmerFleet(new Construct(other, 'Team'), 'Fleet');
    fleet.add(testFunction(other));
    fleet.add(testFunction(stack, 'Elsewhere'));
    expect([...fleets(other), ...fleets(stack)].map(({ name }) => name)).toEqual(['shop-prod/Team/Fleet', 'shop-prod/Team/Fleet']);
  });

  test('cost one each, whatever the number of functions and plans', () => {
    const fleet = fleetWith(3, {}, 300);
    fleet.metricCoverage();
    fleet.metricWarmEnvironments();
    expect(plans()).toHaveLength(3);
    expect(usdByName(fleet.monthlyCost)['Custom metrics']).toBeCloseTo(2 * METRIC, 12);
  });

  test('are refused if no function tells them, and fed by those that do', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack), { payload: WarmingPayload.ofType('warmer') });
    expect(() => fleet.metricHeldTime()).toThrow("WarmerFleet 'Stack/Fleet': metricHeldTime() was called, but the answers to this payload do not tell it. "
      + 'Write payload: WarmingPayload.standard(), or leave the metric out.');
    fleet.add(testFunction(stack, 'Other'));
    expect(fleet.metricHeldTime().metricName).toBe('HeldTime');
  });

  test('are refused at synthesis if no function tells them that was added later', () => {
    const fleet = fleetOf();
    fleet.alarmOnLowCoverage();
    fleet.add(testFunction(stack), { payload: WarmingPayload.ofType('warmer') });
    expect(errorOf(() => app.synth())).toContain('[Stack/Fleet] metricCoverage() was called, or an alarm made of it, but the answers to this payload do not tell it.');
  });

  test('are refused if functions are of another region, where nothing would look for them', () => {
    stack = testStack(app, 'Home', { env: ENV });
    const fleet = fleetWith(1);
    fleet.add(testFunction(testStack(app, 'There', { env: { ...ENV, region: 'us-east-1' } })));
    fleet.metricCoverage();
    expect(errorOf(() => app.synth())).toContain("[Home/Fleet] metrics of all functions together are asked for, but those of 'There' are of another account or region. "
      + 'Create a fleet for each.');
  });

  test('have a name that CloudWatch takes', () => {
    fleetOf({}, 'Flotte é').add(testFunction(stack));
    expect(fleets()).toEqual([{ name: 'Stack/Flotte -' }]);
  });

  test('make an alarm in one line', () => {
    fleetWith(2).alarmOnLowCoverage();
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Coverage', Dimensions: [{ Name: 'Fleet', Value: 'Stack/Fleet' }], Threshold: 0.9, TreatMissingData: 'breaching',
    });
    expect(fleets()).toEqual([{ name: 'Stack/Fleet', metrics: ['Coverage'] }]);
  });
});

describe('metrics', () => {
  test('are named in the plan if they are asked for, as far as answers tell them', () => {
    const fleet = fleetOf({ emitMetrics: true });
    fleet.add(testFunction(stack, 'One'));
    fleet.add(testFunction(stack, 'Two'), { payload: WarmingPayload.ofType('warmer') });
    expect(plans()[0].map(({ metrics }) => metrics)).toEqual([['Coverage', 'WarmEnvironments', 'ColdStarts'], ['ColdStarts']]);
  });

  test('are not named otherwise', () => {
    fleetWith(1);
    expect(plans()[0][0]).not.toHaveProperty('metrics');
  });
});

/** The calls that a deployment makes. */
function prewarmings(of: Stack = stack): any[] {
  return resources('Custom::LambdaWarmerPrewarm', of).map(([, { Properties: { Create, Update, Delete }, DependsOn }]) => {
    expect(Update).toEqual(Create);
    expect(Delete).toBeUndefined();
    const { parameters, ...call } = JSON.parse(textOf(Create));
    return { ...call, ...parameters, ...JSON.parse(parameters.Payload), dependsOn: DependsOn };
  });
}

describe('a deployment', () => {
  /** Two plans: of the first two functions, and of the third. */
  function statesOf(memorySizes: readonly number[]): string[] {
    stack = testStack(testApp());
    const fleet = fleetOf({ prewarmOnDeploy: true });
    memorySizes.forEach((memorySize, index) => fleet.add(testFunction(stack, `Fn${index}`, { memorySize }), { concurrency: 200 }));
    return prewarmings().map(({ state }) => state);
  }

  test('has each plan sent once, after all of its functions and the dispatcher are there', () => {
    const fleet = fleetOf({ prewarmOnDeploy: true });
    const targets = [testFunction(stack, 'One'), testFunction(stack, 'Two').addAlias('live'), testFunction(stack, 'Three')];
    targets.forEach((target) => fleet.add(target, { concurrency: 200 }));
    expect(plans()).toHaveLength(2);
    expect(prewarmings().map(({ plan }) => plan)).toEqual(plans());
    for (const { plan, dependsOn, FunctionName, InvocationType } of prewarmings()) {
      expect([FunctionName, InvocationType]).toEqual([dispatchers()[0][0], 'Event']);
      expect(dependsOn).toEqual(expect.arrayContaining([...plan.map((entry: any) => entry.function), dispatchers()[0][0]]));
      expect(dependsOn).toContainEqual(expect.stringMatching(/^LambdaWarmerDispatcherRoleDefaultPolicy/));
    }
  });

  test('that changes a function sends its plan again, and no other', () => {
    const [first, second] = statesOf([128, 128, 128]);
    expect(statesOf([128, 128, 128])).toEqual([first, second]);
    expect(statesOf([256, 128, 128])).toEqual([expect.not.stringMatching(first), second]);
    expect(statesOf([128, 256, 128])).toEqual([expect.not.stringMatching(first), second]);
    expect(statesOf([128, 128, 256])).toEqual([first, expect.not.stringMatching(second)]);
    expect(first).not.toBe(second);
  });

  test('sends a plan with an imported function each time', () => {
    const states = [1, 2].map((now) => {
      stack = testStack(testApp());
      const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
      fleetOf({ prewarmOnDeploy: true }).add(imported());
      clock.mockRestore();
      return prewarmings()[0].state;
    });
    expect(states[0]).not.toBe(states[1]);
  });

  test('sends nothing if that is not asked for', () => {
    fleetWith(2);
    expect(prewarmings()).toEqual([]);
  });
});

describe('pings are answered', () => {
  test('by one layer a stack, to which each function is redirected, and the fleet informs of each', () => {
    const functions = ['One', 'Two', 'Three'].map((id) => testFunction(stack, id));
    const fleet = fleetOf();
    functions.forEach((fn) => fleet.add(fn));
    template().resourceCountIs('AWS::Lambda::LayerVersion', 1);
    const [[layer]] = resources('AWS::Lambda::LayerVersion');
    for (const fn of functions) {
      const [, { Properties }] = resources('AWS::Lambda::Function').find(([id]) => id === idOf(fn))!;
      expect(Properties).toMatchObject({
        Handler: '/opt/nodejs/node_modules/cdk-lambda-warmer-runtime/redirect.handler',
        Layers: [{ Ref: layer }],
        Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } },
      });
    }
    expect(infosOf('cdk-lambda-warmer:shortCircuited')).toEqual(
      functions.map(({ node }) => expect.stringContaining(`/Stack/Fleet the function '${node.path}' answers pings by a layer`)));
  });

  test('by the handlers, if the fleet says so, which know the token', () => {
    fleetWith(1, { shortCircuit: ShortCircuit.inHandler() });
    template().resourceCountIs('AWS::Lambda::LayerVersion', 0);
    template().hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler', Environment: { Variables: { CDK_LAMBDA_WARMER_TOKEN: { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] } } },
    });
  });

  test('by nobody where no layer can be added, which is warned of for each function', () => {
    const fleet = fleetOf();
    for (const id of ['One', 'Two']) {
      fleet.add(testFunction(stack, id, { runtime: lambda.Runtime.PROVIDED_AL2023, code: lambda.Code.fromAsset('examples/quick-start/handler') }));
    }
    expect(warningsOf('cdk-lambda-warmer:notShortCircuited')).toEqual([
      expect.stringContaining("/Stack/Fleet the function 'Stack/One' is left as it is"), expect.stringContaining("/Stack/Fleet the function 'Stack/Two' is left as it is"),
    ]);
  });

  test('by a layer or not at all, where that is required', () => {
    const fleet = fleetOf({ shortCircuit: ShortCircuit.layer() });
    expect(() => fleet.add(imported())).toThrow("WarmerFleet 'Stack/Fleet': the function 'Stack/Imported' cannot get a layer: it is imported, so this app cannot change it.");
    fleet.add(testFunction(stack, 'Fn', { runtime: lambda.Runtime.PROVIDED_AL2023, code: lambda.Code.fromAsset('examples/quick-start/handler') }));
    expect(errorOf(() => app.synth())).toContain("[Stack/Fleet] the function 'Stack/Fn' cannot get a layer");
  });

  test('by what a handler knows, with another payload, and nothing is changed', () => {
    fleetWith(1, { payload: WarmingPayload.ofType('warmer') });
    template().resourceCountIs('AWS::Lambda::LayerVersion', 0);
    expect(infosOf('.*')).toEqual([]);
  });
});

describe('the cost of a month', () => {
  const logs = (bytes: number) => TICKS * bytes / GB * LOG_GB;

  test('is that of the pings of each function and of the ticks of each plan', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack, 'One'));
    fleet.add(testFunction(stack, 'Two', { memorySize: 1024 }), { concurrency: 20 });
    expectUsd(fleet.monthlyCost, {
      'Pings: requests': 21 * TICKS * REQUEST,
      'Pings: answering': TICKS * 0.01 * (1 / 8 + 20) * X86,
      // A millisecond for each that is sent.
      'Pings: held': 20 * TICKS * 0.02 * X86,
      'Dispatcher: requests': TICKS * REQUEST,
      'Dispatcher: duration': TICKS * (0.1 + 21 * 0.003) * ARM,
      'Logs': logs(21 * LOG_BYTES + 2 * REPORT_BYTES + LOG_BYTES),
    });
    expect(fleet.monthlyCost.maxMonthlyUsd).toBe(fleet.monthlyCost.monthlyUsd);
    expect(new Set(fleet.monthlyCost.items.map(({ construct }) => construct))).toEqual(new Set(['Stack/Fleet']));
  });

  test('is that of each architecture', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack, 'One', { memorySize: 1024 }));
    fleet.add(testFunction(stack, 'Two', { memorySize: 1024, architecture: lambda.Architecture.ARM_64 }));
    expect(usdByName(fleet.monthlyCost)['Pings: answering']).toBeCloseTo(TICKS * 0.01 * (X86 + ARM), 12);
  });

  test('is that of each invocation of the dispatcher, one a plan', () => {
    const fleet = fleetWith(3, {}, 400);
    const { 'Dispatcher: requests': requests, 'Dispatcher: duration': duration } = usdByName(fleet.monthlyCost);
    expect(requests).toBeCloseTo(3 * TICKS * REQUEST, 12);
    expect(duration).toBeCloseTo(3 * TICKS * (0.1 + 400 * 0.003) * 1769 / 1024 * ARM, 10);
  });

  test('is that of the shards of a dispatcher too, but they are invoked by itself', () => {
    const fleet = fleetWith(2, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER }, 800);
    const sums = usdByName(fleet.monthlyCost);
    expect(sums['Dispatcher: requests']).toBeCloseTo(2 * 3 * TICKS * REQUEST, 12);
    expect(sums['Dispatcher: duration']).toBeCloseTo(2 * 3 * TICKS * (0.1 + 400 * 0.003 + 1) * 1769 / 1024 * ARM, 10);
    expect(sums['Schedule: invocations']).toBeCloseTo(2 * TICKS * SCHEDULED, 12);
  });

  test('has EventBridge Scheduler paid by the plan, and metrics by the function', () => {
    const fleet = fleetWith(2, { engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, emitMetrics: true });
    const sums = usdByName(fleet.monthlyCost);
    expect(sums['Schedule: invocations']).toBeCloseTo(TICKS * SCHEDULED, 12);
    expect(sums['Custom metrics']).toBeCloseTo(2 * 3 * METRIC, 12);
    expect(sums.Logs).toBeCloseTo(logs(2 * (LOG_BYTES + REPORT_BYTES + METRICS_BYTES) + LOG_BYTES), 12);
  });

  test('with windows is that of all their ticks', () => {
    // From 00:00 to 12:00 five environments, one otherwise: each for half of the ticks.
    const schedule = WarmingSchedule.windows({ windows: [{ start: '00:00', end: '12:00', concurrency: 5 }], otherwise: 1 });
    const sums = usdByName(fleetWith(2, { schedule }).monthlyCost);
    expect(sums['Pings: requests']).toBeCloseTo(2 * TICKS / 2 * (5 + 1) * REQUEST, 12);
    expect(sums['Dispatcher: requests']).toBeCloseTo(TICKS * REQUEST, 12);
    expect(sums['Dispatcher: duration']).toBeCloseTo(TICKS / 2 * (0.1 + 10 * 0.003 + 0.1 + 2 * 0.003) * 0.5 * ARM, 12);
  });

  test('is nothing of a fleet that is disabled, or over, or empty', () => {
    expect(fleetWith(2, { enabled: false, emitMetrics: true }).monthlyCost.items).toEqual([]);
    expect(fleetOf({}, 'Empty').monthlyCost.monthlyUsd).toBe(0);
    const over = fleetOf({ schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2020-01-01')) }, 'Over');
    over.add(testFunction(stack));
    expect(over.monthlyCost.monthlyUsd).toBe(0);
  });

  test('is reckoned anew from what the functions are by then', () => {
    const fn = testFunction(stack);
    const fleet = fleetOf();
    fleet.add(fn);
    const before = usdByName(fleet.monthlyCost)['Pings: answering'];
    (fn.node.defaultChild as lambda.CfnFunction).memorySize = 256;
    expect(usdByName(fleet.monthlyCost)['Pings: answering']).toBeCloseTo(2 * before, 12);
  });

  test('of imported functions takes an assumption of their memory', () => {
    const fleet = fleetOf();
    fleet.add(imported());
    expect(() => fleet.monthlyCost).toThrow("WarmerFleet 'Stack/Fleet': its monthly cost cannot be told, because the memory of the function 'Stack/Imported' is not known at synthesis. Write costAssumptions: { memorySize: 512 }, say.");
    const assumed = fleetOf({ costAssumptions: { memorySize: 2048, answeringMilliseconds: 20, dispatcherMilliseconds: 50 } }, 'Assumed');
    assumed.add(imported(FUNCTION_ARN, 'Other'));
    expect(usdByName(assumed.monthlyCost)).toMatchObject({
      'Pings: answering': expect.closeTo(TICKS * 0.02 * 2 * X86, 12), 'Dispatcher: duration': expect.closeTo(TICKS * 0.05 * 0.5 * ARM, 12),
    });
  });

  test('is at the prices of the region in which functions and dispatchers are', () => {
    const far = testStack(app, 'Far', { env: { ...ENV, region: 'af-south-1' } });
    const fromHome = fleetOf({}, 'Fleet', testStack(app, 'Home', { env: { ...ENV, region: 'us-east-1' } }));
    fromHome.add(testFunction(far, 'One'));
    const there = fleetOf({}, 'Fleet', far);
    there.add(testFunction(far, 'Two'));
    expect(usdByName(fromHome.monthlyCost)).toEqual(usdByName(there.monthlyCost));
  });

  test('is a part of all that a construct around costs', () => {
    const other = testStack(app, 'Other');
    const [one, two] = [fleetOf({}, 'One'), fleetOf({}, 'Two', other)];
    one.add(testFunction(stack));
    two.add(testFunction(stack, 'Second'), { concurrency: 4 });
    const warmer = new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Third') });
    const sum = [one, two, warmer].reduce((total, { monthlyCost }) => total + monthlyCost.monthlyUsd, 0);
    expect(WarmingCost.of(app).monthlyUsd).toBeCloseTo(sum, 12);
    expect(WarmingCost.of(stack).monthlyUsd).toBeCloseTo(one.monthlyCost.monthlyUsd + warmer.monthlyCost.monthlyUsd, 12);
  });

  test('counts metrics once that a warmer and two fleets feed', () => {
    const target = testFunction(stack);
    new LambdaWarmer(stack, 'Warmer', { target, emitMetrics: true });
    const fleets = ['One', 'Two'].map((id) => fleetOf({ emitMetrics: true }, id));
    fleets.forEach((fleet) => fleet.add(target, { concurrency: 2 }));
    expect(usdByName(fleets[1].monthlyCost)['Custom metrics']).toBeCloseTo(3 * METRIC, 12);
    expect(usdByName(WarmingCost.of(app))['Custom metrics']).toBeCloseTo(3 * METRIC, 12);
  });

  test('of pings that reach provisioned environments is lower, as it is for a warmer, and the alias is counted once', () => {
    const { target } = new LambdaWarmer(stack, 'Provisioned', { target: testFunction(stack, 'Fn', { memorySize: 1024 }), provisionedConcurrency: { minCapacity: 2 } });
    const fleet = fleetOf();
    fleet.add(target, { concurrency: 5 });
    expect(usdByName(fleet.monthlyCost)['Pings: answering']).toBeCloseTo(5 * TICKS * 0.01 * (DURATION_X86 * 2 / 5 + X86 * 3 / 5), 12);
    expect(usdByName(WarmingCost.of(app))['Provisioned concurrency']).toBeCloseTo(2 * SECONDS * PROVISIONED_X86, 8);
  });

  test('above the most that it may be is an error at synthesis, with the items', () => {
    fleetWith(2, { maxMonthlyCost: 0.000001 });
    const error = errorOf(() => app.synth());
    expect(error).toContain('[Stack/Fleet] maxMonthlyCost is $0.000001, but it may cost $0.0');
    expect(error).toContain('Pings: requests: 17280 requests');
  });

  test('up to that is taken', () => {
    fleetWith(2, { maxMonthlyCost: 1 });
    expect(() => app.synth()).not.toThrow();
  });

  test('that cannot be told is an error at synthesis only if there is a limit', () => {
    fleetOf({}, 'Free').add(imported());
    expect(() => app.synth()).not.toThrow();
    fleetOf({ maxMonthlyCost: 5 }, 'Limited').add(imported(FUNCTION_ARN, 'Again'));
    expect(errorOf(() => app.synth({ force: true }))).toContain("[Stack/Limited] its monthly cost cannot be told, because the memory of the function 'Stack/Again'");
  });
});

describe('a function that is added late', () => {
  test('after a synthesis of nothing is pinged after the next one, and answers by itself', () => {
    const fn = testFunction(stack);
    const fleet = fleetOf();
    app.synth();
    fleet.add(fn);
    const { Resources } = app.synth({ force: true }).getStackByName('Stack').template;
    const [rule] = Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(textOf(rule.Properties.Targets[0].Input)).toContain(`"function":"${idOf(fn)}"`);
    expect(Resources[idOf(fn)].Properties.Handler).toBe('/opt/nodejs/node_modules/cdk-lambda-warmer-runtime/redirect.handler');
  });

  test('to a plan that has been synthesized already is a part of it then', () => {
    const fleet = fleetWith(1);
    app.synth();
    fleet.add(testFunction(stack, 'Late'));
    const text = JSON.stringify(app.synth({ force: true }).getStackByName('Stack').template.Resources);
    expect(text.match(/"AWS::Events::Rule"/g)).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ LambdaWarmerDispatcherRoleDefaultPolicyBA3AAF29: expect.anything() });
    expect(text.match(/\\"function\\":/g)).toHaveLength(2);
  });

  test.each([
    [undefined, true], [undefined, false], [100, true], [100, false], [500, true], [500, false], [700, true], [700, false],
  ])('by an aspect of priority %s, with stabilized aspects %s, is in the plan of its stack', (priority, isStabilized) => {
    app = testApp({ context: { '@aws-cdk/core:aspectStabilization': isStabilized } });
    const stacks = ['One', 'Two'].map((id) => testStack(app, id));
    const fleet = fleetOf({}, 'Fleet', stacks[1]);
    const functions = stacks.map((each) => testFunction(each));
    const left = new Set<IConstruct>(functions);
    const adding: IAspect = {
      visit: (node) => {
        if (left.delete(node)) {
          fleet.add(node as lambda.Function);
        }
      },
    };
    Aspects.of(app).add(adding, { priority });
    for (const [index, each] of stacks.entries()) {
      expect(pinged(each)).toEqual([idOf(functions[index])]);
      expect(invocable(each)).toEqual(pinged(each));
      template(each).hasResourceProperties('AWS::Lambda::Function', { Handler: Match.stringLikeRegexp('redirect.handler$') });
    }
  });
});

describe('is refused at once, by the path of the fleet and of the function, and what to write:', () => {
  const A_TOKEN = Lazy.uncachedNumber({ produce: () => 5 });

  test('the same function twice', () => {
    const fn = testFunction(stack);
    const fleet = fleetOf();
    fleet.add(fn);
    expect(() => fleet.add(fn, { concurrency: 2 })).toThrow("WarmerFleet 'Stack/Fleet': the function 'Stack/Fn' is in the fleet already. Add it once.");
    expect(plans()).toEqual([[{ function: idOf(fn), concurrency: 1, ...STANDARD }]]);
  });

  test('the same alias twice', () => {
    const alias = testFunction(stack).addAlias('live');
    const fleet = fleetOf();
    fleet.add(alias);
    expect(() => fleet.add(alias)).toThrow("the function 'Stack/Fn/Aliaslive' is in the fleet already.");
  });

  test('the same version twice, though the function has changed between', () => {
    const fn = testFunction(stack);
    const fleet = fleetOf();
    fleet.add(fn.currentVersion);
    fn.addEnvironment('STAGE', 'test');
    expect(() => fleet.add(fn.currentVersion)).toThrow("the function 'Stack/Fn/CurrentVersion' is in the fleet already.");
  });

  test('the same ARN twice, wherever it is imported', () => {
    const fleet = fleetOf();
    fleet.add(imported());
    expect(() => fleet.add(imported(FUNCTION_ARN, 'Again'))).toThrow("the function 'Stack/Again' is in the fleet already.");
    expect(() => fleet.add(imported(FUNCTION_ARN, 'Elsewhere', testStack(app, 'Other')))).toThrow("the function 'Other/Elsewhere' is in the fleet already.");
    expect(() => fleet.add(imported(`${FUNCTION_ARN}:live`, 'Alias'))).not.toThrow();
  });

  test.each([[0, 'is 0'], [-1, 'is -1'], [1.5, 'is 1.5'], [NaN, 'is NaN']])('a concurrency of %s', (concurrency, fault) => {
    const message = `concurrency ${fault}. Write a whole number from 1 to 10000 with FanOut.dispatcher().`;
    expect(() => fleetOf({ concurrency }, 'Refused')).toThrow(`WarmerFleet 'Stack/Refused': ${message}`);
    expect(() => fleetOf().add(testFunction(stack), { concurrency })).toThrow(`WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': ${message}`);
  });

  test('a concurrency of 10001, beyond what one dispatcher can be in charge of', () => {
    const message = 'FanOut.dispatcher() keeps at most 10000 environments warm, 10001 were asked for. Write a concurrency from 1 to 10000.';
    expect(() => fleetOf({ concurrency: 10_001 }, 'Refused')).toThrow(`WarmerFleet 'Stack/Refused': ${message}`);
    expect(() => fleetOf().add(testFunction(stack), { concurrency: 10_001 })).toThrow(`WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': ${message}`);
  });

  test('a concurrency that is a token', () => {
    const message = 'concurrency is a token, known at deployment only, but each ping is a part of the template. Write a number from 1 to 10000.';
    expect(() => fleetOf({ concurrency: A_TOKEN }, 'Refused')).toThrow(`WarmerFleet 'Stack/Refused': ${message}`);
    expect(() => fleetOf().add(testFunction(stack), { concurrency: A_TOKEN })).toThrow(`WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': ${message}`);
  });

  test('a function at the edge', () => {
    const home = testStack(app, 'Home', { env: { ...ENV, region: 'us-east-1' } });
    const edge = new experimental.EdgeFunction(home, 'Edge', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(';') });
    expect(() => fleetOf({}, 'Fleet', home).add(edge)).toThrow("WarmerFleet 'Home/Fleet': the function 'Home/Edge' runs at the edge (Lambda@Edge)");
  });

  test('a function that isolates tenants', () => {
    const fn = testFunction(stack, 'Fn', { tenancyConfig: lambda.TenancyConfig.PER_TENANT });
    expect(() => fleetOf().add(fn)).toThrow("WarmerFleet 'Stack/Fleet': the function 'Stack/Fn' isolates tenants (tenancyConfig)");
  });

  test('the $LATEST version of a function', () => {
    expect(() => fleetOf().add(testFunction(stack).latestVersion)).toThrow("WarmerFleet 'Stack/Fleet': the function 'Stack/Fn/$LATEST' is a function's $LATEST version");
  });

  test('a payload that no input has room for', () => {
    const fleet = fleetOf();
    expect(() => fleet.add(testFunction(stack), { payload: WarmingPayload.ofType('x'.repeat(8192)) })).toThrow(
      "WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': its payload is longer than an input of EventBridge can be. Write a shorter one: a ping need only be recognized.");
  });

  test.each<[string, WarmingPayload, string]>([
    ['an empty type', WarmingPayload.ofType(''), 'the payload has an empty type'],
    ['a reserved key', WarmingPayload.fromObject({ cdkLambdaWarmer: 1 }), "the payload has the key 'cdkLambdaWarmer'"],
  ])('a payload with %s', (_, payload, fault) => {
    expect(() => fleetOf({ payload }, 'Refused')).toThrow(`WarmerFleet 'Stack/Refused': ${fault}`);
    expect(() => fleetOf().add(testFunction(stack), { payload })).toThrow(`WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': ${fault}`);
  });

  test('a payload that is no JSON', () => {
    expect(() => fleetOf().add(testFunction(stack), { payload: WarmingPayload.fromObject({ at: new Date() }) }))
      .toThrow("WarmerFleet 'Stack/Fleet': the function 'Stack/Fn': the payload has an instance of Date at 'at'");
  });

  test.each<[string, () => WarmerFleetProps, string]>([
    ['an interval of half a minute', () => ({ schedule: WarmingSchedule.every(Duration.seconds(30)) }), 'the schedule has an interval of 30 seconds: write whole minutes'],
    ['an expression that is none', () => ({ schedule: WarmingSchedule.expression('every day') }), 'the schedule '],
    ['an engine that is none', () => ({ engine: 'CRON' as ScheduleEngine }), "engine is 'CRON'. Write ScheduleEngine.EVENTBRIDGE_RULE"],
    ['rules in a time zone', () => ({ engine: ScheduleEngine.EVENTBRIDGE_RULE, schedule: WarmingSchedule.cron({ minute: '0', timeZone: TimeZone.ASIA_TOKYO }) }),
      'engine is ScheduleEngine.EVENTBRIDGE_RULE, but the schedule is in the time zone Asia/Tokyo'],
    ['a time window as long as the interval', () => ({ timeWindow: TimeWindow.flexible(Duration.minutes(5)) }), 'timeWindow lets a tick come 5 minutes late'],
    ['a limit of no cost', () => ({ maxMonthlyCost: 0 }), 'maxMonthlyCost is 0. Write dollars a month: a number above 0.'],
    ['a memory that no function has', () => ({ costAssumptions: { memorySize: 64 } }), 'costAssumptions has 64 as memorySize.'],
  ])('%s', (_, props, fault) => {
    expect(errorOf(() => fleetOf(props()))).toContain(`WarmerFleet 'Stack/Fleet': ${fault}`);
  });

  test('an alias of which a warmer has provisioned as many environments', () => {
    const { target } = new LambdaWarmer(stack, 'Provisioned', { target: testFunction(stack), provisionedConcurrency: { minCapacity: 3 } });
    const fleet = fleetOf();
    expect(() => fleet.add(target, { concurrency: 3 })).toThrow(
      /^WarmerFleet 'Stack\/Fleet': the function 'Stack\/Fn\/LambdaWarmerAlias-live\/Alias': concurrency is 3, but up to 3 environments are provisioned/);
    fleet.add(target, { concurrency: 4 });
    expect(() => app.synth()).not.toThrow();
  });

  test('windows that at times ask for no more environments than a warmer has provisioned', () => {
    const { target } = new LambdaWarmer(stack, 'Provisioned', { target: testFunction(stack), provisionedConcurrency: { minCapacity: 3 } });
    expect(() => fleetOf({ schedule: OFFICE_HOURS }).add(target)).toThrow('concurrency is 1 at times, but up to 3 environments are provisioned');
  });
});

describe('is refused at synthesis, by the path of the fleet:', () => {
  test('an alias that a warmer scales by its use, unless that is meant', () => {
    const { target } = new LambdaWarmer(stack, 'Provisioned', { target: testFunction(stack), provisionedConcurrency: { minCapacity: 1, maxCapacity: 5 } });
    const fleet = fleetOf();
    fleet.add(target, { concurrency: 6 });
    expect(errorOf(() => app.synth())).toContain('[Stack/Fleet] pings count as use of the environments that they reach');
    CdkAnnotations.of(fleet).acknowledgeWarning('cdk-lambda-warmer:pingsFeedUtilization');
    expect(() => app.synth({ force: true })).not.toThrow();
  });

  test('a function that turns out to be durable', () => {
    const fn = testFunction(testStack(app, 'Other'));
    fleetOf().add(fn);
    (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('DurableConfig', { ExecutionTimeout: 60 });
    expect(errorOf(() => app.synth())).toContain("[Stack/Fleet] the function 'Other/Fn' is a durable function");
  });

  test('a function that reserves fewer concurrent executions', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack, 'Fn', { reservedConcurrentExecutions: 4 }), { concurrency: 5 });
    fleet.add(testFunction(stack, 'Enough', { reservedConcurrentExecutions: 6 }), { concurrency: 5 });
    expect(errorOf(() => app.synth())).toMatch(/\[Stack\/Fleet\] concurrency is 5, but the function 'Stack\/Fn' reserves 4 concurrent executions, so Lambda would throttle the pings\. .*reserve more\.$/);
  });

  test('a reservation that is known at deployment only is not compared', () => {
    const reservedConcurrentExecutions = new CfnParameter(stack, 'Reserved', { type: 'Number' }).valueAsNumber;
    fleetOf().add(testFunction(stack, 'Fn', { reservedConcurrentExecutions }), { concurrency: 5 });
    expect(() => app.synth()).not.toThrow();
  });

  test('a payload that becomes too long by what is known at synthesis only', () => {
    let type = 'short';
    fleetOf().add(testFunction(stack), { payload: WarmingPayload.fromObject({ type: Lazy.string({ produce: () => type }) }) });
    type = 'x'.repeat(8192);
    expect(errorOf(() => app.synth())).toMatch(/\[Stack\/Fleet\] .*8192/);
  });
});

describe('is warned of, on the fleet:', () => {
  test('a fleet without functions', () => {
    fleetOf();
    expect(warningsOf('cdk-lambda-warmer:emptyFleet')).toEqual([
      expect.stringContaining('/Stack/Fleet The fleet has no functions, so it keeps nothing warm. Add some, or remove it.'),
    ]);
  });

  test('more environments than an account may run at once', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack, 'One'), { concurrency: 950 });
    fleet.add(testFunction(stack, 'Two'), { concurrency: 51 });
    expect(warningsOf('cdk-lambda-warmer:accountConcurrency')).toEqual([expect.stringContaining('/Stack/Fleet The fleet pings 1001 environments at once, and an account may run 1000 in a region')]);
    expect(warningsOf('cdk-lambda-warmer:emptyFleet')).toEqual([]);
  });

  test('not as many as an account may run, nor warnings that are acknowledged', () => {
    const fleet = fleetOf();
    fleet.add(testFunction(stack, 'One'), { concurrency: 950 });
    fleet.add(testFunction(stack, 'Two'), { concurrency: 50 });
    CdkAnnotations.of(fleetOf({}, 'Empty')).acknowledgeWarning('cdk-lambda-warmer:emptyFleet');
    expect([...warningsOf('cdk-lambda-warmer:accountConcurrency'), ...warningsOf('cdk-lambda-warmer:emptyFleet')]).toEqual([]);
  });

  test('a function whose alias a warmer has made for callers, and which is pinged past that', () => {
    const target = testFunction(stack);
    new LambdaWarmer(stack, 'Provisioned', { target, provisionedConcurrency: { minCapacity: 1 } });
    fleetOf().add(target);
    expect(warningsOf('cdk-lambda-warmer:latestPinged')).toEqual([expect.stringContaining("/Stack/Fleet The pings reach the function 'Stack/Fn' itself, and not its alias 'live'")]);
  });
});

describe('nothing is left of a function that add() has refused:', () => {
  /** The templates of an app with a fleet of one function, to which another may be added. */
  function templatesWith(props: WarmerFleetProps, build: (home: Stack, other: Stack) => () => [lambda.IFunction, object?], isAdded: boolean): any[] {
    const root = testApp();
    const [home, other] = ['Home', 'Other'].map((id) => testStack(root, id));
    const fleet = fleetOf(props, 'Fleet', home);
    const toAdd = build(home, other);
    fleet.add(testFunction(home, 'First'));
    if (isAdded) {
      expect(() => fleet.add(...toAdd())).toThrow("WarmerFleet 'Home/Fleet': ");
      fleet.add(testFunction(home, 'Last'));
    } else {
      fleet.add(testFunction(home, 'Last'));
    }
    return [home, other].map((each) => template(each).toJSON());
  }

  test.each<[string, (home: Stack, other: Stack) => () => [lambda.IFunction, object?], WarmerFleetProps?]>([
    ['a concurrency of 0', (_, other) => {
      const fn = testFunction(other);
      return () => [fn, { concurrency: 0 }];
    }],
    ['a payload that is too long', (home) => {
      const fn = testFunction(home);
      return () => [fn, { payload: WarmingPayload.ofType('x'.repeat(8192)) }];
    }],
    ['a payload with an empty token', (_, other) => {
      const fn = testFunction(other);
      return () => [fn, { payload: WarmingPayload.standard({ token: '' }) }];
    }],
    ['a function that is there already', (home) => () => [home.node.findChild('First') as lambda.Function, { concurrency: 3 }]],
    ['another token than that of a warmer', (home) => {
      const target = testFunction(home);
      new LambdaWarmer(home, 'Warmer', { target, payload: WarmingPayload.standard({ token: 'one' }) });
      return () => [target, { payload: WarmingPayload.standard({ token: 'another' }) }];
    }],
    ['other dispatchers than that of the stack', (_, other) => {
      const target = testFunction(other);
      new LambdaWarmer(other, 'Warmer', { target, fanOut: FanOut.dispatcher({ memorySize: 512 }) });
      return () => [target];
    }, { dispatcher: { memorySize: 1024 } }],
    ['handlers that answer, where a warmer takes the layer', (home) => {
      const target = testFunction(home);
      new LambdaWarmer(home, 'Warmer', { target, shortCircuit: ShortCircuit.layer() });
      return () => [target];
    }, { shortCircuit: ShortCircuit.inHandler() }],
  ])('%s', (_, build, props = {}) => {
    expect(templatesWith(props, build, true)).toEqual(templatesWith(props, build, false));
  });
});

test('a function that was refused can be added as it should be', () => {
  const fn = testFunction(stack);
  const fleet = fleetOf();
  expect(() => fleet.add(fn, { concurrency: 0 })).toThrow();
  fleet.add(fn, { concurrency: 2 });
  expect(plans()).toEqual([[{ function: idOf(fn), concurrency: 2, ...STANDARD }]]);
});
