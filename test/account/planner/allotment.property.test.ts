import fc from 'fast-check';
import { allot, Wanted } from '../../../src/account/planner/allotment';

/** Costs that grow by each environment. */
const wanted: fc.Arbitrary<Wanted> = fc.record({
  concurrency: fc.integer({ min: 1, max: 60 }), base: fc.double({ min: 0, max: 3, noNaN: true }), each: fc.double({ min: 0, max: 2, noNaN: true }),
}).map(({ concurrency, base, each }) => ({ arn: 'function', concurrency, costOf: (count) => base + each * count * (1 + count / 100) }));
const functions = fc.array(wanted, { maxLength: 40 });
const limits = fc.record({ environments: fc.integer({ min: -5, max: 400 }), usd: fc.double({ min: 0, max: 500, noNaN: true }) });

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const costOf = (all: readonly Wanted[], got: readonly number[]) => sum(all.map(({ costOf: cost }, index) => got[index] > 0 ? cost(got[index]) : 0));

describe('whatever is wanted, and whatever the limits, what is allotted', () => {
  test('is never above any of them', () => {
    fc.assert(fc.property(functions, limits, (all, limit) => {
      const got = allot(all, limit);
      expect(got).toHaveLength(all.length);
      expect(got.every((count, index) => Number.isInteger(count) && count >= 0 && count <= all[index].concurrency)).toBe(true);
      expect(sum(got)).toBeLessThanOrEqual(Math.max(0, limit.environments));
      expect(costOf(all, got)).toBeLessThanOrEqual(limit.usd + 1e-9);
    }));
  });

  test('is fair: nobody has two more than another who wants more, is no dearer, and comes first', () => {
    fc.assert(fc.property(functions, fc.integer({ min: 0, max: 400 }), (all, environments) => {
      const got = allot(all, { environments, usd: Infinity });
      for (const [index, { concurrency }] of all.entries()) {
        const most = Math.max(0, ...got);
        // Who has less than others has all that is wanted, or is one behind.
        expect(got[index] >= Math.min(concurrency, most - 1)).toBe(true);
        // What is left over goes to those who come first.
        expect(got.slice(index + 1).every((later) => later <= got[index] || got[index] === concurrency)).toBe(true);
      }
    }));
  });

  test('leaves nothing that somebody could still have', () => {
    fc.assert(fc.property(functions, limits, (all, limit) => {
      const got = allot(all, limit);
      const [environments, usd] = [limit.environments - sum(got), limit.usd - costOf(all, got)];
      const next = all.filter(({ concurrency, costOf: cost }, index) => got[index] < concurrency
        && environments >= 1 && cost(got[index] + 1) - (got[index] === 0 ? 0 : cost(got[index])) < usd - 1e-9);
      expect(next).toEqual([]);
    }));
  });

  test('is the same each time', () => {
    fc.assert(fc.property(functions, limits, (all, limit) => {
      expect(allot(all, limit)).toEqual(allot(all, limit));
    }));
  });
});

test('all get the first before any gets a second, in their order', () => {
  const free = (concurrency: number): Wanted => ({ arn: 'function', concurrency, costOf: () => 0 });
  expect(allot([free(5), free(1), free(5)], { environments: 2, usd: Infinity })).toEqual([1, 1, 0]);
  expect(allot([free(5), free(1), free(5)], { environments: 4, usd: Infinity })).toEqual([2, 1, 1]);
  expect(allot([free(5), free(1), free(5)], { environments: 100, usd: Infinity })).toEqual([5, 1, 5]);
});

test('one that costs more than is left gets none, and others do', () => {
  const at = (usd: number): Wanted => ({ arn: 'function', concurrency: 3, costOf: (count) => count * usd });
  expect(allot([at(10), at(1), at(Infinity)], { environments: 100, usd: 5 })).toEqual([0, 3, 0]);
});
