import { Annotations as CdkAnnotations, App, Aspects, Duration, IAspect, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { bodiesOf, resourcesOf } from './as-deployed';
import { problemsOfBody } from './dashboard-body';
import {
  AccountWarmer, FanOut, FunctionSelector, LambdaWarmer, LambdaWarmerProps, WarmerFleet, WarmingAspect, WarmingCost,
  WarmingDashboard, WarmingDashboardProps, WarmingPayload, WarmingSchedule,
} from '../../src';
import { named } from '../cost/prices';
import { errorOf } from '../error-of';
import { STABILIZATION, appWith } from '../governance/constructs';
import { ENV, FUNCTION_ARN, synth, testApp, testFunction, testStack, WORKDAYS } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(id: string, props: Partial<LambdaWarmerProps> = {}): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target: props.target ?? testFunction(stack, `${id}Fn`), ...props });
}

function dashboardOf(props: WarmingDashboardProps = {}, scope: Construct = stack): WarmingDashboard {
  return new WarmingDashboard(scope, 'Dashboard', props);
}

function withLog(id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return testFunction(stack, id, { logGroup: new logs.LogGroup(stack, `${id}Log`), ...props });
}

/** All widgets of the dashboards of a stack, which are as CloudWatch asks for. */
function widgetsOf(of = stack): any[] {
  const bodies = bodiesOf(of);
  expect(bodies.length).toBeGreaterThan(0);
  expect(bodies.flatMap(problemsOfBody)).toEqual([]);
  return bodies.flatMap(({ widgets }) => widgets);
}

/** What each widget says: a text its text, the others their title. */
function titles(of = stack): string[] {
  return widgetsOf(of).map(({ properties: { markdown, title } }) => markdown ?? title);
}

/** The properties of the one widget of a title. */
function titled(title: string, of = stack): any {
  const found = widgetsOf(of).filter(({ properties }) => properties.title === title);
  expect(found).toHaveLength(1);
  return found[0].properties;
}

/** The text of the one widget that begins so. */
function textOf(beginning: string, of = stack): string {
  const [text, ...more] = titles(of).filter((one) => one.startsWith(beginning));
  expect([typeof text, more]).toEqual(['string', []]);
  return text;
}

/** Metrics as names with dimensions. */
function metricsIn({ metrics }: any): string[] {
  return metrics.map((metric: any[]) => metric.filter((one) => typeof one === 'string').join(' ') || metric[0].expression);
}

function metricFilters(of = stack): any[] {
  return resourcesOf(of, 'AWS::Logs::MetricFilter').map(({ properties }) => properties);
}

function snapshot(of = stack): unknown {
  return ['AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter', 'AWS::Logs::QueryDefinition'].flatMap((type) => resourcesOf(of, type))
    .map(({ id, properties }) => ({ id, ...properties, ...properties.DashboardBody && { DashboardBody: JSON.parse(properties.DashboardBody) } }));
}

/** The headings of rows, without the line below. */
function headings(of = stack): string[] {
  return titles(of).filter((title) => title.startsWith('## ')).map((title) => title.split('\n')[0].slice(3));
}

