/* The plots of the page, by name. */
import { barPlot } from './bars.mjs';
import { count, duration, kilobytes } from './format.mjs';
import { linePlot } from './lines.mjs';

/** By the id of an approach. */
const STYLES = {
  Ours: { color: 'ours', width: 3.5 },
  LambdaWarmer: { color: 'lambdaWarmer', width: 2, dashes: '8 3' },
  Hold75: { color: 'hold75', width: 2 },
  Hold25: { color: 'hold25', width: 2, dashes: '2 3' },
  Blowtorch: { color: 'blowtorch', width: 2, dashes: '8 3 2 3' },
};
/** A plot has less room than a table. */
const SHORTER = [
  [/`/g, ''],
  ['@middy/core and ', ''],
  [', which answers no pings', ''],
  [/, send_metric=True, (only the client's|its boto3) (call|client) replaced/, ' with a metric, $2 replaced'],
  [/^What (.*) generates, with the same client/, '$1\'s'],
];
/** By the approach of an app. */
const SYNTH_COLORS = { bare: 'bare', rule: 'peer', blowtorch: 'peer' };
const LEGEND = [['ours', 'this library'], ['peer', 'others']];

export function plots({ events, coverage, synth }) {
  return {
    environments: environments(coverage),
    held: held(coverage),
    events: perEvent(events),
    loading: loading(coverage),
    synthesis: synthesis(synth),
  };
}

function environments({ largest: { concurrency, rows }, ticks }) {
  const title = `Distinct environments reached, of ${concurrency} asked for`;
  return linePlot({
    title,
    subtitle: 'In the emulator, each environment a process; more is better',
    description: `${title}, by tick: ${rows.map(({ name, ticks: each }) => `${name} ${each[each.length - 1].environments}`).join(', ')} at the last`,
    highest: concurrency,
    ticks: Array.from({ length: ticks }, (_, tick) => tick === 0 ? '1 (cold)' : tick + 1),
    axes: ['Tick', 'Distinct environments'],
    lines: rows.map(({ id, name, ticks: each }) => ({ name, ...STYLES[id], values: each.map((tick) => tick.environments) })),
  });
}

function held({ sizes }) {
  const [{ rows: approaches }] = sizes;
  return barPlot({
    title: 'Time held for each distinct environment',
    subtitle: 'Medians of the later half of the ticks, in the emulator. Less is better, where all are reached',
    legend: approaches.map(({ id, name }) => [STYLES[id].color, name]),
    panels: sizes.map(({ concurrency, rows }) => ({
      heading: `Of ${concurrency} asked for`,
      axis: 'ms for each distinct environment',
      rows: rows.map(({ id, name, heldEach, environments: reached }) => ({
        label: name, value: heldEach, told: `${heldEach.toFixed(1)} ms, reaches ${count(reached)}`, color: STYLES[id].color,
      })),
    })),
  });
}

function perEvent({ nodeEvents, pythonEvents }) {
  const panel = (heading, cases) => ({
    heading,
    axis: 'more time for each event, by powers of ten',
    rows: cases.filter(({ isBare }) => !isBare).map(({ id, label, more }) => ({
      label: shorter(label), value: more, told: duration(more), color: id === 'ours' ? 'ours' : 'peer',
    })),
  });
  return barPlot({
    title: 'What each event takes more than with the bare handler',
    subtitle: 'Events that are no pings, medians of processes of their own. Less is better',
    legend: LEGEND,
    panels: [panel('Node.js', nodeEvents), panel('Python', pythonEvents)],
    isLogarithmic: true,
  });
}

function loading({ loads, dispatcherNode }) {
  return barPlot({
    title: 'Time to load a dispatcher\'s code',
    subtitle: `On Node.js ${dispatcherNode}, from a cached disk, not minified: part of each cold start of a dispatcher. Less is better`,
    legend: LEGEND,
    panels: [{
      heading: 'Median of processes of their own',
      axis: 'ms',
      rows: loads.map(({ id, label, bytes, middle }) => ({
        label: shorter(label), value: middle / 1e6, told: `${duration(middle)}, ${kilobytes(bytes)}`, color: id.startsWith('ours') ? 'ours' : 'peer',
      })),
    }],
  });
}

function synthesis(groups) {
  const { title, rows } = groups.find(({ id }) => id === 'shared');
  const panel = (heading, axis, valueOf, told) => ({
    heading,
    axis,
    rows: rows.map((row) => ({ label: shorter(row.label), value: valueOf(row), told: told(valueOf(row)), color: SYNTH_COLORS[row.approach] ?? 'ours' })),
  });
  return barPlot({
    title: 'What warming adds to a synthesis',
    subtitle: `${title}, from the first construct to the last template. Less is better`,
    legend: [...LEGEND, ['bare', 'no warming']],
    panels: [
      panel('CPU time', 'seconds of CPU time', ({ cpu }) => cpu, (seconds) => `${seconds.toFixed(2)} s`),
      panel('Resources', 'resources of all stacks', ({ resources }) => resources, count),
    ],
  });
}

function shorter(label) {
  return SHORTER.reduce((name, [from, to]) => name.replace(from, to), label);
}
