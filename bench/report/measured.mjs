import { list } from './format.mjs';

const BUSY_LOAD_PER_CPU = 1;

const BUSY = 'Measured while the machine was busy with other work';
const SO = 'All times are longer than they need be, and some ratios are not what they would be.';

const NAMES = { 'python': 'Python', 'ministack': 'MiniStack', '@aws-sdk/client-lambda': 'AWS SDK' };

/** When a part was measured, on what, and by which command: it stands above its tables. */
export function measured({ command, startedAt, minutes, machine, versions: { node, ...others } }) {
  const { cpus, cpu, memoryGiB, system, loadBefore } = machine;
  return `- Measured on ${startedAt.slice(0, 10)} at ${startedAt.slice(11, 16)} UTC, in one run of ${minutes.toFixed(1)} minutes, by \`${command}\`
- Machine: ${cpus} × ${cpu}, ${memoryGiB} GiB, ${system}; load average ${loadBefore.toFixed(1)} in the minute before the run
- Versions: Node.js ${node}, ${Object.entries(others).map(([name, version]) => `${NAMES[name] ?? name} ${version}`).join(', ')}${isBusy(machine) ? `\n- **${BUSY}. ${SO}**` : ''}`;
}

/** What a page tells before all, if it is so. */
export function busyParts(results) {
  const names = Object.entries(results).filter(([, { machine }]) => isBusy(machine)).map(([name]) => name);
  return names.length > 0 ? `**${BUSY}: ${list(names)}. ${SO}**\n\n` : '';
}

function isBusy({ cpus, loadBefore }) {
  return loadBefore > BUSY_LOAD_PER_CPU * cpus;
}
