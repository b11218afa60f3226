import { Annotations, Duration, Lazy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FleetFunctionOptions, WarmerFleetProps } from './fleet-options';
import { FleetPart } from './fleet-part';
import { fitsAlone, PackedCommon } from './plan-packer';
import { CostModel } from '../cost/cost-model';
import { ToldCost } from '../cost/told-cost';
import { Counted } from '../cost/usage';
import { WarmingCost } from '../cost/warming-cost';
import { FLEET_DIMENSION, FUNCTION_DIMENSION, MetricName, PlannedFleet } from '../dispatcher/plan';
import { problemsOfConcurrency, warnOfAccount } from '../fan-out/concurrency';
import { planEntry } from '../fan-out/dispatched';
import { Dispatcher } from '../fan-out/dispatcher';
import { FanOut } from '../fan-out/fan-out';
import { MeteredWarmer } from '../observability/metered-warmer';
import { Metering } from '../observability/metering';
import { WarmerMetrics } from '../observability/warmer-metrics';
import { describeBy, noteChange } from '../observability/warming-description';
import { WarmingPayload } from '../payload/warming-payload';
import { ProvisionedAlias } from '../provisioned/provisioned-alias';
import { PingEngine } from '../schedule/ping-engine';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { applyShortCircuit, AppliedShortCircuit } from '../short-circuit/apply-short-circuit';
import { addLateWarning } from '../target/late-annotations';
import { PingTarget } from '../target/ping-target';
import { noteWarmer } from '../target/warmers';

const TITLE = 'WarmerFleet';

/** What a value of a dimension may not have: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const NO_ASCII = /[^\x20-\x7e]/g;

/** One function of a fleet. */
interface Member {
  readonly target: PingTarget;
  readonly concurrency: number;
  readonly payload: WarmingPayload;
  readonly metrics: WarmerMetrics;
  readonly shortCircuit: AppliedShortCircuit;
  readonly dispatcher: Dispatcher;
}

/**
 * Keeps execution environments of many functions warm by one schedule.
 *
 * However many functions there are, the resources are few: in each stack that has some of them, a dispatcher, and as many rules
 * or schedules as it takes to name them all. What pings a function is of the function's own stack, so that no stack comes to
 * depend on another; imported functions are pinged from the fleet's stack. Each function is pinged once a tick, at the same
 * moment as all others of its plan, and none waits for another.
 *
 * It throws, naming itself and the function, where the pings could not work.
 *
 * @example
 *
 * declare const orders: lambda.Function;
 * declare const checkout: lambda.Function;
 *
 * const fleet = new WarmerFleet(this, 'Fleet');
 * fleet.add(orders);
 * fleet.add(checkout, { concurrency: 20 });
 */
export class WarmerFleet extends MeteredWarmer {
  private readonly schedule: WarmingSchedule;
  private readonly fanOut: FanOut;
  private readonly enabled: boolean;
  private readonly cost: ToldCost;
  private readonly members = new Map<string, Member>();
  /** Of all functions together. */
  private readonly metrics: WarmerMetrics;
  private readonly parts = new Map<Stack, { readonly scope: Construct; readonly part: FleetPart }>();

