import { Annotations, Duration, Tags, Token } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AccountFunctions, DISPATCHER_MEMORY_SIZE, PLANNER_MEMORY_SIZE } from './account-functions';
import { AccountEnrollment, AccountWarmerProps } from './account-warmer-options';
import { AccountWorkflow } from './account-workflow';
import { problemsOfAgreement } from './agreed-payload';
import { enroll } from './enrollment';
import { PlannerSettings, Spending } from './planner/settings';
import { DEFAULT_TAG_KEY, problemsOfTagKey } from './tag-key';
import { AccountCostModel, AccountToCost } from '../cost/account-cost-model';
import { ToldCost } from '../cost/told-cost';
import { WarmingCost } from '../cost/warming-cost';
import { PINGS_PER_INVOCATION, PlanEntry } from '../dispatcher/plan';
import { FanOut } from '../fan-out/fan-out';
import { WarmerMetrics } from '../observability/warmer-metrics';
import { describeBy } from '../observability/warming-description';
import { Fired, starting } from '../schedule/firing';
import { PingEngine } from '../schedule/ping-engine';
import { WarmingSchedule } from '../schedule/warming-schedule';

const DEFAULT_MAX_PER_FUNCTION = 50;
const DEFAULT_SHARE = 0.5;
const DEFAULT_REFRESH = Duration.minutes(15);
const REFRESH_SECONDS = { from: 60, to: 86_400 };

/**
 * Keeps the functions of an account and region warm that ask for it by a tag, whichever stack or app they are of.
 *
 * At each tick, a state machine has a planner find the functions that carry the tag, and dispatchers ping them, batch by batch
 * (a Step Functions Distributed Map). Limits keep the pings to a share of the concurrency that is free in the account, to a
 * number of environments, and to a sum of money; within them, every function gets its first environment before any gets a
 * second, and so on, in the order of their names.
 *
 * **Whoever may tag a function may have it invoked**: the dispatcher may invoke any function of the account and region that
 * carries the tag, and no other. What is pinged is the function itself, not an alias or version of it.
 *
 * It throws, naming itself, what is wrong and what to write instead, where that could not work.
 *
 * @example
 *
 * new AccountWarmer(this, 'Warmer', { payload: WarmingPayload.standard({ token: 'agreed-in-the-account' }) });
 */
export class AccountWarmer extends Construct {
  /**
   * Lets a function be found and pinged by the warmer of its account: it gets the tag, and answers pings without an edit to its
   * handler. Nothing else is created where it stands.
   *
   * Enrolled twice with the same, it is enrolled once. Throws if it was with something else; if the function is imported, an
   * alias or a version; and where a ping could not work, as a `LambdaWarmer` does.
   *
   * @param target the function, created by this app
   * @param enrollment how it takes part
   */
  public static enroll(target: IFunction, enrollment: AccountEnrollment): void {
    enroll(target, enrollment);
  }

  /**
   * What each tick runs: its metrics tell how many failed.
   */
  public readonly stateMachine: IStateMachine;

  private readonly schedule: WarmingSchedule;
  private readonly engine: PingEngine;
  private readonly costs: AccountCostModel;
  private readonly cost: ToldCost;

