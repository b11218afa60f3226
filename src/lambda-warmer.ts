import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import { LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { IScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { CostAssumptions } from './cost/cost-assumptions';
import { CostModel, PingingToCost } from './cost/cost-model';
import { ToldCost } from './cost/told-cost';
import { Counted } from './cost/usage';
import { WarmingCost } from './cost/warming-cost';
import { FUNCTION_DIMENSION } from './dispatcher/plan';
import { problemsOfConcurrency } from './fan-out/concurrency';
import { ConcurrencyOverride } from './fan-out/concurrency-parameter';
import { ConcurrencyParameterOptions } from './fan-out/concurrency-parameter-options';
import { Dispatcher } from './fan-out/dispatcher';
import { FanOut } from './fan-out/fan-out';
import { prewarm } from './fan-out/prewarm';
import { FanOutRequest, FanOutStrategy } from './fan-out/strategy';
import { MeteredWarmer } from './observability/metered-warmer';
import { Metering } from './observability/metering';
import { DEFAULT_PERIOD, WarmerMetrics } from './observability/warmer-metrics';
import { describeBy } from './observability/warming-description';
import { WarmingPayload } from './payload/warming-payload';
import { ProvisionedAlias } from './provisioned/provisioned-alias';
import { ProvisionedConcurrencyOptions } from './provisioned/provisioned-concurrency-options';
import { Provisioning } from './provisioned/provisioning';
import { invoking, MAX_DESCRIPTION_LENGTH } from './schedule/firing';
import { PingEngine } from './schedule/ping-engine';
import { ScheduleEngine } from './schedule/schedule-engine';
import { WarmingSchedule } from './schedule/warming-schedule';
import { applyShortCircuit } from './short-circuit/apply-short-circuit';
import { START_METRICS } from './short-circuit/protocol';
import { ShortCircuit } from './short-circuit/short-circuit';
import { PingTarget } from './target/ping-target';
import { noteWarmer } from './target/warmers';

const TITLE = 'LambdaWarmer';

/** What concerns pings, and nothing else. `enabled` does not: whoever turns warming off everywhere need not know where there is none. */
const PINGS_ONLY = [
  'schedule', 'engine', 'scheduleGroup', 'timeWindow', 'concurrencyParameter', 'fanOut', 'payload', 'shortCircuit', 'recordStarts',
  'prewarmOnDeploy', 'emitMetrics', 'description',
] as const;

/**
 * Properties of a `LambdaWarmer`.
 */
export interface LambdaWarmerProps {
  /**
   * The function to keep warm, or an alias or version of it: whatever the requests invoke.
   *
   * It may be owned or imported, in this stack or in another one of the same account and region. An imported one
   * must be known to be of this account (`sameEnvironment: true`), or CDK creates no permission for the pings.
   * Refused because a ping would warm nothing there: Lambda@Edge, functions that isolate tenants, run on a capacity
   * provider, or are durable.
   */
  readonly target: IFunction;

  /**
   * When to ping.
   *
   * @default WarmingSchedule.every(Duration.minutes(5))
   */
  readonly schedule?: WarmingSchedule;

  /**
   * The AWS service that fires the schedule.
   *
   * @default - ScheduleEngine.EVENTBRIDGE_RULE; ScheduleEngine.EVENTBRIDGE_SCHEDULER for a schedule in another time zone
   * than UTC, with `activeFrom` or `activeUntil`, and with `scheduleGroup` or `timeWindow`
   */
  readonly engine?: ScheduleEngine;

  /**
   * The group of the schedules, with EventBridge Scheduler.
   *
   * @default - one for all warmers of the stack
   */
  readonly scheduleGroup?: IScheduleGroup;

  /**
   * How much later than it should each tick may come, with EventBridge Scheduler: a flexible window spreads the ticks
   * of many functions. It is shorter than the time between pings, which is checked for all schedules but crons.
   *
   * @default TimeWindow.off()
   */
  readonly timeWindow?: TimeWindow;

  /**
   * How many execution environments to keep warm, besides those that are busy with requests at that moment.
   *
   * A whole number, not above what the function reserves, and within what the fan-out can do: 10,000 with
   * `FanOut.dispatcher()`, if its memory and timeout allow that, 10 with `FanOut.direct()` (1 with EventBridge
   * Scheduler), 1,000 with `FanOut.selfInvoke()`. Lambda starts at most 1,000 environments of a function in 10 seconds
   * (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html), so that more are warm after some ticks only. With `WarmingSchedule.windows()`, whose windows say it, it is left out.
   *
   * Beside `provisionedConcurrency` nothing is pinged unless it is given. Since pings reach the provisioned environments
   * first, it is then above the most that may be provisioned: what goes beyond is kept warm for requests that find all
   * provisioned ones busy.
   *
   * @default - 1; with `provisionedConcurrency` none
   */
  readonly concurrency?: number;

  /**
   * Lets the concurrency be changed without a deployment: by an SSM parameter, which the dispatcher reads at each tick.
   *
   * Its number holds at each tick, in whatever window, and 0 pauses the pings. The dispatcher cuts it down to the most that
   * was deployed. What it cannot read, or is no such number, it says in its log, and takes what was deployed. It takes
   * `FanOut.dispatcher()`.
   *
   * @default - the concurrency is what was deployed
   */
  readonly concurrencyParameter?: ConcurrencyParameterOptions;

  /**
   * How one tick of the schedule becomes that many pings.
   *
   * @default - FanOut.direct() for one environment; FanOut.dispatcher() for more, with `emitMetrics`, `prewarmOnDeploy`
   * or `concurrencyParameter`, and for a function that has a dead-letter queue or destinations for asynchronous
   * invocations
   */
  readonly fanOut?: FanOut;

  /**
   * What a ping carries, that is: how the function tells it from a real event.
   *
   * @default WarmingPayload.standard(), with FanOut.selfInvoke() WarmingPayload.lambdaWarmer()
   */
  readonly payload?: WarmingPayload;

  /**
   * Who answers the pings: the function without an edit to its handler, or its handler.
   *
   * @default ShortCircuit.auto()
   */
  readonly shortCircuit?: ShortCircuit;

  /**
   * Whether the function counts its real events as cold and warm starts: the metrics `ColdStart` and `WarmStart` of the
   * namespace `LambdaWarmer`, by `FunctionName`.
   *
   * They are log lines in embedded metric format, so they need no permission and no call. CloudWatch bills two custom
   * metrics a function. What answers the pings of `WarmingPayload.standard()` writes them; with other payloads this
   * is refused.
   *
   * @default false
   */
  readonly recordStarts?: boolean;

  /**
   * Has an alias made, of whose version Lambda keeps environments initialized at all times, or at those that windows say.
   *
   * It is what callers invoke then: `warmer.alias`. `target` is the function itself, created by this app. Refused are
   * imported functions, whose versions this app does not publish; Lambda@Edge, which takes no alias; and functions for
   * which Lambda provisions nothing: those with SnapStart, that isolate tenants, or run on a capacity provider.
   *
   * Nothing is pinged beside it, and the function is left as it is, unless `concurrency` (or a schedule with windows) asks
   * for environments above those. Pings go to the alias then. With scaling by utilization that is refused, since pings
   * count as use, unless `cdk-lambda-warmer:pingsFeedUtilization` is acknowledged as a warning on the warmer.
   *
   * @default - none
   */
  readonly provisionedConcurrency?: ProvisionedConcurrencyOptions;

  /**
   * The most that the warmer may cost, in US dollars a month: a number above 0. What costs more is an error at synthesis.
   *
   * It is compared with `monthlyCost.maxMonthlyUsd`: what may be asked for without another deployment counts too.
   *
   * @default - no limit
   */
  readonly maxMonthlyCost?: number;

  /**
   * What is assumed to reckon what the warmer costs.
   *
   * @default - see there
   */
  readonly costAssumptions?: CostAssumptions;

  /**
   * Whether to run a tick right after each deployment that changed the function, because that leaves no environment
   * warm. That is one that changed its properties, its code or its layers. For an imported function, it is each deployment, by a
   * template that differs at each synthesis. The deployment neither waits for it nor fails with it.
   *
   * With `WarmingSchedule.windows()`, it warms as many environments as the largest of them asks for, whatever the time.
   * It takes `FanOut.dispatcher()`, and does nothing while the warmer is not enabled or its schedule not active.
   *
   * @default false
   */
  readonly prewarmOnDeploy?: boolean;

  /**
   * Whether to emit metrics of each tick in embedded metric format, in the namespace `LambdaWarmer` by `FunctionName`:
   * `Coverage`, `WarmEnvironments` and `ColdStarts`, and `Throttles`, `Errors` and `HeldTime` if their `metric...`
   * method is called.
   *
   * CloudWatch bills each as a custom metric, $0.30 a month (https://aws.amazon.com/cloudwatch/pricing/, us-east-1,
   * read in November 2026). It takes `FanOut.dispatcher()`, whose log has the same figures without it.
   *
   * @default false
   */
  readonly emitMetrics?: boolean;

  /**
   * Whether the schedule fires. A disabled one stays deployed and pings nothing. What is provisioned stays so.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The description of the schedule, as the console shows it. At most 512 characters.
   *
   * @default - names the function and the concurrency
   */
  readonly description?: string;
}

/**
 * Keeps execution environments of a Lambda function warm by pinging them on a schedule.
 *
 * It throws at synthesis, naming itself, what is wrong and what to write instead, where the pings could not work.
 *
 * @example
 *
 * declare const fn: lambda.Function;
 *
 * new LambdaWarmer(this, 'Warmer', { target: fn });
 */
export class LambdaWarmer extends MeteredWarmer {
  /**
   * What callers invoke, and pings if there are any. That is the alias, if there is provisioned concurrency, and otherwise what was
   * given.
   */
  public readonly target: IFunction;

  /**
   * The alias with provisioned concurrency, if that is used: for the integration of an API, an event source, and whatever
   * else invokes the function.
   */
  public readonly alias?: Alias;

  /**
   * By which CodeDeploy moves the alias, if `provisionedConcurrency` has a `deploymentConfig`. It takes alarms on the
   * alias, and functions to run before and after requests are shifted.
   */
  public readonly deploymentGroup?: LambdaDeploymentGroup;

  /**
   * The SSM parameter by which the concurrency can be changed, if `concurrencyParameter` is used.
   */
  public readonly concurrencyParameter?: IStringParameter;

  private readonly metrics?: WarmerMetrics;
  private readonly alwaysEverySeconds?: number;
  private readonly costAssumptions?: CostAssumptions;
  private readonly cost: ToldCost;

  constructor(scope: Construct, id: string, props: LambdaWarmerProps) {
    super(scope, id);

    const target = new PingTarget(this, props.target);
    const costs = new CostModel(this, target, props.costAssumptions ?? {});
    const provisioning = props.provisionedConcurrency ? new Provisioning(this, target, props.provisionedConcurrency) : undefined;
    const isPinged = !provisioning || props.concurrency !== undefined || props.schedule?._maxConcurrency !== undefined;
    const problems = [...costs.problems(), ...ToldCost.problemsOfLimit(props.maxMonthlyCost)];

    const wired = isPinged ? this.warm(props, target, provisioning, problems) : this.provision(props, provisioning, problems);
    const { provisioned } = wired;
    this.alias = provisioned?.alias;
    this.deploymentGroup = provisioned?.deploymentGroup;
    this.target = this.alias ?? props.target;
    this.concurrencyParameter = wired.override?.parameter;
    this.metrics = wired.metrics;
    this.costAssumptions = props.costAssumptions;
    this.alwaysEverySeconds = wired.isActive && wired.schedule!._firesAlways && !wired.override ? wired.schedule!._everySeconds : undefined;

    const served = provisioned ?? ProvisionedAlias.around(props.target);
    const cost = (counted: Counted) => costs.cost(wired.pinging?.(), served?.toCost, counted);
    const kept = this.alias ? new PingTarget(this, this.alias) : target;
    noteWarmer(this, kept, wired.isActive || provisioned !== undefined);
    describeBy(this, () => ({
      construct: this,
      type: TITLE,
      isActive: wired.isActive,
      schedule: wired.schedule,
      tickLogs: wired.tickLog ? [wired.tickLog] : [],
      functions: [{
        target: kept,
        concurrency: props.concurrency ?? 1,
        metrics: wired.metrics,
        tickLog: wired.tickLog,
        recordsStarts: props.recordStarts ?? false,
        provisioned: served?.plan,
        costs,
        cost,
      }],
    }));

    this.cost = new ToldCost(this, TITLE, cost);

    for (const { id: warningId, text } of provisioning?.warnings ?? []) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    this.node.addValidation({
      validate: () => {
        const ofProvisioned = [
          ...this.alias ? provisioning!.problemsAtSynthesis(this.alias) : [],
          ...wired.isActive ? served?.problemsOfPings(this) ?? [] : [],
        ];
        if (wired.isActive && !target.isQualified && !this.alias) {
          ProvisionedAlias.warnOfLatest(this, target);
        }
        // What is wrong with both is said once.
        const rest = ofProvisioned.length > 0 ? [] : wired.problemsAtSynthesis();
        return [...ofProvisioned, ...rest, ...this.cost.problems(props.maxMonthlyCost)];
      },
    });
  }

  /**
   * What the warmer costs in a month, pings and the alias together that it has provisioned or pings. What several warmers
   * share, each of them has: `WarmingCost.of()` counts it once.
   *
   * It is reckoned anew from what the function is at that moment, so it is best read when the app is complete. Of a warmer
   * that is not enabled, only what is provisioned costs anything, and the metrics of `recordStarts`.
   *
   * Throws if it cannot be told: of a function that is imported, `costAssumptions` say the memory.
   */
  public get monthlyCost(): WarmingCost {
    return this.cost.all;
  }

  /** Provisions, and pings nothing. */
  private provision(props: LambdaWarmerProps, provisioning: Provisioning, problems: readonly string[]): Wired {
    this.refuse([...provisioning.problems(), ...problemsOfPingsOnly(props), ...problems]);
    return { provisioned: provisioning.apply(), isActive: false, problemsAtSynthesis: () => [] };
  }

  /** Pings, and provisions if that is asked for too. */
  private warm(props: LambdaWarmerProps, given: PingTarget, provisioning: Provisioning | undefined, problems: readonly string[]): Wired {
    const { recordStarts = false, prewarmOnDeploy = false, emitMetrics = false, concurrencyParameter } = props;
    const schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    const { recurrences } = schedule._definition;
    const concurrency = schedule._maxConcurrency ?? props.concurrency ?? 1;
    const enabled = (props.enabled ?? true) && !schedule._isOver;
    const engine = new PingEngine(this, schedule, props);
    const needsDispatcher = concurrency > 1 || prewarmOnDeploy || emitMetrics || concurrencyParameter || given.handsOnResults;
    const { _strategy: fanOut } = props.fanOut ?? (needsDispatcher ? FanOut.dispatcher() : FanOut.direct());
    const payload = props.payload ?? (fanOut.invokesItself ? WarmingPayload.lambdaWarmer() : WarmingPayload.standard());
    const asked: FanOutRequest = {
      scope: this,
      target: given,
      payload,
      concurrency,
      isRule: engine.isRule,
      levels: recurrences.map(({ concurrency: some = concurrency }) => some),
      everySeconds: schedule._everySeconds,
      metrics: emitMetrics ? () => metrics.names() : undefined,
    };
    const metrics = new WarmerMetrics(this, {
      title: TITLE,
      dimensions: () => ({ [FUNCTION_DIMENSION]: target.qualifiedName }),
      payloads: () => [payload],
      fanOut,
      emitMetrics,
      everySeconds: schedule._everySeconds,
    });

    const ofTarget = given.problems(fanOut.isDirect && engine.isRule);
    const around = ProvisionedAlias.around(props.target);
    const ofProvisioned = () => provisioning?.problems(asked.levels) ?? around?.plan.problemsOfPings(asked.levels) ?? [];
    this.refuse([
      ...ofTarget,
      // What is wrong with both is said once.
      ...ofTarget.length > 0 ? [] : ofProvisioned(),
      ...schedule._problems,
      ...engine.problems(),
      ...payload._problemsWith(given.token),
      ...problemsOfConcurrency(props.concurrency, schedule._maxConcurrency, fanOut),
      ...problemsOfDescription(props.description),
      ...concurrencyParameter ? ConcurrencyOverride.problems(this, concurrencyParameter, concurrency, fanOut.maxConcurrency) : [],
      ...prewarmOnDeploy ? problemsOfDispatched('prewarmOnDeploy', 'which the deployment calls', fanOut) : [],
      ...concurrencyParameter ? problemsOfDispatched('concurrencyParameter', 'which reads it', fanOut) : [],
      ...metrics.problems(),
      ...fanOut.problems(asked),
      ...problems,
    ]);
    this.refuse(engine.problemsOf(fanOut.inputs(asked, concurrency)));

    const shortCircuit = applyShortCircuit(this, provisioning?.served ?? given, { shortCircuit: props.shortCircuit, payload, recordStarts });
    this.refuse(shortCircuit.problems);

    const provisioned = provisioning?.apply();
    const target = provisioned ? new PingTarget(this, provisioned.alias, given.name) : given;

    const override = concurrencyParameter && new ConcurrencyOverride(this, concurrencyParameter, concurrency);
    const request = { ...asked, target, override };
    const { problemsAtSynthesis, function: invoked, ...permitted } = fanOut.apply(request);

    const pings = recurrences.map(({ expression, concurrency: some = concurrency }) => ({
      expression,
      inputs: fanOut.inputs(request, some),
      description: props.description ?? defaultDescription(target.function, some),
    }));
    for (const { inputs, ...ping } of pings) {
      const firing = engine.open({ ...ping, ...permitted, fired: invoking(invoked), enabled });
      for (const input of inputs) {
        firing.add(input);
      }
    }
    if (prewarmOnDeploy && enabled && !schedule._isAhead) {
      prewarm(this, Dispatcher.find(this)!, pings[0].inputs[0].event!).watch(target);
    }

    for (const { id: warningId, text } of schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    return {
      provisioned,
      override,
      metrics,
      schedule,
      tickLog: fanOut.isVerified ? Dispatcher.find(this)!.function.logGroup : undefined,
      isActive: enabled,
      // What the function counts by itself, it counts also while nothing is pinged.
      pinging: enabled || recordStarts ? () => ({
        recurrences: enabled ? recurrences : [],
        concurrency,
        maxConcurrency: override?.maxConcurrency,
        everySeconds: schedule._everySeconds,
        isRule: engine.isRule,
        heldMs: (some) => payload._heldMs(fanOut.holdMs(some)),
        isReported: fanOut.isVerified,
        dispatcherMemorySize: fanOut.isVerified ? Dispatcher.find(this)!.memorySize : undefined,
        tickMetrics: enabled && emitMetrics ? metrics.names().map((name) => `${target.function.node.path} ${name}`) : [],
        startMetrics: recordStarts ? START_METRICS.map((name) => `${target.ownFunction?.node.path} ${name}`) : [],
      }) : undefined,
      problemsAtSynthesis: () => [
        ...target.problemsAtSynthesis(
          override?.maxConcurrency ?? concurrency, override && 'what concurrencyParameter may ask for', provisioning?.plan.highest,
        ),
        ...problemsAtSynthesis(),
        ...shortCircuit.problemsAtSynthesis(),
        ...schedule._problemsAtSynthesis(this),
        ...engine.problemsOf(pings.flatMap(({ inputs }) => inputs).map((input) => ({ ...input, event: Stack.of(this).resolve(input.event) }))),
      ],
    };
  }

  /** @internal */
  protected get _metering(): Metering {
    return {
      title: TITLE,
      alwaysEverySeconds: this.alwaysEverySeconds,
      period: this.metrics?.period ?? DEFAULT_PERIOD,
      costAssumptions: this.costAssumptions,
      metric: (name, options) => {
        if (!this.metrics) {
          throw new Error(`${TITLE} '${this.node.path}': metric${name}() was called, but nothing is pinged beside provisionedConcurrency. `
            + 'Write a concurrency above what is provisioned, or take the metrics of warmer.alias.');
        }
        return this.metrics.metric(name, options);
      },
    };
  }

  /** Errors found in the constructor name the construct themselves; CDK does it for those found at synthesis. */
  private refuse(problems: readonly string[]): void {
    if (problems.length > 0) {
      throw new Error(`${TITLE} '${this.node.path}': ${problems.join('\n  ')}`);
    }
  }
}

/** What has been set up for a warmer. */
interface Wired {
  readonly provisioned?: ProvisionedAlias;
  readonly override?: ConcurrencyOverride;
  readonly metrics?: WarmerMetrics;
  readonly schedule?: WarmingSchedule;
  /** Where the dispatcher reports, if it sends the pings. */
  readonly tickLog?: ILogGroup;
  /** Whether pings are sent. */
  readonly isActive: boolean;
  /** What pings use that cost something, once the app is complete. */
  pinging?(): PingingToCost;
  problemsAtSynthesis(): string[];
}

function problemsOfDispatched(property: string, why: string, { name, isVerified }: FanOutStrategy): string[] {
  return isVerified ? [] : [`${property} takes FanOut.dispatcher(), ${why}, but fanOut is ${name}. Leave fanOut out, or ${property}.`];
}

function problemsOfPingsOnly(props: LambdaWarmerProps): string[] {
  const given = PINGS_ONLY.filter((name) => props[name] !== undefined && props[name] !== false);
  return given.length > 0
    ? [`${given.join(', ')} ${given.length > 1 ? 'concern' : 'concerns'} pings, but beside provisionedConcurrency none are sent. `
      + `Write a concurrency above what is provisioned, or leave ${given.length > 1 ? 'them' : 'it'} out.`]
    : [];
}

function problemsOfDescription(description: string | undefined): string[] {
  return description !== undefined && !Token.isUnresolved(description) && description.length > MAX_DESCRIPTION_LENGTH
    ? [`description has ${description.length} characters, EventBridge takes ${MAX_DESCRIPTION_LENGTH}. Write a shorter one.`]
    : [];
}

function defaultDescription(target: IFunction, concurrency: number): string {
  return `Keeps ${concurrency} execution environment${concurrency === 1 ? '' : 's'} of ${target.functionName} warm`;
}
