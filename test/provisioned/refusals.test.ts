import { readFileSync } from 'fs';
import { Annotations as CdkAnnotations, App, Aspects, Duration, Lazy, Stack, TimeZone, Token, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import {
  DayOfWeek, FanOut, LambdaWarmer, LambdaWarmerProps, ProvisionedConcurrencyOptions, ProvisionedWindow, ScheduleEngine, ShortCircuit,
  WarmingPayload, WarmingSchedule,
} from '../../src';
import { errorOf } from '../error-of';
import { runAtEdge } from '../target/at-edge';
import { ENV, FUNCTION_ARN, synth as synthesize, testApp, testFunction, testStack } from '../uses';

const US_EAST_1 = { ...ENV, region: 'us-east-1' };
const WINDOW: ProvisionedWindow = { start: '08:00', end: '18:00', minCapacity: 5 };
const CANARY = codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES;
const FEEDS = 'cdk-lambda-warmer:pingsFeedUtilization';
const A_TOKEN = () => Lazy.uncachedNumber({ produce: () => 5 });

let stack: Stack;
let fn: lambda.Function;

beforeEach(() => {
  stack = testStack();
  fn = testFunction(stack);
});

/** Options may be whatever JavaScript lets through. */
function provision(options: any = {}, props: any = {}, id = 'Warmer'): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target: fn, ...props, provisionedConcurrency: { minCapacity: 2, ...options } });
}

function synth(): void {
  synthesize(stack);
}

/** What stands below the stack, by path; a warmer that was refused is there too, with nothing in it. */
function everything(): string[] {
  return stack.node.findAll().map(({ node }) => node.path).filter((path) => path !== 'Stack/Warmer' && path !== 'Stack/Second');
}

/** Has the constructor refuse what is given, with this message, and change nothing. */
function expectRefusal(action: () => void, message: string, id = 'Warmer'): void {
  const before = everything();
  expect(errorOf(action)).toContain(`LambdaWarmer 'Stack/${id}': ${message}`);
  expect(everything()).toEqual(before);
}

/** Has the synthesis refuse what is given, naming the warmer. */
function expectLateRefusal(message: string, id = 'Warmer'): void {
  const error = errorOf(synth);
  expect(error).toContain(`[Stack/${id}] ${message}`);
  // What is wrong is said once.
  expect(error.split('\n')).toHaveLength(2);
}

function cfn(): lambda.CfnFunction {
  return fn.node.defaultChild as lambda.CfnFunction;
}

function version(id: string, of: lambda.IFunction, number = '7'): lambda.IVersion {
  return lambda.Version.fromVersionAttributes(stack, id, { lambda: of, version: number });
}

describe('what is no function of this app', () => {
  const imported = (name: string) => `${name} is imported, and provisionedConcurrency publishes versions of it. Write provisionedConcurrency where the function is created, or leave it out.`;
  const qualified = (name: string) => `the function '${name}' is an alias or a version, and provisionedConcurrency makes an alias of its own. Pass the function itself; a version goes into provisionedConcurrency.version.`;

  test.each<[string, () => lambda.IFunction]>([
    ['a function imported by its ARN', () => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN)],
    ['a function imported by its name', () => lambda.Function.fromFunctionName(stack, 'Imported', 'orders')],
    ['a function imported by attributes', () => lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true })],
  ])('%s is refused', (_, importIt) => {
    const target = importIt();
    expectRefusal(() => provision({}, { target }), imported("the function 'Stack/Imported'"));
  });

  test('a function imported by attributes is refused also with pings', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    expectRefusal(() => provision({}, { target, concurrency: 5 }), imported("the function 'Stack/Imported'"));
  });

  test.each<[string, string, () => lambda.IFunction]>([
    ['an alias', 'Stack/Fn/Aliasprod', () => fn.addAlias('prod')],
    ['a version', 'Stack/Fn/CurrentVersion', () => fn.currentVersion],
    ['a version that was published already', 'Stack/V', () => version('V', fn)],
    ['the $LATEST version', 'Stack/Fn/$LATEST', () => fn.latestVersion],
    ['an imported alias', 'Stack/V', () => lambda.Function.fromFunctionAttributes(stack, 'V', { functionArn: `${FUNCTION_ARN}:live`, sameEnvironment: true })],
  ])('%s is refused', (_, path, targetOf) => {
    const target = targetOf();
    expectRefusal(() => provision({}, { target }), qualified(path));
  });

  test('the alias of another warmer is refused, since it is to be pinged only', () => {
    const { target } = provision();
    expectRefusal(() => provision({ aliasName: 'other' }, { target }, 'Second'), qualified('Stack/Fn/LambdaWarmerAlias-live/Alias'), 'Second');
  });
});

describe('a version', () => {
  const latest = 'provisionedConcurrency has the version $LATEST, of which Lambda provisions nothing. Leave version out, or write one of the function, such as fn.currentVersion; or lambda.Version.fromVersionAttributes(';
  const another = (path: string) => `provisionedConcurrency has a version of '${path}', which is another function than the function 'Stack/Fn'. `
    + "Leave version out, or write one of the function, such as fn.currentVersion; or lambda.Version.fromVersionAttributes(this, id, { lambda: fn, version: '7' }), if it is published already.";

  test('called $LATEST is refused', () => {
    const given = fn.latestVersion;
    expectRefusal(() => provision({ version: given }), latest);
  });

  test('called $LATEST is refused also by attributes', () => {
    const given = version('V', fn, '$LATEST');
    expectRefusal(() => provision({ version: given }), latest);
  });

  test('of another function is refused', () => {
    const given = testFunction(stack, 'Other').currentVersion;
    expectRefusal(() => provision({ version: given }), another('Stack/Other'));
  });

  test('of an imported function is refused', () => {
    const given = version('V', lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN));
    expectRefusal(() => provision({ version: given }), another('Stack/Imported'));
  });

  test('by its ARN is refused, since nobody knows whose it is', () => {
    const given = lambda.Version.fromVersionArn(stack, 'V', `${FUNCTION_ARN}:7`);
    const message = errorOf(() => provision({ version: given }));
    expect(message).toMatch(/^LambdaWarmer 'Stack\/Warmer': provisionedConcurrency has a version of '[^']+', which is another function than the function 'Stack\/Fn'\. Leave version out, or write one of the function, such as fn\.currentVersion; /);
  });

  // From JavaScript.
  test.each([['a number as text', '7'], ['a number', 7], ['something else', {}]])('that is %s is refused', (_, given) => {
    expectRefusal(() => provision({ version: given }), 'provisionedConcurrency has ');
  });
});

