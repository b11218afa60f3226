import { count, inUnit, median, MILLISECONDS, ratio, spread, table, verdict } from './format.mjs';
import { measured } from './measured.mjs';
import { theOne } from './results.mjs';

const APPROACHES = ['Ours', 'LambdaWarmer', 'Hold75', 'Hold25', 'Blowtorch'];
const LOADS = ['ours', 'oursWithMetrics', 'sdk', 'serverless', 'blowtorch'];
const PINGS = ['tick', 'carrier', 'sdk'];

/** The first half of the ticks is not counted: one is cold, and what starts so many processes is felt in those after it. */
const steadyFrom = (ticks) => Math.floor(ticks / 2);

/** By size the steady state of each approach, and its ticks; what dispatchers take to load; what their pings take. */
export function coverageFigures({ cost, sizes }, assumed) {
  const bySize = sizes.map(({ concurrency, approaches }) => ({
    concurrency,
    rows: APPROACHES.map((id) => steadyState(theOne(approaches, id), concurrency)),
  }));
  PINGS.forEach((id) => theOne(cost.pings, id));
  const pings = cost.pings.map(pingFigures);
  return {
    sizes: bySize,
    largest: bySize[bySize.length - 1],
    ticks: bySize[0].rows[0].ticks.length,
    loads: LOADS.map((id) => loadFigures(theOne(cost.loads, id))),
    pings,
    pingProcesses: cost.pings[0].cpuMs.length,
    dispatcherNode: cost.node,
    assumptions: assumptionsOf(bySize, pings, assumed),
  };
}

function steadyState({ id, name, label, ticks }, concurrency) {
  const all = ticks.map(({ environments, pings, heldMs, arrivalMs, wallMs }) => ({ environments, pings, heldMs, arrivalMs, wallMs }));
  const counted = all.slice(steadyFrom(all.length));
  const of = (value) => median(counted.map(value));
  const environments = of((tick) => tick.environments);
  return {
    id,
    name,
    label,
    ticks: all,
    environments,
    coverage: environments / concurrency,
    lowest: Math.min(...all.map((tick) => tick.environments)) / concurrency,
    pings: of((tick) => tick.pings),
    heldMs: of((tick) => tick.heldMs),
    heldEach: of((tick) => tick.heldMs / tick.environments),
    arrivalEach: of((tick) => tick.arrivalMs / concurrency),
    wallMs: of((tick) => tick.wallMs),
  };
}

function loadFigures({ id, label, bytes, runs }) {
  return { id, label, bytes, processes: runs.length, ...spread(runs) };
}

/** Pings per second of CPU time. */
function pingFigures({ id, label, pings, cpuMs }) {
  const perSecond = (ms) => pings / (ms / 1000);
  return {
    id,
    label,
    pings,
    first: perSecond(median(cpuMs.map(([first]) => first))),
    later: perSecond(median(cpuMs.flatMap(([, ...later]) => later))),
  };
}

/** Each with what was measured, as a part of what is counted on. */
function assumptionsOf(sizes, pings, { answeringMs, holdMsPerPing, dispatcherMs, dispatcherMsPerPing, pingsPerCpuSecond }) {
  const highest = (value) => Math.max(...sizes.map(({ concurrency, rows: [ours] }) => value(ours, concurrency)));
  const held = highest((ours, concurrency) => ours.heldEach / (answeringMs + holdMsPerPing * concurrency));
  const tick = highest((ours, concurrency) => ours.wallMs / (dispatcherMs + dispatcherMsPerPing * concurrency));
  const sent = Math.min(...pings.filter(({ id }) => id === 'tick').flatMap(({ first, later }) => [first, later])) / pingsPerCpuSecond;
  return [
    {
      id: 'held',
      isMet: held <= 1,
      what: `An environment is busy with a ping for at most ${answeringMs} ms, and ${holdMsPerPing} ms for each environment`,
      told: `with ${ratio(held)} of that at the most`,
    },
    {
      id: 'dispatcher',
      isMet: tick <= 1,
      what: `A tick of the dispatcher takes at most ${dispatcherMs} ms, and ${dispatcherMsPerPing} ms for each environment`,
      told: `with ${ratio(tick)} of that at the most`,
    },
    {
      id: 'pings',
      isMet: sent >= 1,
      what: `A dispatcher sends at least ${pingsPerCpuSecond} pings per second of CPU time`,
      told: `with ${ratio(sent)} of that at the least`,
    },
  ];
}

