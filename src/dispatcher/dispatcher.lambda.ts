import { endpointOf } from './aws-request';
import { warm } from './barrier';
import { emit } from './emit';
import { LambdaCarrier } from './lambda-carrier';
import { overridden } from './override';
import { DOMAIN_VARIABLE, MAX_CONCURRENCY_VARIABLE, Plan, PlanEntry } from './plan';
import { reportOf, TickReport } from './report';
import { SpreadMemory } from './spread';
import { PingProtocol } from '../payload/ping-event';
import { PING_KEY } from '../payload/protocol';

/** Lambda knows other names for a function, by which one would not be seen to be the same. */
const ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

/** What is left of the time to report in, in milliseconds. */
const MARGIN_MS = 1500;

const clock = { now: Date.now, sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)) };

// What this environment has learnt in earlier ticks.
const memory = new SpreadMemory();
const lastTicks = new Map<string, number>();

/** What Lambda tells of the invocation, as far as it is needed here. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/** One tick: warms all functions of the plan at once, and says of each what came of it. */
export async function handler(event: Partial<Plan>, context: Context): Promise<{ readonly results: readonly TickReport[] }> {
  const deadline = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
  const ticks = await Promise.allSettled(entriesOf(event).map((entry) => tick(entry, deadline)));
  // One that fails does so after all others have ended.
  return {
    results: ticks.map((one) => {
      if (one.status === 'rejected') {
        throw one.reason;
      }
      return one.value;
    }),
  };
}

async function tick(deployed: PlanEntry, deadline: number): Promise<TickReport> {
  const entry = await overridden(deployed, domain());
  const startedAt = clock.now();
  const carrier = new LambdaCarrier(entry, endpointOf('lambda', domain()));
  try {
    // Zero is what a parameter may say, to pause.
    const waves = entry.concurrency > 0 ? await warm({ entry, carrier, clock, memory, deadline }) : [];
    const report = reportOf({ entry, waves, sinceLastTickMs: sinceLastTick(entry, startedAt), tookMs: clock.now() - startedAt });
    await emit(report, entry.metrics);
    return report;
  } finally {
    carrier.close();
  }
}

/**
 * The entries of a plan. Whoever may invoke the dispatcher shapes the plan, but not how far it goes: each function is
 * pinged by one entry, and by no more pings than the largest fan-out that was deployed.
 */
function entriesOf({ plan, common }: Partial<Plan>): PlanEntry[] {
  const most = Number(process.env[MAX_CONCURRENCY_VARIABLE]);
  const entries = new Map<string, PlanEntry>();
  for (const own of Array.isArray(plan) ? plan as PlanEntry[] : []) {
    const entry = { ...common, ...own };
    const { function: arn, concurrency, maxConcurrency, parameter, protocol, event: ping }: Partial<PlanEntry> = entry;
    const isPing = protocol !== PingProtocol.STANDARD || typeof ping?.[PING_KEY]?.token === 'string';
    if (typeof arn === 'string' && ARN.test(arn) && Number.isInteger(concurrency) && concurrency > 0 && isPing && !entries.has(arn)) {
      entries.set(arn, {
        ...entry,
        concurrency: Math.min(concurrency, most),
        parameter: typeof parameter === 'string' ? parameter : undefined,
        maxConcurrency: Math.min(Number.isInteger(maxConcurrency) && maxConcurrency! > 0 ? maxConcurrency! : concurrency, most),
      });
    }
  }
  if (entries.size === 0) {
    throw new Error('This event is no plan: { "plan": [ { "function": "<ARN>", "concurrency": 1, "protocol": "...", "event": { } } ] }');
  }
  return [...entries.values()];
}

/** The time since the last tick in milliseconds: as the schedule has it, or less if a deployment has come between. */
function sinceLastTick({ function: arn, everySeconds }: PlanEntry, now: number): number | undefined {
  const known = [...everySeconds === undefined ? [] : [everySeconds * 1000], ...lastTicks.has(arn) ? [now - lastTicks.get(arn)!] : []];
  lastTicks.set(arn, now);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function domain(): string {
  return process.env[DOMAIN_VARIABLE]!;
}
