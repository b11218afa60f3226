import { TimeZone, Token } from 'aws-cdk-lib';

/** Zones in which the hours of a cron are those of a rule. */
const UTC_ZONES = ['UTC', 'Etc/UTC'];

/** Those that CDK knows, spelt as in the IANA time zone database, and as EventBridge Scheduler wants them. */
const KNOWN_ZONES = Object.values(TimeZone).filter((zone): zone is TimeZone => zone instanceof TimeZone).map(({ timezoneName }) => timezoneName);

/** Whether a schedule in this zone is one that a rule can have. */
export function isUtc(zone: TimeZone | undefined): boolean {
  return zone === undefined || UTC_ZONES.includes(zone?.timezoneName);
}

/** What is wrong with it, as the end of a sentence that begins with "the schedule"; nothing, if it is known at deployment only. */
export function problemsOfTimeZone(zone: TimeZone | undefined): string[] {
  const name = zone?.timezoneName;
  if (zone !== undefined && typeof name !== 'string') {
    return [`has ${typeof zone === 'string' ? `'${zone as string}'` : 'no TimeZone'} as its time zone: write one, such as TimeZone.EUROPE_BERLIN or TimeZone.of('Europe/Berlin')`];
  }
  if (name === undefined || Token.isUnresolved(name) || KNOWN_ZONES.includes(name)) {
    return [];
  }
  const meant = KNOWN_ZONES.find((known) => known.toLowerCase() === name.toLowerCase());
  // A zone younger than CDK's list, or an older name of one. Of offsets, which newer Node.js knows too, AWS says nothing.
  if (!meant && /^[A-Z]/.test(name) && isKnownHere(name)) {
    return [];
  }
  return [`has the time zone '${name}', which the IANA time zone database has not: write ${meant ? `'${meant}'` : 'one of it'}, such as TimeZone.EUROPE_BERLIN or TimeZone.of('Europe/Berlin')`];
}

function isKnownHere(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}
