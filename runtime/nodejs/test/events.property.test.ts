import * as fc from 'fast-check';
import { contextOf, freshRuntime, TOKEN } from './fresh-runtime';

const key = fc.oneof(fc.string(), fc.constantFrom('cdkLambdaWarmer', 'token', '__proto__', 'constructor', 'warmer', 'toString'));
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constant(null), fc.boolean(), fc.double(), fc.string({ unit: 'binary' }), fc.array(tie('value')), fc.dictionary(key, tie('value'))),
})).value.map((value) => JSON.stringify(value));

const receive = async (event: unknown, _context?: unknown) => event;

test('property: an event that is no ping reaches the handler as the same object, unchanged, whatever keys it has', async () => {
  const warmed = freshRuntime().withWarming(receive);
  await fc.assert(fc.asyncProperty(json, async (text) => {
    const event = JSON.parse(text);
    expect(await warmed(event, contextOf())).toBe(event);
    expect(JSON.stringify(event)).toBe(JSON.stringify(JSON.parse(text)));
  }), { numRuns: 1000 });
});

test('property: so does a ping with any token but the right one', async () => {
  const warmed = freshRuntime().withWarming(receive);
  const tokens = fc.oneof(
    json.map((text) => JSON.parse(text)),
    fc.string({ unit: 'binary' }),
    // The right one with a letter changed, left out or put in.
    fc.tuple(fc.nat(TOKEN.length - 1), fc.constantFrom('', 'x', '00'), fc.nat(1)).map(([at, letter, removed]) => TOKEN.slice(0, at) + letter + TOKEN.slice(at + removed)),
  ).filter((token) => token !== TOKEN);
  await fc.assert(fc.asyncProperty(tokens, fc.dictionary(key, fc.integer()), async (token, more) => {
    const event = { ...more, cdkLambdaWarmer: { releaseAt: Date.now() + 5000, holdMs: 5000, token } };
    expect(await warmed(event, contextOf())).toBe(event);
  }), { numRuns: 1000 });
});

test('property: a ping with the right token is answered, whatever else it carries', async () => {
  const warmed = freshRuntime().withWarming(receive);
  await fc.assert(fc.asyncProperty(fc.dictionary(key, fc.anything()), async (more) => {
    const answer: any = await warmed({ ...more, cdkLambdaWarmer: { ...more, releaseAt: undefined, holdMs: undefined, token: TOKEN } }, contextOf());
    expect(Object.keys(answer.cdkLambdaWarmer)).toEqual(['environmentId', 'coldStart', 'heldMs', 'pings', 'idleMs']);
  }), { numRuns: 300 });
});