describe('a function', () => {
  test('whose warmer emits metrics has these, and a log widget for what no metric has', () => {
    warm('Warmer', { concurrency: 3, emitMetrics: true }).metricThrottles();
    dashboardOf();
    expect(titles()).toEqual([
      '# Lambda warming\nWarmers of Stack, in the order of their paths.',
      "## Stack/Warmer\nLambdaWarmer: 3 environments of the function 'Stack/WarmerFn'. Pinged every 5 minutes.",
      'Coverage',
      'Requests at once, and environments kept warm',
      expect.stringContaining('### Cold starts of requests\nNothing counts them. Write `recordStarts: true`'),
      'Throttles and errors',
      'Held time and cost, in US dollars at list prices, without the dispatcher',
    ]);
    const name = 'FunctionName WarmerFn80ADFBD0';
    expect(metricsIn(titled('Coverage'))).toEqual([`LambdaWarmer Coverage ${name}`]);
    const traffic = titled('Requests at once, and environments kept warm');
    expect(metricsIn(traffic)).toEqual([`AWS/Lambda ConcurrentExecutions ${name}`, `LambdaWarmer WarmEnvironments ${name}`]);
    expect(traffic.metrics[0].at(-1)).toMatchObject({ stat: 'Maximum' });
    expect(traffic.annotations.horizontal).toMatchObject([{ value: 3, label: '3 environments to be kept warm' }]);
    expect(metricsIn(titled('Throttles and errors'))).toEqual([`AWS/Lambda Throttles ${name}`, `AWS/Lambda Errors ${name}`, `LambdaWarmer Throttles ${name}`]);
    expect(snapshot()).toMatchSnapshot();
  });

  test('whose warmer emits none has none emitted, and its coverage is in the log', () => {
    warm('Warmer', { concurrency: 3 });
    const before = planOf();
    dashboardOf();
    expect(planOf()).toBe(before);
    expect(before).not.toContain('metrics');
    expect(titled('Coverage')).toMatchObject({ view: 'timeSeries', query: expect.stringContaining('min(cdkLambdaWarmer.coverage) as coverage by bin(5m)') });
    expect(snapshot()).toMatchSnapshot();
  });

  test('whose warmer emits metrics has no more of them emitted', () => {
    warm('Warmer', { concurrency: 3, emitMetrics: true });
    const before = planOf();
    dashboardOf();
    expect(planOf()).toBe(before);
  });

  test('that a rule pings says that nothing is counted, what to write, and what it is estimated at', () => {
    const { monthlyCost } = warm('Warmer');
    dashboardOf();
    expect(textOf('### Coverage')).toContain('Write `fanOut: FanOut.dispatcher()`');
    expect(textOf('### Held')).toBe(`### Held time and cost\nNothing counts it. Estimated at $${monthlyCost.monthlyUsd.toFixed(4)} a month, as deployed.`);
    expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition').map(({ properties: { Name } }) => Name)).toEqual(['LambdaWarmer/Stack/WarmerFn/Cold starts, one by one']);
    expect(snapshot()).toMatchSnapshot();
  });

  test('that invokes itself says so too', () => {
    warm('Warmer', { concurrency: 3, fanOut: FanOut.selfInvoke() });
    dashboardOf();
    expect(textOf('### Coverage')).toContain('Nothing counts what the pings reach.');
  });

  test('whose answers name no environment says that nothing tells its coverage', () => {
    warm('Warmer', { concurrency: 3, payload: WarmingPayload.ofType('warmer') });
    dashboardOf();
    expect(textOf('### Coverage')).toContain('do not say which environment they are from. Write `payload: WarmingPayload.standard()`');
  });

  test('that records its starts has these, by its plain name', () => {
    warm('Warmer', { target: withLog('Fn').addAlias('live'), recordStarts: true });
    dashboardOf();
    expect(metricsIn(titled('Cold starts of requests'))).toEqual(['LambdaWarmer ColdStart FunctionName Fn9270CBC0', 'LambdaWarmer WarmStart FunctionName Fn9270CBC0']);
    expect(metricFilters()).toEqual([]);
    expect(snapshot()).toMatchSnapshot();
  });

  test.each<[string, Partial<lambda.FunctionProps>, string]>([
    ['text', {}, '"REPORT RequestId:" "Init Duration:"'],
    ['JSON', { loggingFormat: lambda.LoggingFormat.JSON }, '{ $.type = "platform.report" && $.record.metrics.initDurationMs > 0 }'],
    ['text, of a snapshot', { runtime: lambda.Runtime.PYTHON_3_14, snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }, '"REPORT RequestId:" "Restore Duration:"'],
  ])('with a log group of its own has its starts counted there, as %s', (_, props, filterPattern) => {
    const target = withLog('Fn', props);
    // Without a version, a snapshot is of nothing.
    expect(target.currentVersion).toBeDefined();
    warm('Warmer', { target });
    dashboardOf();
    expect(metricFilters()).toEqual([{
      LogGroupName: 'FnLog1439F2BA',
      FilterPattern: filterPattern,
      MetricTransformations: [{ MetricNamespace: 'LambdaWarmer', MetricName: 'Inits-Fn9270CBC0', MetricValue: '1', Unit: 'Count' }],
    }]);
    expect(metricsIn(titled('Cold starts of requests and pings'))).toEqual(['LambdaWarmer Inits-Fn9270CBC0']);
    expect(snapshot()).toMatchSnapshot();
  });

  test('has those of pings taken off, where a metric counts these', () => {
    warm('Warmer', { target: withLog('Fn'), concurrency: 2, emitMetrics: true });
    dashboardOf();
    expect(metricsIn(titled('Cold starts of requests'))).toEqual([
      'FILL(inits, 0) - FILL(pings, 0)', 'LambdaWarmer Inits-Fn9270CBC0', 'LambdaWarmer ColdStarts FunctionName Fn9270CBC0',
    ]);
  });

  test('has no starts counted where that is turned off, or the log group is another one\'s too, or an override\'s', () => {
    warm('Warmer', { target: withLog('Fn') });
    dashboardOf({ initDurationMetrics: false });
    expect(metricFilters()).toEqual([]);
    expect(textOf('### Cold starts')).toContain('leave `initDurationMetrics` out of the dashboard');

    stack = testStack(app = testApp());
    const logGroup = new logs.LogGroup(stack, 'Shared');
    testFunction(stack, 'Another', { logGroup });
    warm('Warmer', { target: testFunction(stack, 'Fn', { logGroup }) });
    const overridden = withLog('Overridden');
    (overridden.node.defaultChild as lambda.CfnFunction).addPropertyOverride('LoggingConfig.LogGroup', { 'Fn::Sub': 'x' });
    warm('OfOverridden', { target: overridden });
    dashboardOf();
    expect(metricFilters()).toEqual([]);
  });

  test('whose logging has an override beside its log group is counted in that', () => {
    const fn = withLog('Fn');
    (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('LoggingConfig.LogFormat', 'JSON');
    warm('Warmer', { target: fn });
    dashboardOf();
    expect(metricFilters()).toMatchObject([{ LogGroupName: 'FnLog1439F2BA', FilterPattern: expect.stringContaining('platform.report') }]);
  });

  test('has its starts counted once, whatever dashboards show it', () => {
    warm('Warmer', { target: withLog('Fn') });
    dashboardOf();
    new WarmingDashboard(stack, 'Another');
    expect(metricFilters()).toHaveLength(1);
    expect(named(WarmingCost.of(app), 'Custom metrics').quantity).toBe(1);
  });

  test('that is pinged by an alias has the metrics of that', () => {
    warm('Warmer', { target: testFunction(stack).addAlias('live'), concurrency: 2 });
    dashboardOf();
    expect(metricsIn(titled('Requests at once, and environments kept warm'))).toEqual([
      'AWS/Lambda ConcurrentExecutions FunctionName Fn9270CBC0 Resource Fn9270CBC0:live',
    ]);
    expect(titled('Coverage').query).toContain('filter cdkLambdaWarmer.function = "arn:aws:lambda:eu-west-1:111111111111:function:Fn9270CBC0:live"');
  });

  test.each<[string, (scope: Construct) => lambda.IFunction, string]>([
    ['imported', (scope) => lambda.Function.fromFunctionArn(scope, 'Fn', FUNCTION_ARN), 'FunctionName orders'],
    ['an imported alias', (scope) => lambda.Function.fromFunctionAttributes(scope, 'Fn', { functionArn: `${FUNCTION_ARN}:live`, sameEnvironment: true }), 'FunctionName orders Resource orders:live'],
  ])('that is %s has no dollars, as its memory is not known', (_, target, dimensions) => {
    stack = testStack(app = testApp(), 'Stack', { env: ENV });
    warm('Warmer', { target: target(stack), concurrency: 2 });
    dashboardOf();
    expect(metricsIn(titled('Throttles and errors'))[0]).toBe(`AWS/Lambda Throttles ${dimensions}`);
    expect(titled('Held time and cost; no dollars, as the memory or architecture is not known').query).not.toContain('usd');
  });

  test('with provisioned concurrency has what spills over, and says what is pinged beside', () => {
    warm('Warmer', { provisionedConcurrency: { minCapacity: 2 } });
    warm('Both', { provisionedConcurrency: { minCapacity: 2 }, concurrency: 5 });
    dashboardOf();
    expect(textOf('## Stack/Warmer\n')).toContain('Nothing is pinged: environments are provisioned');
    expect(textOf('## Stack/Both')).toContain('5 environments');
    const provisioned = widgetsOf().filter(({ properties: { title } }) => title === 'Provisioned concurrency');
    expect(provisioned.map(({ properties }) => metricsIn(properties))).toEqual(['BothFn', 'WarmerFn'].map((id) => [
      expect.stringMatching(new RegExp(`^AWS/Lambda ProvisionedConcurrencySpilloverInvocations FunctionName ${id}\\w+ Resource ${id}\\w+:live$`)),
      expect.stringMatching(new RegExp(`^AWS/Lambda ProvisionedConcurrencyUtilization FunctionName ${id}\\w+ Resource ${id}\\w+:live$`)),
    ]));
    expect(snapshot()).toMatchSnapshot();
  });

  test('that is not pinged says so, in place of its coverage and costs', () => {
    warm('Warmer', { enabled: false, concurrency: 3 });
    dashboardOf();
    expect(textOf('## Stack/Warmer')).toContain('**It is not enabled: nothing is pinged.**');
    expect(textOf('### Coverage')).toBe('### Coverage\nNothing is pinged.');
    expect(titled('Requests at once, and environments kept warm').annotations).toBeUndefined();
    expect(snapshot()).toMatchSnapshot();
  });

  test('with windows says the most that they ask for', () => {
    warm('Warmer', { schedule: WarmingSchedule.windows({ windows: [{ days: WORKDAYS, start: '08:00', end: '18:00', concurrency: 20 }], otherwise: 2 }) });
    dashboardOf();
    expect(textOf('## Stack/Warmer')).toContain('20 environments at the most of');
    expect(titled('Requests at once, and environments kept warm').annotations.horizontal).toMatchObject([{ value: 20 }]);
  });

  test('whose path has markup in it is shown as it is called', () => {
    new LambdaWarmer(new Construct(stack, '*bold* <b> [link](x) `code` a_b'), 'Warmer', { target: testFunction(stack) });
    dashboardOf();
    expect(headings()).toEqual(['Stack/\\*bold\\* &lt;b&gt; \\[link\\]\\(x\\) \\`code\\` a\\_b/Warmer']);
    expect(snapshot()).toMatchSnapshot();
  });
});

/** What the rules hand to the dispatcher. */
function planOf(): string {
  return JSON.stringify(resourcesOf(stack, 'AWS::Events::Rule').map(({ properties: { Targets } }) => Targets));
}

describe('a fleet', () => {
  function fleetOf(count: number, props: ConstructorParameters<typeof WarmerFleet>[2] = {}, fn = (index: number) => testFunction(stack, `Fn${index}`)): WarmerFleet {
    const fleet = new WarmerFleet(stack, 'Fleet', props);
    for (let index = 0; index < count; index++) {
      fleet.add(fn(index), { concurrency: index + 1 });
    }
    return fleet;
  }

  test('is one row, from the logs of its dispatchers', () => {
    fleetOf(2);
    dashboardOf();
    expect(titles()).toEqual([
      expect.stringMatching(/^# /),
      '## Stack/Fleet\nWarmerFleet: 2 functions, 3 environments. Pinged every 5 minutes.',
      'Coverage, the worst',
      'Coverage by function, the worst first',
      'Started by pings',
      'Pings without an answer',
      'Held time and cost, in US dollars at list prices, without the dispatchers',
      expect.stringMatching(/^### Cost\nEstimated at \$0\.\d{4} a month, as deployed\.$/),
      expect.stringContaining('### Cold starts of requests\nNothing counts them. Give the functions log groups of their own'),
      'Requests and pings at once',
      'Throttles of requests and pings',
    ]);
    expect(titled('Coverage, the worst').query).toContain('filter cdkLambdaWarmer.fleet = "Stack/Fleet"');
    expect(metricsIn(titled('Requests and pings at once'))).toHaveLength(2);
    expect(snapshot()).toMatchSnapshot();
  });

  test('has the metrics that are asked for', () => {
    const fleet = fleetOf(2);
    fleet.metricErrors();
    fleet.alarmOnLowCoverage();
    dashboardOf();
    expect(metricsIn(titled('Coverage, the worst'))).toEqual(['LambdaWarmer Coverage Fleet Stack/Fleet']);
    expect(metricsIn(titled('Pings without an answer'))).toEqual(['LambdaWarmer Errors Fleet Stack/Fleet']);
    expect(titled('Started by pings').query).toBeDefined();
  });

  test('has one metric of all starts, of the functions with log groups of their own', () => {
    fleetOf(3, {}, (index) => index === 0 ? testFunction(stack, 'Fn0') : withLog(`Fn${index}`));
    dashboardOf();
    expect(metricFilters().map(({ MetricTransformations: [{ MetricName }] }) => MetricName)).toEqual(['Inits-Stack/Fleet', 'Inits-Stack/Fleet']);
    expect(metricsIn(titled('Cold starts of requests and pings, of 2 of 3 functions'))).toEqual(['LambdaWarmer Inits-Stack/Fleet']);
    expect(named(WarmingCost.of(app), 'Custom metrics').quantity).toBe(1);
  });

  test('leaves dollars out where its functions differ in memory', () => {
    fleetOf(2, {}, (index) => testFunction(stack, `Fn${index}`, { memorySize: 128 * (index + 1) }));
    dashboardOf();
    expect(titled('Held time').query).not.toContain('usd');
    expect(textOf('### Cost')).toContain('because the functions differ in memory or architecture');
  });

  test('that is not enabled, or has no functions, says so', () => {
    fleetOf(1, { enabled: false });
    new WarmerFleet(stack, 'Empty');
    dashboardOf();
    expect(textOf('## Stack/Fleet')).toContain('**It is not enabled: nothing is pinged.**');
    expect(textOf('## Stack/Empty')).toContain('WarmerFleet: 0 functions, 0 environments.');
  });

  test('of more functions than a widget or a dashboard takes goes on in further rows, on further dashboards', () => {
    const fleet = new WarmerFleet(stack, 'Fleet');
    for (let index = 0; index < 1300; index++) {
      fleet.add(lambda.Function.fromFunctionAttributes(stack, `Fn${index}`, { functionArn: `${FUNCTION_ARN}${index}`, sameEnvironment: true }));
    }
    const dashboard = dashboardOf({ dashboardName: 'warming' });
    expect(headings()).toEqual(['Stack/Fleet', 'Stack/Fleet, continued', 'Stack/Fleet, continued']);
    expect(titles().filter((title) => title.includes('Functions from number'))).toEqual([expect.stringContaining('501'), expect.stringContaining('1001')]);
    expect(dashboard.dashboardNames).toHaveLength(2);
  }, 120_000);
});

test('the warmer of an account is one row, from its dispatcher\'s log', () => {
  new AccountWarmer(stack, 'Account', { payload: WarmingPayload.standard({ token: 'agreed' }) });
  dashboardOf();
  expect(textOf('## Stack/Account')).toBe('## Stack/Account\nAccountWarmer: the functions of this account and region that carry its tag. Pinged every 5 minutes.');
  expect(titled('Coverage by function, the worst first').query).toContain('filter ispresent(cdkLambdaWarmer.function)');
  expect(snapshot()).toMatchSnapshot();
});

describe('what is shown', () => {
  test('is what stands in the stack, whenever it is created, in the order of the paths', () => {
    const other = testStack(app, 'Other');
    new LambdaWarmer(other, 'Warmer', { target: testFunction(other) });
    dashboardOf();
    warm('Zeta');
    warm('Alpha');
    new LambdaWarmer(new NestedStack(stack, 'Nested'), 'Inner', { target: testFunction(stack) });
    expect(headings()).toEqual(['Stack/Alpha', 'Stack/Nested/Inner', 'Stack/Zeta']);
  });

  test('is nothing but what stands in a construct that is given', () => {
    const part = new Construct(stack, 'Part');
    new LambdaWarmer(part, 'Warmer', { target: testFunction(stack) });
    warm('Beside');
    dashboardOf({ within: part });
    expect(headings()).toEqual(['Stack/Part/Warmer']);
  });

  test('is what all stacks of an app have, with references from one to the other', () => {
    warm('Warmer', { target: withLog('Fn'), concurrency: 2 });
    const monitoring = testStack(app, 'Monitoring');
    dashboardOf({ within: app }, monitoring);
    expect(titles(monitoring)[0]).toContain('Warmers of the app,');
    expect(headings(monitoring)).toEqual(['Stack/Warmer']);
    // The metric filter is where the log group is.
    expect([metricFilters(monitoring), metricFilters()]).toEqual([[], [expect.anything()]]);
    expect(snapshot(monitoring)).toMatchSnapshot();
  });

  test('is what all stacks of a stage have', () => {
    const stage = new Stage(app, 'Prod');
    const [one, two] = ['One', 'Two'].map((id) => testStack(stage, id));
    new LambdaWarmer(two, 'Warmer', { target: testFunction(two), concurrency: 2 });
    dashboardOf({ within: stage }, one);
    const assembly = app.synth().getNestedAssembly('assembly-Prod');
    expect(JSON.stringify(assembly.getStackArtifact(one.artifactId).template)).toContain('## Prod/Two/Warmer');
  });

  test.each(STABILIZATION)('is also what an aspect creates, wherever it is added, %s', (_, isStabilized) => {
    stack = testStack(app = appWith(isStabilized));
    dashboardOf();
    const [early, late] = ['Early', 'Late'].map((id) => new Construct(stack, id));
    testFunction(early);
    const fn = testFunction(late, 'Fn', { logGroup: new logs.LogGroup(stack, 'Log') });
    Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.underPath('Stack/Early/**'), concurrency: 2 }));
    Aspects.of(late).add(new WarmingAspect({ select: FunctionSelector.all(), concurrency: 2 }));
    expect(headings()).toEqual(['Stack/Early/Fn/LambdaWarmer', 'Stack/Late/Fn/LambdaWarmer']);
    expect(metricFilters()).toMatchObject([{ LogGroupName: stack.resolve((fn.node.defaultChild as any).loggingConfig.logGroup).Ref }]);
    expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition')).toHaveLength(5);
  });

  test.each(STABILIZATION)('is also what an aspect creates at the last resource of all, %s', (_, isStabilized) => {
    stack = testStack(app = appWith(isStabilized));
    dashboardOf();
    const target = withLog('Fn');
    const last = new logs.LogGroup(stack, 'Last').node.defaultChild!;
    Aspects.of(last).add(onceAt(last, () => new LambdaWarmer(stack, 'Warmer', { target, payload: WarmingPayload.ofType('warmer') })));
    expect(headings()).toEqual(['Stack/Warmer']);
    expect(metricFilters()).toHaveLength(1);
  });

  test.each(STABILIZATION)('is also a fleet that an aspect creates, %s', (_, isStabilized) => {
    stack = testStack(app = appWith(isStabilized));
    ['One', 'Two'].forEach((id) => testFunction(stack, id));
    dashboardOf();
    Aspects.of(stack).add(new WarmingAspect({ select: FunctionSelector.all(), fleet: true }));
    expect(textOf('## Stack/LambdaWarmerFleet')).toContain('2 functions');
  });

  test('is what there is at each synthesis anew', () => {
    dashboardOf();
    warm('One');
    expect(headings()).toEqual(['Stack/One']);
    warm('Two');
    expect(headings()).toEqual(['Stack/One', 'Stack/Two']);
  });

  test('nothing: a warning that can be acknowledged, and a text', () => {
    const dashboard = dashboardOf();
    expect(textOf('### Nothing is kept warm')).toBe('### Nothing is kept warm\nThere is no LambdaWarmer, WarmerFleet or AccountWarmer in Stack.');
    Annotations.fromStack(stack).hasWarning('/Stack/Dashboard', Match.stringLikeRegexp('There is no LambdaWarmer.*\\[ack: cdk-lambda-warmer:emptyDashboard\\]'));

    stack = testStack(app = testApp());
    CdkAnnotations.of(dashboardOf()).acknowledgeWarning('cdk-lambda-warmer:emptyDashboard');
    synth(stack);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    expect(dashboard.node.path).toBe('Stack/Dashboard');
  });
});

