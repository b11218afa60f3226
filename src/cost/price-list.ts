import { Token } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { isArm } from './architecture';
import {
  ALARM, AS_OF, CUSTOM_METRIC, DASHBOARD, EXPRESS_DURATION, EXPRESS_REQUESTS, LIST_PRICES, METRIC_REQUESTS, PRICE_PAGES, SCHEDULER_INVOCATIONS,
  STATE_TRANSITION, STATE_TRANSITIONS,
} from './list-prices';

/** Whose prices stand in for those of regions that are not known. */
const DEFAULT_REGION = 'us-east-1';

/** By region, what the app knows better than the list. */
const CONTEXT_KEY = 'cdk-lambda-warmer:prices';

const REGION = /^[a-z]+(-[a-z]+)+-\d+$/;

const MILLION = 1_000_000;

/**
 * Prices in US dollars. What is left out is as in the list that they change.
 */
export interface PriceOverrides {
  /**
   * A million requests.
   *
   * @default - as in the list
   */
  readonly requestsPerMillion?: number;

  /**
   * A GB-second of duration on x86_64, such as 0.0000166667.
   *
   * @default - as in the list
   */
  readonly durationX86?: number;

  /**
   * A GB-second of duration on arm64, such as 0.0000133334.
   *
   * @default - as in the list
   */
  readonly durationArm?: number;

  /**
   * A GB-second of provisioned concurrency on x86_64, in use or not, such as 0.0000041667.
   *
   * @default - as in the list
   */
  readonly provisionedX86?: number;

  /**
   * A GB-second of provisioned concurrency on arm64, in use or not, such as 0.0000033334.
   *
   * @default - as in the list
   */
  readonly provisionedArm?: number;

  /**
   * A GB-second of duration in a provisioned environment on x86_64, such as 0.0000097222.
   *
   * @default - as in the list
   */
  readonly provisionedDurationX86?: number;

  /**
   * A GB-second of duration in a provisioned environment on arm64, such as 0.0000077778.
   *
   * @default - as in the list
   */
  readonly provisionedDurationArm?: number;

  /**
   * A GB of log events that CloudWatch takes in.
   *
   * @default - as in the list
   */
  readonly logsPerGb?: number;

  /**
   * A custom metric of CloudWatch, a month.
   *
   * @default - as in the list
   */
  readonly customMetric?: number;

  /**
   * A dashboard of CloudWatch, a month.
   *
   * @default - as in the list
   */
  readonly dashboard?: number;

  /**
   * An alarm of CloudWatch on one metric, a month.
   *
   * @default - as in the list
   */
  readonly alarm?: number;

  /**
   * A million invocations by EventBridge Scheduler.
   *
   * @default - as in the list
   */
  readonly schedulerPerMillion?: number;

  /**
   * A thousand requests to CloudWatch's API.
   *
   * @default - as in the list
   */
  readonly metricRequestsPerThousand?: number;

  /**
   * A million state transitions of Standard Workflows of Step Functions.
   *
   * @default - as in the list
   */
  readonly transitionsPerMillion?: number;

  /**
   * A million requests of Express Workflows of Step Functions.
   *
   * @default - as in the list
   */
  readonly expressRequestsPerMillion?: number;

  /**
   * A GB-second of Express Workflows of Step Functions, such as 0.00001667.
   *
   * @default - as in the list
   */
  readonly expressDuration?: number;
}

type Prices = Required<PriceOverrides>;

/**
 * What AWS bills for warming and for provisioned concurrency in a region: list prices in US dollars, without free tiers,
 * discounts for volume, and savings plans.
 *
 * They are those of https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/cloudwatch/pricing/ and
 * https://aws.amazon.com/eventbridge/pricing/, as AWS published them for its calculator: those of Lambda on the day that
 * `asOf` says, the others shortly before.
 * EventBridge Scheduler's are known of us-east-1, ap-northeast-1 and ap-northeast-2; elsewhere that of us-east-1 stands.
 * Those of Step Functions (https://aws.amazon.com/step-functions/pricing/) are of us-east-1, as of March 2026, but for state
 * transitions in five regions, where they cost up to half as much again.
 *
 * An app that knows better says so in its context, by region, in `cdk.json` for example:
 * `"cdk-lambda-warmer:prices": { "eu-west-1": { "requestsPerMillion": 0.18 } }`.
 */
