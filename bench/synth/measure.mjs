/*
 * Synthesizes an app in a folder of its own, and prints how long that took, from the first construct to the last template,
 * and how many resources there are.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import lambda from 'aws-cdk-lib/aws-lambda';
import { APPROACHES } from './approaches.mjs';

const [approach, code, functions, functionsPerStack, folder] = process.argv.slice(2);

/** As `cdk init` writes it. */
const context = JSON.parse(readFileSync(new URL(import.meta.resolve('aws-cdk-lib/recommended-feature-flags.json'))));

const CODE = {
  inline: () => lambda.Code.fromInline('exports.handler = async () => {};'),
  shared: () => lambda.Code.fromAsset(path.join(folder, 'code', '0')),
  own: (index) => lambda.Code.fromAsset(path.join(folder, 'code', String(index))),
};

const outdir = mkdtempSync(path.join(folder, 'cdk.out-'));
const startedAt = process.hrtime.bigint();
const cpuBefore = process.cpuUsage();
const assembly = synthesize();
const cpu = process.cpuUsage(cpuBefore);
const ns = Number(process.hrtime.bigint() - startedAt);
const resources = assembly.stacks.map(({ template }) => Object.keys(template.Resources).length);
rmSync(outdir, { recursive: true });

console.log(JSON.stringify({
  ns,
  cpuNs: (cpu.user + cpu.system) * 1000,
  stacks: resources.length,
  resources: resources.reduce((sum, one) => sum + one, 0),
  largestStack: Math.max(...resources),
}));

function synthesize() {
  const app = new App({ analyticsReporting: false, context, outdir });
  const stacks = Array.from({ length: Math.ceil(functions / functionsPerStack) }, (_, index) => new Stack(app, `Stack${index}`));
  const warm = APPROACHES[approach](stacks[0]);
  for (let index = 0; index < functions; index++) {
    const stack = stacks[Math.floor(index / functionsPerStack)];
    const fn = new lambda.Function(stack, `Fn${index}`, { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: CODE[code](index) });
    warm(stack, `Warmer${index}`, fn);
  }
  return app.synth();
}
