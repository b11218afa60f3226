import { App, Aspects, Duration, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { apiFor, appWith, cfnFunction, once, said, STABILIZATION, warmedBy } from './constructs';
import { DOORS, URL_DOORS } from './doors';
import { includeOf } from './templates';
import {
  FanOut, FunctionSelector, LambdaWarmer, ScheduleEngine, ShortCircuit, WarmerFleet, Warming, WarmingAspect, WarmingAspectProps, WarmingPayload,
  WarmingSchedule,
} from '../../src';
import { Survey } from '../../src/governance/survey';
import { errorOf } from '../error-of';
import { ENV, FUNCTION_ARN, testFunction, testStack } from '../uses';

const ALL: WarmingAspectProps = { select: FunctionSelector.all() };

describe.each(STABILIZATION)('%s', (_, isStabilized) => {
  let app: App;
  let stack: Stack;

  beforeEach(() => {
    app = appWith(isStabilized);
    stack = testStack(app);
  });

  function add(props: WarmingAspectProps = ALL, ...scopes: IConstruct[]): WarmingAspect {
    const aspect = new WarmingAspect(props);
    (scopes.length > 0 ? scopes : [app]).forEach((scope) => Aspects.of(scope).add(aspect));
    return aspect;
  }

  function rules(of: Stack = stack): any[] {
    return Object.values(Template.fromStack(of).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties);
  }

  describe('own warmers', () => {
    test('every selected function gets one below it, in its stack, and no other function does', () => {
      const other = testStack(app, 'Other');
      const nested = new NestedStack(stack, 'Nested');
      const functions = [stack, other, nested].map((scope) => testFunction(scope));
      functions.forEach((fn) => apiFor(fn));
      const internal = testFunction(stack, 'Internal');
      add({});
      app.synth();

      expect(functions.map(warmedBy)).toEqual([['Stack/Fn/LambdaWarmer'], ['Other/Fn/LambdaWarmer'], ['Stack/Nested/Fn/LambdaWarmer']]);
      expect(warmedBy(internal)).toEqual([]);
      expect([stack, other, nested].map((one) => rules(one).length)).toEqual([1, 1, 1]);
    });

    test('they are as the rule says', () => {
      testFunction(stack);
      add({
        ...ALL,
        schedule: WarmingSchedule.every(Duration.minutes(7)),
        concurrency: 3,
        payload: WarmingPayload.ofType('warm'),
        fanOut: FanOut.dispatcher(),
        engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER,
        enabled: false,
      });

      const schedules = Object.values(Template.fromStack(stack).findResources('AWS::Scheduler::Schedule'));
      expect(schedules.map(({ Properties }) => [Properties.ScheduleExpression, Properties.State])).toEqual([['rate(7 minutes)', 'DISABLED']]);
      const plan = JSON.stringify(schedules[0].Properties.Target.Input);
      expect(plan).toContain('\\"concurrency\\":3');
      expect(plan).toContain('{\\"type\\":\\"warm\\"}');
    });

    test.each(Object.keys({ ...DOORS, ...URL_DOORS }))('behind %s of another stack, the alias is pinged, and no stack comes to depend on another in a circle', (door) => {
      const fn = testFunction(stack);
      const alias = fn.addAlias('live');
      ({ ...DOORS, ...URL_DOORS })[door](testStack(app, 'Front'), alias);
      add({});
      app.synth();

      expect(warmedBy(fn)).toEqual(['Stack/Fn/Aliaslive/LambdaWarmer']);
    });

    test('of a function that is invoked by an alias, its version and itself, each environment is pinged once', () => {
      const fn = testFunction(stack);
      [fn, fn.addAlias('live'), fn.currentVersion].forEach((invoked, index) => apiFor(invoked, stack, `Api${index}`));
      add({});
      app.synth();

      expect(warmedBy(fn)).toHaveLength(2);
      expect(warmedBy(fn)).toContain('Stack/Fn/LambdaWarmer');
    });

    test('L1 functions, included ones and those of SAM get them too', () => {
      const l1 = cfnFunction(stack);
      const included = includeOf(stack, {
        Resources: {
          Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: '' }, Role: 'role', Runtime: 'nodejs24.x', Handler: 'index.handler' } },
          Sam: { Type: 'AWS::Serverless::Function', Properties: { InlineCode: '', Runtime: 'nodejs24.x', Handler: 'index.handler' } },
        },
      });
      add();

      const targets = rules().map(({ Targets: [{ Arn }] }) => Arn['Fn::GetAtt']);
      expect(targets.sort()).toEqual([['Fn', 'Arn'], ['L1', 'Arn'], ['Sam', 'Arn']]);
      expect(warmedBy(l1)).toEqual(['Stack/L1/LambdaWarmer']);
      expect(warmedBy(included.getResource('Sam'))).toEqual(['Stack/Template/Sam/LambdaWarmer']);
      expect(['L1', 'Template/Fn'].map((id) => said('warning', stack, `the function 'Stack/${id}' is left as it is`).length)).toEqual([1, 1]);
    });

    test.each([false, true])('an alias with hooks of CodeDeploy gets one, and the hooks none (fleet: %s)', (fleet) => {
      const [fn, hook] = ['Fn', 'Hook'].map((id) => testFunction(stack, id));
      const alias = fn.addAlias('live');
      new codedeploy.LambdaDeploymentGroup(stack, 'Deployments', {
        alias, preHook: hook, deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      });
      apiFor(alias);
      add({ fleet });
      app.synth();

      expect(FunctionSelector.all().select(app).map(({ node: { path } }) => path)).toEqual(['Stack/Fn/Aliaslive', 'Stack/Hook']);
      expect([fn, hook].map(warmedBy)).toEqual([[fleet ? 'Stack/LambdaWarmerFleet' : 'Stack/Fn/Aliaslive/LambdaWarmer'], []]);
    });

    test.each([false, true])('resources get them also where the stack is of a known account and region (fleet: %s)', (fleet) => {
      const home = testStack(app, 'Home', { env: ENV });
      const [plain, aliased] = ['Plain', 'Aliased'].map((id) => cfnFunction(home, id));
      new lambda.CfnAlias(home, 'Live', { name: 'live', functionName: aliased.ref, functionVersion: '7' });
      add({ ...ALL, fleet, concurrency: 2 });
      app.synth();

      const sent = JSON.stringify(rules(home));
      expect([plain, aliased].map((fn) => warmedBy(fn).length)).toEqual([1, 1]);
      expect(sent).toContain('{"Fn::GetAtt":["Plain","Arn"]}');
      expect(sent).toContain('{"Ref":"Live"}');
    });
  });

  describe('a fleet', () => {
    test('is one a stack, which pings all of its functions', () => {
      const other = testStack(app, 'Other');
      const functions = [testFunction(stack, 'A'), testFunction(stack, 'B'), cfnFunction(stack), testFunction(other)];
      add({ ...ALL, fleet: true, concurrency: 2 });
      app.synth();

      expect(functions.map(warmedBy)).toEqual([...Array(3).fill(['Stack/LambdaWarmerFleet']), ['Other/LambdaWarmerFleet']]);
      expect([rules().length, rules(other).length]).toEqual([1, 1]);
      expect(JSON.stringify(rules()).match(/\\"concurrency\\":2/g)).toHaveLength(3);
    });

    test('leaves functions with a schedule or short-circuit of their own to a warmer', () => {
      const [plain, rare, own, wide] = ['Plain', 'Rare', 'Own', 'Wide'].map((id) => testFunction(stack, id));
      Warming.customize(rare, { schedule: WarmingSchedule.every(Duration.minutes(9)) });
      Warming.customize(own, { shortCircuit: ShortCircuit.inHandler() });
      Warming.customize(wide, { concurrency: 4 });
      add({ ...ALL, fleet: true });
      app.synth();

      expect([plain, rare, own, wide].map(warmedBy)).toEqual([
        ['Stack/LambdaWarmerFleet'], ['Stack/Rare/LambdaWarmer'], ['Stack/Own/LambdaWarmer'], ['Stack/LambdaWarmerFleet'],
      ]);
      expect(JSON.stringify(rules())).toContain('\\"concurrency\\":4');
    });

    test('of aspects that ask for the same is the same, and of others another', () => {
      const fleetOf = (tag: string, props: WarmingAspectProps) => {
        const fn = testFunction(stack, tag);
        Tags.of(fn).add(tag, 'yes');
        add({ select: FunctionSelector.tagged(tag), fleet: true, ...props });
        return fn;
      };
      const functions = [fleetOf('a', {}), fleetOf('b', { concurrency: 2 }), fleetOf('c', { enabled: false })];
      app.synth();
      const [a, b, c] = functions.map(warmedBy);

      expect([a, b]).toEqual([['Stack/LambdaWarmerFleet'], ['Stack/LambdaWarmerFleet']]);
      expect(c).toEqual([expect.stringMatching(/^Stack\/LambdaWarmerFleet-\w+$/)]);
    });

    test('takes no other fan-out', () => {
      expect(() => new WarmingAspect({ fleet: true, fanOut: FanOut.direct() })).toThrow(/WarmingAspect: a fleet takes FanOut.dispatcher\(\), but fanOut is FanOut.direct\(\)/);
    });
  });

  describe('overrides', () => {
    test('hold for the function, and what is nearer goes before what is around', () => {
      const [fn, plain] = [testFunction(stack), testFunction(stack, 'Plain')];
      Warming.customize(stack, { schedule: WarmingSchedule.every(Duration.minutes(9)) });
      Warming.customize(fn, { schedule: WarmingSchedule.every(Duration.minutes(8)), payload: WarmingPayload.ofType('warm') });
      add({ ...ALL, schedule: WarmingSchedule.every(Duration.minutes(7)) });

      const byExpression = rules().map(({ ScheduleExpression, Targets }) => [ScheduleExpression, Targets[0].Input]);
      expect(byExpression).toContainEqual(['rate(8 minutes)', '{"type":"warm"}']);
      expect(byExpression.map(([expression]) => expression).sort()).toEqual(['rate(8 minutes)', 'rate(9 minutes)']);
      expect(warmedBy(plain)).toHaveLength(1);
    });

    test('a concurrency above what a function reserves is an error that names it', () => {
      testFunction(stack, 'Reserved', { reservedConcurrentExecutions: 3 });
      add({ ...ALL, concurrency: 5 });

      expect(() => app.synth()).toThrow(/\[Stack\/Reserved\/LambdaWarmer\] concurrency is 5, but the function 'Stack\/Reserved' reserves 3/);
    });

    test('a wrong one is an error that names the function', () => {
      Warming.customize(testFunction(stack), { concurrency: 0 });
      add();

      expect(() => app.synth()).toThrow(/LambdaWarmer 'Stack\/Fn\/LambdaWarmer': concurrency is 0/);
    });

    test.each([true, false])('whoever wrote the function is told how to have the rule changed for it, by a fleet or not: %s', (fleet) => {
      Warming.customize(testFunction(stack), { concurrency: 0 });
      add({ ...ALL, fleet });

      expect(() => app.synth()).toThrow('A rule asks for that: for this function, Warming.customize(fn, { ... }) says something else, '
        + "and Warming.exempt(fn, 'why') that it may go cold.");
    });
  });

  describe('what is left alone', () => {
    test('functions that are kept warm already, whether before or after the aspect', () => {
      const [before, after, inFleet] = ['Before', 'After', 'InFleet'].map((id) => testFunction(stack, id));
      new LambdaWarmer(stack, 'BeforeWarmer', { target: before });
      add();
      new LambdaWarmer(stack, 'AfterWarmer', { target: after });
      new WarmerFleet(stack, 'Fleet').add(inFleet);
      app.synth();

      expect([before, after, inFleet].map(warmedBy)).toEqual([['Stack/BeforeWarmer'], ['Stack/AfterWarmer'], ['Stack/Fleet']]);
    });

    test('not those of which a warmer pings what no request comes to', () => {
      const fn = testFunction(stack);
      apiFor(fn.addAlias('live'));
      new LambdaWarmer(stack, 'Warmer', { target: fn });
      add({});
      app.synth();

      expect(warmedBy(fn)).toEqual(['Stack/Fn/Aliaslive/LambdaWarmer', 'Stack/Warmer']);
    });

    test('exempt ones, and imported ones', () => {
      const exempt = testFunction(stack);
      const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
      apiFor(imported);
      apiFor(exempt, stack, 'Api2');
      add();
      Warming.exempt(exempt, 'a nightly job');
      app.synth();

      expect([exempt, imported].map(warmedBy)).toEqual([[], []]);
      expect(rules()).toEqual([]);
    });

    test.each<[string, (home: Stack) => lambda.IFunction]>([
      ['at the edge', (home) => {
        const fn = testFunction(home);
        const edgeLambdas = [{ eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST, functionVersion: fn.currentVersion }];
        new cloudfront.Distribution(home, 'Distribution', { defaultBehavior: { origin: new HttpOrigin('example.com'), edgeLambdas } });
        return fn;
      }],
      ['at the edge, as an EdgeFunction', (home) => {
        const { runtime, handler, code } = { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x') };
        return new cloudfront.experimental.EdgeFunction(home, 'Edge', { runtime, handler, code }).lambda;
      }],
      ['that isolates tenants', (home) => testFunction(home, 'Fn', { tenancyConfig: lambda.TenancyConfig.PER_TENANT })],
      ['that is durable', (home) => testFunction(home, 'Fn', { durableConfig: { executionTimeout: Duration.hours(1) } })],
      ['on a capacity provider', (home) => {
        const fn = testFunction(home);
        (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig', {
          CapacityProviderArn: 'arn:aws:lambda:us-east-1:111111111111:capacity-provider:provider',
        });
        return fn;
      }],
    ])('a function %s, with an information', (__, build) => {
      const home = testStack(app, 'Home', { env: { ...ENV, region: 'us-east-1' } });
      const fn = build(home);
      add();
      app.synth();

      expect(warmedBy(fn)).toEqual([]);
      expect(said('info', home, 'It is selected to be kept warm, but it ')).toHaveLength(1);
    });
  });

  describe('order and repetition', () => {
    test('an aspect that is added twice, or to the app and a stack, or beside an equal one, warms once', () => {
      const fn = testFunction(stack);
      const aspect = add(ALL, app, app, stack);
      Aspects.of(stack).add(aspect);
      add({ select: FunctionSelector.all() });
      app.synth();

      expect(warmedBy(fn)).toEqual(['Stack/Fn/LambdaWarmer']);
    });

    test('an aspect that another one calls warms too', () => {
      const fn = testFunction(stack);
      const aspect = new WarmingAspect(ALL);
      Aspects.of(app).add({ visit: (construct) => aspect.visit(construct) });
      app.synth();

      expect(warmedBy(fn)).toEqual(['Stack/Fn/LambdaWarmer']);
    });

    test('a second synthesis changes nothing', () => {
      const fn = testFunction(stack);
      apiFor(fn.addAlias('live'));
      add();
      const first = app.synth().getStackArtifact('Stack').template;
      const second = app.synth({ force: true }).getStackArtifact('Stack').template;

      expect(second).toEqual(first);
      expect(warmedBy(fn)).toHaveLength(1);
    });

    test('several of one scope that would warm a function in different ways are an error', () => {
      testFunction(stack);
      add();
      add({ select: FunctionSelector.underPath('Stack'), concurrency: 2 });

      expect(errorOf(() => app.synth())).toContain("WarmingAspect: the function 'Stack/Fn' is selected by 2 aspects of the app that would warm it in different ways.");
    });

    test('unless it is exempt, or kept warm already', () => {
      Warming.exempt(testFunction(stack), 'a nightly job');
      new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Warm') });
      add();
      add({ ...ALL, concurrency: 2 });

      expect(() => app.synth()).not.toThrow();
    });

    test('with nothing in common they are fine', () => {
      const [a, b] = ['A', 'B'].map((id) => testFunction(stack, id));
      add({ select: FunctionSelector.underPath('Stack/A') });
      add({ select: FunctionSelector.all().except(FunctionSelector.underPath('Stack/A')), concurrency: 2, fanOut: FanOut.direct() });

      expect(rules().map(({ Targets }) => Targets.length).sort()).toEqual([1, 2]);
      expect([a, b].map((fn) => warmedBy(fn).length)).toEqual([1, 1]);
    });

    test.each([[[0, 1]], [[1, 0]]])('that of the nearer scope stands (added %j)', (order) => {
      testFunction(stack);
      const rest = testStack(app, 'Rest');
      testFunction(rest);
      const additions = [
        () => add({ ...ALL, schedule: WarmingSchedule.every(Duration.minutes(7)) }),
        () => add({ ...ALL, schedule: WarmingSchedule.every(Duration.minutes(8)) }, stack),
      ];
      order.forEach((index) => additions[index]());

      expect([...rules(), ...rules(rest)].map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(['rate(8 minutes)', 'rate(7 minutes)']);
    });
  });

  describe('what other aspects create', () => {
    test('a function counts, behind an API that came with it', () => {
      let later: lambda.Function;
      add({});
      Aspects.of(app).add(once((construct) => construct === stack, () => {
        const api = new apigateway.RestApi(stack, 'Api', { deploy: false });
        later = testFunction(stack, 'Later');
        api.root.addMethod('GET', new apigateway.LambdaIntegration(later));
      }));
      app.synth();

      expect(warmedBy(later!)).toEqual(['Stack/Later/LambdaWarmer']);
    });

    test(`an API before a function ${isStabilized ? 'counts' : 'is refused with what to write: the CDK is at the function no more'}`, () => {
      const fn = testFunction(stack);
      add({});
      Aspects.of(app).add(once((construct) => construct === stack, () => apiFor(fn)));

      expect(isStabilized ? app.synth() && warmedBy(fn) : errorOf(() => app.synth())).toEqual(
        isStabilized ? ['Stack/Fn/LambdaWarmer'] : expect.stringContaining("Set '@aws-cdk/core:aspectStabilization' to true in cdk.json"),
      );
    });

    test(`an API that comes after the CDK has been at the function ${isStabilized ? 'counts' : 'is warned of'}`, () => {
      const fn = testFunction(stack);
      add({});
      Aspects.of(app).add(once((construct) => construct === fn.node.defaultChild, () => apiFor(fn)));
      app.synth();

      expect(warmedBy(fn)).toEqual(isStabilized ? ['Stack/Fn/LambdaWarmer'] : []);
      expect(said('warning', stack, 'createdTooLate')).toEqual(isStabilized ? [] : [expect.stringContaining("such as 'Stack/Fn'")]);
    });

    test('resources that are no concern of surveys cost none', () => {
      const surveys = jest.spyOn(Survey.prototype, 'functionsIn');
      [1, 2, 3, 4].forEach((index) => testFunction(stack, `Fn${index}`));
      add();
      Aspects.of(app).add({
        visit: (construct) => {
          if (construct instanceof lambda.Function && !construct.node.tryFindChild('Logs')) {
            new LogGroup(construct, 'Logs');
          }
        },
      });
      app.synth();

      // The one that warms, and the one that looks for what is left.
      expect(surveys.mock.contexts.filter((one, index, all) => all.indexOf(one) === index)).toHaveLength(2);
      surveys.mockRestore();
    });
  });

  describe('stages', () => {
    test('an aspect of the app is not let into them, which is said; one of the stage is', () => {
      const [prod, dev] = ['Prod', 'Dev'].map((id) => new Stage(app, id));
      const functions = [prod, dev].map((stage) => testFunction(testStack(stage)));
      add();
      add(ALL, dev);
      app.synth();

      expect(functions.map(warmedBy)).toEqual([[], ['Dev/Stack/Fn/LambdaWarmer']]);
      expect(said('warning', stack, 'stagesNotReached')).toEqual([
        expect.stringMatching(/^\/Stack 1 of the functions that are selected to be kept warm, such as 'Prod\/Stack\/Fn', are in stages, into which the CDK lets no aspect of the app go/),
      ]);
    });

    test('nor is it by way of another one of the stage', () => {
      const prod = new Stage(app, 'Prod');
      const fn = testFunction(testStack(prod));
      add();
      add({ select: FunctionSelector.tagged('tier') }, prod);
      app.synth();

      expect(warmedBy(fn)).toEqual([]);
    });

    test('where the app has no stack on which that could be said, the process warns', () => {
      const bare = appWith(isStabilized);
      testFunction(testStack(new Stage(bare, 'Prod')));
      add(ALL, bare);
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      bare.synth();

      expect(warned.mock.calls).toEqual([[expect.stringContaining("'Prod/Stack/Fn'"), { code: 'cdk-lambda-warmer:stagesNotReached' }]]);
      warned.mockRestore();
    });
  });

  describe('a selector that matches nothing', () => {
    test.each<[string, () => IConstruct, string]>([
      ['the app', () => app, 'the app'],
      ['a stack', () => stack, "'Stack'"],
    ])('is warned of, on %s', (__, scopeOf, name) => {
      testFunction(stack);
      add({ select: FunctionSelector.tagged('no-such') }, scopeOf());
      app.synth();

      expect(said('warning', stack, 'nothingSelected')).toEqual([expect.stringContaining(`/Stack The selector matches no function in ${name}`)]);
    });
  });
});

test('what is no selector is refused', () => {
  expect(() => new WarmingAspect({ select: {} as any })).toThrow('WarmingAspect: select is no FunctionSelector. Write FunctionSelector.userFacing(), say.');
});
