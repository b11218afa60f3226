import { TickReport } from './tick-report';

type Told = Omit<TickReport, 'summary'>;

/** What a tick did for a function, as a person would say it. */
export function summaryOf(report: Told): string {
  const { concurrency, pings, waves } = report;
  if (pings === 0) {
    return `${nameOf(report)}: nothing was pinged, because ${concurrency === 0 ? 'the parameter says 0' : 'there was no time left'}`;
  }
  return [
    `${nameOf(report)}: ${reached(report)}`,
    ...troubles(report),
    `${count(pings, 'ping')} in ${count(waves, 'wave')}, ${Math.round(report.tookMs)} ms${busy(report)}`,
    ...used(report),
  ].join('; ');
}

function nameOf({ function: arn }: Told): string {
  return arn.split(':').slice(6).join(':');
}

function reached({ environments, concurrency, outcomes: { warm, coldStarted, answered } }: Told): string {
  const started = coldStarted > 0 ? `, ${coldStarted} started by it` : '';
  return environments === null
    ? `${count(warm + coldStarted + answered, 'answer')}, which do not say how many of ${count(concurrency, 'environment')} are warm${started}`
    : `${environments} of ${count(concurrency, 'environment')} warm${started}`;
}

/** What kept pings from reaching an environment, each as a part of a sentence. */
function troubles({ outcomes, error }: Told): string[] {
  const { throttled, functionError, accessDenied, notFound, timeout, failed } = outcomes;
  const kinds: [number, string][] = [
    ...Object.entries(throttled).map(([reason, number]): [number, string] => [number, `throttled (${reason})`]),
    [functionError, 'failed in the handler'],
    [accessDenied, 'not permitted'],
    [notFound, 'without a function'],
    [timeout, 'without an answer in time'],
    ...Object.entries(failed).map(([code, number]): [number, string] => [number, `failed (${code})`]),
  ];
  return [
    ...kinds.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`),
    ...error === undefined ? [] : [`the first error: ${error}`],
  ];
}

function busy({ heldMs }: Told): string {
  return heldMs === null ? '' : `, environments busy for ${Math.round(heldMs)} ms in all`;
}

function used({ usedSinceLastTick }: Told): string[] {
  return usedSinceLastTick === null ? [] : [`${usedSinceLastTick} used since the tick before`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