  constructor(scope: Construct, id: string, private readonly props: WarmerFleetProps = {}) {
    super(scope, id);
    this.schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    this.fanOut = FanOut.dispatcher(props.dispatcher);
    this.enabled = (props.enabled ?? true) && !this.schedule._isOver;

    this.refuse([
      ...this.schedule._problems,
      ...new PingEngine(this, this.schedule, props).problems(),
      ...props.payload?._problems ?? [],
      ...problemsOfConcurrency(props.concurrency, this.schedule._maxConcurrency, this.fanOut._strategy),
      ...Dispatcher.problems(this, props.dispatcher ?? {}),
      ...this.costModelOf(this).problems(),
      ...ToldCost.problemsOfLimit(props.maxMonthlyCost),
    ]);

    for (const { id: warningId, text } of this.schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    this.metrics = new WarmerMetrics(this, {
      title: TITLE,
      dimensions: () => ({ [FLEET_DIMENSION]: this.fleetName }),
      payloads: () => [...this.members.values()].map(({ payload }) => payload),
      fanOut: this.fanOut._strategy,
      emitMetrics: false,
      isEmittedWhenAsked: true,
      everySeconds: this.schedule._everySeconds,
      // Each plan counts its own functions.
      statistics: { [MetricName.WARM_ENVIRONMENTS]: 'Sum' },
    });
    describeBy(this, () => {
      const members = [...this.members.values()];
      return {
        construct: this,
        type: TITLE,
        isActive: this.enabled,
        schedule: this.schedule,
        fleetName: this.fleetName,
        metrics: this.metrics,
        tickLogs: [...new Set(members.map(({ dispatcher }) => dispatcher.function.logGroup))],
        functions: members.map((member) => ({
          target: member.target,
          concurrency: member.concurrency,
          metrics: member.metrics,
          tickLog: member.dispatcher.function.logGroup,
          recordsStarts: false,
          provisioned: ProvisionedAlias.around(member.target.function)?.plan,
          costs: this.costModelOf(this, member.target),
          cost: (counted) => this.enabled ? this.costOf(member, counted) : WarmingCost._together([], this.node.path),
        })),
        sharedCost: () => this.costOfTicks(),
      };
    });
    this.cost = new ToldCost(this, TITLE, (counted) => this.costWith(counted));
    this.node.addValidation({ validate: () => [...this.problemsAtSynthesis(), ...this.cost.problems(props.maxMonthlyCost)] });
  }

  /**
   * Adds a function.
   *
   * Throws if it is there already, or if pings to it could not work.
   *
   * @param target the function, or an alias or version of it: whatever the requests invoke
   * @param options what holds for it alone
   */
  public add(target: IFunction, options: FleetFunctionOptions = {}): void {
    const { payload = this.props.payload ?? WarmingPayload.standard() } = options;
    const concurrency = this.schedule._maxConcurrency ?? options.concurrency ?? this.props.concurrency ?? 1;
    const { scope, part } = this.partOf(target);
    const pinged = new PingTarget(scope, target, undefined, this);
    const { recurrences } = this.schedule._definition;
    const levels = recurrences.map(({ concurrency: level = concurrency }) => level);
    // The ARN of a version changes with its function; and in stacks of their own, two functions may have the same id.
    const key = target.node.defaultChild?.node.addr ?? `${Stack.of(scope).node.addr} ${JSON.stringify(Stack.of(scope).resolve(target.functionArn))}`;
    const problems = [
      ...pinged.problems(false),
      ...payload._problemsWith(pinged.token),
      ...problemsOfConcurrency(options.concurrency, this.schedule._maxConcurrency, this.fanOut._strategy),
      ...ProvisionedAlias.around(target)?.plan.problemsOfPings(levels) ?? [],
      ...new PingEngine(scope, this.schedule, this.props).problems(),
      ...Dispatcher.problems(scope, this.props.dispatcher ?? {}),
    ];
    if (this.members.has(key)) {
      problems.push(`${pinged.name} is in the fleet already. Add it once.`);
    }
    this.refuse(problems, pinged);

    const metrics = new WarmerMetrics(this, {
      title: TITLE,
      dimensions: () => ({ [FUNCTION_DIMENSION]: pinged.qualifiedName }),
      payloads: () => [payload],
      fanOut: this.fanOut._strategy,
      emitMetrics: this.props.emitMetrics ?? false,
      everySeconds: this.schedule._everySeconds,
    });
    const entries = levels.map((level) => planEntry({
      scope,
      target: pinged,
      payload,
      concurrency,
      isRule: true,
      levels: [],
      everySeconds: this.schedule._everySeconds,
      metrics: this.props.emitMetrics ? () => metrics.names() : undefined,
    }, level));
    if (!entries.every((entry) => fitsAlone(entry, this.common))) {
      this.refuse(['its payload is longer than an input of EventBridge can be. Write a shorter one: a ping need only be recognized.'], pinged);
    }
    const shortCircuit = applyShortCircuit(this, pinged, { shortCircuit: this.props.shortCircuit, payload });
    this.refuse(shortCircuit.problems, pinged);

    const dispatcher = part.add(pinged, entries);
    noteWarmer(this, pinged, this.enabled);
    this.members.set(key, { target: pinged, concurrency, payload, metrics, shortCircuit, dispatcher });
    noteChange(this);
  }

  /**
   * What the fleet costs in a month.
   *
   * It is reckoned anew from what the functions are at that moment, so it is best read when the app is complete.
   *
   * Throws if it cannot be told: of functions that are imported, `costAssumptions` say the memory.
   */
  public get monthlyCost(): WarmingCost {
    return this.cost.all;
  }

  /** @internal */
  protected get _metering(): Metering {
    return {
      title: TITLE,
      alwaysEverySeconds: this.enabled && this.schedule._firesAlways ? this.schedule._everySeconds : undefined,
      period: this.metrics.period,
      costAssumptions: this.props.costAssumptions,
      metric: (name, options) => this.metrics.metric(name, options),
    };
  }

  /** What keeps its metrics from being of all functions, each a sentence: they are emitted where a function is. */
  private problemsOfPlaces(): string[] {
    const home = Stack.of(this);
    const away = [...this.parts.keys()].find((stack) => (['account', 'region'] as const).some((what) =>
      Token.compareStrings(stack[what], home[what]) === TokenComparison.DIFFERENT));
    return away ? [`metrics of all functions together are asked for, but those of '${away.node.path}' are of another account or region. Create a fleet for each.`] : [];
  }

  /** By which the lines in the log and the metrics of all its functions together are found: the same in no other deployment. */
  private get fleetName(): string {
    const stacks = this.node.scopes.filter((scope): scope is Stack => Stack.isStack(scope));
    return [stacks[0].stackName, ...this.node.scopes.slice(this.node.scopes.indexOf(stacks[0]) + 1).map(({ node }) => node.id)].join('/').replace(NO_ASCII, '-');
  }

  private get common(): PackedCommon {
    const { fleetName: name } = this;
    const produce = () => this.metrics.names().length > 0 ? this.metrics.names() : undefined;
    const fleet: PlannedFleet = { name, metrics: Lazy.uncachedAny({ produce }) as any };
    return { common: { fleet }, length: JSON.stringify({ fleet: { name, metrics: Object.values(MetricName) } }).length };
  }

  /** The part in the stack of a function; of one that is imported, in that of the fleet. */
  private partOf(target: IFunction): { readonly scope: Construct; readonly part: FleetPart } {
    const owned = new PingTarget(this, target).ownFunction;
    const home = Stack.of(this);
    // An alias of another stack than its function depends on that already.
    const stack = owned ? Stack.of(target.node.defaultChild ?? owned) : home;
    const known = this.parts.get(stack);
    if (known) {
      return known;
    }
    const scope = stack === home ? this : new Construct(stack, `LambdaWarmerFleet-${this.node.addr.slice(-8)}`);
    const part = new FleetPart(scope, {
      expressions: this.schedule._definition.recurrences.map(({ expression }) => expression),
      engine: new PingEngine(scope, this.schedule, this.props),
      path: this.node.path,
      enabled: this.enabled,
      prewarmOnDeploy: (this.props.prewarmOnDeploy ?? false) && !this.schedule._isAhead,
      dispatcher: this.props.dispatcher ?? {},
      common: this.common,
    });
    this.parts.set(stack, { scope, part });
    return { scope, part };
  }

  private problemsAtSynthesis(): string[] {
    const members = [...this.members.values()];
    const sum = members.reduce((total, { concurrency }) => total + concurrency, 0);
    if (members.length === 0) {
      addLateWarning(this, 'cdk-lambda-warmer:emptyFleet', 'The fleet has no functions, so it keeps nothing warm. Add some, or remove it.');
    }
    warnOfAccount(this, 'The fleet', sum);
    for (const { target } of this.enabled ? members.filter(({ target: { isQualified } }) => !isQualified) : []) {
      ProvisionedAlias.warnOfLatest(this, target);
    }
    const problems = [
      ...this.schedule._problemsAtSynthesis(this),
      ...members.length > 0 ? this.metrics.problemsAtSynthesis() : [],
      ...this.metrics.names().length > 0 ? this.problemsOfPlaces() : [],
      ...members.flatMap(({ target, concurrency, shortCircuit, dispatcher }) => [
        ...target.problemsAtSynthesis(concurrency),
        ...this.enabled ? ProvisionedAlias.around(target.function)?.problemsOfPings(this) ?? [] : [],
        ...shortCircuit.problemsAtSynthesis(),
        ...dispatcher.problemsAtSynthesis(concurrency),
      ]),
    ];
    return problems.length > 0 ? problems : [...this.parts.values()].flatMap(({ part }) => part.problemsAtSynthesis());
  }

  private costWith(counted: Counted): WarmingCost {
    const ofMembers = this.enabled ? [...this.members.values()].map((member) => this.costOf(member, counted)) : [];
    return WarmingCost._together([...ofMembers, this.costOfTicks()], this.node.path);
  }

  /** What the pings of one function cost. */
  private costOf({ target, concurrency, payload, metrics }: Member, counted: Counted): WarmingCost {
    return this.costModelOf(this, target).cost({
      recurrences: this.schedule._definition.recurrences,
      concurrency,
      everySeconds: this.schedule._everySeconds,
      isRule: true,
      isReported: true,
      heldMs: (some) => payload._heldMs(this.fanOut._strategy.holdMs(some)),
      tickMetrics: this.props.emitMetrics ? metrics.names().map((name) => `${target.function.node.path} ${name}`) : [],
      startMetrics: [],
    }, ProvisionedAlias.around(target.function)?.toCost, counted);
  }

  /** What it costs to send them. */
  private costOfTicks(): WarmingCost {
    const { recurrences } = this.schedule._definition;
    const isRule = new PingEngine(this, this.schedule, this.props).isRule;
    const plans = this.enabled ? [...this.parts.values()].flatMap(({ scope, part }) => part.plans.map((plan) => ({ ...plan, scope }))) : [];
    const ticks = plans.map(({ scope, dispatcher, expression, pings: sent }, index) =>
      this.costModelOf(scope).tickCost({
        expression: recurrences[expression].expression,
        pings: sent,
        isRule,
        dispatcherMemorySize: dispatcher.memorySize,
        // Of all plans together, each is one.
        metrics: index === 0 ? this.metrics.names().length : 0,
      }));
    return WarmingCost._together(ticks, this.node.path);
  }

  private costModelOf(scope: Construct, target?: PingTarget): CostModel {
    return new CostModel(scope, target, this.props.costAssumptions ?? {});
  }

  private refuse(problems: readonly string[], { name }: { readonly name?: string } = {}): void {
    if (problems.length > 0) {
      throw new Error(`${TITLE} '${this.node.path}': ${name && !problems[0].startsWith(name) ? `${name}: ` : ''}${problems.join('\n  ')}`);
    }
  }
}