function onceAt(construct: IConstruct, act: () => void): IAspect {
  let done = false;
  return {
    visit: (node) => {
      if (!done && node === construct) {
        done = true;
        act();
      }
    },
  };
}

describe('more than a dashboard takes', () => {
  test('is shown on further ones, each of which says so, as an annotation does', () => {
    for (let index = 0; index < 100; index++) {
      warm(`Warmer${index}`, { target: lambda.Function.fromFunctionAttributes(stack, `Fn${index}`, { functionArn: `${FUNCTION_ARN}${index}`, sameEnvironment: true }) });
    }
    const dashboard = dashboardOf({ dashboardName: 'warming', defaultInterval: Duration.hours(3) });
    const bodies = bodiesOf(stack);
    expect(bodies.map(({ start }) => start)).toEqual(['-PT3H', '-PT3H']);
    expect(bodies.map(({ widgets }) => widgets[0].properties.markdown)).toEqual([expect.stringContaining('Page 1 of 2.'), expect.stringContaining('Page 2 of 2.')]);
    expect(headings()).toHaveLength(100);
    expect(resourcesOf(stack, 'AWS::CloudWatch::Dashboard').map(({ properties: { DashboardName } }) => DashboardName)).toEqual(['warming', 'warming-2']);
    expect(dashboard.dashboards).toHaveLength(2);
    Annotations.fromStack(stack).hasInfo('/Stack/Dashboard', Match.stringLikeRegexp('so there are 2'));
    expect(dashboard.monthlyCost.monthlyUsd).toBe(6);
  });

  test('of queries is left out, and the dashboard says so', () => {
    const fleet = new WarmerFleet(stack, 'Fleet');
    for (let index = 0; index < 210; index++) {
      fleet.add(lambda.Function.fromFunctionAttributes(stack, `Fn${index}`, { functionArn: `${FUNCTION_ARN}${index}`, sameEnvironment: true }));
    }
    dashboardOf();
    expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition')).toHaveLength(200);
    expect(titles()[0]).toContain('Queries are saved of 200 functions and dispatchers, not of all.');
  });
});