describe('a function of which Lambda provisions nothing', () => {
  const SNAP_START = "the function 'Stack/Fn' has SnapStart, beside which Lambda provisions nothing. Leave provisionedConcurrency out, or snapStart.";
  const TENANTS = "the function 'Stack/Fn' isolates tenants (tenancyConfig): an execution environment belongs to one tenant, and Lambda provisions none for nobody. Leave provisionedConcurrency out.";
  const AT_EDGE = "the function 'Stack/Fn' runs at the edge (Lambda@Edge), which invokes numbered versions only, and no alias. Leave provisionedConcurrency out.";

  const LATE: { readonly [what: string]: readonly [message: string, change: () => void] } = {
    'gets SnapStart by its L1': [SNAP_START, () => {
      cfn().snapStart = { applyOn: 'PublishedVersions' };
    }],
    'gets SnapStart by an override': [SNAP_START, () => cfn().addPropertyOverride('SnapStart.ApplyOn', 'PublishedVersions')],
    'gets SnapStart by an aspect': [SNAP_START, () => Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof lambda.CfnFunction) {
          node.snapStart = { applyOn: 'PublishedVersions' };
        }
      },
    })],
    'isolates tenants by its L1': [TENANTS, () => {
      cfn().tenancyConfig = { tenantIsolationMode: 'PER_TENANT' };
    }],
    'isolates tenants by an override': [TENANTS, () => cfn().addPropertyOverride('TenancyConfig.TenantIsolationMode', 'PER_TENANT')],
    'runs on a capacity provider': ["the function 'Stack/Fn' runs on a capacity provider, whose managed instances do not go cold and are scaled there. Remove the warmer.", () => {
      const vpc = new ec2.Vpc(stack, 'Vpc');
      const securityGroups = [new ec2.SecurityGroup(stack, 'Group', { vpc })];
      new lambda.CapacityProvider(stack, 'Provider', { subnets: vpc.privateSubnets, securityGroups }).addFunction(fn);
    }],
    'runs on a capacity provider by an override': ["the function 'Stack/Fn' runs on a capacity provider", () => {
      cfn().addPropertyOverride('CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn', 'arn');
    }],
    'is run at the edge by a distribution': [AT_EDGE, () => runAtEdge(fn)],
  };

  describe.each(Object.keys(LATE))('because it %s later', (what) => {
    const [message, change] = LATE[what];

    beforeEach(() => {
      stack = testStack(testApp(), 'Stack', { env: US_EAST_1 });
      fn = testFunction(stack);
    });

    test('is refused at synthesis', () => {
      provision();
      change();
      expectLateRefusal(message);
    });

    test('is refused once, also with pings', () => {
      provision({}, { concurrency: 5 });
      change();
      expectLateRefusal(message);
    });
  });

  test('because of SnapStart from the beginning is refused', () => {
    fn = testFunction(stack, 'Snapped', { runtime: lambda.Runtime.JAVA_21, code: lambda.Code.fromAsset('examples/quick-start/handler'), snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS });
    provision();
    expectLateRefusal(SNAP_START.replace('Stack/Fn', 'Stack/Snapped'));
  });

  test('is not one whose SnapStart is turned off', () => {
    provision();
    cfn().addPropertyOverride('SnapStart.ApplyOn', 'None');
    expect(() => synth()).not.toThrow();
  });

  test.each([
    [undefined, TENANTS],
    [5, "the function 'Stack/Fn' isolates tenants (tenancyConfig): an execution environment belongs to one tenant, and a ping has none. Remove the warmer."],
  ])('because it isolates tenants is refused by the constructor, with concurrency %s, in one sentence', (concurrency, message) => {
    fn = testFunction(stack, 'Shop', { tenancyConfig: lambda.TenancyConfig.PER_TENANT });
    const before = everything();
    expect(errorOf(() => provision({}, { concurrency }))).toBe(`LambdaWarmer 'Stack/Warmer': ${message.replace('Stack/Fn', 'Stack/Shop')}`);
    expect(everything()).toEqual(before);
  });

  describe('because it is an EdgeFunction', () => {
    let edge: cloudfront.experimental.EdgeFunction;

    beforeEach(() => {
      stack = testStack(testApp(), 'Stack', { env: US_EAST_1 });
      edge = new cloudfront.experimental.EdgeFunction(stack, 'Edge', {
        runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
      });
    });

    test('is refused by what it is', () => {
      expectRefusal(() => provision({}, { target: edge }), "the function 'Stack/Edge' runs at the edge (Lambda@Edge)");
    });

    test('is refused by what it is, also with pings', () => {
      expect(errorOf(() => provision({}, { target: edge, concurrency: 5 }))).toContain("the function 'Stack/Edge' runs at the edge (Lambda@Edge)");
    });

    test('is refused also as the function inside of it', () => {
      const target = edge.lambda as lambda.Function;
      expectRefusal(() => provision({}, { target }), "the function 'Stack/Edge/Fn' runs at the edge (Lambda@Edge)");
    });
  });
});

