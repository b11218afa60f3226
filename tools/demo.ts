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

/** USD in us-east-1 on x86, read in November 2026: https://aws.amazon.com/lambda/pricing/ */
const PRICE = { gbSecond: 0.0000166667, request: 0.0000002 };

interface LoggedInvocation {
  readonly environment: string;
  readonly coldStart: boolean;
  readonly ping: boolean;
}

async function main(): Promise<void> {
  step('Starting an AWS emulator on this machine');
  const emulator = await Emulator.start();
  const output = path.join(emulator.folder, 'cdk.out');
  try {
    console.log(`  ${emulator.endpoint}`);

    step('Deploying examples/quick-start with the CDK CLI: cdk bootstrap, cdk deploy');
    await emulator.cdk(['bootstrap', '--output', output]);
    await emulator.cdk(['deploy', '--output', output, '--require-approval', 'never', '-c', 'everyMinutes=1']);
    const template = JSON.parse(readFileSync(path.join(output, `${STACK}.template.json`), 'utf8'));
    const { concurrency, holdMs, memorySize } = warmingOf(template);
    console.log(`  Deployed: a function of ${memorySize} MB, and a rule that pings ${concurrency} of its environments every minute.`);

    step('Waiting for the schedule to fire: the first time a minute after the deployment');
    const invocations = () => invocationsOf(emulator);
    await until(async () => (await invocations()).length >= concurrency);
    const first = await invocations();
    show('First tick: what cold starts there are, the pings meet, so that no request has to.', first);

    step('Waiting for it to fire again');
    await until(async () => (await invocations()).length >= 2 * concurrency);
    const second = (await invocations()).slice(first.length);
    show('Second tick, and what its pings find:', second);

    step('Sending a request');
    const request = await sendRequest(emulator, invocations);
    console.log(`  Answered by environment ${request.environment}: ${request.coldStart ? 'cold start' : 'warm'}.`);

    const warm = new Set(second.filter(({ coldStart }) => !coldStart).map(({ environment }) => environment));
    step('Result');
    console.log(`  ${warm.size} of ${concurrency} environments kept warm: ${[...warm].join(', ')}.`);
    showCost(concurrency, holdMs, memorySize);
    if (warm.size !== concurrency || request.coldStart) {
      throw new Error('Not every environment that was asked for is warm.');
    }

    step('Cleaning up: cdk destroy, then the emulator stops');
    await emulator.cdk(['destroy', '--output', output, '--force']);
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
  return { concurrency: targets.length, holdMs, memorySize: fn.Properties.MemorySize as number };
}

/** What the function logged, oldest first. */
async function invocationsOf(emulator: Emulator): Promise<LoggedInvocation[]> {
  const name = await functionName(emulator);
  const { events = [] } = await new CloudWatchLogsClient(emulator.clientConfig)
    .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }))
    // The log group comes into being with the first invocation.
    .catch(() => ({ events: [] }));
  return events
    .filter(({ message }) => message!.startsWith('{'))
    .sort((one, other) => one.timestamp! - other.timestamp!)
    .map(({ message }) => JSON.parse(message!));
}

async function functionName(emulator: Emulator): Promise<string> {
  const { Functions = [] } = await new LambdaClient(emulator.clientConfig).send(new ListFunctionsCommand({}));
  return Functions.find(({ FunctionName }) => FunctionName!.startsWith(`${STACK}-`))!.FunctionName!;
}

async function sendRequest(emulator: Emulator, invocations: () => Promise<LoggedInvocation[]>): Promise<LoggedInvocation> {
  await new LambdaClient(emulator.clientConfig).send(new InvokeCommand({ FunctionName: await functionName(emulator), Payload: '{}' }));
  await until(async () => (await invocations()).some(({ ping }) => !ping));
  return (await invocations()).find(({ ping }) => !ping)!;
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

function show(title: string, invocations: readonly LoggedInvocation[]): void {
  console.log(`  ${title}`);
  for (const { environment, coldStart } of invocations) {
    console.log(`    environment ${environment}   ${coldStart ? 'cold start, now warm' : 'was warm'}`);
  }
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
