import { inUnit, median, MICROSECONDS, MILLISECONDS, more, NS, ratio, spread, table, verdict } from './format.mjs';
import { measured } from './measured.mjs';
import { theOne } from './results.mjs';

/** What one event may cost more with our wrapper around the handler, in ns. */
const BUDGET = { node: 20, python: 300 };

const GROUPS = ['nodeEvents', 'pythonEvents', 'nodeRequire', 'nodeImport', 'pythonSource', 'pythonCompiled'];

/** By group the cases, each with what it takes and what that is more than the bare one's, all in ns; and the layers. */
export function eventFigures({ groups, layers }) {
  return {
    ...Object.fromEntries(GROUPS.map((name) => [name, name.endsWith('Events')
      ? casesOf(groups[name], ({ nsPerEvent }) => median(nsPerEvent))
      : casesOf(groups[name], ({ ns }) => ns)])),
    callsPerEvent: groups.pythonEvents.map(({ runs }) => runs[0].callsPerEvent),
    processes: { events: groups.nodeEvents[0].runs.length, load: groups.nodeRequire[0].runs.length },
    layers: layers.map(({ id, bytes }) => ({ id, bytes })),
  };
}

function casesOf(group, nsOf) {
  const results = group.map(({ id, label, runs }) => ({ id, label, ...spread(runs.map(nsOf)) }));
  const bare = theOne(group, 'bare') && results.find(({ id }) => id === 'bare');
  return results.map((one) => ({ ...one, isBare: one === bare, more: one.middle - bare.middle, ratio: one.middle / bare.middle }));
}

export function eventSection(result) {
  const figures = eventFigures(result);
  return `## What warming costs a function

\`withWarming\` and \`with_warming\` run inside users' functions on every event, so what they cost is measured here, next to what the
libraries that do the same cost.

${measured(result)}

![What each event takes more than with the bare handler](images/bench-events.svg)

Every row is the median of processes that measured nothing else, and "more" is what it has more than the bare row of its table.

### A Node.js handler, for each event that is not a ping

Median of ${figures.processes.events} processes.

${eventTable(figures.nodeEvents, NS)}

${budget('withWarming', figures.nodeEvents, BUDGET.node, NS)}

### A Python handler, for each event that is not a ping

Median of ${figures.processes.events} processes.

${eventTable(figures.pythonEvents, MICROSECONDS, figures.callsPerEvent)}

${budget('with_warming', figures.pythonEvents, BUDGET.python, MICROSECONDS)}

### Loading a handler's file

Median of ${figures.processes.load} processes.

${loadTable([
    ['Node.js, `require`', figures.nodeRequire],
    ['Node.js, `import`', figures.nodeImport],
    ['Python, from source, as in our layer', figures.pythonSource],
    ['Python, compiled before', figures.pythonCompiled],
  ])}

### Size of our layers

${table(['Layer', 'Bytes'], figures.layers.map(({ id, bytes }) => [`${id}.zip`, bytes.toLocaleString('en')]))}

${HOW}`;
}

function eventTable(cases, unit, calls) {
  return table(
    ['Handler', `${unit.name} per event`, 'lowest to highest', 'more', 'ratio', ...calls ? ['PutMetricData calls'] : []],
    cases.map((one, index) => [
      one.label,
      inUnit(one.middle, unit),
      `${inUnit(one.lowest, unit)} to ${inUnit(one.highest, unit)}`,
      one.isBare ? '' : more(one.more, unit),
      one.isBare ? '' : ratio(one.ratio),
      ...calls ? [calls[index]] : [],
    ]),
  );
}

function loadTable(groups) {
  return table(
    ['Loaded by', 'Handler', 'ms', 'lowest to highest', 'more'],
    groups.flatMap(([how, cases]) => cases.map((one, index) => [
      index === 0 ? how : '',
      one.label,
      inUnit(one.middle, MILLISECONDS),
      `${inUnit(one.lowest, MILLISECONDS)} to ${inUnit(one.highest, MILLISECONDS)}`,
      one.isBare ? '' : more(one.more, MILLISECONDS),
    ])),
  );
}

function budget(name, cases, limit, unit) {
  const ours = cases.find(({ id }) => id === 'ours');
  return `Budget of \`${name}\`, at most +${limit / unit.of} ${unit.name} per event: ${verdict(ours.more <= limit)}, with ${more(ours.more, unit)}.`;
}

const HOW = `### How it is measured

- **Each event that is not a ping** is \`await handler(event, context)\`, with an API Gateway event and a context as Lambda makes
  them. The handlers are in [bench/events/functions](../bench/events/functions), written as the libraries' documentation shows.
  **Loading the handler's file** is part of each cold start.
- \`lambda-warmer\` and \`lambda-warmer-py\` are measured with their defaults. They log pings, and \`lambda-warmer-py\` each event at a
  level that Lambda leaves off: a run fails if anything is logged on an event that is not a ping. It also fails if a handler
  would not have known its ping.
- \`lambda-warmer-py\` can send a metric to CloudWatch, and then makes a boto3 client for each event. It is measured twice: with the
  client replaced by an empty class, which leaves the library's own work; and with a real client whose call returns at once. In
  production the time of the call comes on top.
- Each case runs in a process of its own, because call sites that have seen several handlers are slower for all of them. The
  processes run one at a time, round after round over all cases of a table, so that noise meets all of them alike.
- A process that measures events doubles their number until they take 100 ms, then takes the median of 9 such loops. One that
  measures loading does it once, around one \`require\` or \`import\`.
- The handlers run in a temporary folder, with copies of our runtimes and of the npm packages beside them, as in a function's
  package. \`lambda-warmer-py\` and boto3 stay in the Python environment. The operating system has cached all.

### How to read it

- Look at the differences. The bare handler does next to nothing, so the ratios to it say nothing about a handler that works.
- The events come one after the other in code that is compiled already. A function that gets few events runs more of them
  interpreted, and everything takes longer, the bare handler too.
- Most of what middy costs is its own, about half of that for the timer that ends a handler early. Who uses middy anyway pays
  only the difference between its two rows for \`@middy/warmup\`.
- Nearly all that loading \`lambda-warmer-py\` costs is boto3's. A function that uses boto3 anyway pays it anyway.
- Loading is measured from a cached disk, on a whole core. In Lambda it takes longer: files are read for the first time, and a
  function has less than a core below 1,769 MB of memory.
- Node.js loads some of its own parts only when they are needed first: for a package with \`exports\`, for CommonJS that is
  imported. A function whose other packages need them too has less to pay for ours, and for the others.
- Our layer has Python's source alone, and Lambda cannot write compiled files beside it, so it is compiled at each cold start.
  \`lambda-warmer-py\` and boto3 are measured compiled.`;
