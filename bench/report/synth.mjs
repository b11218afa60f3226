import { median, percent, table, verdict } from './format.mjs';
import { measured } from './measured.mjs';
import { theOne } from './results.mjs';

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

/** By group its apps; times in s, what is more in the rounds as parts of the bare app's. */
export function synthFigures({ groups }) {
  theOne(groups, 'shared');
  return groups.map(({ id, title, functions, apps }) => {
    const bare = theOne(apps, 'bare').runs;
    return { id, title, functions, rounds: bare.length, rows: apps.map((one) => rowOf(one.id, one.runs, bare, functions)) };
  });
}

function rowOf(approach, runs, bare, functions) {
  const moreIn = (value) => runs.map((run, round) => value(run) / value(bare[round]) - 1);
  const [{ resources, largestStack, stacks }] = runs;
  return {
    approach,
    label: LABELS[approach],
    stacks,
    resources,
    largestStack,
    each: (resources - bare[0].resources) / functions,
    cpu: median(runs.map(({ cpuNs }) => cpuNs)) / 1e9,
    clock: median(runs.map(({ ns }) => ns)) / 1e9,
    moreCpu: moreIn(({ cpuNs }) => cpuNs),
    moreClock: moreIn(({ ns }) => ns),
  };
}

export function synthSection(result) {
  const figures = synthFigures(result);
  return `## What warming adds to a synthesis

${measured(result)}

![CPU time of a synthesis and its resources, by what warms the functions](images/bench-synthesis.svg)

Each app in a process of its own, round after round over all apps. Medians of ${figures[0].rounds} rounds, and "more" is what an app takes more
than the bare one of its table in the same round, with the lowest and highest of the rounds. CPU time is that of the whole process, its
garbage collector and compiler included, and the clock tells how long somebody waits.

${figures.map(({ title, rows }) => `### ${title}

${timeTable(rows)}`).join('\n\n')}

### Goals of a synthesis

By CPU time, and by what each app has more than its bare one.

${goals(figures)}

${HOW}`;
}

function timeTable(rows) {
  return table(
    ['', 'CPU time, s', 'more', 'by the clock, s', 'more', 'resources', 'more for each function', 'stacks', 'largest'],
    rows.map((row) => {
      const [time, resources] = row.approach === 'bare'
        ? [['', ''], '']
        : [[range(row.moreCpu), range(row.moreClock)], `+${row.each.toFixed(3)}`];
      return [
        row.label, row.cpu.toFixed(2), time[0], row.clock.toFixed(2), time[1],
        row.resources.toLocaleString('en'), resources, row.stacks, row.largestStack,
      ];
    }),
  );
}

function goals(figures) {
  const largest = Math.max(...figures.flatMap(({ rows }) => rows.map(({ largestStack }) => largestStack)));
  return [
    ...figures.flatMap(({ title, rows }) => rows.filter(({ approach }) => GOALS[approach]).map(({ approach, label, moreCpu, each }) => {
      const { time, resources } = GOALS[approach];
      return `- ${title}, ${label}: at most ${percent(time)} of CPU time: ${verdict(median(moreCpu) <= time)}, with ${percent(median(moreCpu))}; `
        + `at most +${resources} resources a function: ${verdict(each <= resources)}, with +${each.toFixed(3)}.`;
    })),
    `- No stack of more than ${MAX_RESOURCES} resources: ${verdict(largest <= MAX_RESOURCES)}, with ${largest} in the largest.`,
  ].join('\n');
}

function range(parts) {
  return `${percent(median(parts))} (${percent(Math.min(...parts))} to ${percent(Math.max(...parts))})`;
}

const HOW = `### What is synthesized

- **The functions alone**: \`lambda.Function\`s, in an app with the feature flags that \`cdk init\` writes, by which each has a role and
  a log group. Everything else is measured against that.
- **A rule of CDK each**: \`events.Rule\` with \`targets.LambdaFunction\`, which is what a user writes without any library. It leaves
  the function as it is, so that its pings run the handler.
- **@wheatstalk/cdk-lambda-blowtorch**: its construct, as published.
- **cdk-lambda-warmer**: a \`LambdaWarmer\` each, and one \`WarmerFleet\` of all, with their defaults, which give each function a layer,
  another handler and environment variables; and with \`ShortCircuit.inHandler()\`, which gives it one variable.

### How a synthesis is measured

- What is measured is from the first construct to the last template: constructing and synthesizing. Loading CDK and the libraries
  before is not; what CDK itself loads only when a resource needs it first is.
- The functions share one small directory of code, \`Code.fromAsset()\`. CDK looks at it once, so this is the cheapest app that users
  can have with code in files. Two other tables show what that choice does: with a directory for each function, which CDK reads
  and copies one by one, and with inline code, which hardly anybody has for hundreds of functions. Bundling, as by
  \`NodejsFunction\`, takes longer than all of this, and would make the percentages smaller.
- The stacks of a table are the same for all its rows: as large as those that have the most resources allow. CDK refuses a stack of
  more than 500. Two tables have as few stacks as the functions and a fleet fill.
- What is more is told within a round, so that what slows one app down slows the bare one too.
- CPU time is that of all threads of the process, so it is more than the clock's where a core is free for garbage collector and
  compiler. What else the machine does changes it far less than the clock's, so the goals are judged by it.

### How to read a synthesis

- The rule of CDK adds the two resources that a \`LambdaWarmer\` adds, and checks nothing. What a \`LambdaWarmer\` takes beyond that is
  ours, and what CDK does for the layer and the variables that we add.
- A fleet has few resources, but each function still stands in its dispatcher's policy and in a plan, and still gets the layer:
  that is resolved and written by CDK, whoever adds it.
- A stack has one layer for all its functions, and one dispatcher: the fuller the stacks, the fewer resources a function.
- Where others use the machine, a percentage differs by some twenty from one run to the next, and the clock's by more. Resources
  never differ.`;