  constructor(scope: Construct, id: string, private readonly props: AccountWarmerProps) {
    super(scope, id);
    const { payload, tagKey = DEFAULT_TAG_KEY, maxMonthlyCost } = props;
    this.schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    this.engine = new PingEngine(this, this.schedule, props);
    this.costs = new AccountCostModel(this, props.costAssumptions ?? {});
    const problems = this.problems();
    if (problems.length > 0) {
      throw new Error(`AccountWarmer '${this.node.path}': ${problems.join('\n  ')}`);
    }

    const { planner, dispatcher } = this.createFunctions(scope);
    const everySeconds = this.schedule._everySeconds;
    const common: Partial<PlanEntry> = {
      ...payload._templateOf(''),
      ...everySeconds !== undefined && { everySeconds },
      ...props.emitMetrics && { metrics: WarmerMetrics.defaultsOf(payload) },
    };
    const { stateMachine, policy } = new AccountWorkflow(this, { planner, dispatcher, common });
    this.stateMachine = stateMachine;
    this.fire(starting(stateMachine), policy);
    // Whatever tags a stack or an app gives to all that is in it: what pings is not pinged.
    Tags.of(this).remove(tagKey);

    for (const { id: warningId, text } of this.schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    // Which functions it warms, the tags say.
    describeBy(this, () => ({
      construct: this,
      type: 'AccountWarmer',
      isActive: this.isActive,
      schedule: this.schedule,
      tickLogs: [dispatcher.logGroup],
      functions: [],
      sharedCost: () => this.monthlyCost,
    }));
    this.cost = new ToldCost(this, 'AccountWarmer', () => this.isActive
      ? this.costs.cost(this.toCost, maxMonthlyCost)
      : WarmingCost._together([], this.node.path));
    this.node.addValidation({ validate: () => this.schedule._problemsAtSynthesis(this) });
  }

  /**
   * What it costs in a month by itself, before it pings anything: its ticks, the planner and its log.
   *
   * What pings cost depends on the functions that are tagged by then. With `maxMonthlyCost`, `maxMonthlyUsd` is that; without
   * it, nobody knows.
   *
   * Throws if it cannot be told, because the schedule is known at deployment only.
   */
  public get monthlyCost(): WarmingCost {
    return this.cost.all;
  }

  private createFunctions(scope: Construct): AccountFunctions {
    const { tagKey = DEFAULT_TAG_KEY, maxConcurrencyPerFunction = DEFAULT_MAX_PER_FUNCTION, logRetention, maxMonthlyCost } = this.props;
    try {
      return new AccountFunctions(this, {
        tagKey, maxConcurrencyPerFunction, logRetention, isCosted: maxMonthlyCost !== undefined, settings: () => this.settings(tagKey),
      });
    } catch (error) {
      scope.node.tryRemoveChild(this.node.id);
      throw new Error(`AccountWarmer '${this.node.path}': the stack does not take its functions, whose code are assets: ${(error as Error).message}. `
        + 'Put it into a stack that takes assets.');
    }
  }

  /** Starts it at each tick, and not before its role has a policy. */
  private fire(fired: Fired, policy: Construct): void {
    const before = new Set(this.node.children);
    this.engine.open({
      expression: this.schedule._definition.recurrences[0].expression,
      description: `Keeps the functions warm that carry the tag ${this.props.tagKey ?? DEFAULT_TAG_KEY}`,
      fired,
      enabled: this.isActive,
      needsPermission: false,
      roleScope: this,
    }).add({ event: {} });
    for (const one of this.node.children.filter((child) => !before.has(child))) {
      one.node.addDependency(policy);
    }
  }

  private get isActive(): boolean {
    return (this.props.enabled ?? true) && !this.schedule._isOver;
  }

  private get toCost(): AccountToCost {
    return {
      expression: this.schedule._definition.recurrences[0].expression,
      isRule: this.engine.isRule,
      plannerMemorySize: PLANNER_MEMORY_SIZE,
      dispatcherMemorySize: DISPATCHER_MEMORY_SIZE,
      metrics: this.props.emitMetrics ? WarmerMetrics.defaultsOf(this.props.payload).length : 0,
    };
  }

  private settings(tagKey: string): Omit<PlannerSettings, 'never'> {
    const { refreshInterval = DEFAULT_REFRESH, maxConcurrency, maxMonthlyCost } = this.props;
    return {
      tagKey,
      refreshSeconds: refreshInterval.toSeconds(),
      maxConcurrencyPerFunction: this.props.maxConcurrencyPerFunction ?? DEFAULT_MAX_PER_FUNCTION,
      maxConcurrency,
      maxShareOfConcurrency: this.props.maxShareOfConcurrency ?? DEFAULT_SHARE,
      spending: maxMonthlyCost === undefined ? undefined : this.spending(maxMonthlyCost),
    };
  }

  private spending(maxMonthlyCost: number): Spending {
    const { payload, costAssumptions: { heldMilliseconds } = {} } = this.props;
    const { _strategy: fanOut } = FanOut.dispatcher();
    const heldMs = (pings: number) => heldMilliseconds ?? payload._heldMs(fanOut.holdMs(pings));
    // It grows with each ping, or does not.
    const heldMsPerPing = heldMs(3) - heldMs(2);
    return {
      usd: maxMonthlyCost - this.costs.cost(this.toCost).monthlyUsd,
      ...this.costs.rates(this.toCost),
      heldMs: heldMs(2) - 2 * heldMsPerPing,
      heldMsPerPing,
    };
  }

  private problems(): string[] {
    const { payload, tagKey = DEFAULT_TAG_KEY, costAssumptions = {}, maxMonthlyCost } = this.props;
    const ofCosts = [...this.costs.problems(), ...ToldCost.problemsOfLimit(maxMonthlyCost)];
    const ofSchedule = this.schedule._problems;
    const given = (['memorySize', 'architecture'] as const).filter((name) => costAssumptions[name] !== undefined);
    return [
      ...ofSchedule,
      ...this.schedule._maxConcurrency === undefined ? [] : [
        'the schedule has windows, which say how many environments to keep warm, but here the tags say it. Write WarmingSchedule.cron() for the hours that matter.',
      ],
      ...this.engine.problems(),
      ...problemsOfAgreement(payload),
      ...problemsOfTagKey(tagKey),
      ...this.problemsOfLimits(),
      ...ofCosts,
      ...given.length > 0 ? [`costAssumptions has ${given.join(' and ')}, but Lambda says those of each function. Leave ${given.length > 1 ? 'them' : 'it'} out.`] : [],
      ...ofCosts.length + ofSchedule.length === 0 && maxMonthlyCost !== undefined ? this.problemsOfCost(maxMonthlyCost) : [],
    ];
  }

  private problemsOfLimits(): string[] {
    const { maxConcurrencyPerFunction, maxConcurrency, maxShareOfConcurrency: share, refreshInterval } = this.props;
    const seconds = refreshInterval && !refreshInterval.isUnresolved() ? refreshInterval.toSeconds({ integral: false }) : undefined;
    return [
      ...problemsOfNumber('maxConcurrencyPerFunction', maxConcurrencyPerFunction, { from: 1, to: PINGS_PER_INVOCATION }),
      ...problemsOfNumber('maxConcurrency', maxConcurrency, { from: 1, to: Infinity }),
      ...share === undefined || (!Token.isUnresolved(share) && share > 0 && share <= 1) ? [] : [
        `maxShareOfConcurrency is ${textOf(share)}. Write a number above 0, up to 1.`,
      ],
      ...refreshInterval === undefined || (Number.isInteger(seconds) && seconds! >= REFRESH_SECONDS.from && seconds! <= REFRESH_SECONDS.to) ? [] : [
        `refreshInterval is ${refreshInterval.isUnresolved() ? textOf(refreshInterval) : refreshInterval.toHumanString()}. Write whole seconds, from 1 minute to 1 day.`,
      ],
    ];
  }

  private problemsOfCost(maxMonthlyCost: number): string[] {
    try {
      const own = this.costs.cost(this.toCost);
      return own.monthlyUsd < maxMonthlyCost ? [] : [
        `maxMonthlyCost is $${maxMonthlyCost}, but it costs $${own.monthlyUsd.toFixed(4)} a month before it pings anything. Write a higher maxMonthlyCost, or fewer ticks.\n\n${own.toString()}\n`,
      ];
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

function problemsOfNumber(name: string, value: number | undefined, { from, to }: { readonly from: number; readonly to: number }): string[] {
  return value === undefined || (!Token.isUnresolved(value) && Number.isInteger(value) && value >= from && value <= to)
    ? []
    : [`${name} is ${textOf(value)}. Write a whole number ${to === Infinity ? `of at least ${from}` : `from ${from} to ${to}`}.`];
}

function textOf(value: unknown): string {
  return Token.isUnresolved(value) || typeof value === 'object' ? 'a token, known at deployment only' : String(value);
}
