import { CfnParameter, Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventField } from 'aws-cdk-lib/aws-events';
import { FanOut, LambdaWarmer, WarmingPayload } from '../../src';
import { testFunction, testStack } from '../uses';

function warm(payload: WarmingPayload, concurrency = 1, stack = testStack()) {
  new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack), payload, concurrency, fanOut: FanOut.direct() });
  return stack;
}

function inputsOf(payload: WarmingPayload, concurrency = 1): unknown[] {
  const rules = Template.fromStack(warm(payload, concurrency)).findResources('AWS::Events::Rule');
  return Object.values(rules).flatMap((rule) => rule.Properties.Targets.map(({ Input }: { Input?: string }) => Input && JSON.parse(Input)));
}

// The presets themselves are held beside the snapshots, and by the handlers of their own systems end to end.

describe('standard', () => {
  test('carries the token that was agreed upon', () => {
    expect(inputsOf(WarmingPayload.standard({ token: 'agreed' }))).toEqual([{ cdkLambdaWarmer: { token: 'agreed' } }]);
  });

  test('refuses an empty token, which any event would have', () => {
    expect(() => warm(WarmingPayload.standard({ token: '' }))).toThrow("LambdaWarmer 'Stack/Warmer': the payload has an empty token: write one that the function knows");
  });
});

describe('lambdaWarmer', () => {
  test.each([
    [{ flagField: '' }, 'has an empty field name'],
    [{ concurrencyField: '' }, 'has an empty field name'],
    [{ flagField: 'concurrency' }, "uses 'concurrency' as flagField and as concurrencyField"],
    [{ flagField: 'cdkLambdaWarmer' }, "uses 'cdkLambdaWarmer', the key of the standard ping"],
    [{ concurrencyField: 'cdkLambdaWarmer' }, "uses 'cdkLambdaWarmer', the key of the standard ping"],
    [{ flagField: '__WARMER_INVOCATION__' }, "uses '__WARMER_INVOCATION__', which such a handler reads"],
    [{ concurrencyField: '__WARMER_CONCURRENCY__' }, "uses '__WARMER_CONCURRENCY__', which such a handler reads"],
  ])('refuses %j', (options, fault) => {
    expect(() => warm(WarmingPayload.lambdaWarmer(options))).toThrow(`LambdaWarmer 'Stack/Warmer': the payload ${fault}`);
  });
});

test('openNext does not hold a ping that is alone', () => {
  expect(inputsOf(WarmingPayload.openNext())).toEqual([{ type: 'warmer', warmerId: 'cdk-lambda-warmer', index: 0, concurrency: 1, delay: 0 }]);
});

test('ofType refuses an empty type', () => {
  expect(() => warm(WarmingPayload.ofType(''))).toThrow("LambdaWarmer 'Stack/Warmer': the payload has an empty type: write one that the handler knows, such as 'warmer'.");
});

test('no preset takes a field of the triggering event', () => {
  for (const payload of [WarmingPayload.ofType(EventField.time), WarmingPayload.standard({ token: EventField.account })]) {
    expect(() => warm(payload)).toThrow(/the payload has a field of the triggering event at '.*': .* or take WarmingPayload\.scheduledEvent\(\)\./);
  }
});

test('scheduledEvent can be sent to several environments', () => {
  expect(inputsOf(WarmingPayload.scheduledEvent(), 2)).toEqual([undefined, undefined]);
});

