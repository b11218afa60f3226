import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FanOut } from './fan-out/fan-out';
import { jsonProblems, literalJsonLength } from './payload/json-problems';
import { WarmingPayload } from './payload/warming-payload';
import { createPingRules } from './schedule/ping-rules';
import { ScheduleEngine } from './schedule/schedule-engine';
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
   * A whole number from 1 to 1,000, not above what the function reserves, and within what the fan-out can do:
   * 10 with `FanOut.direct()`.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * How one tick of the schedule becomes that many pings.
   *
   * @default FanOut.direct()
   */
  readonly fanOut?: FanOut;

  /**
   * What a ping carries, that is: how the function tells it from a real event.
   *
   * @default WarmingPayload.standard()
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

  constructor(scope: Construct, id: string, props: LambdaWarmerProps) {
    super(scope, id);

    const { concurrency = 1, enabled = true, recordStarts = false } = props;
    const fanOut = props.fanOut ?? FanOut.direct();
    const payload = props.payload ?? WarmingPayload.standard();
    const schedule = props.schedule ?? WarmingSchedule.every(Duration.minutes(5));
    const target = new PingTarget(this, props.target);

    this.refuse([
      ...target.problems(),
      ...schedule._problems.map(ofSchedule),
      ...payload._problems.map(ofPayload),
      ...problemsOfConcurrency(concurrency, fanOut),
      ...problemsOfDescription(props.description),
    ]);

    const { _wish: wish } = props.shortCircuit ?? ShortCircuit.auto();
    const isAgreed = payload._tokenOf('') !== '';
    const shortCircuit = applyShortCircuit(this, target, { wish, token: payload._tokenOf(target.token), isAgreed, recordStarts });
    this.refuse(shortCircuit.problems);

    const invocations = fanOut._strategy.invocations(target, payload, concurrency);
    const events = invocations.flatMap(({ event }) => event ?? []);
    this.refuse([...new Set(events.flatMap((event) => jsonProblems(event)))].map(ofPayload));
    this.refuse(problemsOfLength(events.map(literalJsonLength)));

    this.target = props.target;
    createPingRules(this, {
      schedule,
      invocations,
      enabled,
      description: props.description ?? defaultDescription(props.target, concurrency),
    });

    for (const { id: warningId, text } of schedule._warnings) {
      Annotations.of(this).addWarningV2(warningId, text);
    }
    this.node.addValidation({
      validate: () => [
        ...target.problemsAtSynthesis(concurrency),
        ...fanOut._strategy.problemsAtSynthesis(target),
        ...shortCircuit.problemsAtSynthesis(),
        ...schedule._problemsAtSynthesis(this).map(ofSchedule),
        ...problemsOfLength(this.knownLengths(events)),
      ],
    });
  }

  /** The lengths as JSON of those events that are fully known by now. */
  private knownLengths(events: readonly { [key: string]: any }[]): number[] {
    const stack = Stack.of(this);
    return events
      .map((event) => stack.resolve(stack.toJsonString(event)))
      .flatMap((json) => typeof json === 'string' ? json.length : []);
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

function problemsOfLength(lengths: readonly number[]): string[] {
  const longest = Math.max(0, ...lengths);
  return longest > MAX_INPUT_LENGTH
    ? [`the payload has ${longest} characters as JSON, EventBridge takes ${MAX_INPUT_LENGTH}. Write a shorter one: a ping need only be recognized.`]
    : [];
}

function problemsOfConcurrency(concurrency: number, fanOut: FanOut): string[] {
  const { maxConcurrency, name } = fanOut._strategy;
  const range = `from 1 to ${maxConcurrency}`;
  if (Token.isUnresolved(concurrency)) {
    return [`concurrency is a token, known at deployment only, but each ping is a part of the template. Write a number ${range}.`];
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    return [`concurrency is ${concurrency}. Write a whole number ${range} with ${name}.`];
  }
  return concurrency > maxConcurrency
    ? [`${name} keeps at most ${maxConcurrency} environments warm, ${concurrency} were asked for. Write a concurrency ${range}.`]
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
