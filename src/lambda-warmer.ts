import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { MetricName } from './dispatcher/plan';
import { ConcurrencyOverride } from './fan-out/concurrency-parameter';
import { ConcurrencyParameterOptions } from './fan-out/concurrency-parameter-options';
import { FanOut } from './fan-out/fan-out';
import { prewarm } from './fan-out/prewarm';
import { FanOutRequest, FanOutStrategy } from './fan-out/strategy';
import { WarmerMetrics } from './observability/warmer-metrics';
import { jsonProblems } from './payload/json-problems';
import { WarmingPayload } from './payload/warming-payload';
import { PingEngine } from './schedule/ping-engine';
import { ScheduleEngine } from './schedule/schedule-engine';
import { WarmingSchedule } from './schedule/warming-schedule';
import { applyShortCircuit } from './short-circuit/apply-short-circuit';
import { ShortCircuit } from './short-circuit/short-circuit';
import { PingTarget } from './target/ping-target';

const MAX_CONCURRENCY = 1000;

/** Characters: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html, `Description`. */
const MAX_DESCRIPTION_LENGTH = 512;

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
   * A whole number, not above what the function reserves, and within what the fan-out can do: 950 with
   * `FanOut.dispatcher()`, if its memory and timeout allow that, 10 with `FanOut.direct()` (1 with EventBridge
   * Scheduler), 1,000 with `FanOut.selfInvoke()`. With `WarmingSchedule.windows()`, whose windows say it, it is left out.
   *
   * @default 1
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
   * Whether to run a tick right after each deployment that changed the function, because that leaves no environment
   * warm: one that changed its properties, its code or its layers; for an imported function, each deployment, by a
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
   * Whether the schedule fires. A disabled one stays deployed and pings nothing.
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
export class LambdaWarmer extends Construct {
  /**
   * What the pings invoke.
   */
  public readonly target: IFunction;

  /**
   * The SSM parameter by which the concurrency can be changed, if `concurrencyParameter` is used.
   */
  public readonly concurrencyParameter?: IStringParameter;

  private readonly metrics: WarmerMetrics;

  constructor(scope: Construct, id: string, props: LambdaWarmerProps) {
    super(scope, id);

    const { recordStarts = false, prewarmOnDeploy = false, emitMetrics = false, concurrencyParameter } = props;
    const schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    const { recurrences } = schedule._definition;
    const concurrency = schedule._maxConcurrency ?? props.concurrency ?? 1;
    const enabled = (props.enabled ?? true) && !schedule._isOver;
    const engine = new PingEngine(this, schedule, props);
    const target = new PingTarget(this, props.target);
    const needsDispatcher = concurrency > 1 || prewarmOnDeploy || emitMetrics || concurrencyParameter || target.handsOnResults;
    const { _strategy: fanOut } = props.fanOut ?? (needsDispatcher ? FanOut.dispatcher() : FanOut.direct());
    const payload = props.payload ?? (fanOut.invokesItself ? WarmingPayload.lambdaWarmer() : WarmingPayload.standard());
    this.metrics = new WarmerMetrics(this, { target, payload, fanOut, emitMetrics });
    const asked: FanOutRequest = {
      scope: this,
      target,
      payload,
      concurrency,
      isRule: engine.isRule,
      levels: recurrences.map(({ concurrency: some = concurrency }) => some),
      everySeconds: schedule._everySeconds,
      metrics: emitMetrics ? () => this.metrics.names() : undefined,
    };

    this.refuse([
      ...target.problems(fanOut.isDirect && engine.isRule),
      ...schedule._problems.map(ofSchedule),
      ...engine.problems(),
      ...payload._problems.map(ofPayload),
      ...jsonProblems(payload._templateOf(target.token).event ?? {}).map(ofPayload),
      ...problemsOfConcurrency(props.concurrency, schedule._maxConcurrency, fanOut),
      ...problemsOfDescription(props.description),
      ...concurrencyParameter ? ConcurrencyOverride.problems(this, concurrencyParameter, concurrency, fanOut.maxConcurrency) : [],
      ...prewarmOnDeploy ? problemsOfDispatched('prewarmOnDeploy', 'which the deployment calls', fanOut) : [],
      ...concurrencyParameter ? problemsOfDispatched('concurrencyParameter', 'which reads it', fanOut) : [],
      ...this.metrics.problems(),
      ...fanOut.problems(asked),
    ]);

    this.refuse(engine.problemsOf(fanOut.inputs(asked, concurrency)));

    const { _wish: wish } = props.shortCircuit ?? ShortCircuit.auto();
    const isAgreed = payload._tokenOf('') !== '';
    const shortCircuit = applyShortCircuit(this, target, { wish, token: payload._tokenOf(target.token), isAgreed, recordStarts });
    this.refuse(shortCircuit.problems);

    const override = concurrencyParameter && new ConcurrencyOverride(this, concurrencyParameter, concurrency);
    const request = { ...asked, override };
    const { problemsAtSynthesis, ...invoked } = fanOut.apply(request);

    this.target = props.target;
    this.concurrencyParameter = override?.parameter;
    const pings = recurrences.map(({ expression, concurrency: some = concurrency }) => ({
      expression,
      inputs: fanOut.inputs(request, some),
      description: props.description ?? defaultDescription(props.target, some),
    }));
    engine.create({ ...invoked, pings, enabled });
    if (prewarmOnDeploy && enabled && !schedule._isAhead) {
      prewarm(this, target, pings[0].inputs[0].event!);
    }

    for (const { id: warningId, text } of schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    this.node.addValidation({
      validate: () => [
        ...target.problemsAtSynthesis(override?.maxConcurrency ?? concurrency, override && 'what concurrencyParameter may ask for'),
        ...problemsAtSynthesis(),
        ...shortCircuit.problemsAtSynthesis(),
        ...schedule._problemsAtSynthesis(this).map(ofSchedule),
        ...engine.problemsOf(pings.flatMap(({ inputs }) => inputs).map((input) => ({ ...input, event: Stack.of(this).resolve(input.event) }))),
      ],
    });
  }

  /**
   * Distinct environments that a tick reached, as a part of those asked for: 0 to 1. The minimum by default.
   *
   * Throws if nothing would feed it: without `emitMetrics`, or with a payload whose answers name no environment.
   */
  public metricCoverage(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.COVERAGE, options);
  }

