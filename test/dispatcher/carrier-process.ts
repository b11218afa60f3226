/*
 * A process of its own, which may trust a certificate of the tests: Node.js reads NODE_EXTRA_CA_CERTS when it starts.
 * Sends so many pings at once, twice, and prints what came of them.
 */
import dns from 'dns';
import { LambdaCarrier } from '../../src/dispatcher/lambda-carrier';
import { PlanEntry } from '../../src/dispatcher/plan';

interface Task {
  readonly entry: PlanEntry;
  readonly endpoint: string;
}

// Whatever the name, it is this machine.
dns.lookup = ((_host: string, { all }: dns.LookupOptions, done: (...args: unknown[]) => void) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as typeof dns.lookup;

async function main({ entry, endpoint }: Task): Promise<void> {
  const carrier = new LambdaCarrier(entry, endpoint);
  await carrier.prepare(entry.concurrency);
  // As long as an invocation may take: what waited for it would keep the process from ending.
  const deadline = Date.now() + 900_000;
  const wave = () => Promise.all(Array.from({ length: entry.concurrency }, (_, index) => carrier.ping({ index }, deadline)));
  const outcomes = [await wave(), await wave()];
  carrier.close();
  process.stdout.write(JSON.stringify(outcomes));
}

void main(JSON.parse(process.argv[2]));
