import { PingRates } from '../cost/cost-model';

/** Where the dispatcher's lines have what; see `TickReport`. */
const REPORT = 'cdkLambdaWarmer';
const OUTCOMES = `${REPORT}.outcomes`;

/** What Lambda writes of an invocation that had to start an environment: as text, and as JSON. */
const TEXT_START = String.raw`/^REPORT RequestId: (?<request>\S+)\s.*?\s(?<start>Init|Restore) Duration: (?<startMs>[\d.]+) ms/`;
const JSON_STARTS = ['record.metrics.initDurationMs', 'record.metrics.restoreDurationMs'];

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** How late a cron may fire: within its minute. */
const CRON_DELAY_MS = 60_000;

/** Lines of queries, which become one text. */
export type Query = readonly string[];

/** When the ticks are of which lines are counted together. */
export interface Slots {
  readonly seconds: number;
  /** Whether ticks come at whole multiples of that, as crons do: where others begin, nobody knows. */
  readonly isAligned: boolean;
}

/** All that a query on cold requests is made for. */
export interface ColdRequests {
  readonly functionArn: string;
  /** The name of the log group of its dispatcher. */
  readonly tickLog: string;
  readonly slots: Slots;
  /** Whether the function counts its cold starts by itself, those of pings apart. */
  readonly recordsStarts: boolean;
  /** How the column is called of those that came after a deployment, or at a time like that. */
  readonly isAlwaysPinged: boolean;
}

/** The commands of a query as one text. */
export function queryText(query: Query): string {
  return query.join('\n| ');
}

/** The ticks for one function. */
export function ofFunction(arn: string): string {
  return `filter ${REPORT}.function = ${quoted(arn)}`;
}

/** The ticks for the functions of a fleet. */
export function ofFleet(name: string): string {
  return `filter ${REPORT}.fleet = ${quoted(name)}`;
}

/** The ticks for whatever function. */
export function ofAll(): string {
  return `filter ispresent(${REPORT}.function)`;
}

/** The worst coverage, over time. */
export function coverageOverTime(ticks: string, seconds: number): Query {
  return [ticks, `stats min(${REPORT}.coverage) as coverage by bin(${periodOf(seconds)})`];
}

/** How many environments pings had to start, and how many pings came to nothing, over time. */
export function startsOverTime(ticks: string, seconds: number): Query {
  return [ticks, `stats sum(${OUTCOMES}.coldStarted) as startedByPings by bin(${periodOf(seconds)})`];
}

/** How many pings came to nothing: throttled, failed, or without an answer in time. */
export function unansweredOverTime(ticks: string, seconds: number): Query {
  const answered = ['warm', 'coldStarted', 'answered'].map((outcome) => `sum(${OUTCOMES}.${outcome})`);
  return [ticks, `stats ${[`sum(${REPORT}.pings)`, ...answered].join(' - ')} as unansweredPings by bin(${periodOf(seconds)})`];
}

/** Functions by how badly they are covered, the worst first. */
export function coverageByFunction(ticks: string): Query {
  return [
    ticks,
    `stats min(${REPORT}.coverage) as worstCoverage, avg(${REPORT}.coverage) as averageCoverage, `
      + `sum(${OUTCOMES}.coldStarted) as startedByPings, sum(${REPORT}.pings) as pings by ${REPORT}.function as name`,
    'sort worstCoverage asc',
    'limit 100',
  ];
}

/** For how long pings kept environments busy, and what that has cost, if the rates are known. */
export function heldTime(ticks: string, rates: PingRates | undefined): Query {
  const [pings, heldMs] = [`sum(${REPORT}.pings)`, `sum(${REPORT}.heldMs)`];
  const usd = rates && `, ${pings} * ${decimal(rates.usdPerPing)} + ${heldMs} * ${decimal(rates.usdPerHeldMs)} as usd`;
  return [ticks, `stats ${pings} as pings, ${heldMs} as heldMs${usd ?? ''}`];
}

/** What each tick reached. */
export function tickReports(): Query {
  const names = ['summary', 'coverage', 'environments', 'concurrency'];
  const outcomes = ['warm', 'coldStarted', 'answered', 'functionError', 'accessDenied', 'notFound', 'timeout'];
  return [
    `fields @timestamp, ${[...names, 'error'].map((name) => `${REPORT}.${name} as ${name}`).join(', ')}, `
      + outcomes.map((name) => `${OUTCOMES}.${name} as ${name}`).join(', '),
    ofAll(),
    'sort @timestamp desc',
    'limit 1000',
  ];
}

