import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Counted } from './usage';
import { WarmingCost } from './warming-cost';

/** What a construct costs, as it tells it itself, and with all others of its app. */
export class ToldCost {
  /** What is wrong with a limit to costs, each a sentence. */
  public static problemsOfLimit(maxMonthlyCost: number | undefined): string[] {
    return maxMonthlyCost === undefined || (!Token.isUnresolved(maxMonthlyCost) && Number.isFinite(maxMonthlyCost) && maxMonthlyCost > 0)
      ? []
      : [`maxMonthlyCost is ${Token.isUnresolved(maxMonthlyCost) ? 'a token, known at deployment only' : maxMonthlyCost}. Write dollars a month: a number above 0.`];
  }

  /**
   * @param title how messages call the construct, before its path
   * @param reckon what it costs but for what has been counted already; it throws if that cannot be told
   */
  constructor(private readonly construct: IConstruct, private readonly title: string, private readonly reckon: (counted: Counted) => WarmingCost) {
    WarmingCost._register(construct, (counted) => this.told(counted));
  }

  /** All of it. Throws if it cannot be told. */
  public get all(): WarmingCost {
    return this.told(new Set());
  }

  /** What keeps it from costing no more than that, each a sentence. To be asked at synthesis. */
  public problems(maxMonthlyCost: number | undefined): string[] {
    if (maxMonthlyCost === undefined) {
      return [];
    }
    try {
      return this.reckon(new Set())._problems(maxMonthlyCost);
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** Where CDK does not name the construct of an error by itself. */
  private told(counted: Counted): WarmingCost {
    try {
      return this.reckon(counted);
    } catch (error) {
      throw new Error(`${this.title} '${this.construct.node.path}': ${(error as Error).message}`);
    }
  }
}
