/*
 * All approaches on the emulator, where each execution environment is a process: tick after tick, and what the
 * functions themselves noted of it.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteFunctionCommand, InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import emulation from '../../tools/emulator.ts';
import { rounded } from '../results.mjs';
import { APPROACHES } from './approaches.mjs';

const APP = 'node --import tsx bench/coverage/app.mjs';

/** All has ended when the environments have been silent for so long, in milliseconds. */
const SILENT_MS = 500;
/** Between two ticks, for the emulator to put away what it has to. */
const PAUSE_MS = 500;
const MAX_TICK_MS = 120_000;

/** The ticks of each approach at each concurrency: `[{ concurrency, approaches: [{ id, name, label, ticks: [...] }] }]`. */
export async function runTicks(concurrencies, ticks, progress) {
  progress('starting the emulator');
  const emulator = await emulation.Emulator.start();
  try {
    const journals = path.join(emulator.folder, 'journals');
    mkdirSync(journals);
    const output = path.join(emulator.folder, 'cdk.out');
    const outputs = path.join(emulator.folder, 'outputs.json');
    const stacks = concurrencies.map((concurrency) => `Coverage${concurrency}`);
    progress(`deploying ${stacks.join(', ')}`);
    await emulator.cdk(['bootstrap', '--app', APP, '--output', output, '-c', `journals=${journals}`]);
    await emulator.cdk([
      'deploy', ...stacks, '--app', APP, '--output', output, '-c', `journals=${journals}`,
      '--require-approval', 'never', '--outputs-file', outputs,
    ]);
    const deployed = JSON.parse(readFileSync(outputs, 'utf8'));

    const results = [];
    for (const concurrency of concurrencies) {
      results.push({ concurrency, approaches: await runConcurrency({ emulator, journals, concurrency, ticks, progress, deployed }) });
    }
    return results;
  } finally {
    await emulator.stop();
  }
}

async function runConcurrency({ emulator, journals, concurrency, ticks, progress, deployed }) {
  const lambda = new LambdaClient({ ...emulator.clientConfig, maxAttempts: 1 });
  const stack = `Coverage${concurrency}`;
  const approaches = [];
  for (const { id, name, label } of APPROACHES) {
    const journal = path.join(journals, `${id}${concurrency}.jsonl`);
    const invocation = await invocationOf(emulator, deployed[stack], id, concurrency);
    approaches.push({ id, name, label, journal, noted: 0, invocation, ticks: [] });
  }
  for (let tick = 0; tick < ticks; tick++) {
    // Another one first at each tick: each follows each.
    for (let turn = 0; turn < approaches.length; turn++) {
      const approach = approaches[(tick + turn) % approaches.length];
      const result = await runTick(lambda, approach, concurrency);
      approach.ticks.push(result);
      progress(`${concurrency} environments, tick ${tick + 1} of ${ticks}, ${approach.id}: ${result.environments} by ${result.pings} pings, `
        + `${(result.heldMs / result.environments).toFixed(0)} ms held each, in ${(result.wallMs / 1000).toFixed(1)} s`);
      await sleep(PAUSE_MS);
    }
  }
  // Their environments end with them, and leave the memory to the next.
  for await (const { Functions } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName } of Functions.filter((one) => one.FunctionName.startsWith(`${stack}-`))) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    }
  }
  return approaches.map(({ id, name, label, ticks: results }) => ({ id, name, label, ticks: results }));
}

/** What the schedule would invoke, and with which event. */
async function invocationOf(emulator, outputs, id, concurrency) {
  const FunctionName = outputs[`${id}Function`];
  if (FunctionName) {
    // A dispatcher that asks for nothing ignores it.
    return { FunctionName, Payload: JSON.stringify({ warmer: true, concurrency }) };
  }
  const { Targets } = await new EventBridgeClient(emulator.clientConfig).send(new ListTargetsByRuleCommand({ Rule: outputs[`${id}Rule`] }));
  const [{ Arn, Input = '{}' }] = Targets;
  return { FunctionName: Arn, Payload: Input };
}

async function runTick(lambda, approach, concurrency) {
  const sentAt = now();
  const answer = await lambda.send(new InvokeCommand(approach.invocation));
  const answeredAt = now();
  if (answer.FunctionError) {
    throw new Error(`${approach.id} failed: ${Buffer.from(answer.Payload).toString()}`);
  }
  const pings = await pingsOfTick(approach, concurrency);
  const lastWave = pings.map(({ start }) => start).sort((one, other) => one - other).slice(-concurrency);
  return {
    environments: new Set(pings.map(({ pid }) => pid)).size,
    pings: pings.length,
    heldMs: rounded(pings.reduce((total, { start, end }) => total + end - start, 0)),
    // Who holds no environment for longer than until the last ping has arrived holds them for so long.
    arrivalMs: rounded(lastWave.reduce((total, start) => total + lastWave[lastWave.length - 1] - start, 0)),
    wallMs: rounded(Math.max(answeredAt, ...pings.map(({ end }) => end)) - sentAt),
  };
}

/** What the functions have noted since the last tick, once all that has begun has ended. */
async function pingsOfTick(approach, concurrency) {
  const deadline = now() + MAX_TICK_MS;
  for (let count = 0, since = now(); now() < deadline;) {
    const lines = existsSync(approach.journal) ? readFileSync(approach.journal, 'utf8').trim().split('\n').slice(approach.noted) : [];
    if (lines.length !== count) {
      [count, since] = [lines.length, now()];
    }
    // Each ping notes two lines. Some approaches send theirs without waiting for them.
    if (count >= 2 * concurrency && count % 2 === 0 && now() - since > SILENT_MS) {
      const pings = lines.map((line) => JSON.parse(line)).filter(({ end }) => end !== undefined);
      if (pings.length === count / 2) {
        approach.noted += count;
        return pings;
      }
    }
    await sleep(50);
  }
  throw new Error(`The pings of ${approach.id} did not all arrive and end within ${MAX_TICK_MS / 1000} s.`);
}

function now() {
  return performance.timeOrigin + performance.now();
}
