import { endpointOf, request } from './aws-request';
import { say } from './emit';
import { brief } from './outcome';
import { AS_DEPLOYED, PlanEntry } from './plan';

/** For so long a value is taken to be the same, in milliseconds: all warmers that share a parameter read it once a tick. */
const MAX_AGE_MS = 20_000;

/** What comes later than that is not waited for: the pings matter more. In milliseconds. */
const MAX_WAIT_MS = 2000;

/** More than the warmers of a dispatcher whose rules it has room for, each with a parameter of its own. */
const MAX_READINGS = 50;

const readings = new Map<string, { readonly at: number; readonly value: Promise<string> }>();

/**
 * The entry with the concurrency that its parameter says. Where it has none, or says nothing that makes sense, as it
 * was deployed; a line of the log says why.
 */
export async function overridden(entry: PlanEntry, domain: string): Promise<PlanEntry> {
  const { function: arn, parameter, concurrency, maxConcurrency = concurrency } = entry;
  if (parameter === undefined) {
    return entry;
  }
  const warn = (warning: string) => say({ function: arn, parameter, warning });
  try {
    const value = (await recent(parameter, arn.split(':')[3], domain)).trim();
    if (value === AS_DEPLOYED) {
      return entry;
    }
    if (!/^\d+$/.test(value)) {
      warn(`says '${brief(value)}', which is neither a whole number nor '${AS_DEPLOYED}': ${concurrency} as deployed`);
      return entry;
    }
    if (Number(value) > maxConcurrency) {
      warn(`says ${brief(value)}, more than the ${maxConcurrency} that were deployed as the most: ${maxConcurrency}`);
    }
    return { ...entry, concurrency: Math.min(Number(value), maxConcurrency) };
  } catch (error) {
    warn(`cannot be read (${brief((error as Error).message)}): ${concurrency} as deployed`);
    return entry;
  }
}

async function recent(name: string, region: string, domain: string): Promise<string> {
  const now = Date.now();
  for (const [key, { at }] of readings) {
    if (now - at >= MAX_AGE_MS) {
      readings.delete(key);
    }
  }
  const key = `${region} ${name}`;
  if (!readings.has(key)) {
    // Whoever may invoke the dispatcher may name any number of parameters.
    if (readings.size >= MAX_READINGS) {
      throw new Error(`more than ${MAX_READINGS} parameters at once`);
    }
    readings.set(key, { at: now, value: read(name, region, domain) });
  }
  return readings.get(key)!.value;
}

/** By GetParameter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
async function read(name: string, region: string, domain: string): Promise<string> {
  const response = await request({
    service: 'ssm',
    region,
    url: new URL('/', endpointOf('ssm', domain)),
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'AmazonSSM.GetParameter' },
    body: JSON.stringify({ Name: name }),
    deadline: Date.now() + MAX_WAIT_MS,
  });
  if (!response) {
    throw new Error(`no answer within ${MAX_WAIT_MS} ms`);
  }
  const { Parameter: parameter, __type: type, message, Message = message } = JSON.parse(response.body);
  if (typeof parameter?.Value !== 'string') {
    throw new Error([type ?? `status ${response.status}`, Message].filter(Boolean).join(': '));
  }
  return parameter.Value;
}
