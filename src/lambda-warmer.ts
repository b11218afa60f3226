import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { MetricName } from './dispatcher/plan';
import { FanOut } from './fan-out/fan-out';
import { prewarm } from './fan-out/prewarm';
import { FanOutStrategy } from './fan-out/strategy';
import { WarmerMetrics } from './observability/warmer-metrics';
import { jsonProblems, literalJsonLength } from './payload/json-problems';
import { WarmingPayload } from './payload/warming-payload';
import { createPingRules } from './schedule/ping-rules';
import { ScheduleEngine } from './schedule/schedule-engine';
import { ScheduledInput } from './schedule/scheduled-invocation';
import { WarmingSchedule } from './schedule/warming-schedule';
import { applyShortCircuit } from './short-circuit/apply-short-circuit';
import { ShortCircuit } from './short-circuit/short-circuit';
import { PingTarget } from './target/ping-target';

const MAX_CONCURRENCY = 1000;

/** Characters: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html, `Input`. */
const MAX_INPUT_LENGTH = 8192;

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
   * @default ScheduleEngine.EVENTBRIDGE_RULE
   */
  readonly engine?: ScheduleEngine;

  /**
   * How many execution environments to keep warm, besides those that are busy with requests at that moment.
   *
   * A whole number, not above what the function reserves, and within what the fan-out can do: 950 with
   * `FanOut.dispatcher()`, if its memory and timeout allow that, 10 with `FanOut.direct()`, 1,000 with
   * `FanOut.selfInvoke()`.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * How one tick of the schedule becomes that many pings.
   *
   * @default - FanOut.direct() for one environment; FanOut.dispatcher() for more, with `emitMetrics` or
   * `prewarmOnDeploy`, and for a function that has a dead-letter queue or destinations for asynchronous invocations
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
   * It takes `FanOut.dispatcher()`, and does nothing while the warmer is not enabled.
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

  private readonly metrics: WarmerMetrics;

  constructor(scope: Construct, id: string, props: LambdaWarmerProps) {
    super(scope, id);

    const { concurrency = 1, enabled = true, recordStarts = false, prewarmOnDeploy = false, emitMetrics = false } = props;
    const schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    const target = new PingTarget(this, props.target);
    const needsDispatcher = concurrency > 1 || prewarmOnDeploy || emitMetrics || target.handsOnResults;
    const { _strategy: fanOut } = props.fanOut ?? (needsDispatcher ? FanOut.dispatcher() : FanOut.direct());
    const payload = props.payload ?? (fanOut.invokesItself ? WarmingPayload.lambdaWarmer() : WarmingPayload.standard());
    this.metrics = new WarmerMetrics(this, { target, payload, fanOut, emitMetrics });
    const metrics = emitMetrics ? () => this.metrics.names() : undefined;
    const request = { scope: this, target, payload, concurrency, everySeconds: schedule._everySeconds, metrics };

    this.refuse([
      ...target.problems(fanOut.isDirect),
      ...schedule._problems.map(ofSchedule),
      ...payload._problems.map(ofPayload),
      ...jsonProblems(payload._templateOf(target.token).event ?? {}).map(ofPayload),
      ...problemsOfConcurrency(concurrency, fanOut),
      ...problemsOfDescription(props.description),
      ...problemsOfPrewarming(prewarmOnDeploy, fanOut),
      ...this.metrics.problems(),
      ...fanOut.problems(request),
    ]);

    this.refuse(problemsOfLength(fanOut.inputs(request)));

    const { _wish: wish } = props.shortCircuit ?? ShortCircuit.auto();
    const isAgreed = payload._tokenOf('') !== '';
    const shortCircuit = applyShortCircuit(this, target, { wish, token: payload._tokenOf(target.token), isAgreed, recordStarts });
    this.refuse(shortCircuit.problems);

    const { invocations, problemsAtSynthesis } = fanOut.apply(request);

    this.target = props.target;
    createPingRules(this, {
      schedule,
      invocations,
      enabled,
      description: props.description ?? defaultDescription(props.target, concurrency),
    });
    if (prewarmOnDeploy && enabled) {
      prewarm(this, target, invocations[0].event!);
    }

    for (const { id: warningId, text } of schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    this.node.addValidation({
      validate: () => [
        ...target.problemsAtSynthesis(concurrency),
        ...problemsAtSynthesis(),
        ...shortCircuit.problemsAtSynthesis(),
        ...schedule._problemsAtSynthesis(this).map(ofSchedule),
        ...problemsOfLength(invocations.map((invocation) => ({ ...invocation, event: Stack.of(this).resolve(invocation.event) }))),
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

function problemsOfLength(inputs: readonly ScheduledInput[]): string[] {
  const longest = Math.max(0, ...inputs.map(({ event, unknownLength = 0 }) => (event ? literalJsonLength(event) : 0) + unknownLength));
  return longest > MAX_INPUT_LENGTH
    ? [`the payload, with all that is sent with it, has ${longest} characters as JSON, EventBridge takes ${MAX_INPUT_LENGTH}. Write a shorter one: a ping need only be recognized.`]
    : [];
}

function problemsOfConcurrency(concurrency: number, { maxConcurrency, name, isDirect }: FanOutStrategy): string[] {
  const range = `from 1 to ${maxConcurrency}`;
  if (Token.isUnresolved(concurrency)) {
    return [`concurrency is a token, known at deployment only, but each ping is a part of the template. Write a number ${range}.`];
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    return [`concurrency is ${concurrency}. Write a whole number ${range} with ${name}.`];
  }
  return concurrency > maxConcurrency
    ? [`${name} keeps at most ${maxConcurrency} environments warm, ${concurrency} were asked for. Write a concurrency ${range}${isDirect ? ', or fanOut: FanOut.dispatcher()' : ''}.`]
    : [];
}

function problemsOfPrewarming(prewarmOnDeploy: boolean, { isVerified, name }: FanOutStrategy): string[] {
  return prewarmOnDeploy && !isVerified
    ? [`prewarmOnDeploy takes FanOut.dispatcher(), which the deployment calls, but fanOut is ${name}. Leave fanOut out, or prewarmOnDeploy.`]
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
