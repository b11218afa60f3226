/*
 * The main job, shown: the quick-start example deployed by the real CDK CLI into an emulator on this machine, its
 * schedule firing, and what became warm.
 */
import { readFileSync } from 'fs';
import * as path from 'path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { Emulator } from './emulator';
import { WarmingCost } from '../src';

const SECONDS = 1000;
const TICK_SECONDS = 150;
const STACK = 'QuickStart';
const APP = 'npx tsx --tsconfig tsconfig.dev.json tools/demo-app.ts';

const DISPATCHER = 'LambdaWarmerDispatcher';

/** An execution environment, as a request finds it. */
interface FoundEnvironment {
  readonly environment: string;
  /** How long before the request it was initialized, in milliseconds: negative for one that the request itself started. */
  readonly age: number;
}

async function main(): Promise<void> {
  step('Starting an AWS emulator on this machine');
  const emulator = await Emulator.start();
  const output = path.join(emulator.folder, 'cdk.out');
  try {
    console.log(`  ${emulator.endpoint}`);

    step('Deploying examples/quick-start with the CDK CLI: cdk bootstrap, cdk deploy');
    await emulator.cdk(['bootstrap', '--app', APP, '--output', output]);
    await emulator.cdk(['deploy', '--app', APP, '--output', output, '--require-approval', 'never', '-c', 'everyMinutes=1']);
    const { concurrency, memorySize, handler, dispatcherMemory } = warmingOf(JSON.parse(readFileSync(path.join(output, `${STACK}.template.json`), 'utf8')));
    console.log(`  Deployed: a function of ${memorySize} MB, and a rule that every minute has a dispatcher ping ${concurrency} of its environments.
  Its handler, '${handler}', knows nothing of pings: the layer that the construct added answers them.`);

    step('Waiting for the schedule to fire: the first time a minute after the deployment');
    await until(async () => (await reports(emulator)).length >= 1);
    console.log('  First tick: what cold starts there are, the pings meet, so that no request has to.');
    showReport((await reports(emulator))[0]);

    step('Waiting for it to fire again');
    await until(async () => (await reports(emulator)).length >= 2);
    const second = (await reports(emulator))[1];
    console.log('  Second tick: the same environments, without a cold start.');
    showReport(second);

    step(`Sending ${concurrency} requests at once`);
    const found = await sendRequests(emulator, concurrency);
    for (const { environment, age } of found) {
      console.log(`    answered by environment ${environment}   ${age > 0 ? `warm: initialized ${Math.round(age / SECONDS)} s before` : 'cold start'}`);
    }

    const warm = new Set(found.filter(({ age }) => age > 0).map(({ environment }) => environment));
    step('Result');
    console.log(`  ${warm.size} of ${concurrency} environments kept warm: ${[...warm].join(', ')}.`);
    showCost({ pings: second.pings, heldMs: second.heldMs, memorySize, tookMs: second.tookMs, dispatcherMemory, concurrency });
    if (warm.size !== concurrency) {
      throw new Error('Not every environment that was asked for is warm.');
    }

    step('Cleaning up: cdk destroy, then the emulator stops');
    await emulator.cdk(['destroy', '--app', APP, '--output', output, '--force']);
  } finally {
    await emulator.stop();
  }
  console.log('  Nothing is left running.');
}

function step(what: string): void {
  console.log(`\n> ${what} ...`);
}

/** What the dispatcher logs of a tick, as far as it is shown here. */
interface Report {
  readonly concurrency: number;
  readonly environments: number;
  readonly outcomes: { readonly coldStarted: number };
  readonly pings: number;
  readonly waves: number;
  readonly heldMs: number;
  readonly tookMs: number;
}

/** What the synthesized template says of the warming. */
function warmingOf(template: any) {
  const resources = Object.entries<any>(template.Resources);
  const functions = resources.filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
  const [, { Properties: dispatcher }] = functions.find(([id]) => id.startsWith(DISPATCHER))!;
  const [, { Properties: warmed }] = functions.find(([id]) => !id.startsWith(DISPATCHER))!;
  return {
    concurrency: Number(dispatcher.Environment.Variables.CDK_LAMBDA_WARMER_MAX_CONCURRENCY),
    memorySize: warmed.MemorySize as number,
    handler: warmed.Environment.Variables.CDK_LAMBDA_WARMER_HANDLER as string,
    dispatcherMemory: dispatcher.MemorySize as number,
  };
}

