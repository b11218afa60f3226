import { cpus } from 'node:os';

const NS = { name: 'ns', of: 1, digits: 1 };
const MICROSECONDS = { name: 'µs', of: 1e3, digits: 2 };
const MILLISECONDS = { name: 'ms', of: 1e6, digits: 2 };

/** What one event may cost more with our wrapper around the handler. */
const BUDGET = { nodeEvents: 20, pythonEvents: 300 };

export function report({ nodeEvents, pythonEvents, nodeRequire, nodeImport, pythonSource, pythonCompiled }, { layers, versions }, rounds) {
  return `# Results

${cpus()[0].model}, Node.js ${process.versions.node}, Python ${versions.python}, ${new Date().toISOString().slice(0, 10)}

Every row is the median of processes that measured nothing else, and "more" is what it has more than the bare row of its
table. [README.md](README.md) says what is measured and how.

## A Node.js handler, for each event that is not a ping

Median of ${rounds.events} processes.

${eventTable(nodeEvents, NS)}

${budget('withWarming', nodeEvents, BUDGET.nodeEvents, NS)}

## A Python handler, for each event that is not a ping

Median of ${rounds.events} processes.

${eventTable(pythonEvents, MICROSECONDS, 'PutMetricData calls')}

${budget('with_warming', pythonEvents, BUDGET.pythonEvents, MICROSECONDS)}

## Loading a handler's file

Median of ${rounds.load} processes.

${loadTable([
    ['Node.js, `require`', nodeRequire],
    ['Node.js, `import`', nodeImport],
    ['Python, from source, as in our layer', pythonSource],
    ['Python, compiled before', pythonCompiled],
  ])}

## Size of our layers

${table(['Layer', 'Bytes'], layers.map(({ name, bytes }) => [name, bytes]))}
`;
}

function eventTable(cases, unit, calls) {
  const [bare] = cases;
  return table(
    ['Handler', `${unit.name} per event`, 'lowest to highest', 'more', 'ratio', ...calls ? [calls] : []],
    cases.map((one) => [
      one.label,
      format(one.ns, unit),
      `${format(one.lowest, unit)} to ${format(one.highest, unit)}`,
      one === bare ? '' : difference(one, bare, unit),
      one === bare ? '' : `× ${(one.ns / bare.ns).toLocaleString('en', { maximumSignificantDigits: 2 })}`,
      ...calls ? [one.callsPerEvent] : [],
    ]),
  );
}

function loadTable(groups) {
  return table(
    ['Loaded by', 'Handler', 'ms', 'lowest to highest', 'more'],
    groups.flatMap(([how, cases]) => cases.map((one, index) => [
      index === 0 ? how : '',
      one.label,
      format(one.ns, MILLISECONDS),
      `${format(one.lowest, MILLISECONDS)} to ${format(one.highest, MILLISECONDS)}`,
      index === 0 ? '' : difference(one, cases[0], MILLISECONDS),
    ])),
  );
}

function budget(name, [bare, ours], limit, unit) {
  const verdict = ours.ns - bare.ns <= limit ? 'met' : 'not met';
  return `Budget of \`${name}\`, at most +${limit / unit.of} ${unit.name} per event: **${verdict}**, with ${difference(ours, bare, unit)}.`;
}

function difference(one, bare, unit) {
  const more = one.ns - bare.ns;
  return `${more < 0 ? '−' : '+'}${format(Math.abs(more), unit)} ${unit.name}`;
}

function format(ns, { of, digits }) {
  return (ns / of).toFixed(digits);
}

export function table(header, rows) {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