describe('logs', () => {
  test('that several functions share count no starts, and have no queries on those of one', () => {
    const logGroup = new logs.LogGroup(stack, 'Shared');
    for (const id of ['One', 'Two']) {
      new LambdaWarmer(stack, `${id}Warmer`, { target: testFunction(stack, id, { logGroup }), concurrency: 2 });
    }
    dashboardOf();
    expect(metricFilters()).toEqual([]);
    expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition').map(({ properties: { Name } }) => Name)).toEqual(['LambdaWarmer/Stack/LambdaWarmerDispatcher/What the ticks reached']);
  });

  test('that are declared, and imported by the same name, are shared', () => {
    const [declared, imported] = [new logs.LogGroup(stack, 'Logs', { logGroupName: 'same' }), logs.LogGroup.fromLogGroupName(stack, 'Imported', 'same')];
    testFunction(stack, 'Other', { logGroup: imported });
    warm('Warmer', { target: testFunction(stack, 'Fn', { logGroup: declared }), concurrency: 2 });
    dashboardOf();
    expect(metricFilters()).toEqual([]);
  });

  test('of a class that takes no metric filters have none', () => {
    warm('Warmer', { target: testFunction(stack, 'Fn', { logGroup: new logs.LogGroup(stack, 'Logs', { logGroupClass: logs.LogGroupClass.INFREQUENT_ACCESS }) }) });
    dashboardOf();
    expect(metricFilters()).toEqual([]);
  });

  test.each(STABILIZATION)('that an aspect changes late are counted as they are then, or said not to be, %s', (_, isStabilized) => {
    stack = testStack(app = appWith(isStabilized));
    const dashboard = dashboardOf();
    const own = (id: string) => new logs.LogGroup(stack, `${id}Logs`);
    const json = testFunction(stack, 'Json', { logGroup: own('Json') });
    const late = testFunction(stack, 'Late');
    const logGroup = own('Late').logGroupName;
    for (const target of [json, late]) {
      new LambdaWarmer(stack, `${target.node.id}Warmer`, { target, concurrency: 2 });
    }
    Aspects.of(stack).add({
      visit: (node) => {
        if (node === json.node.defaultChild) {
          (node as lambda.CfnFunction).addPropertyOverride('LoggingConfig.LogFormat', 'JSON');
        } else if (node === late.node.defaultChild) {
          (node as lambda.CfnFunction).loggingConfig = { logGroup };
        }
      },
    });
    expect(metricFilters().map(({ FilterPattern }) => FilterPattern)).toEqual(['{ $.type = "platform.report" && $.record.metrics.initDurationMs > 0 }']);
    const groups = resourcesOf(stack, 'AWS::Logs::QueryDefinition').filter(({ properties: { Name } }) => Name.includes('/Late/'))
      .map(({ properties: { LogGroupNames } }) => LogGroupNames[0]);
    expect(new Set(groups)).toEqual(new Set([expect.stringMatching(/^LateLogs/)]));
    expect(dashboard.monthlyCost.items.find(({ name }) => name === 'Custom metrics')).toMatchObject({ quantity: 1 });
    expect(JSON.stringify(bodiesOf(stack)).match(/Nothing counts them/g)).toHaveLength(1);
  });
});

