import { cpus, totalmem } from 'node:os';
import { median } from '../processes.mjs';
import { table } from '../report.mjs';
import { APPROACHES } from './approaches.mjs';

/** The first half of the ticks is not counted: one is cold, and what starts so many processes is felt in those after it. */
const steadyFrom = (ticks) => Math.floor(ticks / 2);

const [OURS] = APPROACHES;

export function coverageReport({ results, cost, versions, pingsAssumed, command }) {
  const steady = results.map(({ concurrency, approaches }) => ({
    concurrency,
    rows: approaches.map(({ id, ticks }) => ({ ...APPROACHES.find((one) => one.id === id), ...steadyState(ticks, concurrency) })),
  }));
  const ticks = results[0].approaches[0].ticks.length;
  const largest = steady[steady.length - 1];

  return `# Coverage

${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}, MiniStack ${versions.ministack}, AWS SDK ${versions.sdk}, ${new Date().toISOString().slice(0, 10)}

\`\`\`sh
${command}
\`\`\`

All in one run. [README.md](README.md) says what is measured, how, and how to read it.

![Distinct environments by tick, of ${largest.concurrency} asked for](coverage.svg)

## Distinct environments, tick by tick

${results.map(({ concurrency, approaches }) => `Of ${concurrency} asked for:

${table(
    ['', ...Array.from({ length: ticks }, (_, tick) => tick === 0 ? 'tick 1, cold' : `tick ${tick + 1}`)],
    approaches.map(({ id, ticks: each }) => [labelOf(id), ...each.map(({ environments }) => environments)]),
  )}`).join('\n\n')}

## What it takes

Medians of ticks ${steadyFrom(ticks) + 1} to ${ticks}. Held is the time for which an environment was busy with pings, in each tick divided by
the distinct environments that it reached; the ratios are to ours.

${steady.map(({ concurrency, rows }) => `Of ${concurrency} asked for:

${table(
    ['', 'Environments', 'Coverage', 'Pings', 'Held ms, all', 'Held ms per environment', 'ratio', 'Whole tick, ms'],
    rows.map((row) => [
      row.label, number(row.environments), row.coverage.toFixed(2), number(row.pings), row.heldMs.toFixed(0), row.heldEach.toFixed(1),
      row.id === OURS.id ? '' : ratio(row.heldEach / rows[0].heldEach), row.wallMs.toFixed(0),
    ]),
  )}

Of ours, ${rows[0].arrivalEach.toFixed(1)} ms per environment were over when the last ping had arrived. A single wave that reaches all holds for no less.`).join('\n\n')}

## The cold tick

Of ${largest.concurrency} asked for, with no environment at all before. The emulator starts as many as it can at a time, on ${cpus().length} cores.

${table(
    ['', 'Environments', 'Pings', 'Held ms, all', 'Whole tick, ms'],
    results[results.length - 1].approaches.map(({ id, ticks: [cold] }) => [
      labelOf(id), cold.environments, cold.pings, cold.heldMs.toFixed(0), cold.wallMs.toFixed(0),
    ]),
  )}

## Goals

${goals(results, largest)}

## What a dispatcher takes to load

Median of ${cost.rounds} processes on Node.js ${cost.node}.

${table(
    ['', 'Bytes of its bundle', 'ratio', 'Loading, ms', 'lowest to highest', 'ratio'],
    cost.loads.map(({ label, bytes, ns, lowest, highest }, index) => [
      label, bytes, index === 0 ? '' : ratio(bytes / cost.loads[0].bytes),
      milliseconds(ns), `${milliseconds(lowest)} to ${milliseconds(highest)}`, index === 0 ? '' : ratio(ns / cost.loads[0].ns),
    ]),
  )}

## Pings per second of CPU time

Over HTTPS to a server of this machine, connections included, on Node.js ${cost.node}. Medians of ${cost.pingRounds} processes: at their
first tick, and at all later ones.

${table(
    ['', 'Pings', 'First tick', 'Later ticks'],
    cost.pings.map(({ label, pings, first, later }) => [label, pings, first.toFixed(0), later.toFixed(0)]),
  )}

${pingGoal(cost.pings, pingsAssumed)}
`;
}

function steadyState(ticks, concurrency) {
  const counted = ticks.slice(steadyFrom(ticks.length));
  const of = (value) => median(counted.map(value));
  const environments = of((tick) => tick.environments);
  return {
    environments,
    coverage: environments / concurrency,
    pings: of((tick) => tick.pings),
    heldMs: of((tick) => tick.heldMs),
    heldEach: of((tick) => tick.heldMs / tick.environments),
    arrivalEach: of((tick) => tick.arrivalMs / concurrency),
    wallMs: of((tick) => tick.wallMs),
  };
}

function goals(results, { concurrency, rows: [ours, ...peers] }) {
  const lowest = Math.min(...results.flatMap((result) => result.approaches.find(({ id }) => id === OURS.id).ticks
    .map(({ environments }) => environments / result.concurrency)));
  return [
    `- All environments at each tick of each size, cold ones included: ${verdict(lowest >= 1)}, with a coverage of ${lowest.toFixed(2)} at the least.`,
    ...peers.map(({ name, heldEach, coverage }) => `- At ${concurrency}, at most half of the time that each environment is held by ${name}: `
      + `${verdict(ours.heldEach <= heldEach / 2)}, with × ${(ours.heldEach / heldEach).toFixed(2)}. It reaches ${(coverage * 100).toFixed(0)} %.`),
  ].join('\n');
}

function pingGoal(rows, assumed) {
  const lowest = Math.min(...rows.filter(({ label }) => label === rows[0].label).flatMap(({ first, later }) => [first, later]));
  return `The construct counts on ${assumed} pings per second of CPU time: ${verdict(lowest >= assumed)}, with ${ratio(lowest / assumed)} of that at the least.`;
}

function labelOf(wanted) {
  return APPROACHES.find(({ id }) => id === wanted).label;
}

function verdict(isMet) {
  return isMet ? '**met**' : '**not met**';
}

function number(value) {
  return Number.isInteger(value) ? value : value.toFixed(1);
}

function milliseconds(ns) {
  return (ns / 1e6).toFixed(2);
}

function ratio(value) {
  return `× ${value.toLocaleString('en', { maximumSignificantDigits: 2 })}`;
}
