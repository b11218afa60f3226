import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DispatcherOptions, FanOut, LambdaWarmer, LambdaWarmerProps, WarmerFleet, WarmingSchedule } from '../../src';
import { testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(concurrency: number, props: Partial<LambdaWarmerProps> = {}, id = 'Warmer'): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target: testFunction(stack, `${id}Fn`), concurrency, ...props });
}

function template(): Template {
  return Template.fromStack(stack);
}

/** The dispatchers by their logical ids. */
function dispatchers(): [string, any][] {
  return Object.entries(template().findResources('AWS::Lambda::Function')).filter(([id]) => id.startsWith('LambdaWarmerDispatcher'));
}

function policies(): [string, any][] {
  return Object.entries(template().findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('ShardPolicy'));
}

function accountWarnings(): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-lambda-warmer:accountConcurrency')).map(({ id, entry }) => `${id} ${entry.data}`);
}

/** What the functions of the dispatchers say of shards. */
function pingsPerShard(): string[] {
  return dispatchers().map(([, { Properties }]) => Properties.Environment.Variables.CDK_LAMBDA_WARMER_PINGS_PER_SHARD);
}

describe('a dispatcher has shards', () => {
  test('only where one function is to get more than 400 pings', () => {
    warm(400, {}, 'One');
    warm(400, { concurrencyParameter: { maxConcurrency: 400 } }, 'Two');
    expect([policies(), pingsPerShard()]).toEqual([[], [undefined]]);
  });

  test('and may invoke exactly itself then, by a policy of its own, for which its function does not wait', () => {
    warm(401);
    const [[dispatcher, { DependsOn, Properties }]] = dispatchers();
    const [[policy, { Properties: { PolicyDocument, Roles } }], ...others] = policies();
    expect(others).toEqual([]);
    expect(PolicyDocument.Statement).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [dispatcher, 'Arn'] } }]);
    expect(Roles).toEqual([{ Ref: Properties.Role['Fn::GetAtt'][0] }]);
    expect(DependsOn).not.toContain(policy);
    // Nor is it named by what the function does wait for.
    const role = Object.entries(template().findResources('AWS::IAM::Policy')).filter(([id]) => DependsOn.includes(id));
    expect(role).toHaveLength(1);
    expect(JSON.stringify(role)).not.toContain(dispatcher);
    expect(pingsPerShard()).toEqual(['400']);
    expect(() => app.synth()).not.toThrow();
  });

  test('within what IAM takes beside the largest policy that CDK writes', () => {
    const longest = `arn:aws-us-gov:lambda:us-gov-west-1:${'1'.repeat(12)}:function:${'x'.repeat(64)}`;
    warm(401);
    const [[, { Properties: { PolicyDocument } }]] = policies();
    const text = JSON.stringify(PolicyDocument, (key, value) => key === 'Resource' ? longest : value);
    expect(text.length + 10_000).toBeLessThanOrEqual(10_240);
  });

  test('once for all warmers of the stack', () => {
    for (const concurrency of [401, 10, 5000]) {
      warm(concurrency, {}, `Warmer${concurrency}`);
    }
    expect([policies().length, pingsPerShard()]).toEqual([1, ['400']]);
  });

  test('where a parameter may ask for them', () => {
    warm(2, { concurrencyParameter: { maxConcurrency: 401 } });
    expect([policies().length, pingsPerShard()]).toEqual([1, ['400']]);
  });

  test('where a window asks for them', () => {
    const schedule = WarmingSchedule.windows({ windows: [{ start: '08:00', end: '18:00', concurrency: 401 }], otherwise: 1 });
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), schedule });
    expect(policies()).toHaveLength(1);
  });

  test('not for many functions of a fleet that ask for few each', () => {
    const fleet = new WarmerFleet(stack, 'Fleet');
    for (const id of ['One', 'Two', 'Three']) {
      fleet.add(testFunction(stack, id), { concurrency: 300 });
    }
    expect([policies(), pingsPerShard()]).toEqual([[], [undefined]]);
  });

  test('in a fleet where one function asks for them', () => {
    new WarmerFleet(stack, 'Fleet').add(testFunction(stack), { concurrency: 401 });
    expect([policies().length, pingsPerShard()]).toEqual([1, ['400']]);
    expect(() => app.synth()).not.toThrow();
  });

  test('of which the function of a warmer knows nothing', () => {
    warm(401);
    template().hasResourceProperties('AWS::Lambda::Function', { Handler: Match.anyValue(), Environment: { Variables: { CDK_LAMBDA_WARMER_MAX_CONCURRENCY: '401' } } });
    const permissions = Object.values(template().findResources('AWS::Lambda::Permission'));
    expect(permissions.map(({ Properties }) => Properties.Principal)).toEqual(['events.amazonaws.com']);
  });

  test('before it runs a tick after a deployment', () => {
    warm(401, { prewarmOnDeploy: true });
    const [{ DependsOn }] = Object.values(template().findResources('Custom::LambdaWarmerPrewarm'));
    expect(DependsOn).toContain(policies()[0][0]);
  });
});

