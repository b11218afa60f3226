import { writeFileSync } from 'node:fs';
import { casesOf } from './cases.mjs';
import { run } from './main.mjs';
import { runInterleaved } from './processes.mjs';
import { report } from './report.mjs';
import { setUp } from './setup.mjs';

const ROUNDS = { events: 9, load: 21 };

async function main() {
  const setup = setUp();
  const results = {};
  for (const [name, cases] of Object.entries(casesOf(setup))) {
    console.error(`Measuring ${name}: ${cases.length} cases`);
    results[name] = await runInterleaved(cases, name.endsWith('Events') ? ROUNDS.events : ROUNDS.load, setup);
  }
  const text = report(results, setup, ROUNDS);
  writeFileSync(new URL('RESULTS.md', import.meta.url), text);
  console.log(text);
}

await run(main);