/** What the dispatcher has logged, a line a tick, oldest first. */
async function reports(emulator: Emulator): Promise<Report[]> {
  const { Functions = [] } = await new LambdaClient(emulator.clientConfig).send(new ListFunctionsCommand({}));
  const { LoggingConfig } = Functions.find(({ FunctionName }) => FunctionName!.startsWith(`${STACK}-${DISPATCHER}`))!;
  const logs = new CloudWatchLogsClient(emulator.clientConfig);
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: LoggingConfig!.LogGroup }));
  return events
    .sort((one, other) => one.timestamp! - other.timestamp!)
    .flatMap(({ message }) => message!.split('\n'))
    .filter((line) => line.startsWith('{"cdkLambdaWarmer"'))
    .map((line) => JSON.parse(line).cdkLambdaWarmer);
}

async function functionName(emulator: Emulator): Promise<string> {
  const { Functions = [] } = await new LambdaClient(emulator.clientConfig).send(new ListFunctionsCommand({}));
  return Functions.find(({ FunctionName }) => new RegExp(`^${STACK}-(?!${DISPATCHER})`).test(FunctionName!))!.FunctionName!;
}

async function sendRequests(emulator: Emulator, count: number): Promise<FoundEnvironment[]> {
  const client = new LambdaClient(emulator.clientConfig);
  const FunctionName = await functionName(emulator);
  const sentAt = Date.now();
  const answers = await Promise.all(Array.from({ length: count }, () => client.send(new InvokeCommand({ FunctionName, Payload: '{}' }))));
  return answers.map(({ FunctionError, Payload }) => {
    const payload = Buffer.from(Payload!).toString();
    if (FunctionError) {
      throw new Error(`The function failed: ${payload}`);
    }
    const { environment, initializedAt } = JSON.parse(JSON.parse(payload).body);
    return { environment, age: sentAt - initializedAt };
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < TICK_SECONDS; waited++) {
    if (await condition()) {
      // What came with it has been logged by now, too.
      await new Promise((resolve) => setTimeout(resolve, SECONDS));
      return;
    }
    if (waited > 0 && waited % 10 === 0) {
      console.log(`  ${waited} s ...`);
    }
    await new Promise((resolve) => setTimeout(resolve, SECONDS));
  }
  throw new Error(`The schedule did not fire within ${TICK_SECONDS} s.`);
}

function showReport({ concurrency, environments, outcomes, pings, waves, heldMs }: Report): void {
  const inWaves = waves === 1 ? '' : ` in ${waves} waves`;
  console.log(`    ${environments} of ${concurrency} environments reached by ${pings} pings${inWaves}, `
    + `${outcomes.coldStarted} of them cold starts, each held for ${Math.round(heldMs / pings)} ms on average`);
}

function showCost({ pings, heldMs, memorySize, tookMs, dispatcherMemory, concurrency }: { [name: string]: number }): void {
  const heldMilliseconds = heldMs / pings;
  const cost = WarmingCost.estimate({
    memorySize,
    // Lambda bills whole milliseconds.
    billedMilliseconds: Math.ceil(heldMilliseconds + 1),
    heldMilliseconds,
    pingsPerMonth: 30 * 24 * 60 / 5,
    concurrency: pings,
    dispatcher: { memorySize: dispatcherMemory, billedMilliseconds: Math.ceil(tookMs) },
  });
  const always = WarmingCost.estimate({ memorySize, billedMilliseconds: 0, pingsPerMonth: 0, provisionedConcurrency: concurrency });
  console.log(`  What that would cost on AWS, with the default of a tick every 5 minutes and as long as these pings took:
${cost}
  The same ${concurrency} with provisioned concurrency: $${always.monthlyUsd.toFixed(2)} a month.`);
}

main().catch((error: Error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
