import { MissingError } from '../main.mjs';
import { coverageFigures, coverageSection } from './coverage.mjs';
import { eventFigures, eventSection } from './events.mjs';
import { busyParts } from './measured.mjs';
import { plots } from './plots.mjs';
import { withPassages } from './passages.mjs';
import { summary } from './summary.mjs';
import { synthFigures, synthSection } from './synth.mjs';

/**
 * The project's files that tell the figures, by their path in it: of what was measured, of what the source counts on, and of
 * the pages with passages as they are. The same input makes the same files.
 */
export function pagesOf(results, { assumed, handwritten }) {
  const figures = {
    events: eventFigures(results.events),
    coverage: coverageFigures(results.coverage, assumed),
    synth: synthFigures(results.synth),
  };
  const passageFigures = { ...figures, versions: { ...results.coverage.versions, ...results.events.versions } };
  const pages = {
    'docs/benchmarks.md': page(results, assumed, figures),
    ...Object.fromEntries(Object.entries(plots(figures)).map(([name, svg]) => [`docs/images/bench-${name}.svg`, svg])),
    ...Object.fromEntries(Object.entries(handwritten).map(([name, text]) => [name, withPassages(name, text, passageFigures)])),
  };
  const [broken] = Object.entries(pages).filter(([, text]) => /\b(NaN|Infinity)\b/.test(text)).map(([file]) => file);
  if (broken) {
    throw new MissingError(`${broken} would tell of a figure that is no number: look at bench/results, and measure again.`);
  }
  return pages;
}

function page(results, assumed, figures) {
  return `<!-- Written by \`npm run report\` in bench/, of bench/results: change these. -->

# Benchmarks

What this library costs and reaches, beside the libraries that do the same. One command measures all of it again and writes this page,
its plots, and the README's figures:

\`\`\`sh
npm ci && npx projen bench
\`\`\`

Timed figures differ from machine to machine and from day to day, so only those of one run are compared, each with what it ran beside.
Nothing fails because of a time: whether a goal or budget is met stands here for people to read.
[bench](../bench/README.md) says how to measure one part alone.

${summary(figures, busyParts(results))}

${eventSection(results.events)}

${coverageSection(results.coverage, assumed)}

${synthSection(results.synth)}
`;
}