describe('fromObject', () => {
  const circular: { [key: string]: unknown } = { a: { b: [] } };
  (circular.a as any).b.push(circular);

  class Money {
    constructor(public readonly cents: number) {}
  }

  test.each<[string, any, string]>([
    ['a function', { f: () => 1 }, "has a function at 'f': write strings, numbers"],
    ['a deep symbol', { a: [{ b: Symbol('s') }] }, "has a symbol at 'a[0].b'"],
    ['a bigint', { n: BigInt(1) }, "has a bigint at 'n'"],
    ['undefined in a list, which JSON would turn into null', { list: [1, undefined] }, "has undefined at 'list[1]'"],
    ['a hole in a list', { list: [1, , 2] }, "has undefined at 'list[1]'"], // eslint-disable-line no-sparse-arrays
    ['NaN', { n: NaN }, "has NaN at 'n': JSON has no such number"],
    ['Infinity', { n: [-Infinity] }, "has -Infinity at 'n[0]'"],
    ['a Map', { m: new Map() }, "has an instance of Map at 'm'"],
    ['a Date', { d: new Date(0) }, "has an instance of Date at 'd'"],
    ['an instance', { price: new Money(1) }, "has an instance of Money at 'price'"],
    ['a cycle', circular, "contains itself at 'a.b[0]'"],
    ['a field of the event', { at: `time: ${EventField.time}` }, "has a field of the triggering event at 'at'"],
    ['the reserved key', { cdkLambdaWarmer: {} }, "has the key 'cdkLambdaWarmer', which is reserved for the standard ping: take WarmingPayload.standard()"],
    ['a key that CDK would lose', { a: JSON.parse('{"__proto__":1}') }, "has the key '__proto__' at 'a': CDK would lose it, write another one"],
    ['an array', [1], 'is not an object: write one'],
    ['null', null, 'is not an object: write one'],
    ['a string', 'warmer', 'is not an object: write one'],
    ['a token', Lazy.any({ produce: () => ({}) }), 'is not an object: write one'],
  ])('refuses %s', (_, payload, fault) => {
    expect(() => warm(WarmingPayload.fromObject(payload))).toThrow(`LambdaWarmer 'Stack/Warmer': the payload ${fault}`);
  });

  test('takes what JSON can say, the same object twice included, and leaves out what is undefined', () => {
    const shared = { x: 1 };
    expect(inputsOf(WarmingPayload.fromObject({ a: shared, b: shared, c: [null, true, ''], d: undefined, e: Object.create(null) })))
      .toEqual([{ a: { x: 1 }, b: { x: 1 }, c: [null, true, ''], e: {} }]);
  });

  test('sends the keys in the order of the alphabet, however deep: those of a map in Java come in any', () => {
    const stack = warm(WarmingPayload.fromObject({ b: 1, a: [{ d: 2, c: { f: 3, e: 4 } }] }));
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ Input: '{"a":[{"c":{"e":4,"f":3},"d":2}],"b":1}' })],
    });
  });

  test('takes 8,192 characters as JSON, and not one more', () => {
    const around = JSON.stringify({ text: '' }).length;
    expect(inputsOf(WarmingPayload.fromObject({ text: 'x'.repeat(8192 - around) }))).toHaveLength(1);
    expect(() => warm(WarmingPayload.fromObject({ text: 'x'.repeat(8193 - around) })))
      .toThrow("LambdaWarmer 'Stack/Warmer': the payload, with all that is sent with it, has 8193 characters as JSON, EventBridge takes 8192. Write a shorter one");
  });

  test('does not count a token, whose length nobody knows, but what stands around it', () => {
    const stack = testStack();
    const text = new CfnParameter(stack, 'Text').valueAsString;
    const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    const around = JSON.stringify({ text: '', number: 0 }).length;
    Template.fromStack(warm(WarmingPayload.fromObject({ text: 'x'.repeat(8192 - around) + text, number }), 1, stack)).hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ Input: { 'Fn::Join': ['', Match.arrayWith([{ Ref: 'Number' }, { Ref: 'Text' }])] } })],
    });
    expect(() => warm(WarmingPayload.fromObject({ text: 'x'.repeat(8193 - around) + text, number }))).toThrow('the payload, with all that is sent with it, has 8193 characters');
  });

  test('is measured at synthesis if its length is known only then', () => {
    const stack = warm(WarmingPayload.fromObject({ text: Lazy.string({ produce: () => 'x'.repeat(9000) }) }));
    expect(() => Template.fromStack(stack)).toThrow('[Stack/Warmer] the payload, with all that is sent with it, has 9011 characters as JSON, EventBridge takes 8192.');
  });
});