describe('what a dispatcher reserves', () => {
  const withReserved = (reserved: number, concurrency: number, options: DispatcherOptions = {}) =>
    warm(concurrency, { fanOut: FanOut.dispatcher({ reservedConcurrentExecutions: reserved, ...options }) });

  test.each([[1, 401, 3], [2, 401, 3], [3, 1000, 4], [25, 10_000, 26]])('is too little where it is %d for %d environments, and what to write', (reserved, concurrency, needed) => {
    withReserved(reserved, concurrency);
    expect(() => app.synth()).toThrow(`[Stack/Warmer] concurrency is ${concurrency}, which takes ${needed} invocations of the dispatcher at once, but it reserves ${reserved}. `
      + `Write FanOut.dispatcher({ reservedConcurrentExecutions: ${needed} }) or more, or leave it out.`);
  });

  test.each([[1, 400], [3, 401], [3, 800], [4, 801], [26, 10_000]])('is enough where it is %d for %d environments', (reserved, concurrency) => {
    withReserved(reserved, concurrency);
    expect(() => app.synth()).not.toThrow();
  });

  test('is not compared where it is a token', () => {
    withReserved(new CfnParameter(stack, 'Reserved', { type: 'Number' }).valueAsNumber, 10_000, { timeout: Duration.seconds(30) });
    expect(() => app.synth()).not.toThrow();
  });

  test('counts for what a parameter may ask for, and for the function of a fleet', () => {
    warm(1, { fanOut: FanOut.dispatcher({ reservedConcurrentExecutions: 2 }), concurrencyParameter: { maxConcurrency: 500 } });
    new WarmerFleet(stack, 'Fleet').add(testFunction(stack, 'Member'), { concurrency: 801 });
    expect(() => app.synth()).toThrow(/\[Stack\/Warmer\] concurrency is 500, which takes 3[^]*\[Stack\/Fleet\] concurrency is 801, which takes 4/);
  });
});

describe('a parameter', () => {
  test.each([[999, 3], [1000, 4], [10_000, 5]])('that may ask for %d takes numbers of %d digits', (maxConcurrency, digits) => {
    warm(1, { concurrencyParameter: { maxConcurrency } });
    template().hasResourceProperties('AWS::SSM::Parameter', { AllowedPattern: `^(deployed|[0-9]{1,${digits}})$` });
  });
});

describe('more environments than an account may run at once', () => {
  test('are warned of, also where a parameter may ask for them', () => {
    warm(1001, {}, 'One');
    warm(1, { concurrencyParameter: { maxConcurrency: 2000 } }, 'Two');
    expect(accountWarnings()).toEqual([
      expect.stringContaining('/Stack/One The warmer pings 1001 environments at once, and an account may run 1000 in a region'),
      expect.stringContaining('/Stack/Two The warmer pings 2000 environments at once'),
    ]);
  });

  test('are not a thousand', () => {
    warm(1000);
    expect(accountWarnings()).toEqual([]);
  });
});
