import { appendFileSync } from 'fs';

const startedAt = Date.now() - Math.round(process.uptime() * 1000);

/** Notes one invocation, and which process it ran in: what a test counts, whatever anyone claims. */
export function journal(event, context, more = {}) {
  const line = { pid: process.pid, startedAt, at: Date.now(), event, arn: context.invokedFunctionArn, version: context.functionVersion, ...more };
  appendFileSync(process.env.JOURNAL, `${JSON.stringify(line)}\n`);
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