describe('capacities', () => {
  const atLeastOne = 'write a whole number, at least 1.';

  test.each<[string, any, string]>([
    ['negative', -1, `has -1 as minCapacity: ${atLeastOne}`],
    ['one and a half', 1.5, `has 1.5 as minCapacity: ${atLeastOne}`],
    ['no number', NaN, `has NaN as minCapacity: ${atLeastOne}`],
    ['endless', Infinity, `has Infinity as minCapacity: ${atLeastOne}`],
    ['text', '5', `has '5' as minCapacity: ${atLeastOne}`],
    ['left out', undefined, `has undefined as minCapacity: ${atLeastOne}`],
    ['a token', A_TOKEN(), `has a token, known at deployment only, as minCapacity: ${atLeastOne}`],
  ])('with a minCapacity that is %s are refused', (_, minCapacity, message) => {
    expectRefusal(() => provision({ minCapacity }), `provisionedConcurrency ${message}`);
    expectRefusal(() => provision({ windows: [{ ...WINDOW, minCapacity }] }, {}, 'Second'), `provisionedConcurrency ${message.replace('minCapacity', 'minCapacity of windows[0]')}`, 'Second');
  });

  const zero = 'write at least 1, because Lambda deletes the configuration of an alias that is scaled to 0, and stack updates that look for it fail. '
    + 'To pay for nothing at times, leave provisionedConcurrency out, and write schedule: WarmingSchedule.windows(...).';

  test('of 0 are refused, with what to do instead', () => {
    expectRefusal(() => provision({ minCapacity: 0 }), `provisionedConcurrency has 0 as minCapacity: ${zero}`);
  });

  test('of 0 in a window are refused, with what to do instead', () => {
    expectRefusal(() => provision({ windows: [WINDOW, { ...WINDOW, minCapacity: 0 }] }), `provisionedConcurrency has 0 as minCapacity of windows[1]: ${zero}`);
  });

  test.each<[string, any, string]>([
    ['0', 0, '0'],
    ['negative', -3, '-3'],
    ['two and a half', 2.5, '2.5'],
    ['no number', NaN, 'NaN'],
    ['text', '5', "'5'"],
    ['a token', A_TOKEN(), 'a token, known at deployment only,'],
  ])('with a maxCapacity that is %s are refused', (_, maxCapacity, text) => {
    const message = (where: string) => `provisionedConcurrency has ${text} as maxCapacity${where}: write a whole number, not below minCapacity, or leave it out.`;
    expectRefusal(() => provision({ maxCapacity }), message(''));
    expectRefusal(() => provision({ windows: [{ ...WINDOW, maxCapacity }] }, {}, 'Second'), message(' of windows[0]'), 'Second');
  });

  test('of which the maximum is below the minimum are refused', () => {
    expectRefusal(() => provision({ minCapacity: 5, maxCapacity: 4 }),
      'provisionedConcurrency has 5 as minCapacity, above its maxCapacity of 4: write a minCapacity up to that, or a larger maxCapacity.');
  });

  test('of which the maximum is below the minimum in a window are refused', () => {
    expectRefusal(() => provision({ windows: [{ ...WINDOW, maxCapacity: 4 }] }),
      'provisionedConcurrency has 5 as minCapacity of windows[0], above its maxCapacity of 4: write a minCapacity up to that, or a larger maxCapacity.');
  });

  test('of which the minimum in a window is above the maximum outside are refused', () => {
    expectRefusal(() => provision({ maxCapacity: 4, windows: [WINDOW] }),
      'provisionedConcurrency has 5 as minCapacity of windows[0], above the maxCapacity of 4 outside of the windows: write a maxCapacity in it too.');
  });

  test('above the maximum outside pass in a window that has its own', () => {
    provision({ maxCapacity: 4, windows: [{ ...WINDOW, maxCapacity: 5 }] });
    expect(() => synth()).not.toThrow();
  });

  test('are refused with all faults at once', () => {
    const message = errorOf(() => provision({ minCapacity: -1, maxCapacity: 0.5, aliasName: '', alarms: [], windows: [{ ...WINDOW, minCapacity: 0, start: '8' }] }));
    for (const fault of ['-1 as minCapacity', '0.5 as maxCapacity', "'8' as start of windows[0]", '0 as minCapacity of windows[0]', "'' as aliasName", 'has alarms']) {
      expect(message).toContain(fault);
    }
  });
});

describe('a utilizationTarget', () => {
  const range = 'write a number from 0.1 to 0.9, or leave it out.';

  test.each<[string, any, string]>([
    ['too small', 0.05, `has 0.05 as utilizationTarget: ${range}`],
    ['too large', 0.95, `has 0.95 as utilizationTarget: ${range}`],
    ['a percentage', 70, `has 70 as utilizationTarget: ${range}`],
    ['no number', NaN, `has NaN as utilizationTarget: ${range}`],
    ['text', '0.5', `has '0.5' as utilizationTarget: ${range}`],
    ['a token', A_TOKEN(), `has a token as utilizationTarget, known at deployment only: ${range}`],
  ])('that is %s is refused', (_, utilizationTarget, message) => {
    expectRefusal(() => provision({ maxCapacity: 5, utilizationTarget }), `provisionedConcurrency ${message}`);
  });

  test.each<[string, object]>([
    ['a fixed capacity', {}],
    ['a maxCapacity that is the minCapacity', { maxCapacity: 2 }],
    ['windows of fixed capacities', { windows: [WINDOW] }],
  ])('is refused beside %s, since there is nothing to scale', (_, options) => {
    expectRefusal(() => provision({ ...options, utilizationTarget: 0.5 }),
      'provisionedConcurrency has a utilizationTarget, but nothing to scale: write a maxCapacity above minCapacity, or leave utilizationTarget out.');
  });
});

describe('windows', () => {
  test.each<[string, any]>([['one window', WINDOW], ['text', '08:00'], ['null', null], ['a list with nothing in it', [null]], ['a list of times', ['08:00']]])(
    'that are %s are refused', (_, windows) => {
      expectRefusal(() => provision({ windows }), 'provisionedConcurrency has windows that are no list of windows: write one, or leave windows out.');
    });

  const at = (window: object) => ({ windows: [WINDOW, { ...WINDOW, ...window }] });

  test.each<[string, object, string]>([
    ['a start without its zero', at({ start: '8:00' }), "has '8:00' as start of windows[1]: write HH:MM from 00:00 to 23:59, such as '08:00'."],
    ['a start at the end of the day', at({ start: '24:00' }), "has '24:00' as start of windows[1]: write HH:MM from 00:00 to 23:59"],
    ['an end after the end of the day', at({ end: '24:01' }), "has '24:01' as end of windows[1]: write HH:MM from 00:00 to 24:00, such as '18:30'."],
    ['no end', at({ end: undefined }), "has 'undefined' as end of windows[1]"],
    ['an end that is the start', at({ end: '08:00' }), 'has 08:00 as start and as end of windows[1]: write two different times; a whole day is from 00:00 to 24:00.'],
    ['no day', at({ days: [] }), 'has no days in windows[1]: write at least one, or leave days out for every day.'],
    ['a day that is none', at({ days: ['Monday'] }), "has 'Monday' as a day in windows[1]: write DayOfWeek.MONDAY to DayOfWeek.SUNDAY."],
    ['days that are no list', at({ days: DayOfWeek.MONDAY }), 'has days in windows[1] that are no list: write one, or leave days out for every day.'],
    ['an unknown zone', { ...at({}), timeZone: TimeZone.of('Europe/Bielefeld') }, "has the time zone 'Europe/Bielefeld', which the IANA time zone database has not: write one of it"],
    ['a zone as text', { ...at({}), timeZone: 'Europe/Berlin' }, "has 'Europe/Berlin' as its time zone: write one, such as TimeZone.EUROPE_BERLIN or TimeZone.of('Europe/Berlin')."],
  ])('with %s are refused', (_, options, message) => {
    expectRefusal(() => provision(options), `provisionedConcurrency ${message}`);
  });

  test.each<[string, object]>([['no windows', {}], ['an empty list of windows', { windows: [] }]])('a time zone beside %s is refused', (_, options) => {
    expectRefusal(() => provision({ ...options, timeZone: TimeZone.EUROPE_BERLIN }),
      'provisionedConcurrency has a timeZone, but no windows that would be in it: write windows, or leave timeZone out.');
  });

  test('that take more scheduled actions than there may be are refused', () => {
    const time = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const windows = Array.from({ length: 240 }, (_, index) => ({ start: time(index * 6), end: time(index * 6 + 3), minCapacity: 3 + index }));
    expect(errorOf(() => provision({ windows }))).toMatch(/provisionedConcurrency has windows that take 2\d\d scheduled actions, and Application Auto Scaling has room for 200 on one alias: write simpler windows\./);
    expect(everything()).not.toContain('Stack/Fn/LambdaWarmerAlias-live');
  });

  test('of which one never matches are warned of', () => {
    provision({ windows: [WINDOW, { ...WINDOW, start: '09:00', minCapacity: 7 }] });
    Annotations.fromStack(stack).hasWarning('/Stack/Warmer', Match.stringLikeRegexp(
      'windows\\[1\\] of provisionedConcurrency \\(09:00 to 18:00\\) never matches, because the windows before it in the list take all of its time\\. Move it to the front, or remove it\\..*ack: cdk-lambda-warmer:windowNeverMatches',
    ));
  });
});

