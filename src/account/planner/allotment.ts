/** A function that is to be kept warm. */
export interface Wanted {
  readonly arn: string;
  /** How many environments: at least 1. */
  readonly concurrency: number;
  /** What so many cost a month, in US dollars; at least as much as fewer. */
  costOf(concurrency: number): number;
}

/** What all together may have. */
export interface Limits {
  /** Environments. */
  readonly environments: number;
  /** US dollars a month. */
  readonly usd: number;
}

/**
 * How many environments each function gets, in the order of the functions: all of them the first before any gets a second,
 * and so on, until nothing is left. One whose next environment costs more than is left gets no more; cheaper ones may.
 */
export function allot(functions: readonly Wanted[], limits: Limits): number[] {
  const got = functions.map(() => 0);
  let { environments, usd } = limits;
  let open = functions.map((_, index) => index);
  while (open.length > 0 && environments >= 1) {
    const next: number[] = [];
    for (const index of open) {
      const { concurrency, costOf } = functions[index];
      const price = costOf(got[index] + 1) - (got[index] === 0 ? 0 : costOf(got[index]));
      if (environments < 1 || price > usd) {
        continue;
      }
      got[index]++;
      environments--;
      usd -= price;
      if (got[index] < concurrency) {
        next.push(index);
      }
    }
    open = next;
  }
  return got;
}
