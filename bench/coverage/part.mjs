import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const COST = { loadRounds: 15, pingCounts: [100, 1000], pingRounds: 3, ticks: 4 };
const QUICK_COST = { loadRounds: 3, pingCounts: [100, 1000], pingRounds: 1, ticks: 2 };
const TICKS = 12;
const QUICK_TICKS = 4;

const root = new URL('../../', import.meta.url);

export default {
  minutes: 6,

  missing() {
    if (!existsSync(new URL('bench/node_modules/@wheatstalk/cdk-lambda-blowtorch', root))) {
      return 'The packages to compare with are missing. Run `npm ci` in the folder bench.';
    }
    if (!existsSync(new URL('.tools/lambda-runtimes', root)) || !existsSync(new URL('.tools/python', root))) {
      return 'The emulator is missing. Run `npm ci && npx tsx tools/setup.ts` in the project\'s main folder.';
    }
    if (!existsSync(new URL('assets/dispatcher/dispatcher.lambda/index.js', root))) {
      return 'The dispatcher is missing. Run `npx projen bundle` in the project\'s main folder.';
    }
    return undefined;
  },

  versions() {
    const { version } = createRequire(import.meta.url)('@aws-sdk/client-lambda/package.json');
    return { ministack: ministackVersion(), '@aws-sdk/client-lambda': version };
  },

  async measure({ quick, progress }) {
    // For the clients in here and in the functions.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    // The emulator and the runtimes are started by the tests' own code, which is TypeScript.
    await import('tsx');
    const { CONCURRENCIES } = await import('./approaches.mjs');
    const { measureCost } = await import('./cost.mjs');
    const { runTicks } = await import('./ticks.mjs');
    const cost = await measureCost(quick ? QUICK_COST : COST, progress);
    return { cost, sizes: await runTicks(CONCURRENCIES, quick ? QUICK_TICKS : TICKS, progress) };
  },
};

function ministackVersion() {
  const lib = new URL('.tools/python/lib/', root);
  return readdirSync(lib)
    .flatMap((python) => readdirSync(new URL(`${python}/site-packages/`, lib)))
    .flatMap((name) => /^ministack-(.+)\.dist-info$/.exec(name)?.[1] ?? [])[0];
}
