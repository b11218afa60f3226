import { AspectPriority, Aspects, Duration, FeatureFlags, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { LatePage, pagesOf } from './dashboard-pages';
import { DashboardRow, heading, note } from './dashboard-widgets';
import { fleetRows } from './fleet-row';
import { functionRow, StartCounting } from './function-row';
import { asMarkdown } from './markdown';
import { MAX_SAVED_QUERIES, SavedQuery, saveQueries, savedQueries } from './saved-queries';
import { countedAs, countStarts, isCounted, LogCensus, logOf } from './start-count';
import { WarmingDashboardProps } from './warming-dashboard-props';
import { changesAround, describedIn, descriptionOf, WarmedFunction, WarmingDescription } from './warming-description';
import { CostModel } from '../cost/cost-model';
import { ToldCost } from '../cost/told-cost';
import { WarmingCost } from '../cost/warming-cost';
import { addLateInfo, addLateWarning } from '../target/late-annotations';
import { stageOf } from '../target/stage-census';

const TITLE = 'WarmingDashboard';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** Of a stack, some of them left for others: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_OUTPUTS = 195;

const STABILIZATION = '@aws-cdk/core:aspectStabilization';

/** A metric that counts starts, and what it is of. */
interface StartMetric {
  readonly fn: WarmedFunction;
  readonly of: IConstruct;
  readonly name: string;
  /** By which it is told from those of other functions, whatever their names become. */
  readonly key: string;
}

/**
 * Shows on CloudWatch dashboards what warmers do: what their pings reach, what traffic there is, which requests are cold all the same,
 * what fails, and what it costs.
 *
 * Each function of a `LambdaWarmer` has a row, each `WarmerFleet` one as a whole, each `AccountWarmer` too, in the order of their paths.
 * Rows are made when the app is synthesized, of all that is there by then, also by aspects. Figures that a metric has which is emitted
 * anyway are taken from that; others from the dispatchers' logs, which are small, so that a look at them costs next to nothing. It has
 * no metric emitted that would not be without it, but for those of `initDurationMetrics`. What pings have cost is reckoned with the
 * function's memory at list prices, and as long for an answer, beside the hold, as `costAssumptions` of the warmer say.
 *
 * Where it shows warmers of other stacks, its own stack comes to depend on those: let it be one on which none of them depends.
 *
 * CloudWatch bills $3.00 a month for each dashboard, of which three are free (https://aws.amazon.com/cloudwatch/pricing/, read in
 * November 2026). What does not fit on one, by CloudWatch's limits of 500 widgets and 2,500 metrics, is shown on further ones.
 *
 * Throws if its name is none that CloudWatch takes, and if `within` is of another stage. At synthesis, a warmer of another account or
 * region is an error, and so are more functions of another stack than CloudFormation lets that export. To remove one of these, deploy the
 * dashboard's stack first. So is a warmer of a stage inside: each stage, account and region has a dashboard of its own.
 *
 * @example
 *
 * new WarmingDashboard(this, 'Dashboard', { dashboardName: 'warming' });
 */
export class WarmingDashboard extends Construct {
  private readonly within: IConstruct;
  private readonly pages: Dashboard[] = [];
  private readonly cost: ToldCost;
  /** What has been taken note of: how much there was to be shown. */
  private changes = -1;
  private known = 0;
  private queries: readonly SavedQuery[] = [];

  constructor(scope: Construct, id: string, private readonly props: WarmingDashboardProps = {}) {
    super(scope, id);
    this.within = props.within ?? Stack.of(this);
    const problems = this.problems();
    if (problems.length > 0) {
      scope.node.tryRemoveChild(id);
      throw new Error(`${TITLE} '${this.node.path}': ${problems.join('\n  ')}`);
    }
    this.addPage();
    this.cost = new ToldCost(this, TITLE, (counted) => new CostModel(this, undefined, {}).dashboardCost(
      pagesOf(this.rows()).length, this.startMetrics(this.counter).map(({ key }) => key), counted,
    ));
    // All resources must be there before the CDK resolves references. Where it visits no construct that comes late, the aspects of each
    // other one must have been there first; where it does, nobody may come after an aspect that is called last.
    const priority = FeatureFlags.of(this).isEnabled(STABILIZATION) ? AspectPriority.MUTATING : AspectPriority.READONLY;
    Aspects.of(this.within).add({ visit: () => this.update() }, { priority });
    this.node.addValidation({ validate: () => this.problemsAtSynthesis() });
  }

  /**
   * The dashboards: one, or several if CloudWatch's limits ask for that. It is complete once the app has been synthesized.
   */
  public get dashboards(): Dashboard[] {
    return [...this.pages];
  }

  /**
   * Their names. They are complete once the app has been synthesized.
   */
  public get dashboardNames(): string[] {
    return this.pages.map(({ dashboardName }) => dashboardName);
  }

  /**
   * What the dashboards cost in a month, with the metrics that `initDurationMetrics` takes. It is reckoned anew from what there is to be
   * shown at that moment, so it is best read when the app is complete.
   */
  public get monthlyCost(): WarmingCost {
    return this.cost.all;
  }

  /** Creates what is missing, if there is more to be shown. */
  private update(): void {
    if (changesAround(this) === this.changes) {
      return;
    }
    this.changes = changesAround(this);
    this.known = this.extent;
    const census = new LogCensus(this);
    for (const { fn, of, name } of this.startMetrics((target) => census.isCountable(target))) {
      countStarts(fn.target, name, of);
    }
    this.queries = this.props.savedQueries ?? true ? savedQueries(this.shown(), census) : [];
    saveQueries(this, this.queries);
    const { length } = pagesOf(this.rows());
    while (this.pages.length < length) {
      this.addPage();
    }
  }

  private addPage(): void {
    const number = this.pages.length + 1;
    const { dashboardName: name, defaultInterval = Duration.days(1) } = this.props;
    const dashboard = new Dashboard(this, number === 1 ? 'Dashboard' : `Dashboard${number}`, {
      dashboardName: name === undefined || number === 1 ? name : `${name}-${number}`,
      defaultInterval,
    });
    dashboard.addWidgets(new LatePage(() => {
      const pages = pagesOf(this.rows());
      return { title: this.titleOf(number, pages.length), rows: pages[number - 1] ?? [] };
    }));
    this.pages.push(dashboard);
  }

  private titleOf(number: number, pages: number): string {
    const lines = [
      ...pages > 1 ? [`Page ${number} of ${pages}.`] : [],
      `Warmers of ${asMarkdown(this.within.node.path) || 'the app'}, in the order of their paths.`,
      ...this.queries.length <= MAX_SAVED_QUERIES ? [] : [`Queries are saved of ${MAX_SAVED_QUERIES} functions and dispatchers, not of all.`],
    ];
    return `# Lambda warming\n${lines.join(' ')}`;
  }

  private rows(): DashboardRow[] {
    const counting: StartCounting = { isEnabled: this.props.initDurationMetrics ?? true, isCounted: this.counter };
    const rows = this.shown().flatMap((description) => description.type === 'LambdaWarmer'
      ? description.functions.map((fn) => functionRow(description, fn, counting))
      : fleetRows(description, counting));
    return rows.length > 0 ? rows : [[heading('Nothing to show', 1), note('Nothing is kept warm', this.emptiness(), 24)]];
  }

  private emptiness(): string {
    return `There is no LambdaWarmer, WarmerFleet or AccountWarmer in ${asMarkdown(this.within.node.path) || 'the app'}.`;
  }

  /** What CloudWatch can show here. */
  private shown(): WarmingDescription[] {
    return describedIn(this.within).filter((construct) => this.strangeness(construct) === undefined).map((construct) => descriptionOf(construct)!);
  }

  /** It grows with whatever there is more to be shown. */
  private get extent(): number {
    return this.shown().reduce((sum, { functions }) => sum + 1 + functions.length, 0);
  }

  /** Tells what is counted; until the CDK has been here, what will be, as the app is now. */
  private get counter(): StartCounting['isCounted'] {
    const census = new LogCensus(this);
    return (target, of) => this.changes < 0 ? census.isCountable(target) : target.ownFunction !== undefined && isCounted(target.ownFunction, of!);
  }

  private startMetrics(isTaken: StartCounting['isCounted']): StartMetric[] {
    if (!(this.props.initDurationMetrics ?? true)) {
      return [];
    }
    return this.shown().flatMap((description) => description.functions.flatMap((fn) => {
      const { of, name } = countedAs(description, fn.target);
      return !fn.recordsStarts && isTaken(fn.target, of) ? { fn, of: of!, name, key: `Inits ${of!.node.path}` } : [];
    }));
  }

  /** Why a warmer cannot be shown here, as a sentence goes on after its name; undefined: it can. */
  private strangeness(construct: IConstruct): string | undefined {
    if (stageOf(construct) !== stageOf(this)) {
      return 'is of a stage of its own, into which no reference leads. Create a dashboard in each Stage, and give this one a narrower `within`.';
    }
    const home = Stack.of(this);
    // What pings a function of a fleet is of the function's stack.
    const stacks = [construct, ...descriptionOf(construct)!.tickLogs].map((one) => Stack.of(one));
    return (['account', 'region'] as const).flatMap((what) => stacks
      .filter((there) => [TokenComparison.DIFFERENT, TokenComparison.ONE_UNRESOLVED].includes(Token.compareStrings(home[what], there[what])))
      .map((there) => `is ${there === Stack.of(construct) ? '' : 'partly '}in ${nameOf(what, there[what])}, the dashboard in ${nameOf(what, home[what])}. `
        + 'Create a dashboard in a stack of each, with that stack as `within`.'))[0];
  }

  private problems(): string[] {
    const { dashboardName: name } = this.props;
    return [
      ...name === undefined || Token.isUnresolved(name) || NAME.test(name) ? [] : [
        `dashboardName is '${name}'. Write letters, digits, - and _, at most 255 of them.`,
      ],
      ...stageOf(this.within) === stageOf(this) ? [] : [
        `within is '${this.within.node.path}', which is of another stage. Create the dashboard in that stage.`,
      ],
    ];
  }

  private problemsAtSynthesis(): string[] {
    const strange = describedIn(this.within).map((construct) => ({ path: construct.node.path, problem: this.strangeness(construct) }));
    const { length } = pagesOf(this.rows());
    const name = `${this.props.dashboardName}-${length}`;
    if (this.shown().length === 0) {
      addLateWarning(this, 'cdk-lambda-warmer:emptyDashboard', `${this.emptiness()} Create some, remove the dashboard, or write another \`within\`.`);
    }
    if (length > 1) {
      addLateInfo(this, 'cdk-lambda-warmer:dashboardSplit', `There is more to show than CloudWatch takes on one dashboard, so there are ${length}.`);
    }
    return [
      ...strange.filter(({ problem }) => problem !== undefined).map(({ path, problem }) => `'${path}' ${problem}`),
      ...this.props.dashboardName !== undefined && length > 1 && !Token.isUnresolved(name) && !NAME.test(name)
        ? [`dashboardName has no room for -${length}, which the last of ${length} dashboards has after it. Write a shorter one.`]
        : [],
      ...this.problemsOfExports(),
      ...this.extent === this.known ? [] : [
        `a warmer was created by an aspect after the CDK had been here. Set '${STABILIZATION}' to true in cdk.json, or create it without an aspect.`,
      ],
    ];
  }

  /** What keeps other stacks from telling the dashboard's what it shows, each a sentence. */
  private problemsOfExports(): string[] {
    const exported = new Map<Stack, number>();
    const ownLogs = this.props.savedQueries ?? true;
    for (const { target } of this.shown().flatMap(({ functions }) => functions)) {
      const stack = target.ownFunction && Stack.of(target.ownFunction);
      if (stack && stack !== Stack.of(this)) {
        exported.set(stack, (exported.get(stack) ?? 0) + (ownLogs && logOf(target).isDeclared ? 2 : 1));
      }
    }
    return [...exported].filter(([, count]) => count >= MAX_OUTPUTS).map(([stack, count]) =>
      `it shows so many functions of '${stack.node.path}' that this stack would have some ${count} outputs for it, and CloudFormation takes 200. `
      + 'Create a dashboard in that stack.');
  }
}

function nameOf(what: string, place: string): string {
  return Token.isUnresolved(place) ? `${what === 'account' ? 'an' : 'a'} ${what} that is known at deployment only` : `the ${what} ${place}`;
}
