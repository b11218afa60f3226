import { Construct } from 'constructs';
import { PackedCommon, PackedEntry, PackedPlan } from './plan-packer';
import { Dispatcher } from '../fan-out/dispatcher';
import { DispatcherOptions } from '../fan-out/dispatcher-options';
import { prewarm, Prewarming } from '../fan-out/prewarm';
import { Firing, invoking, MAX_DESCRIPTION_LENGTH } from '../schedule/firing';
import { PingEngine } from '../schedule/ping-engine';
import { PingTarget } from '../target/ping-target';

/** What fires in a part of a fleet. */
export interface FleetPartOptions {
  /** Its expressions. */
  readonly expressions: readonly string[];
  readonly engine: PingEngine;
  /** Of the fleet. */
  readonly path: string;
  readonly enabled: boolean;
  readonly prewarmOnDeploy: boolean;
  readonly dispatcher: DispatcherOptions;
  /** What all its plans say of their functions. */
  readonly common: PackedCommon;
}

/** One plan of the fleet, and what sends it. */
interface Shipped {
  readonly packed: PackedPlan;
  readonly prewarming?: Prewarming;
}

/** What a dispatcher is sent whenever one of the expressions fires. */
interface Line {
  readonly dispatcher: Dispatcher;
  readonly expression: number;
  readonly firing: Firing;
  readonly plans: Shipped[];
}

/** The functions of a fleet that belong to one stack, and what pings them: all of it is of that stack, and depends on no other. */
export class FleetPart {
  private readonly lines: Line[] = [];

  constructor(private readonly scope: Construct, private readonly options: FleetPartOptions) {}

  /** All plans, each with the number of its expression. */
  public get plans(): { readonly dispatcher: Dispatcher; readonly expression: number; readonly pings: number }[] {
    return this.lines.flatMap(({ dispatcher, expression, plans }) => plans.map(({ packed }) => ({ dispatcher, expression, pings: packed.pings })));
  }

  /**
   * Has a function pinged.
   *
   * @param target the function
   * @param entries what each of the expressions sends for it
   * @returns its dispatcher
   */
  public add(target: PingTarget, entries: readonly PackedEntry[]): Dispatcher {
    const dispatcher = Dispatcher.withRoom(this.scope, this.options.dispatcher, this.options.path);
    dispatcher.serve(target.function.functionArn, Math.max(...entries.map(({ entry }) => entry.concurrency)));
    for (const [expression, packed] of entries.entries()) {
      const line = this.lines.find((one) => one.dispatcher === dispatcher && one.expression === expression) ?? this.open(dispatcher, expression);
      const shipped = line.plans.find((one) => one.packed.hasRoomFor(packed)) ?? this.ship(line);
      shipped.packed.add(packed);
      shipped.prewarming?.watch(target);
      dispatcher.expectPings(shipped.packed.pings);
    }
    return dispatcher;
  }

  /** What is wrong with its plans, each a sentence. To be asked at synthesis. */
  public problemsAtSynthesis(): string[] {
    const tooLong = this.lines.flatMap(({ plans }) => plans.flatMap(({ packed }) => packed.problemsAtSynthesis(this.scope)));
    const tooLarge = this.lines.flatMap(({ dispatcher, plans }) => plans.filter(({ packed }) => packed.count > 1)
      .flatMap(({ packed }) => dispatcher.problemsAtSynthesis(packed.pings, `a plan of several functions has ${packed.pings} pings`)));
    return [...new Set([...tooLong, ...tooLarge])];
  }

  private open(dispatcher: Dispatcher, expression: number): Line {
    const { engine, expressions, path, enabled } = this.options;
    const firing = engine.open({
      expression: expressions[expression],
      description: description(path),
      fired: invoking(dispatcher.function),
      enabled,
      needsPermission: true,
      roleScope: dispatcher,
      onRule: () => dispatcher.expectRules(1),
    });
    const line = { dispatcher, expression, firing, plans: [] };
    this.lines.push(line);
    return line;
  }

  private ship({ dispatcher, expression, firing, plans }: Line): Shipped {
    const packed = new PackedPlan(this.options.common);
    firing.add({ event: packed.plan });
    // The first expression is that of the most environments.
    const isPrewarmed = this.options.prewarmOnDeploy && this.options.enabled && expression === 0;
    const shipped = { packed, prewarming: isPrewarmed ? prewarm(this.scope, dispatcher, packed.plan) : undefined };
    plans.push(shipped);
    return shipped;
  }
}

function description(path: string): string {
  const text = (of: string) => `Keeps execution environments of the functions of ${of} warm`;
  const room = MAX_DESCRIPTION_LENGTH - text('').length;
  return text(path.length > room ? `...${path.slice(3 - room)}` : path);
}
