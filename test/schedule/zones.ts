import { execFileSync } from 'child_process';
import { MINUTE_MS } from './week';
import { ensurePython, pythonProgram } from '../../tools/python';

/** Clocks change on quarters of an hour. */
const SCRIPT = `
import json, sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
zones, first, last = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
changes = {}
for name in zones:
    zone, changes[name] = ZoneInfo(name), []
    for minute in range(first, last, 15):
        offset = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minute)).astimezone(zone).utcoffset() // timedelta(minutes=1)
        if not changes[name] or changes[name][-1][1] != offset:
            changes[name].append((minute, offset))
print(json.dumps(changes))
`;

/** From which minute of the epoch on a zone is how many minutes ahead of UTC. */
type Changes = readonly (readonly [from: number, offset: number])[];

/** What the operating system, or else the package tzdata, knows of time zones between two dates. */
export class Zones {
  private readonly changes: { readonly [zone: string]: Changes };

  constructor(zones: readonly string[], from: string, to: string) {
    ensurePython();
    const minutes = [from, to].map((date) => String(Date.parse(date) / MINUTE_MS));
    this.changes = JSON.parse(execFileSync(pythonProgram('python'), ['-c', SCRIPT, JSON.stringify(zones), ...minutes], { encoding: 'utf8' }));
  }

  /** The local time at a minute of the epoch, as the minute of an epoch in which it would be UTC. */
  public local(zone: string, minute: number): number {
    const [, offset] = this.changes[zone].filter(([from]) => from <= minute).at(-1)!;
    return minute + offset;
  }

  /** The minutes of the epoch at which clocks are changed, and by how many minutes they jump. */
  public jumps(zone: string): { readonly at: number; readonly by: number }[] {
    return this.changes[zone].slice(1).map(([at, offset], index) => ({ at, by: offset - this.changes[zone][index][1] }));
  }
}
