import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { coverageReport } from './report.mjs';
import { plot } from './plot.mjs';
import { MissingError, run } from '../main.mjs';

const COMMAND = 'cd bench && npm ci && npm run coverage';
const COST = { loadRounds: 15, pingCounts: [100, 1000], pingRounds: 3, ticks: 4 };

// For the clients in here and in the functions.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

function progress(text) {
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);
}

async function main() {
  const { values } = parseArgs({ options: { ticks: { type: 'string', default: '12' } } });
  const ticks = Number(values.ticks);
  if (!Number.isInteger(ticks) || ticks < 4) {
    throw new MissingError('--ticks takes a whole number, at least 4: the first half is not counted.');
  }
  const root = new URL('../../', import.meta.url);
  if (!existsSync(new URL('bench/node_modules/@wheatstalk/cdk-lambda-blowtorch', root))) {
    throw new MissingError('The packages to compare with are missing. Run `npm ci` in the folder `bench`.');
  }
  if (!existsSync(new URL('.tools/lambda-runtimes', root)) || !existsSync(new URL('.tools/python', root))) {
    throw new MissingError('The emulator is missing. Run `npm ci && npx tsx tools/setup.ts` in the project\'s main folder.');
  }
  if (!existsSync(new URL('assets/dispatcher/dispatcher.lambda/index.js', root))) {
    throw new MissingError('The dispatcher is missing. Run `npx projen bundle` in the project\'s main folder.');
  }

  // Only now: they load what may be missing.
  const { CONCURRENCIES, versionOf } = await import('./approaches.mjs');
  const { measureCost } = await import('./cost.mjs');
  const { runTicks } = await import('./ticks.mjs');
  const cost = await measureCost(COST, progress);
  const results = await runTicks(CONCURRENCIES, ticks, progress);

  const source = readFileSync(new URL('src/fan-out/dispatcher.ts', root), 'utf8');
  const text = coverageReport({
    results,
    cost,
    command: COMMAND,
    pingsAssumed: Number(/PINGS_PER_CPU_SECOND = (\d+)/.exec(source)[1]),
    versions: { ministack: ministackVersion(root), sdk: versionOf('@aws-sdk/client-lambda') },
  });
  writeFileSync(new URL('bench/COVERAGE.md', root), text);
  writeFileSync(new URL('bench/coverage.svg', root), plot(results[results.length - 1]));
  console.log(text);
}

function ministackVersion(root) {
  const lib = new URL('.tools/python/lib/', root);
  return readdirSync(lib)
    .flatMap((python) => readdirSync(new URL(`${python}/site-packages/`, lib)))
    .flatMap((name) => /^ministack-(.+)\.dist-info$/.exec(name)?.[1] ?? [])[0];
}

await run(main);
