import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { isArchitecture } from './architecture';
import { AS_OF } from './list-prices';
import { PriceList } from './price-list';
import { always, Counted, itemsOf, MIB_PER_GB, SECONDS_PER_MONTH, sum, Usage } from './usage';
import { WarmingCostItem } from './warming-cost-item';
import { WarmingEstimate } from './warming-estimate';
import { MEMORY } from '../target/memory';

const DEFAULT_DISPATCHER_MEMORY = 512;

/** What each warmer costs that has not been counted with another one. */
const SOURCES = new WeakMap<IConstruct, (counted: Counted) => WarmingCost>();

/**
 * What warming and provisioned concurrency cost in a month of 30 days, in US dollars at AWS's list prices: without free
 * tiers, which an account has once for everything, and without what requests cost.
 *
 * It is reckoned before anything is deployed, and assumes how long pings take: see `CostAssumptions`. Environments that
 * Lambda recycles are initialized by a ping; how often that is, nobody knows beforehand, and it is not counted.
 *
 * @example
 * const cost = WarmingCost.estimate({ memorySize: 2048, billedMilliseconds: 100, pingsPerMonth: 8640 });
 * const usd = cost.monthlyUsd;
 */
export class WarmingCost {
  /**
   * What something costs that no construct describes (yet).
   *
   * Throws if a number is out of its range.
   *
   * @param estimate what is used, where what is left out is not
   */
  public static estimate(estimate: WarmingEstimate): WarmingCost {
    const problems = problemsOf(estimate ?? {});
    if (problems.length > 0) {
      throw new Error(`WarmingCost.estimate(): ${problems.join('\n  ')}`);
    }
    const { memorySize, billedMilliseconds, heldMilliseconds = 0, pingsPerMonth, concurrency = 1, architecture = Architecture.X86_64 } = estimate;
    const { dispatcher, provisionedConcurrency = 0, prices = PriceList.forRegion('us-east-1') } = estimate;
    const pings = pingsPerMonth * concurrency;
    return WarmingCost._of({
      memorySize,
      architecture,
      pings: always(pings),
      answeringMs: always(pings * (billedMilliseconds - heldMilliseconds)),
      heldMs: always(pings * heldMilliseconds),
      provisionedPart: concurrency === 0 ? 0 : Math.min(1, provisionedConcurrency / concurrency),
      dispatcher: dispatcher && {
        memorySize: dispatcher.memorySize ?? DEFAULT_DISPATCHER_MEMORY,
        architecture: dispatcher.architecture ?? Architecture.ARM_64,
        invocations: always(pingsPerMonth),
        billedMs: always(pingsPerMonth * dispatcher.billedMilliseconds),
      },
      scheduledInvocations: always(estimate.scheduledInvocations ?? 0),
      logs: always(pings * (estimate.logBytesPerPing ?? 0)),
      customMetrics: estimate.customMetrics ?? 0,
      provisioned: always(provisionedConcurrency),
    }, prices, { warmSeconds: concurrency * SECONDS_PER_MONTH });
  }

  /**
   * What all warmers cost that stand in a construct: in a stack, say, or in the whole app; and their dashboards, and alarms on low
   * coverage. What several of them share is counted with the first. Those that aspects create are there once the app has been synthesized.
   *
   * Throws if the costs of one of them cannot be told: see `LambdaWarmer.monthlyCost`.
   *
   * @param scope where they stand
   */
  public static of(scope: IConstruct): WarmingCost {
    const counted: Counted = new Set();
    const costs = scope.node.findAll().flatMap((construct) => WarmingCost._told(construct, counted) ?? []);
    return new WarmingCost(costs.flatMap(({ items }) => items), undefined, [...new Set(costs.flatMap(({ _priceLists }) => _priceLists))]);
  }

  /**
   * What one construct costs, but for what has been counted already; undefined: it costs nothing. Throws if it cannot be told.
   *
   * @internal
   */
  public static _told(construct: IConstruct, counted: Counted): WarmingCost | undefined {
    return SOURCES.get(construct)?.(counted);
  }

  /**
   * What is used, at the prices of a list.
   *
   * @internal
   */
  public static _of(
    usage: Usage, list: PriceList, { construct, warmSeconds }: { readonly construct?: string; readonly warmSeconds: number },
  ): WarmingCost {
    const items = itemsOf(usage, list).map((item) => ({ ...item, construct }));
    return new WarmingCost(items, breakEven(usage, list, warmSeconds), [list._name]);
  }

  /**
   * What several things of one construct cost, each item once.
   *
   * @internal
   */
  public static _together(costs: readonly WarmingCost[], construct: string): WarmingCost {
    const items = new Map<string, WarmingCostItem>();
    for (const item of costs.flatMap((cost) => cost.items)) {
      const key = `${item.name} ${item.usdPerUnit}`;
      const { quantity, maxQuantity, monthlyUsd, maxMonthlyUsd } = items.get(key) ?? { quantity: 0, maxQuantity: 0, monthlyUsd: 0, maxMonthlyUsd: 0 };
      items.set(key, {
        ...item,
        construct,
        quantity: quantity + item.quantity,
        maxQuantity: maxQuantity + item.maxQuantity,
        monthlyUsd: monthlyUsd + item.monthlyUsd,
        maxMonthlyUsd: maxMonthlyUsd + item.maxMonthlyUsd,
      });
    }
    return new WarmingCost([...items.values()], undefined, [...new Set(costs.flatMap(({ _priceLists }) => _priceLists))]);
  }

  /**
   * Lets a construct be found by `WarmingCost.of()`.
   *
   * @internal
   */
  public static _register(construct: IConstruct, cost: (counted: Counted) => WarmingCost): void {
    SOURCES.set(construct, cost);
  }