describe('what the function reserves', () => {
  const message = (highest: number, reserved: number) =>
    `provisionedConcurrency asks for up to ${highest} environments, but the function 'Stack/Fn' reserves ${reserved} concurrent executions. Write at most ${reserved}, or reserve more.`;
  const reserve = (reserved: number | string) => cfn().addPropertyOverride('ReservedConcurrentExecutions', reserved);

  test.each<[string, object, number]>([
    ['the fixed capacity', { minCapacity: 4 }, 4],
    ['the highest capacity by utilization', { maxCapacity: 6 }, 6],
    ['the highest capacity of a window', { windows: [WINDOW] }, 5],
    ['the highest capacity by utilization in a window', { windows: [{ ...WINDOW, maxCapacity: 9 }] }, 9],
  ])('below %s is refused', (_, options, highest) => {
    provision(options);
    reserve(3);
    expectLateRefusal(message(highest, 3));
    reserve(String(highest - 1));
    expectLateRefusal(message(highest, highest - 1));
    reserve(highest);
    expect(() => synth()).not.toThrow();
  });

  test('is said once, also where pings need more', () => {
    provision({}, { concurrency: 5 });
    reserve(1);
    expectLateRefusal(message(2, 1));
  });

  test('is looked at for the pings too', () => {
    provision({}, { concurrency: 5 });
    reserve(3);
    expectLateRefusal("concurrency is 5, but the function 'Stack/Fn' reserves 3 concurrent executions, so Lambda would throttle the pings.");
  });

  test('by its properties is refused too', () => {
    fn = testFunction(stack, 'Small', { reservedConcurrentExecutions: 1 });
    provision();
    expectLateRefusal(message(2, 1).replace('Stack/Fn', 'Stack/Small'));
  });

  test('is not compared, if it is a token', () => {
    fn = testFunction(stack, 'Later', { reservedConcurrentExecutions: Token.asNumber({ Ref: 'AWS::NoValue' }) });
    provision({ minCapacity: 900 });
    expect(() => synth()).not.toThrow();
  });

  test('as nothing leaves no number to write', () => {
    provision();
    reserve(0);
    const error = errorOf(synth);
    expect(error).toContain("the function 'Stack/Fn' reserves 0 concurrent executions.");
    expect(error).not.toContain('Write at most 0');
  });
});

describe('the name of an alias', () => {
  test.each<[string, any, string]>([
    ['empty', '', "''"],
    ['digits alone', '12', "'12'"],
    ['two words', 'a b', "'a b'"],
    ['with a dot', 'v1.2', "'v1.2'"],
    ['$LATEST', '$LATEST', "'$LATEST'"],
    ['with a line feed', 'live\n', "'live\n'"],
    ['of 129 characters', 'a'.repeat(129), `'${'a'.repeat(129)}'`],
    ['a token', Lazy.string({ produce: () => 'live' }), 'a token'],
    ['a number', 5, "'5'"],
    ['no text', { toString: () => 'live' }, "'live'"],
  ])('that is %s is refused', (_, aliasName, text) => {
    expectRefusal(() => provision({ aliasName }), `provisionedConcurrency has ${text} as aliasName. Write 1 to 128 letters, digits, - and _, not digits alone, such as 'live'.`);
  });

  const taken = (path: string) => `the function 'Stack/Fn' has an alias 'live' already, by '${path}'. Write another aliasName. To take its place, deploy once without it and without this warmer: CloudFormation creates before it deletes, and finds the name taken.`;

  test('that the function has already is refused', () => {
    fn.addAlias('live');
    provision();
    expectLateRefusal(taken('Stack/Fn/Aliaslive'));
  });

  test('that the function gets later is refused', () => {
    provision();
    fn.addAlias('live');
    expectLateRefusal(taken('Stack/Fn/Aliaslive'));
  });

  test('that an alias elsewhere in the app has is refused', () => {
    provision({ aliasName: 'prod' });
    new lambda.Alias(testStack(stack.node.root as App, 'Other'), 'Theirs', { aliasName: 'prod', version: version('V', fn) });
    expectLateRefusal(taken('Other/Theirs').replace("'live'", "'prod'"));
  });

  test.each<[string, () => lambda.CfnAlias]>([
    ['by the name of the function', () => new lambda.CfnAlias(stack, 'Raw', { functionName: 'orders', functionVersion: '1', name: 'live' })],
    ['by a reference', () => new lambda.CfnAlias(stack, 'Raw', { functionName: fn.functionName, functionVersion: '1', name: 'live' })],
    ['by the ARN of the function', () => new lambda.CfnAlias(stack, 'Raw', { functionName: fn.functionArn, functionVersion: '1', name: 'live' })],
    ['by a name that is known at synthesis only', () => new lambda.CfnAlias(stack, 'Raw', { functionName: 'orders', functionVersion: '1', name: Lazy.string({ produce: () => 'live' }) })],
    ['by an override', () => {
      const raw = new lambda.CfnAlias(stack, 'Raw', { functionName: 'orders', functionVersion: '1', name: 'beta' });
      raw.addPropertyOverride('Name', 'live');
      return raw;
    }],
  ])('that an L1 has %s is refused', (_, add) => {
    cfn().functionName = 'orders';
    provision();
    add();
    expectLateRefusal(taken('Stack/Raw'));
  });

  test('may be that of aliases of other functions', () => {
    provision();
    testFunction(stack, 'Other').addAlias('live');
    new lambda.CfnAlias(stack, 'Raw', { functionName: 'orders', functionVersion: '1', name: 'live' });
    provision({}, { target: testFunction(stack, 'Third') }, 'Second');
    expect(() => synth()).not.toThrow();
  });

  test('may be another one than that of other aliases of the function', () => {
    fn.addAlias('prod');
    fn.addAlias('Live');
    provision();
    expect(() => synth()).not.toThrow();
  });
});

