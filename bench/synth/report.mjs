import { cpus, loadavg, totalmem } from 'node:os';
import { median } from '../processes.mjs';
import { table } from '../report.mjs';

/** What warming may add: time as a part of the bare app's, resources for each function. */
const GOALS = {
  warmer: { time: 0.25, resources: 2 },
  fleet: { time: 0.05, resources: 0.1 },
};
const LABELS = {
  bare: 'the functions alone',
  rule: 'a rule of CDK each',
  blowtorch: '@wheatstalk/cdk-lambda-blowtorch each',
  warmer: 'a `LambdaWarmer` each',
  warmerInHandler: 'a `LambdaWarmer` each, `ShortCircuit.inHandler()`',
  fleet: 'one `WarmerFleet`',
  fleetInHandler: 'one `WarmerFleet`, `ShortCircuit.inHandler()`',
};
/** CloudFormation takes no more in a stack. */
const MAX_RESOURCES = 500;

/** @param groups for each group of apps its title, what it is made of, and the runs of each approach, round by round */
export function synthReport(groups, { versions, rounds, command }) {
  const measured = groups.map(({ title, functions, runs }) => ({ title, functions, rows: rowsOf(runs, functions) }));

  return `# Synthesis

${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}, aws-cdk-lib ${versions['aws-cdk-lib']}, \
@wheatstalk/cdk-lambda-blowtorch ${versions['@wheatstalk/cdk-lambda-blowtorch']}, ${new Date().toISOString().slice(0, 10)}

\`\`\`sh
${command}
\`\`\`

All in one run: each app in a process of its own, round after round over all apps. Medians of ${rounds} rounds, and "more" is what an app
takes more than the bare one of its table in the same round, with the lowest and highest of the rounds. CPU time is that of the whole
process, its garbage collector and compiler included, and the clock tells how long somebody waits: here with a load average of
${loadavg()[2].toFixed(1)} over the last 15 minutes of the run, of which about one is the run's own. [README.md](README.md) says what is measured, how, and
how to read it.

${measured.map(({ title, rows }) => `## ${title}

${timeTable(rows)}`).join('\n\n')}

## Goals

By CPU time, and by what each app has more than its bare one.

${goals(measured)}
`;
}

function rowsOf(runs, functions) {
  return Object.entries(runs).map(([approach, results]) => {
    const ratios = (value) => results.map((result, round) => value(result) / value(runs.bare[round]) - 1);
    const [{ resources, largestStack, stacks }] = results;
    return {
      approach,
      stacks,
      resources,
      largestStack,
      each: (resources - runs.bare[0].resources) / functions,
      cpu: median(results.map(({ cpuNs }) => cpuNs)) / 1e9,
      clock: median(results.map(({ ns }) => ns)) / 1e9,
      moreCpu: ratios(({ cpuNs }) => cpuNs),
      moreClock: ratios(({ ns }) => ns),
    };
  });
}

function timeTable(rows) {
  return table(
    ['', 'CPU time, s', 'more', 'by the clock, s', 'more', 'resources', 'more for each function', 'stacks', 'largest'],
    rows.map((row) => row.approach === 'bare'
      ? [LABELS.bare, row.cpu.toFixed(2), '', row.clock.toFixed(2), '', row.resources, '', row.stacks, row.largestStack]
      : [
        LABELS[row.approach], row.cpu.toFixed(2), range(row.moreCpu), row.clock.toFixed(2), range(row.moreClock),
        row.resources, `+${row.each.toFixed(3)}`, row.stacks, row.largestStack,
      ]),
  );
}

function goals(measured) {
  const largest = Math.max(...measured.flatMap(({ rows }) => rows.map(({ largestStack }) => largestStack)));
  return [
    ...measured.flatMap(({ title, rows }) => rows.filter(({ approach }) => GOALS[approach]).map(({ approach, moreCpu, each }) => {
      const { time, resources } = GOALS[approach];
      return `- ${title}, ${LABELS[approach]}: at most ${percent(time)} of CPU time: ${verdict(median(moreCpu) <= time)}, with ${percent(median(moreCpu))}; `
        + `at most +${resources} resources a function: ${verdict(each <= resources)}, with +${each.toFixed(3)}.`;
    })),
    `- No stack of more than ${MAX_RESOURCES} resources: ${verdict(largest <= MAX_RESOURCES)}, with ${largest} in the largest.`,
  ].join('\n');
}

function range(ratios) {
  return `${percent(median(ratios))} (${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))})`;
}

function percent(ratio) {
  return `${ratio < 0 ? '−' : '+'}${Math.abs(ratio * 100).toFixed(0)} %`;
}

function verdict(isMet) {
  return isMet ? '**met**' : '**not met**';
}
