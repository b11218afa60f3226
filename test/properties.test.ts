import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { synth, testApp, testFunction, testStack } from './uses';
import { FanOut, LambdaWarmer, LambdaWarmerProps, WarmingPayload, WarmingSchedule } from '../src';

/** A payload, and the inputs that it stands for. */
interface KnownPayload {
  readonly payload: () => WarmingPayload;
  readonly input: (index: number, of: number) => unknown;
}

// JSON knows no -0, CDK takes numbers that are written like this one for tokens of its own, and finds none, and that key
// is refused.
const json = fc.jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)))
  .filter((value) => !/-1\.\d+e\+289|"__proto__"/.test(JSON.stringify(value)));
const name = fc.stringMatching(/^[a-z]\w{0,10}$/);

const payloads: fc.Arbitrary<KnownPayload> = fc.oneof(
  fc.string({ minLength: 1 }).map((token): KnownPayload => ({
    payload: () => WarmingPayload.standard({ token }),
    input: (index, of) => ({ cdkLambdaWarmer: of === 1 ? { token } : { token, holdMs: 250, index, of } }),
  })),
  fc.uniqueArray(name, { minLength: 2, maxLength: 2 }).map(([flagField, concurrencyField]): KnownPayload => ({
    payload: () => WarmingPayload.lambdaWarmer({ flagField, concurrencyField }),
    input: (index, of) => ({
      [flagField]: true,
      [concurrencyField]: 1,
      ...(of > 1 && { __WARMER_INVOCATION__: index + 2, __WARMER_CONCURRENCY__: of }),
    }),
  })),
  fc.constant<KnownPayload>({ payload: () => WarmingPayload.scheduledEvent(), input: () => undefined }),
  fc.string({ minLength: 1 }).map((type): KnownPayload => ({ payload: () => WarmingPayload.ofType(type), input: () => ({ type }) })),
  fc.dictionary(name, json).map((object): KnownPayload => ({ payload: () => WarmingPayload.fromObject(object), input: () => object })),
);

const schedules = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map((minutes) => WarmingSchedule.every(Duration.minutes(minutes))),
  fc.record({ minute: fc.integer({ min: 0, max: 59 }), hour: fc.integer({ min: 0, max: 23 }) })
    .map(({ minute, hour }) => WarmingSchedule.cron({ minute: String(minute), hour: String(hour), weekDay: 'MON-FRI' })),
  fc.constantFrom('rate(1 minute)', 'cron(0/5 8-17 ? * MON-FRI *)').map((expression) => WarmingSchedule.expression(expression)),
);

const targets = fc.constantFrom<((fn: lambda.Function) => lambda.IFunction)[]>(
  (fn) => fn,
(fn) => fn.currentVersion,
(fn) => fn.addAlias('live'),
);

const uses = fc.record({
  payload: payloads,
  concurrency: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  target: targets,
  rest: fc.record({
    schedule: schedules,
    enabled: fc.boolean(),
    description: fc.string({ minLength: 1, maxLength: 512 }),
  }, { requiredKeys: [] }) as fc.Arbitrary<Partial<LambdaWarmerProps>>,
});

test('whatever valid props are given, the template keeps to what EventBridge and least privilege ask', () => {
  fc.assert(fc.property(fc.array(uses, { minLength: 1, maxLength: 3 }), (warmers) => {
    const build = () => {
      const stack = testStack(testApp());
      const built = warmers.map(({ payload, concurrency, target, rest }, index) => new LambdaWarmer(stack, `Warmer${index}`, {
        target: target(testFunction(stack, `Fn${index}`)), payload: payload.payload(), concurrency, fanOut: FanOut.direct(), ...rest,
      }));
      return { stack, built };
    };
    const { stack, built } = build();
    const template = Template.fromStack(stack);
    const rules = template.findResources('AWS::Events::Rule');
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));

    for (const rule of Object.values(rules)) {
      const ids = rule.Properties.Targets.map(({ Id }: any) => Id);
      expect(ids.length).toBeLessThanOrEqual(5);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { RetryPolicy } of rule.Properties.Targets) {
        expect(RetryPolicy).toEqual({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
      }
    }

    for (const [index, warmer] of built.entries()) {
      const { payload, concurrency: of = 1 } = warmers[index];
      const sent = warmer.node.children
        .map((rule) => rules[stack.getLogicalId(rule.node.defaultChild as CfnRule)])
        .flatMap((rule) => rule.Properties.Targets.map(({ Input }: any) => Input === undefined ? undefined : JSON.parse(Input)));
      expect(sent).toEqual(Array.from({ length: of }, (_, n) => payload.input(n, of)));
    }

    // Every permission names one rule as its source, and every rule has one.
    expect(permissions.map(({ Properties }) => Properties.SourceArn['Fn::GetAtt'][0]).sort()).toEqual(Object.keys(rules).sort());
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' });
      expect(JSON.stringify(Properties)).not.toContain('*');
    }

    expect(synth(stack).getStackByName('Stack').template).toEqual(template.toJSON());
    expect(Template.fromStack(build().stack).toJSON()).toEqual(template.toJSON());
  }), { numRuns: 50 });
});