  /**
   * Distinct environments that a tick reached. The minimum by default.
   *
   * Throws if nothing would feed it: without `emitMetrics`, or with a payload whose answers name no environment.
   */
  public metricWarmEnvironments(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.WARM_ENVIRONMENTS, options);
  }

  /**
   * Environments that had to be started by pings: cold starts that requests were spared. The sum by default.
   *
   * Throws without `emitMetrics`.
   */
  public metricColdStarts(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.COLD_STARTS, options);
  }

  /**
   * Pings that Lambda did not take, for whichever limit. The sum by default. Emitted only if this is called.
   *
   * Throws without `emitMetrics`.
   */
  public metricThrottles(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.THROTTLES, options);
  }

  /**
   * Pings that failed: the handler did, or Lambda refused them, did not find the function, or had no answer in time.
   * The sum by default. Emitted only if this is called.
   *
   * Throws without `emitMetrics`.
   */
  public metricErrors(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.ERRORS, options);
  }

  /**
   * For how long pings kept environments busy, in milliseconds, all added up: what Lambda bills of the function's
   * memory. The sum by default. Emitted only if this is called.
   *
   * Throws if nothing would feed it: without `emitMetrics`, or with another payload than the standard one.
   */
  public metricHeldTime(options?: MetricOptions): Metric {
    return this.metrics.metric(MetricName.HELD_TIME, options);
  }

  /** Errors found in the constructor name the construct themselves; CDK does it for those found at synthesis. */
  private refuse(problems: readonly string[]): void {
    if (problems.length > 0) {
      throw new Error(`LambdaWarmer '${this.node.path}': ${problems.join('\n  ')}`);
    }
  }
}

function ofSchedule(problem: string): string {
  return `the schedule ${problem}.`;
}

function ofPayload(problem: string): string {
  return `the payload ${problem}.`;
}

function problemsOfConcurrency(
  asked: number | undefined, ofWindows: number | undefined, { maxConcurrency, name, isDirect }: FanOutStrategy,
): string[] {
  if (asked !== undefined && ofWindows !== undefined) {
    return ['concurrency is given, but the windows of the schedule say it. Leave concurrency out.'];
  }
  const concurrency = ofWindows ?? asked ?? 1;
  const range = `from 1 to ${maxConcurrency}`;
  if (Token.isUnresolved(concurrency)) {
    return [`concurrency is a token, known at deployment only, but each ping is a part of the template. Write a number ${range}.`];
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    return [`concurrency is ${concurrency}${ofWindows === undefined ? '' : ' in a window'}. Write a whole number ${range} with ${name}.`];
  }
  return concurrency > maxConcurrency
    ? [`${name} keeps at most ${maxConcurrency} environments warm, ${concurrency} were asked for. Write a concurrency ${range}${isDirect ? ', or fanOut: FanOut.dispatcher()' : ''}.`]
    : [];
}

function problemsOfDispatched(property: string, why: string, { name, isVerified }: FanOutStrategy): string[] {
  return isVerified ? [] : [`${property} takes FanOut.dispatcher(), ${why}, but fanOut is ${name}. Leave fanOut out, or ${property}.`];
}

function problemsOfDescription(description: string | undefined): string[] {
  return description !== undefined && !Token.isUnresolved(description) && description.length > MAX_DESCRIPTION_LENGTH
    ? [`description has ${description.length} characters, EventBridge takes ${MAX_DESCRIPTION_LENGTH}. Write a shorter one.`]
    : [];
}

function defaultDescription(target: IFunction, concurrency: number): string {
  return `Keeps ${concurrency} execution environment${concurrency === 1 ? '' : 's'} of ${target.functionName} warm`;
}