describe('a deploymentConfig', () => {
  const message = (what: string) => `provisionedConcurrency has ${what} as deploymentConfig. Write one of codedeploy.LambdaDeploymentConfig, such as LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES.`;

  test.each<[string, () => unknown, string]>([
    ["AWS's for ECS", () => codedeploy.EcsDeploymentConfig.CANARY_10PERCENT_5MINUTES, "'CodeDeployDefault.ECSCanary10Percent5Minutes', which is for ECS,"],
    ["AWS's for ECS at once", () => codedeploy.EcsDeploymentConfig.ALL_AT_ONCE, "'CodeDeployDefault.ECSAllAtOnce', which is for ECS,"],
    ["AWS's for servers", () => codedeploy.ServerDeploymentConfig.ONE_AT_A_TIME, "'CodeDeployDefault.OneAtATime', which is for servers,"],
    ["AWS's for servers at once", () => codedeploy.ServerDeploymentConfig.ALL_AT_ONCE, "'CodeDeployDefault.AllAtOnce', which is for servers,"],
    ["the app's own for servers", () => new codedeploy.ServerDeploymentConfig(stack, 'Config', {
      minimumHealthyHosts: codedeploy.MinimumHealthyHosts.count(1),
    }), "'Stack/Config', which is for servers,"],
    ["the app's own for ECS", () => new codedeploy.EcsDeploymentConfig(stack, 'Config'), "'Stack/Config', which is for ECS,"],
    ["the app's own for ECS, with a name", () => new codedeploy.EcsDeploymentConfig(stack, 'Config', { deploymentConfigName: 'Mine' }), "'Stack/Config', which is for ECS,"],
    ['a name', () => 'CodeDeployDefault.LambdaAllAtOnce', 'something else'],
    ['an empty object', () => ({}), 'something else'],
  ])('that is %s is refused', (_, configOf, text) => {
    const deploymentConfig = configOf();
    expectRefusal(() => provision({ deploymentConfig }), message(text));
  });

  test.each([
    'ALL_AT_ONCE', 'CANARY_10PERCENT_5MINUTES', 'CANARY_10PERCENT_10MINUTES', 'CANARY_10PERCENT_15MINUTES', 'CANARY_10PERCENT_30MINUTES',
    'LINEAR_10PERCENT_EVERY_1MINUTE', 'LINEAR_10PERCENT_EVERY_2MINUTES', 'LINEAR_10PERCENT_EVERY_3MINUTES', 'LINEAR_10PERCENT_EVERY_10MINUTES',
  ] as const)('that is LambdaDeploymentConfig.%s passes', (name) => {
    const deploymentConfig = codedeploy.LambdaDeploymentConfig[name];
    provision({ deploymentConfig });
    Template.fromStack(stack).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { DeploymentConfigName: Match.stringLikeRegexp('^CodeDeployDefault\\.Lambda') });
  });

  const trafficRouting = codedeploy.TrafficRouting.timeBasedCanary({ interval: Duration.minutes(3), percentage: 7 });

  test.each<[string, () => codedeploy.ILambdaDeploymentConfig]>([
    ["the app's own", () => new codedeploy.LambdaDeploymentConfig(stack, 'Config', { trafficRouting })],
    ["the app's own, with a name", () => new codedeploy.LambdaDeploymentConfig(stack, 'Config', { trafficRouting, deploymentConfigName: 'Mine' })],
    ['imported by its name', () => codedeploy.LambdaDeploymentConfig.fromLambdaDeploymentConfigName(stack, 'Config', 'Mine')],
    ['imported by a name that is a token', () => codedeploy.LambdaDeploymentConfig.fromLambdaDeploymentConfigName(stack, 'Config', Lazy.string({ produce: () => 'Mine' }))],
  ])('that is %s passes', (_, configOf) => {
    provision({ deploymentConfig: configOf() });
    Template.fromStack(stack).resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 1);
  });

  test('is missed where there are alarms', () => {
    const alarms = [fn.metricErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 })];
    expectRefusal(() => provision({ alarms }), 'provisionedConcurrency has alarms, but no deployment that they could roll back. Write a deploymentConfig, or leave alarms out.');
  });
});

describe('a concurrency', () => {
  const message = (lowest: number, highest: number, often = '') =>
    `concurrency is ${lowest}${often}, but up to ${highest} environments are provisioned, which the pings reach first. Write a concurrency above ${highest}, for requests that find all of them busy; or ping nothing beside them.`;

  test.each<[string, object, number]>([
    ['the fixed capacity', { minCapacity: 4 }, 4],
    ['the highest by utilization', { maxCapacity: 6 }, 6],
    ['the highest of a window', { windows: [WINDOW] }, 5],
    ['the highest by utilization in a window', { windows: [{ ...WINDOW, maxCapacity: 9 }] }, 9],
  ])('that is not above %s is refused', (_, options, highest) => {
    expectRefusal(() => provision(options, { concurrency: 1 }), message(1, highest));
    expectRefusal(() => provision(options, { concurrency: highest }, 'Second'), message(highest, highest), 'Second');
    expect(() => provision(options, { concurrency: highest + 1 }, 'Third')).not.toThrow();
  });

  test('in the windows of a schedule is refused where one is not above it', () => {
    const schedule = (otherwise: number) => WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 20 }], otherwise });
    expectRefusal(() => provision({}, { schedule: schedule(2) }), message(2, 2, ' at times'));
    expect(() => provision({}, { schedule: schedule(3) }, 'Second')).not.toThrow();
  });

  test('in the only window of a schedule is refused if it is not above it', () => {
    const schedule = (concurrency: number) => WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency }] });
    expectRefusal(() => provision({}, { schedule: schedule(2) }), message(2, 2));
    expect(() => provision({}, { schedule: schedule(3) }, 'Second')).not.toThrow();
  });

  test('is not asked for where a window of the schedule excludes a time', () => {
    const windows = [{ start: '12:00', end: '13:00', concurrency: 0 }, { start: '08:00', end: '18:00', concurrency: 3 }];
    expect(() => provision({}, { schedule: WarmingSchedule.windows({ windows }) })).not.toThrow();
  });

  test.each<[string, number, string]>([
    ['0', 0, 'concurrency is 0. Write a whole number from 1 to '],
    ['two and a half', 2.5, 'concurrency is 2.5. Write a whole number'],
    ['a token', A_TOKEN(), 'concurrency is a token, known at deployment only'],
  ])('that is %s is refused for what it is', (_, concurrency, text) => {
    expectRefusal(() => provision({}, { concurrency }), text);
  });

  test('is compared with what the shared alias has, where a second warmer leaves that out', () => {
    provision({ maxCapacity: 10, windows: [{ ...WINDOW, maxCapacity: 20 }] });
    expectRefusal(() => provision({}, { concurrency: 20 }, 'Second'), message(20, 20), 'Second');
    expect(() => provision({}, { concurrency: 21 }, 'Third')).not.toThrow();
  });
});

