/*
 * The main job, shown: the quick-start example deployed by the real CDK CLI into an emulator on this machine, its
 * schedule firing, and what became warm.
 */
import { readFileSync } from 'fs';
import * as path from 'path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { Emulator } from './emulator';

const SECONDS = 1000;
const TICK_SECONDS = 80;
const STACK = 'QuickStart';
const APP = 'npx tsx --tsconfig tsconfig.dev.json tools/demo-app.ts';

/** USD in us-east-1 on x86, read in November 2026: https://aws.amazon.com/lambda/pricing/ */
const PRICE = { gbSecond: 0.0000166667, request: 0.0000002 };

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
    const template = JSON.parse(readFileSync(path.join(output, `${STACK}.template.json`), 'utf8'));
    const { concurrency, holdMs, memorySize, handler } = warmingOf(template);
    console.log(`  Deployed: a function of ${memorySize} MB, and a rule that pings ${concurrency} of its environments every minute.
  Its handler, '${handler}', knows nothing of pings: the layer that the construct added answers them.`);

    step('Waiting for the schedule to fire: the first time a minute after the deployment');
    await until(async () => (await durations(emulator)).length >= concurrency);
    const first = await durations(emulator);
    console.log('  First tick: what cold starts there are, the pings meet, so that no request has to.');
    showPings(first);

    step('Waiting for it to fire again');
    await until(async () => (await durations(emulator)).length >= 2 * concurrency);
    console.log('  Second tick: the same environments, without a cold start.');
    showPings((await durations(emulator)).slice(first.length));

    step(`Sending ${concurrency} requests at once`);
    const found = await sendRequests(emulator, concurrency);
    for (const { environment, age } of found) {
      console.log(`    answered by environment ${environment}   ${age > 0 ? `warm: initialized ${Math.round(age / SECONDS)} s before` : 'cold start'}`);
    }

    const warm = new Set(found.filter(({ age }) => age > 0).map(({ environment }) => environment));
    step('Result');
    console.log(`  ${warm.size} of ${concurrency} environments kept warm: ${[...warm].join(', ')}.`);
    showCost(concurrency, holdMs, memorySize);
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

/** What the synthesized template says of the warming. */
function warmingOf(template: any) {
  const resources: any[] = Object.values(template.Resources);
  const targets = resources.filter(({ Type }) => Type === 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets);
  const fn = resources.find(({ Type }) => Type === 'AWS::Lambda::Function');
  const holdMs = Number(/"holdMs\\*":(\d+)/.exec(JSON.stringify(targets[0].Input))?.[1] ?? 0);
  const { MemorySize, Environment } = fn.Properties;
  const handler: string = Environment.Variables.CDK_LAMBDA_WARMER_HANDLER;
  return { concurrency: targets.length, holdMs, memorySize: MemorySize as number, handler };
}

/** How long each invocation took, in milliseconds, oldest first, as Lambda's own log lines say. */
async function durations(emulator: Emulator): Promise<number[]> {
  const { events = [] } = await new CloudWatchLogsClient(emulator.clientConfig)
    .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${await functionName(emulator)}` }))
    // The log group comes into being with the first invocation.
    .catch(() => ({ events: [] }));
  return events
    .sort((one, other) => one.timestamp! - other.timestamp!)
    .flatMap(({ message }) => /^REPORT .*\tDuration: ([\d.]+) ms/.exec(message!)?.[1] ?? [])
    .map(Number);
}

async function functionName(emulator: Emulator): Promise<string> {
  const { Functions = [] } = await new LambdaClient(emulator.clientConfig).send(new ListFunctionsCommand({}));
  return Functions.find(({ FunctionName }) => FunctionName!.startsWith(`${STACK}-`))!.FunctionName!;
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

function showPings(milliseconds: readonly number[]): void {
  console.log(`    ${milliseconds.length} pings, answered after ${milliseconds.map((each) => `${each} ms`).join(', ')}`);
}

function showCost(concurrency: number, holdMs: number, memorySize: number): void {
  const pings = concurrency * (30 * 24 * 60 / 5);
  const requests = pings * PRICE.request;
  const duration = pings * (holdMs / 1000) * (memorySize / 1024) * PRICE.gbSecond;
  const dollars = (amount: number) => `$${amount.toFixed(3)}`;
  console.log(`  Cost on AWS with the default of a ping every 5 minutes, 30 days, us-east-1, without the free tier:
    ${`${pings.toLocaleString('en')} pings`.padEnd(24)}${dollars(requests)}
    ${`each held for ${holdMs} ms`.padEnd(24)}${dollars(duration)}
    ${'a month in all'.padEnd(24)}${dollars(requests + duration)}`);
}

main().catch((error: Error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
