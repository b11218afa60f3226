import * as fc from 'fast-check';
import { contextOf, freshRuntime, ping, TOKEN } from './fresh-runtime';
import vectors from '../../vectors.json';

const NOW = vectors.now;

const anything = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Infinity, -Infinity, NaN, null, undefined, true, '100', [100], {}, 1e300));

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});

afterEach(() => {
  jest.useRealTimers();
});

/** How long a ping with these wishes is held, as the answer says, which the clock bears out. */
async function heldMs(wishes: object, remainingMs = 60_000): Promise<number> {
  const { withWarming } = freshRuntime();
  const startedAt = Date.now();
  const answer: Promise<any> = withWarming(async (_event: any, _context: any): Promise<any> => undefined)(ping(wishes), contextOf(remainingMs));
  await jest.runAllTimersAsync();
  const { cdkLambdaWarmer } = await answer;
  expect(cdkLambdaWarmer.heldMs).toBe(Date.now() - startedAt);
  return cdkLambdaWarmer.heldMs;
}

test.each(vectors.holds)('%j', async ({ wishes, remainingMs, heldMs: expected }) => {
  expect(await heldMs(wishes, remainingMs)).toBe(expected);
});

test('property: whatever a ping wishes, it is never held beyond 10 s, nor into the last 500 ms', async () => {
  await fc.assert(fc.asyncProperty(anything, anything, fc.integer({ min: -1000, max: 900_000 }), async (releaseAt, holdMs, remainingMs) => {
    jest.setSystemTime(NOW);
    const held = await heldMs({ token: TOKEN, releaseAt, holdMs }, remainingMs);
    // A timer counts whole milliseconds, at least one.
    expect(held).toBeLessThanOrEqual(Math.max(1, Math.min(10_000, remainingMs - 500)));
    expect(held).toBeGreaterThanOrEqual(0);
  }), { numRuns: 300 });
});

test('property: a moment within the clamps is met', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 10_000 }), async (milliseconds) => {
    jest.setSystemTime(NOW);
    expect(await heldMs({ releaseAt: NOW + milliseconds })).toBe(milliseconds);
  }), { numRuns: 50 });
});
