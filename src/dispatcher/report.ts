import { answersOf, distinctEnvironments, environmentsOf, Wave } from './barrier';
import { Outcome } from './outcome';
import { MetricName, PlanEntry } from './plan';
import { summaryOf } from './summary';
import { TickReport } from './tick-report';
import { PingProtocol } from '../payload/ping-event';

/** Whose answers name the environment that they are from. */
const NAMING = [PingProtocol.STANDARD, PingProtocol.OPEN_NEXT];

export interface ReportOptions {
  readonly entry: PlanEntry;
  readonly waves: readonly Wave[];
  /** The time since the last tick in milliseconds, if it is known. */
  readonly sinceLastTickMs?: number;
  readonly tookMs: number;
}

export function reportOf({ entry, waves, sinceLastTickMs, tookMs }: ReportOptions): TickReport {
  const { concurrency } = entry;
  const outcomes = waves.flatMap(({ pings }) => pings.map(({ outcome }) => outcome));
  const environments = distinctEnvironments(waves);
  const isKnown = environments > 0;
  const held = waves.flatMap(answersOf).flatMap(({ heldMs }) => heldMs ?? []);
  const last = waves.at(-1);
  const report: Omit<TickReport, 'summary'> = {
    function: entry.function,
    fleet: entry.fleet?.name,
    concurrency,
    coverage: isKnown ? Math.min(1, environments / concurrency) : nothingAnswered(entry, outcomes),
    environments: isKnown ? environments : nothingAnswered(entry, outcomes),
    usedSinceLastTick: usedSince(waves, sinceLastTickMs),
    outcomes: {
      warm: countAnswers(waves, false),
      coldStarted: countAnswers(waves, true),
      answered: countAnswers(waves, undefined),
      throttled: countBy(outcomes, (outcome) => outcome.kind === 'throttled' ? outcome.reason : undefined),
      functionError: countKind(outcomes, 'functionError'),
      accessDenied: countKind(outcomes, 'accessDenied'),
      notFound: countKind(outcomes, 'notFound'),
      timeout: countKind(outcomes, 'timeout'),
      failed: countBy(outcomes, (outcome) => outcome.kind === 'failed' ? outcome.code : undefined),
    },
    error: outcomes.flatMap((outcome) => 'error' in outcome ? outcome.error : [])[0],
    heldMs: held.length > 0 ? sum(held) : null,
    pings: outcomes.length,
    waves: waves.length,
    leadMs: last?.releaseAt === undefined ? 0 : last.releaseAt - last.startedAt,
    tookMs,
  };
  return { summary: summaryOf(report), ...report };
}

/** Those that are known. */
export type MetricValues = { readonly [name in MetricName]?: number };

/** The values of the metrics that the tick is known to have. */
export function metricsOf({ coverage, environments, outcomes, heldMs }: TickReport): MetricValues {
  const { coldStarted, answered, throttled, functionError, accessDenied, notFound, timeout, failed } = outcomes;
  return {
    ...coverage !== null && { [MetricName.COVERAGE]: coverage },
    ...environments !== null && { [MetricName.WARM_ENVIRONMENTS]: environments },
    // Of answers that do not say it, any may have been a cold start.
    ...answered === 0 && { [MetricName.COLD_STARTS]: coldStarted },
    [MetricName.THROTTLES]: sum(Object.values(throttled)),
    [MetricName.ERRORS]: functionError + accessDenied + notFound + timeout + sum(Object.values(failed)),
    ...heldMs !== null && { [MetricName.HELD_TIME]: heldMs },
  };
}

/** The same for all functions of a fleet that one plan has: the worst coverage, and the sums of all else. */
export function metricsOfFleet(reports: readonly TickReport[]): MetricValues {
  const all = reports.map(metricsOf);
  const known = (name: MetricName) => all.flatMap((values) => values[name] ?? []);
  return Object.fromEntries(Object.values(MetricName).filter((name) => known(name).length > 0)
    .map((name) => [name, name === MetricName.COVERAGE ? Math.min(...known(name)) : sum(known(name))]));
}

/** Where nothing has answered, nothing was reached; where nothing is asked for, or answers name no environment, nobody knows. */
function nothingAnswered({ concurrency, protocol }: PlanEntry, outcomes: readonly Outcome[]): 0 | null {
  const isUnnamed = outcomes.length === 0 ? !NAMING.includes(protocol) : outcomes.some(({ kind }) => kind === 'answered');
  return concurrency === 0 || isUnnamed ? null : 0;
}

function usedSince(waves: readonly Wave[], sinceMs: number | undefined): number | null {
  const answers = waves.flatMap(environmentsOf).filter(({ idleMs }) => idleMs !== undefined);
  if (sinceMs === undefined || answers.length === 0) {
    return null;
  }
  const used = answers.filter(({ idleMs }) => idleMs !== null && idleMs! < sinceMs);
  return new Set(used.map(({ environment }) => environment)).size;
}

function countAnswers(waves: readonly Wave[], coldStart: boolean | undefined): number {
  return waves.flatMap(answersOf).filter((answer) => answer.coldStart === coldStart).length;
}

function countKind(outcomes: readonly Outcome[], kind: Outcome['kind']): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}

function countBy(outcomes: readonly Outcome[], keyOf: (outcome: Outcome) => string | undefined): { [key: string]: number } {
  const counts = new Map<string, number>();
  for (const key of outcomes.flatMap((outcome) => keyOf(outcome) ?? [])) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