describe('a concurrency of pings to the alias of another warmer', () => {
  const options = { minCapacity: 2, windows: [WINDOW] };
  const message = 'but up to 5 environments are provisioned, which the pings reach first. Write a concurrency above 5, ';

  test.each([undefined, 5])('is refused if it is not above what that provisions: %s', (concurrency) => {
    const { target } = provision(options);
    expectRefusal(() => new LambdaWarmer(stack, 'Second', { target, concurrency }), `concurrency is ${concurrency ?? 1}, ${message}`, 'Second');
  });

  test('is refused if it is not above that at times', () => {
    const { target } = provision(options);
    const schedule = WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 20 }], otherwise: 1 });
    expectRefusal(() => new LambdaWarmer(stack, 'Second', { target, schedule }), `concurrency is 1 at times, ${message}`, 'Second');
  });

  test('passes above that', () => {
    const { target } = provision(options);
    new LambdaWarmer(stack, 'Second', { target, concurrency: 6 });
    expect(() => synth()).not.toThrow();
  });
});

describe('what concerns pings only', () => {
  const PINGS_ONLY: { readonly [name in keyof LambdaWarmerProps]?: () => LambdaWarmerProps[name] } = {
    schedule: () => WarmingSchedule.every(Duration.minutes(10)),
    engine: () => ScheduleEngine.EVENTBRIDGE_RULE,
    scheduleGroup: () => ScheduleGroup.fromScheduleGroupName(stack, 'Group', 'group'),
    timeWindow: () => TimeWindow.off(),
    concurrencyParameter: () => ({}),
    fanOut: () => FanOut.dispatcher(),
    payload: () => WarmingPayload.standard(),
    shortCircuit: () => ShortCircuit.auto(),
    recordStarts: () => true,
    prewarmOnDeploy: () => true,
    emitMetrics: () => true,
    description: () => 'Warms',
  };

  test.each(Object.keys(PINGS_ONLY))('is refused where nothing is pinged: %s', (name) => {
    const given = PINGS_ONLY[name as keyof LambdaWarmerProps]!();
    expectRefusal(() => provision({}, { [name]: given }),
      `${name} concerns pings, but beside provisionedConcurrency none are sent. Write a concurrency above what is provisioned, or leave it out.`);
  });

  test('is refused by all its names', () => {
    expectRefusal(() => provision({}, { emitMetrics: true, prewarmOnDeploy: true }),
      'prewarmOnDeploy, emitMetrics concern pings, but beside provisionedConcurrency none are sent. Write a concurrency above what is provisioned, or leave them out.');
  });

  test.each([true, false])('is not enabled, which may be %s', (enabled) => {
    provision({}, { enabled });
    expect(() => synth()).not.toThrow();
  });

  test.each(['recordStarts', 'prewarmOnDeploy', 'emitMetrics'])('may be turned off where nothing is pinged: %s', (name) => {
    expect(() => provision({}, { [name]: false })).not.toThrow();
  });

  test('is all that this list has, beside what is for provisioning too', () => {
    const others = ['target', 'concurrency', 'provisionedConcurrency', 'maxMonthlyCost', 'costAssumptions', 'enabled'];
    const names = [...Object.keys(PINGS_ONLY), ...others].sort();
    const [, declared] = /export interface LambdaWarmerProps \{([^]*?)\n\}/.exec(readFileSync('src/lambda-warmer.ts', 'utf8'))!;
    expect([...declared.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name).sort()).toEqual(names);
  });

  test.each<[string, (warmer: LambdaWarmer) => unknown]>([
    ['metricCoverage', (warmer) => warmer.metricCoverage()],
    ['metricWarmEnvironments', (warmer) => warmer.metricWarmEnvironments()],
    ['metricColdStarts', (warmer) => warmer.metricColdStarts()],
    ['metricThrottles', (warmer) => warmer.metricThrottles()],
    ['metricErrors', (warmer) => warmer.metricErrors()],
    ['metricHeldTime', (warmer) => warmer.metricHeldTime()],
  ])('has no metrics where nothing is pinged: %s', (name, call) => {
    expect(errorOf(() => call(provision()))).toBe(`LambdaWarmer 'Stack/Warmer': ${name}() was called, but nothing is pinged beside provisionedConcurrency. Write a concurrency above what is provisioned, or take the metrics of warmer.alias.`);
  });
});

describe('a version that is provisioned already', () => {
  const message = (by: string) => `the version behind 'live' has provisioned concurrency already, by '${by}', and Lambda takes one configuration for each version. `
    + 'Remove one of them, let the warmers share an alias, or give one of them another version.';

  test('by an alias of the app is refused', () => {
    provision();
    fn.addAlias('mine', { provisionedConcurrentExecutions: 3 });
    expectLateRefusal(message('Stack/Fn/Aliasmine'));
  });

  test('by the alias of another warmer is refused', () => {
    provision();
    provision({ aliasName: 'batch' }, {}, 'Second');
    expect(errorOf(synth)).toContain(message('Stack/Fn/LambdaWarmerAlias-batch/Alias'));
    expect(errorOf(synth)).toContain("[Stack/Second] the version behind 'batch' has provisioned concurrency already, by 'Stack/Fn/LambdaWarmerAlias-live/Alias'");
  });

  test('by itself is refused', () => {
    provision({ version: new lambda.Version(stack, 'Version', { lambda: fn, provisionedConcurrentExecutions: 3 }) });
    expectLateRefusal(message('Stack/Version'));
  });

  test('is none by an alias without it, nor by one of another version', () => {
    provision();
    fn.addAlias('mine');
    new lambda.Alias(stack, 'Other', { aliasName: 'other', version: new lambda.Version(stack, 'Version', { lambda: fn }), provisionedConcurrentExecutions: 3 });
    expect(() => synth()).not.toThrow();
  });
});

