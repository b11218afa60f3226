/*
 * The figures in pages that are written by hand. Each stands between `<!-- bench:name -->` and `<!-- /bench -->`, and what is
 * between them is written here.
 */
import { MissingError } from '../main.mjs';
import { count, inUnit, kilobytes, list, MICROSECONDS, MILLISECONDS, more, NS, table, times, wrapped } from './format.mjs';

const PASSAGE = /<!-- bench:([\w-]+) -->([\s\S]*?)<!-- \/bench -->/g;

const WHOLE_NS = { ...NS, digits: 0 };
const TENTHS = { ...MILLISECONDS, digits: 1 };

const PASSAGES = {
  'README.md': { coverage, events, layers },
  'docs/costs.md': { assumptions },
};

export const PAGES_WITH_PASSAGES = Object.keys(PASSAGES);

export function withPassages(page, text, figures) {
  const passages = PASSAGES[page];
  const found = [...text.matchAll(PASSAGE)].map(([, name]) => name);
  const marks = text.match(/<!-- \/?bench\b/g) ?? [];
  if (marks.length !== 2 * found.length || new Set(found).size !== found.length) {
    throw new MissingError(`${page}: each <!-- bench:name --> needs its own <!-- /bench -->, and each name stands once.`);
  }
  const unknown = found.filter((name) => !Object.hasOwn(passages, name));
  const absent = Object.keys(passages).filter((name) => !found.includes(name));
  if (unknown.length > 0 || absent.length > 0) {
    throw new MissingError(`${page} has no passage for ${[...unknown, ...absent].join(', ')} between <!-- bench:name --> and <!-- /bench -->, `
      + `or one that nothing is written for: there are ${Object.keys(passages).join(', ')}.`);
  }
  return text.replace(PASSAGE, (_, name, passage) => {
    // A passage is a part of its line, or stands alone.
    const space = passage.startsWith('\n') ? '\n' : '';
    return `<!-- bench:${name} -->${space}${passages[name](figures)}${space}<!-- /bench -->`;
  });
}

function coverage({ coverage: { sizes, largest, loads, ticks } }) {
  const [smallest] = sizes;
  const [ours, ...peers] = largest.rows;
  const named = { Ours: '**the dispatcher**', LambdaWarmer: '`lambda-warmer`, invoking itself', Blowtorch: '`@wheatstalk/cdk-lambda-blowtorch`' };
  const alsoReach = smallest.rows.slice(1).filter((row) => row.coverage >= 1);
  const heldTimes = ({ heldEach }) => times(heldEach / smallest.rows[0].heldEach);
  const load = (id) => loads.find((one) => one.id === id);
  const ms = (id) => `${inUnit(load(id).middle, { ...MILLISECONDS, digits: 0 })} ms`;

  return `![Distinct environments reached at each of ${ticks} ticks, of ${largest.concurrency} asked for](docs/images/bench-environments.svg)

In one emulator, in one run, each execution environment a process that counts itself; medians of the ticks ${Math.floor(ticks / 2) + 1} to ${ticks}:

${table(
    ['', ...sizes.map(({ concurrency }) => `of ${concurrency}`), `held ms per environment, of ${largest.concurrency}`],
    [ours, ...peers].map(({ id, label }, index) => [
      named[id] ?? label,
      ...sizes.map(({ rows }) => count(rows[index].environments)),
      largest.rows[index].heldEach.toFixed(0),
    ]),
  )}

${wrapped(`${ours.lowest >= 1 ? 'The dispatcher reached all at each tick, the cold first one included. ' : ''}Who holds for less than it takes until the last
ping has arrived, ${ours.arrivalEach.toFixed(0)} ms per environment there, reaches fewer. ${alsoReach.length === 0 ? '' : `Of ${smallest.concurrency}, \
${list(alsoReach.map(({ name }) => name))} reach all too, and hold for ${list(alsoReach.map(heldTimes))} \
times as long as the dispatcher. `}The dispatcher's code is ${kilobytes(load('ours').bytes)} and loads in ${ms('ours')}, where an AWS SDK client takes
${ms('sdk')}. [All figures](docs/benchmarks.md#how-many-environments-a-tick-reaches), the machine, the versions, and the command that measures
it again.`)}`;
}

function events({ events: { nodeEvents, pythonEvents, nodeRequire, nodeImport, pythonSource, pythonCompiled, layers }, versions }) {
  const of = (group, id, unit) => more(group.find((one) => one.id === id).more, unit);
  const layer = (id) => layers.find((one) => one.id === id).bytes.toLocaleString('en');
  const series = (version) => version.split('.');

  return `${table(['more than the bare handler', 'this library', 'others'], [
    [
      'Node.js, each event', of(nodeEvents, 'ours', WHOLE_NS),
      `lambda-warmer ${of(nodeEvents, 'lambdaWarmer', WHOLE_NS)}, middy with \`@middy/warmup\` ${of(nodeEvents, 'middyWarmup', WHOLE_NS)} `
        + `(middy alone ${of(nodeEvents, 'middy', WHOLE_NS)})`,
    ],
    [
      'Python, each event', of(pythonEvents, 'ours', MICROSECONDS),
      `lambda-warmer-py ${of(pythonEvents, 'lambdaWarmerPy', MICROSECONDS)}; with \`send_metric\` ${of(pythonEvents, 'metricCall', TENTHS)} `
        + 'before its call to CloudWatch',
    ],
    [
      'Node.js, loading', `${of(nodeImport, 'layer', TENTHS)} by the layer`,
      `lambda-warmer ${of(nodeRequire, 'lambdaWarmer', TENTHS)} by \`require\`, ${of(nodeImport, 'lambdaWarmer', TENTHS)} by \`import\`; `
        + `middy with \`@middy/warmup\` ${of(nodeImport, 'middyWarmup', TENTHS)}`,
    ],
    [
      'Python, loading', `${of(pythonSource, 'layer', TENTHS)} by the layer, which is source; ${of(pythonCompiled, 'ours', TENTHS)} compiled`,
      `lambda-warmer-py ${of(pythonCompiled, 'lambdaWarmerPy', { ...MILLISECONDS, digits: 0 })}, nearly all of it boto3`,
    ],
    ['layer, Node.js and Python', `${layer('nodejs')} and ${layer('python')} bytes`, ''],
  ])}

${wrapped(`Medians of processes of their own on Node.js ${series(versions.node)[0]} and Python ${series(versions.python).slice(0, 2).join('.')}, taken
in one run: [the benchmarks](docs/benchmarks.md#what-warming-costs-a-function) have all of it, the machine, the versions, and the command
that measures it again.`)}`;
}

function layers({ events: { layers: sizes } }) {
  const of = (layer) => kilobytes(sizes.find(({ id }) => id === layer).bytes);
  return `some ${of('nodejs')} for Node.js, ${of('python')} for Python`;
}

function assumptions({ coverage: { assumptions: all } }) {
  const isSafe = all.filter(({ id }) => id !== 'pings').every(({ isMet }) => isMet);
  return `${isSafe ? 'more' : 'not more'} than [measured](benchmarks.md#what-the-construct-counts-on) on one machine`;
}