export class PriceList {
  /**
   * The prices of a region. Of one that is not known, and if the region is known at deployment only, those of us-east-1,
   * as `region` says then.
   *
   * @param region such as `eu-west-1`
   */
  public static forRegion(region: string): PriceList {
    const rowOf = (some: string) => LIST_PRICES.find(([name]) => name === some);
    const [known, requestsPerMillion, ...rest] = rowOf(region) ?? rowOf(DEFAULT_REGION)!;
    const perGbSecond = rest.map((price) => price / MILLION);
    const [durationX86, durationArm, provisionedX86, provisionedArm, provisionedDurationX86, provisionedDurationArm] = perGbSecond;
    return new PriceList(known, AS_OF, `${known} as of ${AS_OF}`, {
      requestsPerMillion,
      durationX86,
      durationArm,
      provisionedX86,
      provisionedArm,
      provisionedDurationX86,
      provisionedDurationArm,
      logsPerGb: rest[6],
      customMetric: CUSTOM_METRIC,
      dashboard: DASHBOARD,
      alarm: ALARM,
      schedulerPerMillion: SCHEDULER_INVOCATIONS[known] ?? SCHEDULER_INVOCATIONS[DEFAULT_REGION],
      metricRequestsPerThousand: METRIC_REQUESTS,
      transitionsPerMillion: STATE_TRANSITIONS[known] ?? STATE_TRANSITION,
      expressRequestsPerMillion: EXPRESS_REQUESTS,
      expressDuration: EXPRESS_DURATION / MILLION,
    });
  }

  /**
   * The prices of a region for a construct, with what its context says of them.
   *
   * @internal
   */
  public static _of(scope: IConstruct, region: string): PriceList {
    const list = PriceList.forRegion(region);
    const context: unknown = scope.node.tryGetContext(CONTEXT_KEY);
    const isObject = (value: unknown): value is { [key: string]: any } => typeof value === 'object' && value !== null && !Array.isArray(value);
    if (context === undefined) {
      return list;
    }
    // Where the region is known at deployment only, another one's prices stand in, and so does what is said of those.
    const known = Token.isUnresolved(region) ? list.region : region;
    if (!isObject(context) || !Object.entries(context).every(([key, prices]) => REGION.test(key) && isObject(prices))) {
      throw new Error(`The context '${CONTEXT_KEY}' has no prices by region. Write { "eu-west-1": { "requestsPerMillion": 0.18 } }, say.`);
    }
    const own = context[known] ?? {};
    try {
      return Object.keys(own).length > 0 ? list._withPrices(own, known) : list;
    } catch (error) {
      throw new Error(`The context '${CONTEXT_KEY}' is wrong for ${known}: ${(error as Error).message}`);
    }
  }

  /** The pages on which AWS shows its prices. */
  public readonly pages: string[] = PRICE_PAGES;

  private constructor(
    /** The region whose prices these are. */
    public readonly region: string,
    /** The day on which AWS published its list of Lambda's prices: YYYY-MM-DD. Those of the other services are up to two months older. */
    public readonly asOf: string,
    /**
     * How texts call it.
     *
     * @internal
     */
    public readonly _name: string,
    /** @internal */
    public readonly _prices: Prices,
  ) {}

  /** The prices themselves, in US dollars. */
  public get prices(): PriceOverrides {
    return this._prices;
  }

  /**
   * These prices, of which some are others: negotiated ones, or newer ones.
   *
   * Throws if one of them is no number of at least 0.
   *
   * @param prices those that are others
   */
  public withPrices(prices: PriceOverrides): PriceList {
    return this._withPrices(prices, this.region);
  }

  /**
   * The same, for another region.
   *
   * @internal
   */
  public _withPrices(prices: PriceOverrides, region: string): PriceList {
    for (const [name, price] of Object.entries(prices ?? {})) {
      if (!Object.keys(this._prices).includes(name)) {
        throw new Error(`There is no price '${name}'. Write one of ${Object.keys(this._prices).join(', ')}.`);
      }
      if (price !== undefined && !(typeof price === 'number' && Number.isFinite(price) && price >= 0)) {
        throw new Error(`The price ${name} is ${price}. Write dollars: a number, at least 0.`);
      }
    }
    const given = Object.entries(prices ?? {}).filter(([, price]) => price !== undefined);
    return new PriceList(region, this.asOf, `${region} as of ${this.asOf}, with prices of your own`, { ...this._prices, ...Object.fromEntries(given) });
  }

  /** @internal */
  public _duration(architecture: Architecture): number {
    return isArm(architecture) ? this._prices.durationArm : this._prices.durationX86;
  }

  /** @internal */
  public _provisioned(architecture: Architecture): number {
    return isArm(architecture) ? this._prices.provisionedArm : this._prices.provisionedX86;
  }

  /** @internal */
  public _provisionedDuration(architecture: Architecture): number {
    return isArm(architecture) ? this._prices.provisionedDurationArm : this._prices.provisionedDurationX86;
  }
}