describe('pings beside scaling by utilization', () => {
  const message = 'pings count as use of the environments that they reach, and provisionedConcurrency is scaled by just that: they can keep it from being scaled in, which costs more than what they warm. '
    + `Leave concurrency out, or maxCapacity. If it is meant, write Annotations.of(warmer).acknowledgeWarning('${FEEDS}').`;
  const scaled = { maxCapacity: 5 };
  const pinged = { concurrency: 6 };

  test.each<[string, object]>([['at all times', scaled], ['in a window only', { windows: [{ start: '08:00', end: '18:00', minCapacity: 2, maxCapacity: 5 }] }]])('%s are refused', (_, options) => {
    provision(options, pinged);
    expectLateRefusal(message);
  });

  test.each<[string, object, object]>([
    ['that is fixed', {}, pinged],
    ['that follows windows', { windows: [WINDOW] }, pinged],
    ['of which none are sent', scaled, {}],
    ['while they are turned off', scaled, { ...pinged, enabled: false }],
    ['whose schedule is over', scaled, { ...pinged, schedule: WarmingSchedule.every(Duration.minutes(5)).activeUntil(new Date('2020-01-01T00:00:00Z')) }],
  ])('pass beside a capacity %s', (_, options, props) => {
    provision(options, props);
    expect(() => synth()).not.toThrow();
  });

  test.each<[string, (warmer: LambdaWarmer) => Stack | App | LambdaWarmer]>([
    ['the warmer', (warmer) => warmer], ['the stack', () => stack], ['the app', () => stack.node.root as App],
  ])('pass once it is acknowledged on %s', (_, scopeOf) => {
    CdkAnnotations.of(scopeOf(provision(scaled, pinged))).acknowledgeWarning(FEEDS);
    expect(() => synth()).not.toThrow();
  });

  test.each<[string, () => Stack | App]>([['the stack', () => stack], ['the app', () => stack.node.root as App]])('pass also if it was acknowledged on %s before', (_, scopeOf) => {
    CdkAnnotations.of(scopeOf()).acknowledgeWarning(FEEDS, 'Meant');
    provision(scaled, pinged);
    expect(() => synth()).not.toThrow();
  });

  test.each([FEEDS, `Annotation::${FEEDS}`])('pass also once a validation called %s is acknowledged', (id) => {
    Validations.of(provision(scaled, pinged)).acknowledge({ id, reason: 'Meant' });
    expect(() => synth()).not.toThrow();
  });

  test('are refused still, if something else or another warmer is acknowledged', () => {
    CdkAnnotations.of(provision(scaled, pinged)).acknowledgeWarning('cdk-lambda-warmer:provisionedAlready');
    CdkAnnotations.of(provision({ ...scaled, aliasName: 'other', version: new lambda.Version(stack, 'Version', { lambda: fn }) }, pinged, 'Second')).acknowledgeWarning(FEEDS);
    expectLateRefusal(message);
  });

  test('of a second warmer are refused, though that leaves out how the shared alias is scaled', () => {
    provision(scaled);
    provision({}, pinged, 'Second');
    expectLateRefusal(message, 'Second');
  });

  test('of a second warmer, whose target is the alias, are refused unless that is acknowledged', () => {
    const { target } = provision(scaled);
    const second = new LambdaWarmer(stack, 'Second', { target, ...pinged });
    expectLateRefusal(message, 'Second');
    CdkAnnotations.of(second).acknowledgeWarning(FEEDS);
    expect(() => synth()).not.toThrow();
  });

  test('of a second warmer, whose target is the alias, pass while they are turned off', () => {
    const { target } = provision(scaled);
    new LambdaWarmer(stack, 'Second', { target, ...pinged, enabled: false });
    expect(() => synth()).not.toThrow();
  });
});

describe('several warmers of one function', () => {
  const cure = 'Write the same there and here; or pass the target of that warmer as the target of this one; or write another aliasName and another version here.';
  const FIRST = { maxCapacity: 5, windows: [WINDOW], timeZone: TimeZone.EUROPE_BERLIN, utilizationTarget: 0.6, deploymentConfig: CANARY };

  beforeEach(() => {
    provision({ ...FIRST, windows: [{ ...WINDOW }] });
  });

  test.each<[string, () => Partial<ProvisionedConcurrencyOptions>, string]>([
    ['minCapacity', () => ({ minCapacity: 3 }), "minCapacity 3, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one 2"],
    ['maxCapacity', () => ({ maxCapacity: 6 }), "maxCapacity 6, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one 5"],
    ['utilizationTarget', () => ({ utilizationTarget: 0.5 }), "utilizationTarget 0.5, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one 0.6"],
    ['windows', () => ({ windows: [{ ...WINDOW, end: '19:00' }] }), "windows, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one"],
    ['timeZone', () => ({ windows: [WINDOW], timeZone: TimeZone.ASIA_TOKYO }), "timeZone, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one"],
    ['deploymentConfig', () => ({ deploymentConfig: codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE }), "deploymentConfig, but the function's alias 'live' has been set up by 'Stack/Warmer' with another one"],
  ])('with another %s are refused, with the path of the first one', (_, optionsOf, message) => {
    const options = { ...FIRST, utilizationTarget: undefined, ...optionsOf() };
    expectRefusal(() => provision(options, {}, 'Second'), `provisionedConcurrency is given ${message}. ${cure}`, 'Second');
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Alias', 1);
  });

  test('with another version are refused', () => {
    const given = version('V', fn);
    expectRefusal(() => provision({ ...FIRST, version: given }, {}, 'Second'),
      "provisionedConcurrency is given version, but the function's alias 'live' has been set up by 'Stack/Warmer' with", 'Second');
  });

  test('with alarms that the first one has not are refused', () => {
    const alarms = [fn.metricErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 })];
    expectRefusal(() => provision({ ...FIRST, alarms }, {}, 'Second'), "provisionedConcurrency is given alarms, but the function's alias 'live' has been set up by 'Stack/Warmer' without it.", 'Second');
  });

  test.each<[string, object]>([
    ['the same again', { ...FIRST, windows: [{ ...WINDOW }], timeZone: TimeZone.of('Europe/Berlin') }],
    ['less', {}],
    ['another name and version', { minCapacity: 9, aliasName: 'other' }],
  ])('pass that ask for %s', (_, options) => {
    const own = 'aliasName' in options && options.aliasName === 'other' ? { version: new lambda.Version(stack, 'Version', { lambda: fn }) } : {};
    provision({ ...options, ...own }, {}, 'Second');
    expect(() => synth()).not.toThrow();
  });

  test('pass that write what the first one has by default', () => {
    const other = testFunction(stack, 'Other');
    provision({ maxCapacity: 5, windows: [WINDOW] }, { target: other }, 'Second');
    provision({
      aliasName: 'live', maxCapacity: 5, windows: [WINDOW], timeZone: TimeZone.ETC_UTC, utilizationTarget: 0.7, version: other.currentVersion,
    }, { target: other }, 'Third');
    expect(() => synth()).not.toThrow();
  });
});

