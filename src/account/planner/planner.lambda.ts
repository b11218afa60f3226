import { sizesOf } from './function-sizes';
import { headroomOf } from './headroom';
import { Remembered } from './remembered';
import { Batches, PlannerSettings, SETTINGS_VARIABLE } from './settings';
import { findTagged } from './tagged-functions';
import { planTick } from './tick-plan';
import { say } from '../../dispatcher/emit';

/** Functions that a line of the log names at the most: CloudWatch takes 256 KB. */
const MAX_NAMED = 200;

/** What Lambda tells of the invocation, as far as it is needed here. */
interface Context {
  readonly invokedFunctionArn: string;
}

/** What an environment of the planner remembers from tick to tick. */
class Planner {
  private readonly found: Remembered<Awaited<ReturnType<typeof findTagged>>>;
  private readonly sizes: Remembered<Awaited<ReturnType<typeof sizesOf>>>;
  private readonly headroom: Remembered<Awaited<ReturnType<typeof headroomOf>>>;

  constructor(private readonly settings: PlannerSettings, region: string) {
    const freshMs = settings.refreshSeconds * 1000;
    this.found = new Remembered('what is tagged', freshMs, () => findTagged(region, settings.tagKey));
    this.sizes = new Remembered('the memory of functions', freshMs, () => sizesOf(region));
    this.headroom = new Remembered('the concurrency of the account', 0, () => headroomOf(region));
  }

  public async plan(name: string): Promise<Batches> {
    const [found, headroom, sizes] = await Promise.all([
      this.found.get(), this.headroom.get(), this.settings.spending ? this.sizes.get() : undefined,
    ]);
    const { batches, cut, ...tick } = planTick({ ...this.settings, never: [...this.settings.never, name] }, { found, sizes, free: headroom.free });
    say({
      functions: batches.flat().length,
      batches: batches.length,
      ...tick,
      concurrency: headroom,
      cut: cut.slice(0, MAX_NAMED),
      cutFunctions: cut.length,
      malformed: found.malformed.slice(0, MAX_NAMED),
      malformedFunctions: found.malformed.length,
    });
    return { batches };
  }
}

let planner: Planner | undefined;

/** One tick: what the dispatchers are to ping. It says in the log what of the tags that leaves out. */
export async function handler(_event: unknown, { invokedFunctionArn }: Context): Promise<Batches> {
  const [,,, region,,, name] = invokedFunctionArn.split(':');
  planner ??= new Planner(JSON.parse(process.env[SETTINGS_VARIABLE]!), region);
  return planner.plan(name);
}