export function coverageSection(result, assumed) {
  const figures = coverageFigures(result, assumed);
  const { sizes, largest, ticks } = figures;
  return `## How many environments a tick reaches

${measured(result)}

![Distinct environments by tick, of ${largest.concurrency} asked for](images/bench-environments.svg)

### Distinct environments, tick by tick

${sizes.map(({ concurrency, rows }) => `Of ${concurrency} asked for:

${table(
    ['', ...Array.from({ length: ticks }, (_, tick) => tick === 0 ? 'tick 1, cold' : `tick ${tick + 1}`)],
    rows.map((row) => [row.label, ...row.ticks.map(({ environments }) => environments)]),
  )}`).join('\n\n')}

### What it takes

Medians of ticks ${steadyFrom(ticks) + 1} to ${ticks}. Held is the time for which an environment was busy with pings, in each tick divided by
the distinct environments that it reached; the ratios are to ours.

![Time held for each distinct environment](images/bench-held.svg)

${sizes.map(({ concurrency, rows }) => `Of ${concurrency} asked for:

${steadyTable(rows)}

Of ours, ${rows[0].arrivalEach.toFixed(1)} ms per environment were over when the last ping had arrived. A single wave that reaches all holds for no less.`).join('\n\n')}

### The cold tick

Of ${largest.concurrency} asked for, with no environment at all before. The emulator starts as many as it can at a time, on ${result.machine.cpus} cores.

${table(
    ['', 'Environments', 'Pings', 'Held ms, all', 'Whole tick, ms'],
    largest.rows.map(({ label, ticks: [cold] }) => [label, cold.environments, cold.pings, cold.heldMs.toFixed(0), cold.wallMs.toFixed(0)]),
  )}

### Goals of a tick

${goals(figures)}

### What a dispatcher takes to load

Median of ${figures.loads[0].processes} processes on Node.js ${figures.dispatcherNode}.

![Time to load a dispatcher's code](images/bench-loading.svg)

${loadTable(figures.loads)}

### Pings per second of CPU time

Over HTTPS to a server of this machine, connections included, on Node.js ${figures.dispatcherNode}. Medians of ${figures.pingProcesses} processes: at their
first tick, and at all later ones.

${table(
    ['', 'Pings', 'First tick', 'Later ticks'],
    figures.pings.map(({ label, pings, first, later }) => [label, pings.toLocaleString('en'), first.toFixed(0), later.toFixed(0)]),
  )}

### What the construct counts on

When it [reckons costs](../README.md#what-it-costs), and when it gives a dispatcher its memory:

${figures.assumptions.map(({ what, isMet, told }) => `- ${what}: ${verdict(isMet)}, ${told}.`).join('\n')}

${HOW}`;
}

function steadyTable(rows) {
  return table(
    ['', 'Environments', 'Coverage', 'Pings', 'Held ms, all', 'Held ms per environment', 'ratio', 'Whole tick, ms'],
    rows.map((row, index) => [
      row.label, count(row.environments), row.coverage.toFixed(2), count(row.pings), row.heldMs.toFixed(0), row.heldEach.toFixed(1),
      index === 0 ? '' : ratio(row.heldEach / rows[0].heldEach), row.wallMs.toFixed(0),
    ]),
  );
}