describe('nothing is half applied', () => {
  test.each<[string, () => object, () => object, string]>([
    ['a layer that the payload does not go with', () => ({}), () => ({ payload: WarmingPayload.ofType('warmer'), shortCircuit: ShortCircuit.layer() }), 'the layer answers the pings of WarmingPayload.standard() only.'],
    ['recordStarts that the payload does not go with', () => ({}), () => ({ payload: WarmingPayload.ofType('warmer'), recordStarts: true }), 'recordStarts needs WarmingPayload.standard()'],
    ['a layer for a version that was published already', () => ({ version: version('V', fn) }), () => ({ shortCircuit: ShortCircuit.layer() }), 'cannot get a layer: it is a version that was published earlier'],
    ['a payload that is too large', () => ({}), () => ({ payload: WarmingPayload.fromObject({ text: 'x'.repeat(9000) }) }), 'the payload'],
    ['a dispatcher of other options', () => ({}), () => ({ fanOut: FanOut.dispatcher({ memorySize: 5 }) }), 'FanOut.dispatcher() is given a memorySize of 5.'],
    ['a limit of the cost that is none', () => ({}), () => ({ maxMonthlyCost: -1 }), 'maxMonthlyCost is -1.'],
    ['a fan-out that sends fewer pings', () => ({}), () => ({ concurrency: 20, fanOut: FanOut.direct() }), 'FanOut.direct() keeps at most 10 environments warm'],
    ['a description that is too long', () => ({}), () => ({ description: 'x'.repeat(513) }), 'description has 513 characters'],
  ])('where the constructor refuses %s', (_, optionsOf, propsOf, message) => {
    const options = optionsOf();
    const before = everything();
    const error = errorOf(() => provision(options, { concurrency: 5, ...propsOf() }));
    expect(error).toContain("LambdaWarmer 'Stack/Warmer': ");
    expect(error).toContain(message);
    expect(everything()).toEqual(before);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Alias', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Version', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
  });
});

test('nothing is half applied where two warmers want pings to be answered in different ways', () => {
  new LambdaWarmer(stack, 'Warmer', { target: fn, shortCircuit: ShortCircuit.layer() });
  expectRefusal(() => provision({}, { concurrency: 5, shortCircuit: ShortCircuit.inHandler() }, 'Second'),
    "the function 'Stack/Fn' is to answer pings by a layer and in its handler: 'Stack/Warmer' asks for the one, this warmer for the other.", 'Second');
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Alias', 0);
});

describe('a function of which another warmer has made an alias', () => {
  const warning = "The pings reach the function 'Stack/Fn' itself, and not its alias 'live', which 'Stack/Warmer' has made for callers. "
    + 'Write the target of that warmer as the target of this one, and a concurrency above what is provisioned; or remove this one. [ack: cdk-lambda-warmer:latestPinged]';

  test('is warned of, where the pings go to the function itself', () => {
    new LambdaWarmer(stack, 'Plain', { target: fn });
    provision();
    Annotations.fromStack(stack).hasWarning('/Stack/Plain', warning);
  });

  test('is not, where they go to the alias or to another one, nor where none are sent', () => {
    const { target } = provision();
    new LambdaWarmer(stack, 'OfAlias', { target, concurrency: 5 });
    new LambdaWarmer(stack, 'OfOther', { target: fn.addAlias('other') });
    new LambdaWarmer(stack, 'Disabled', { target: fn, enabled: false });
    new LambdaWarmer(stack, 'OfOtherFunction', { target: testFunction(stack, 'Other') });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('The pings reach'));
  });
});

describe('a target whose environments are provisioned already', () => {
  const warning = Match.stringLikeRegexp("The pings reach the 5 environments that are provisioned for the function 'Stack/Fn/.*', which do not go cold, and no others\\. Write a concurrency above 5, or remove the warmer\\..*ack: cdk-lambda-warmer:provisionedAlready");

  test.each([undefined, 1, 5])('is warned of, with a concurrency of %s', (concurrency) => {
    new LambdaWarmer(stack, 'Warmer', { target: fn.addAlias('prod', { provisionedConcurrentExecutions: 5 }), concurrency });
    Annotations.fromStack(stack).hasWarning('/Stack/Warmer', warning);
  });

  test('is warned of also if an override says so, once however often the app is synthesized', () => {
    const target = fn.addAlias('prod');
    (target.node.defaultChild as lambda.CfnAlias).addPropertyOverride('ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions', 5);
    new LambdaWarmer(stack, 'Warmer', { target, concurrency: 2 });
    synth();
    synth();
    expect(Annotations.fromStack(stack).findWarning('/Stack/Warmer', warning)).toHaveLength(1);
  });

  test('is not warned of with a concurrency above that, nor once acknowledged, nor by what provisions it', () => {
    const target = fn.addAlias('prod', { provisionedConcurrentExecutions: 5 });
    new LambdaWarmer(stack, 'Above', { target, concurrency: 6 });
    CdkAnnotations.of(new LambdaWarmer(stack, 'Acknowledged', { target, concurrency: 5 })).acknowledgeWarning('cdk-lambda-warmer:provisionedAlready');
    provision({ minCapacity: 5, version: new lambda.Version(stack, 'Version', { lambda: fn }) }, { concurrency: 6 });
    Annotations.fromStack(stack).hasNoWarning('*', warning);
  });
});
