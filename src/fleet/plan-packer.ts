import { Lazy, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PINGS_PER_INVOCATION, Plan, PlanEntry } from '../dispatcher/plan';
import { LONGEST_ARN } from '../fan-out/dispatched';
import { literalJsonLength } from '../payload/json-problems';
import { MAX_INPUT_LENGTH } from '../schedule/ping-engine';

/** Characters of the GUID that a stack puts into the pings of its functions. */
const TOKEN_LENGTH = 36;

/** One function in a plan. */
export interface PackedEntry {
  readonly entry: PlanEntry;
  /** Characters of it that are known at deployment only, at the most. */
  readonly unknownLength: number;
}

/** What all entries of the plans of a fleet have in common. */
export interface PackedCommon {
  readonly common: Partial<PlanEntry>;
  /** Its characters, at the most. */
  readonly length: number;
}

/** One plan, which grows: an input of the schedule, and so an invocation of the dispatcher. */
export class PackedPlan {
  private readonly entries: PlanEntry[] = [];
  private length: number;
  private pingsSoFar = 0;

  constructor(private readonly shared: PackedCommon) {
    this.length = emptyLength(shared);
  }

  /** How many functions it pings. */
  public get count(): number {
    return this.entries.length;
  }

  /** All pings of a wave. */
  public get pings(): number {
    return this.pingsSoFar;
  }

  /** It, once all entries are there. */
  public get plan(): Plan {
    return { common: this.shared.common, plan: Lazy.uncachedAny({ produce: () => this.entries }) as any };
  }

  /** What is wrong with it by what is known at synthesis, each a sentence. */
  public problemsAtSynthesis(scope: IConstruct): string[] {
    const entries: any[] = Stack.of(scope).resolve(this.entries);
    const unknown = entries.map((entry) => (typeof entry.function === 'string' ? 0 : LONGEST_ARN) + TOKEN_LENGTH);
    const length = emptyLength(this.shared) + literalJsonLength(entries) + unknown.reduce((sum, one) => sum + one, 0);
    return length > MAX_INPUT_LENGTH
      ? [`the payloads of a plan with ${entries.length} functions have become ${length} characters as JSON, with all that is sent with them, and EventBridge takes ${MAX_INPUT_LENGTH}. `
        + 'Write payloads that are known when the functions are added, or shorter ones: a ping need only be recognized.']
      : [];
  }

  /** One function may ask for more pings than a dispatcher sends by itself: it has a plan of its own, and shards send them. */
  public hasRoomFor(packed: PackedEntry): boolean {
    return this.length + lengthOf(packed) <= MAX_INPUT_LENGTH && this.pingsSoFar + packed.entry.concurrency <= PINGS_PER_INVOCATION;
  }

  public add(packed: PackedEntry): void {
    this.entries.push(packed.entry);
    this.length += lengthOf(packed);
    this.pingsSoFar += packed.entry.concurrency;
  }
}

/** Whether an input of the schedule can hold it at all. */
export function fitsAlone(packed: PackedEntry, shared: PackedCommon): boolean {
  return emptyLength(shared) + lengthOf(packed) <= MAX_INPUT_LENGTH;
}

function emptyLength({ length }: PackedCommon): number {
  return JSON.stringify({ common: 0, plan: [] }).length - 1 + length;
}

const lengths = new WeakMap<PackedEntry, number>();

/** With the comma before it. Reckoned once, as one plan after the other asks for it. */
function lengthOf(packed: PackedEntry): number {
  const length = lengths.get(packed) ?? literalJsonLength(packed.entry) + packed.unknownLength + TOKEN_LENGTH + 1;
  lengths.set(packed, length);
  return length;
}