test('no queries are saved where that is turned off', () => {
  warm('Warmer', { concurrency: 2 });
  dashboardOf({ savedQueries: false });
  expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition')).toEqual([]);
});

test('a saved query is called by the path of what it is of, with the characters that its name may have', () => {
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(new Construct(stack, 'a:b*c')), concurrency: 2 });
  dashboardOf();
  expect(resourcesOf(stack, 'AWS::Logs::QueryDefinition').map(({ properties: { Name } }) => Name)).toContain('LambdaWarmer/Stack/a-b-c/Fn/Cold requests, and why');
});

describe('costs', () => {
  test('are those of the dashboard and of the metrics that it has counted', () => {
    warm('Warmer', { target: withLog('Fn') });
    const before = WarmingCost.of(app).monthlyUsd;
    const dashboard = dashboardOf();
    expect(dashboard.monthlyCost.items).toEqual([
      { name: 'Custom metrics', unit: 'metrics', quantity: 1, maxQuantity: 1, usdPerUnit: 0.3, monthlyUsd: 0.3, maxMonthlyUsd: 0.3, construct: 'Stack/Dashboard' },
      { name: 'Dashboards', unit: 'dashboards', quantity: 1, maxQuantity: 1, usdPerUnit: 3, monthlyUsd: 3, maxMonthlyUsd: 3, construct: 'Stack/Dashboard' },
    ]);
    expect(WarmingCost.of(app).monthlyUsd - before).toBeCloseTo(3.3, 10);
  });

  test('are at the prices that the context has', () => {
    stack = testStack(app = testApp({ context: { 'cdk-lambda-warmer:prices': { 'us-east-1': { dashboard: 2 } } } }));
    expect(dashboardOf().monthlyCost.monthlyUsd).toBe(2);
  });
});

