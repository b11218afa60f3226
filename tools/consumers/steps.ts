import { execFile, spawn, spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { promisify } from 'util';

const HEARTBEAT_SECONDS = 20;
const SHOWN_LINES = 60;

export interface StepOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program, and says so: when it begins, while it takes long, and when it has ended. What it prints is returned, or comes with the error. */
export async function step(title: string, program: string, args: readonly string[], { cwd, env }: StepOptions = {}): Promise<string> {
  const beganAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - beganAt) / 1000)} s`;
  say(`${title} ...`);
  const heartbeat = setInterval(() => say(`${title}: ${seconds()} so far ...`), HEARTBEAT_SECONDS * 1000);
  let output = '';
  try {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) {
      throw new Error(`${title} failed after ${seconds()}: '${program} ${args.join(' ')}' ended with ${code}.\n${output.split('\n').slice(-SHOWN_LINES).join('\n')}`);
    }
  } finally {
    clearInterval(heartbeat);
  }
  say(`${title}: done in ${seconds()}`);
  return output;
}

/** What a program prints. */
export async function capture(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { encoding: 'utf8' })).stdout;
}

/** Does what takes long unless it was done with the same versions. */
export async function once(folder: string, lockFile: string, work: () => Promise<unknown>): Promise<void> {
  const stampFile = path.join(folder, `${lockFile}.sha256`);
  const stamp = createHash('sha256').update(readFileSync(path.join(folder, lockFile))).digest('hex');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    await work();
    writeFileSync(stampFile, stamp);
  }
}

/** Throws unless a program is there in a version that is new enough, as it says itself. */
export function need(what: string, program: string, args: readonly string[], version: RegExp, atLeast: readonly number[], use: string): void {
  const asked = spawnSync(program, args, { encoding: 'utf8' });
  const found = asked.status === 0 ? version.exec(`${asked.stdout}${asked.stderr}`)?.slice(1).map(Number) : undefined;
  if (!found || isOlder(found, atLeast)) {
    throw new Error(`${what} ${atLeast.join('.')} or newer is needed on the PATH, which is what ${use} is built with: '${program}' ${found ? `is ${found.join('.')}` : 'was not found'}.`);
  }
}

function isOlder([major, minor = 0]: readonly number[], [leastMajor, leastMinor = 0]: readonly number[]): boolean {
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** Past Jest, which would show it at the end only. */
function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