function loadTable(loads) {
  const [ours] = loads;
  return table(
    ['', 'Bytes of its bundle', 'ratio', 'Loading, ms', 'lowest to highest', 'ratio'],
    loads.map((one) => [
      one.label, one.bytes.toLocaleString('en'), one === ours ? '' : ratio(one.bytes / ours.bytes),
      inUnit(one.middle, MILLISECONDS), `${inUnit(one.lowest, MILLISECONDS)} to ${inUnit(one.highest, MILLISECONDS)}`,
      one === ours ? '' : ratio(one.middle / ours.middle),
    ]),
  );
}

function goals({ sizes, largest: { concurrency, rows: [ours, ...peers] } }) {
  const lowest = Math.min(...sizes.map(({ rows }) => rows[0].lowest));
  return [
    `- All environments at each tick of each size, cold ones included: ${verdict(lowest >= 1)}, with a coverage of ${lowest.toFixed(2)} at the least.`,
    ...peers.map(({ name, heldEach, coverage }) => `- At ${concurrency}, at most half of the time that each environment is held by ${name}: `
      + `${verdict(ours.heldEach <= heldEach / 2)}, with × ${(ours.heldEach / heldEach).toFixed(2)}. It reaches ${(coverage * 100).toFixed(0)} %.`),
  ].join('\n');
}

const HOW = `### What is compared

- **cdk-lambda-warmer**: a \`LambdaWarmer\` with its default, the dispatcher, invoked as its rule would.
- **lambda-warmer**: as its README shows, and with the AWS SDK that it asks for. The function invokes itself.
- **25 ms and 75 ms hold**: one function invokes the other through the AWS SDK's default client. So do the warmers of
  serverless-plugin-warmup, whose README shows 25 ms, and of OpenNext, which holds for 75 ms.
- **@wheatstalk/cdk-lambda-blowtorch**: its construct, with the code that it was published with. Its pings are plain events, and
  nothing in its README holds an environment, so nothing does here.

### How ticks are measured

- All runs on this machine, in the emulator of the tests, which makes each execution environment a process. No AWS API is called.
- Every handler is wrapped alike and notes each invocation in a file: the process, the beginning and the end. All is counted from
  that, whatever an approach says of itself. An environment is held from the beginning to the end, however many pings it got. A
  dispatcher's own environment does not count; that of lambda-warmer that invokes the others does.
- Each approach has functions of its own, which are cold at the first tick. The ticks take turns, and each approach is the first
  once. A tick ends when all pings have ended, those too that nobody waits for.
- MiniStack gives an environment free only 50 ms after its handler has ended, but 5 ms after if that has logged a line. So all
  handlers log one: Lambda waits for nothing of that kind, and the wait is a hold that nobody asked for.
- MiniStack's garbage collector is off: it would halt everything for some 200 ms once in 400 invocations, in the tick of whichever
  approach that happens to be.
- MiniStack has no TLS, so connections cost all approaches less than they do in Lambda. The CPU time of pings is measured on its
  own, over HTTPS.
- The blowtorch brings version 2 of the AWS SDK, which finds no emulator. A file loaded before it makes its connections lead there,
  and leaves it the 50 sockets of its agent.
- The bundles are not minified, neither ours nor theirs. Loading, and the pings over HTTPS, are measured on the newest Node.js that
  \`tools/setup.ts\` has fetched, and the ticks on that which runs them.

### How to read ticks

- How many environments a fixed hold reaches depends on how fast pings arrive, and so on the machine. On a slower one, which takes
  longer for all pings, a fixed hold reaches fewer, and ours holds for longer. These figures are the emulator's, not Lambda's.
- To reach all environments, none may be free before the last ping has arrived. How long that is at the least stands below the
  tables, for ours. Who holds for less does not reach all, and the time held per environment favours those that hold for nothing
  and reach few.
- With the AWS SDK's 50 sockets, no more than 50 pings are under way at once, however long they are held.
- A first tick shows how fast this machine starts processes.`;
