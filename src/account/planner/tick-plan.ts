import { allot, Wanted } from './allotment';
import { pack, roomFor } from './batches';
import { Size } from './function-sizes';
import { Batches, MAX_BATCHES_AT_ONCE, Ping, PlannerSettings, Spending } from './settings';
import { Found } from './tagged-functions';

/** What a tick is planned from. */
export interface Known {
  readonly found: Found;
  /** What the account may still run on demand. */
  readonly free: number;
  /** Of functions, by ARN; needed only to count what they cost. */
  readonly sizes?: ReadonlyMap<string, Size>;
}

/** A tick, and what of the tags it does not do. */
export interface TickPlan extends Batches {
  /** Environments that the tags ask for. */
  readonly asked: number;
  /** Environments that the tick keeps warm. */
  readonly planned: number;
  /** The most that all limits together leave for pings and dispatchers. */
  readonly mostAtOnce: number;
  /** What its pings cost a month, in US dollars, if that is counted. */
  readonly usd?: number;
  /** Functions that get less than their tags ask for. */
  readonly cut: readonly Cut[];
}

export interface Cut {
  readonly function: string;
  readonly asked: number;
  readonly planned: number;
}

/** What a tick pings, within all limits. The same from the same. */
export function planTick(settings: PlannerSettings, { found, free, sizes }: Known): TickPlan {
  const { never, spending, maxConcurrency = Infinity, maxConcurrencyPerFunction, maxShareOfConcurrency } = settings;
  const tagged = found.functions.filter(({ arn }) => !never.includes(arn.split(':')[6]));
  const wanted = tagged.slice(0, roomFor(tagged.map(({ arn }) => arn))).map(({ arn, concurrency }): Wanted => ({
    arn,
    concurrency: Math.min(concurrency, maxConcurrencyPerFunction),
    costOf: spending ? costOf(spending, sizes?.get(arn)) : () => 0,
  }));
  const ofShare = Math.floor(free * maxShareOfConcurrency);
  const { batches, usd } = withDispatchers(wanted, spending, (dispatchers) => Math.min(maxConcurrency, ofShare - dispatchers));

  const planned = new Map(batches.flat().map((ping) => [ping.function, ping.concurrency]));
  const cut = tagged.map(({ arn, concurrency }): Cut => ({ function: arn, asked: concurrency, planned: planned.get(arn) ?? 0 }));
  return {
    batches,
    asked: sum(tagged.map(({ concurrency }) => concurrency)),
    planned: sum([...planned.values()]),
    mostAtOnce: Math.min(maxConcurrency, ofShare),
    usd,
    cut: cut.filter((one) => one.planned < one.asked),
  };
}

/**
 * What sends the pings runs at the same time, and costs something, too: as few of them are reckoned with as can send what they
 * leave.
 */
function withDispatchers(
  wanted: readonly Wanted[], spending: Spending | undefined, environmentsBeside: (dispatchers: number) => number,
): Batches & { readonly usd?: number } {
  const beside = (count: number) => {
    const limits = {
      environments: environmentsBeside(Math.min(count, MAX_BATCHES_AT_ONCE)),
      usd: spending ? spending.usd - count * spending.usdPerBatch : Infinity,
    };
    const got = limits.usd < 0 ? wanted.map(() => 0) : allot(wanted, limits);
    const pings = wanted.map(({ arn }, index): Ping => ({ function: arn, concurrency: got[index] }));
    return { got, ...pack(pings.filter(({ concurrency }) => concurrency > 0)) };
  };
  // A batch for each would always do.
  let [least, enough] = [1, Math.max(1, wanted.length)];
  while (least < enough) {
    const middle = Math.floor((least + enough) / 2);
    if (beside(middle).batches.length <= middle) {
      enough = middle;
    } else {
      least = middle + 1;
    }
  }
  const { got, batches } = beside(enough);
  const ofPings = sum(wanted.map(({ costOf: cost }, index) => got[index] > 0 ? cost(got[index]) : 0));
  return { batches, usd: spending && ofPings + batches.length * spending.usdPerBatch };
}

/** Of one of which nothing is known any more, nobody can tell: it gets nothing. */
function costOf(spending: Spending, size: Size | undefined): (concurrency: number) => number {
  const { usdPerFunction, usdPerPing, usdPerGbSecond, ticksPerMonth, answeringMs, heldMs, heldMsPerPing } = spending;
  const price = usdPerGbSecond[size?.architecture ?? ''];
  if (!size || price === undefined) {
    return () => Infinity;
  }
  return (concurrency) => {
    const busyMs = answeringMs + (concurrency > 1 ? heldMs + concurrency * heldMsPerPing : 0);
    return usdPerFunction + ticksPerMonth * concurrency * (usdPerPing + size.gb * busyMs / 1000 * price);
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