  /**
   * US dollars a month, as deployed: with the concurrency that the schedule says, and with no more provisioned than
   * `minCapacity`.
   */
  public readonly monthlyUsd: number;

  /**
   * US dollars a month at the most, without another deployment: with the largest concurrency that a parameter may ask for,
   * and with all that scaling by utilization may provision.
   */
  public readonly maxMonthlyUsd: number;

  private constructor(
    /** What these are the sums of. */
    public readonly items: WarmingCostItem[],
    /**
     * Above which part of the time, from 0 to 1, the environments must be busy with requests for provisioned concurrency to
     * cost less than to warm them, and to pay for each request on demand: of time on demand, a GB-second costs more.
     * Without pings, than to pay on demand alone. 1 also where that is never so, because there an hour in use costs as much
     * as on demand or more. Undefined for several constructs together.
     *
     * It compares what AWS bills, not how fast the answers are.
     */
    public readonly breakEvenUtilization: number | undefined,
    /** @internal */
    public readonly _priceLists: readonly string[],
  ) {
    this.monthlyUsd = sum(items.map(({ monthlyUsd }) => monthlyUsd));
    this.maxMonthlyUsd = sum(items.map(({ maxMonthlyUsd }) => maxMonthlyUsd));
  }

  /**
   * What is wrong with it if it must not cost more than that, each a sentence.
   *
   * @internal
   */
  public _problems(maxMonthlyCost: number): string[] {
    return this.maxMonthlyUsd > maxMonthlyCost
      ? [`maxMonthlyCost is $${maxMonthlyCost}, but it may cost $${this.maxMonthlyUsd.toFixed(4)} a month. Write a lower concurrency or capacity, or a higher maxMonthlyCost.\n\n${this.toString()}\n`]
      : [];
  }

  /**
   * The items and their sum, as lines of text.
   */
  public toString(): string {
    const isVariable = this.maxMonthlyUsd > this.monthlyUsd;
    const usd = ({ monthlyUsd, maxMonthlyUsd }: Pick<WarmingCostItem, 'monthlyUsd' | 'maxMonthlyUsd'>) =>
      [monthlyUsd, ...isVariable ? [maxMonthlyUsd] : []].map((value) => ` $${value.toFixed(4)}`.padStart(12)).join('');
    const constructs = [...new Set(this.items.map(({ construct }) => construct))];
    const lines = constructs.flatMap((construct) => [
      ...construct === undefined ? [] : [construct],
      ...this.items.filter((item) => item.construct === construct)
        .map((item) => `${usd(item)}  ${item.name}: ${Number(item.quantity.toPrecision(4))} ${item.unit}`),
    ]);
    return [...lines, `${usd(this)}  USD a month${isVariable ? ', and at the most' : ''} (${this._priceLists.join(', ') || `as of ${AS_OF}`})`].join('\n');
  }
}

/**
 * With requests for a part u of the time, a GB-second costs w + u × d warm and on demand, and p + u × e provisioned.
 */
function breakEven(usage: Usage, list: PriceList, warmSeconds: number): number {
  const { memorySize, architecture } = usage;
  const warming = sum(itemsOf({ ...usage, provisioned: always(0) }, list).map(({ monthlyUsd }) => monthlyUsd));
  const w = warmSeconds > 0 ? warming / (warmSeconds * memorySize / MIB_PER_GB) : 0;
  const saved = list._duration(architecture) - list._provisionedDuration(architecture);
  const fixed = list._provisioned(architecture) - w;
  return saved > 0 ? Math.min(1, Math.max(0, fixed / saved)) : Number(fixed > 0);
}

function problemsOf(estimate: WarmingEstimate): string[] {
  const { memorySize, billedMilliseconds, heldMilliseconds = 0, pingsPerMonth, concurrency, dispatcher } = estimate;
  const counts = {
    billedMilliseconds,
    heldMilliseconds,
    pingsPerMonth,
    concurrency,
    'dispatcher.billedMilliseconds': dispatcher?.billedMilliseconds,
    'scheduledInvocations': estimate.scheduledInvocations,
    'logBytesPerPing': estimate.logBytesPerPing,
    'customMetrics': estimate.customMetrics,
    'provisionedConcurrency': estimate.provisionedConcurrency,
  };
  const problems = Object.entries({ memorySize, 'dispatcher.memorySize': dispatcher?.memorySize })
    .filter(([name, value]) => !(value === undefined && name !== 'memorySize') && !(value! >= MEMORY.from && value! <= MEMORY.to))
    .map(([name, value]) => `${name} is ${value}. Write MiB, from ${MEMORY.from} to ${MEMORY.to.toLocaleString('en')}.`);
  const architectures = { 'architecture': estimate.architecture, 'dispatcher.architecture': dispatcher?.architecture };
  problems.push(...Object.entries(architectures).filter(([, one]) => one !== undefined && !isArchitecture(one))
    .map(([name]) => `${name} is none. Write lambda.Architecture.ARM_64, say.`));
  if (estimate.prices !== undefined && !(estimate.prices instanceof PriceList)) {
    problems.push("prices is no PriceList. Write PriceList.forRegion('eu-west-1'), say.");
  }
  const missing = ['billedMilliseconds', 'pingsPerMonth', ...dispatcher ? ['dispatcher.billedMilliseconds'] : []];
  problems.push(...Object.entries(counts)
    .filter(([name, value]) => value === undefined ? missing.includes(name) : !(Number.isFinite(value) && value >= 0))
    .map(([name, value]) => `${name} is ${value}. Write a number, at least 0.`));
  if (heldMilliseconds > billedMilliseconds) {
    problems.push(`heldMilliseconds is ${heldMilliseconds}, more than billedMilliseconds, of which it is a part. Write at most ${billedMilliseconds}.`);
  }
  return problems;
}