/**
 * In which slots requests were cold, and why. Each of them is counted once, by the first reason that applies.
 *
 * It takes the REPORT lines of starts less those that pings caused, as the dispatcher reports them; or what the function recorded. A
 * field that a line has not is never reckoned with: nothing says what comes of that.
 */
export function coldRequests({ functionArn, tickLog, slots, recordsStarts, isAlwaysPinged }: ColdRequests): Query {
  const isStart = recordsStarts
    ? 'ColdStart = 1'
    : `(strcontains(@log, ${quoted(tickLog)}) = 0 and (${['start', ...JSON_STARTS].map((name) => `ispresent(${name})`).join(' or ')}))`;
  const starts = recordsStarts ? 'count(ColdStart)' : ['start', ...JSON_STARTS].map((name) => `count(${name})`).join(' + ');
  const cold = recordsStarts ? 'starts' : '(starts - started)';
  const startedInAll = recordsStarts ? 'starts + started' : 'starts';
  const isNew = `least(1, started) * least(1, greatest(0, ${startedInAll} - asked + 1))`;
  const isAbove = 'least(1, greatest(0, beyond))';
  const isPinged = 'least(1, asked)';
  return [
    `fields strlen(@log) * 0 as zero, ${REPORT}.usedSinceLastTick - ${REPORT}.concurrency + 1 as above`,
    ...recordsStarts ? [] : [`parse @message ${TEXT_START}`],
    `filter ${REPORT}.function = ${quoted(functionArn)} or ${isStart}`,
    `stats ${starts} as starts, `
      + `sum(coalesce(${OUTCOMES}.coldStarted, zero)) as started, `
      + `max(coalesce(${REPORT}.concurrency, zero)) as asked, `
      + `max(coalesce(above, zero)) as beyond by ${slotOf(slots)} as slot`,
    recordsStarts ? 'filter starts > 0' : 'filter starts > started',
    `stats sum(${cold}) as coldRequests, `
      + `sum(${cold} * ${isNew}) as ${isAlwaysPinged ? 'afterDeployment' : 'afterDeploymentOrAsWindowBegins'}, `
      + `sum(${cold} * (1 - ${isNew}) * ${isAbove}) as aboveConcurrency, `
      + `sum(${cold} * (1 - ${isPinged})) as ${isAlwaysPinged ? 'withoutPings' : 'outsideWindow'}, `
      + `sum(${cold} * (1 - ${isNew}) * (1 - ${isAbove}) * ${isPinged}) as recycled, `
      + 'max(started) as startedByPings, max(asked) as concurrency by slot',
    'sort slot desc',
  ];
}

/** Each start of an environment, for whatever it was: the latest first. */
export function coldStarts(): Query {
  return [
    `parse @message ${TEXT_START}`,
    `filter ${['start', ...JSON_STARTS].map((name) => `ispresent(${name})`).join(' or ')}`,
    `fields @timestamp, coalesce(request, record.requestId) as requestId, coalesce(startMs, ${JSON_STARTS.join(', ')}) as startedInMs, @logStream`,
    'sort @timestamp desc',
    'limit 1000',
  ];
}

/** A tick that comes with the beginning of a slot tells of what has been before it. */
function slotOf({ seconds, isAligned }: Slots): string {
  return isAligned
    ? `datefloor(fromMillis(toMillis(@timestamp) - ${CRON_DELAY_MS}), ${periodOf(seconds)})`
    : `bin(${periodOf(seconds)})`;
}

/** The shortest period not below that which a query can have: up to 60 minutes, 24 hours, or days. */
export function periodOf(seconds: number): string {
  if (seconds <= HOUR_SECONDS) {
    return `${Math.ceil(seconds / MINUTE_SECONDS)}m`;
  }
  return seconds <= DAY_SECONDS ? `${Math.ceil(seconds / HOUR_SECONDS)}h` : `${Math.ceil(seconds / DAY_SECONDS)}d`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Without the exponent that JavaScript writes. */
function decimal(usd: number): string {
  return usd.toFixed(15).replace(/0+$/, '');
}