describe('is refused, by its path and with what to write:', () => {
  test.each([['with a space', 'a b'], ['that is empty', ''], ['with an umlaut', 'ä'], ['that is too long', 'x'.repeat(256)], ['with a slash', 'a/b']])('a name %s', (_, dashboardName) => {
    expect(() => dashboardOf({ dashboardName })).toThrow(`WarmingDashboard 'Stack/Dashboard': dashboardName is '${dashboardName}'. Write letters, digits, - and _, at most 255 of them.`);
  });

  test('what is of another stage', () => {
    const stage = new Stage(app, 'Prod');
    expect(() => dashboardOf({ within: stage })).toThrow("WarmingDashboard 'Stack/Dashboard': within is 'Prod', which is of another stage. Create the dashboard in that stage.");
  });

  test('a warmer in a stage inside', () => {
    const inner = testStack(new Stage(app, 'Prod'));
    new LambdaWarmer(inner, 'Warmer', { target: testFunction(inner) });
    dashboardOf({ within: app });
    expect(errorOf(() => app.synth())).toContain("[Stack/Dashboard] 'Prod/Stack/Warmer' is of a stage of its own, into which no reference leads. Create a dashboard in each Stage");
  });

  test.each<[string, { account?: string; region?: string }, string]>([
    ['region', { region: 'us-west-2' }, 'the region us-west-2'],
    ['account', { account: '222222222222' }, 'the account 222222222222'],
    ['region that is not known', { region: undefined }, 'a region that is known at deployment only'],
  ])('a warmer of another %s', (_, env, name) => {
    const [home, there] = [testStack(app, 'Home', { env: ENV }), testStack(app, 'There', { env: { ...ENV, ...env } })];
    new LambdaWarmer(there, 'Warmer', { target: testFunction(there), concurrency: 2 });
    dashboardOf({ within: app }, home);
    expect(errorOf(() => app.synth())).toContain(`'There/Warmer' is in ${name}, the dashboard in the `);
  });

  test('a fleet of which functions are of another region', () => {
    const [home, there] = [testStack(app, 'Home', { env: ENV }), testStack(app, 'There', { env: { ...ENV, region: 'us-west-2' } })];
    const fleet = new WarmerFleet(home, 'Fleet');
    fleet.add(testFunction(home));
    fleet.add(testFunction(there));
    dashboardOf({}, home);
    expect(errorOf(() => app.synth())).toContain("[Home/Dashboard] 'Home/Fleet' is partly in the region us-west-2, the dashboard in the region eu-west-1.");
  });

  test('more functions of another stack than that may export, and not as many in its own', () => {
    const [home, there] = [testStack(app, 'Home'), testStack(app, 'There')];
    const fleet = new WarmerFleet(there, 'Fleet');
    for (let index = 0; index < 100; index++) {
      fleet.add(testFunction(there, `Fn${index}`, { logGroup: new logs.LogGroup(there, `Logs${index}`) }));
    }
    dashboardOf({ savedQueries: false }, there);
    expect(() => app.synth()).not.toThrow();
    dashboardOf({ within: app }, home);
    expect(errorOf(() => app.synth({ force: true }))).toContain("[Home/Dashboard] it shows so many functions of 'There' that this stack would have some 200 outputs for it, and CloudFormation takes 200. "
      + 'Create a dashboard in that stack.');
  });

  test('nothing of it is left where its name is refused', () => {
    expect(() => dashboardOf({ dashboardName: 'a b' })).toThrow("dashboardName is 'a b'");
    expect(() => dashboardOf({ dashboardName: 'ab' })).not.toThrow();
  });

  test('a name that has no room for the number of a further dashboard', () => {
    for (let index = 0; index < 100; index++) {
      warm(`Warmer${index}`, { target: lambda.Function.fromFunctionAttributes(stack, `Fn${index}`, { functionArn: `${FUNCTION_ARN}${index}`, sameEnvironment: true }) });
    }
    dashboardOf({ dashboardName: 'x'.repeat(254) });
    expect(errorOf(() => app.synth())).toContain('dashboardName has no room for -2, which the last of 2 dashboards has after it. Write a shorter one.');
  });
});
