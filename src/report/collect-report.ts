import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ReportData, ReportedEnvironment, ReportedFunction, ReportedSharedCost } from './report-data';
import { asSeenFrom, largest, total, UTC, WarmWeek, weekOf } from './weekly';
import { enrolledConcurrency } from '../account/enrollment';
import { Counted, sum } from '../cost/usage';
import { WarmingCost } from '../cost/warming-cost';
import { ACCOUNT_CONCURRENCY } from '../fan-out/concurrency';
import { Callable } from '../governance/callable';
import { Survey, SurveyedFunction } from '../governance/survey';
import { Warming } from '../governance/warming';
import { whyCold } from '../governance/why-cold';
import { descriptionOf, WarmedFunction, WarmingDescription } from '../observability/warming-description';
import { HOURS_PER_WEEK } from '../schedule/firing-days';
import { WarmingSchedule } from '../schedule/warming-schedule';
import { warmersOf } from '../target/warmers';

export interface CollectOptions {
  /** What is reported on. */
  readonly scope: IConstruct;
  /** The concurrent executions of each account and region, if they are known. */
  readonly accountConcurrency?: number;
  /** By the clocks of that moment, one time zone is translated into another. */
  readonly moment: Date;
}

/** What is beside a sum of money, or in its place. */
interface ToldUsd {
  readonly monthlyUsd?: number;
  readonly maxMonthlyUsd?: number;
  readonly costUnknown?: string;
}

/** Of no single function. */
const WHAT_IS_SHARED = { LambdaWarmer: 'ticks', WarmerFleet: 'its ticks', AccountWarmer: 'its ticks, and pings up to its limit' };

const NOTHING: WarmWeek = { hours: new Array<number>(HOURS_PER_WEEK).fill(0), isEveryWeek: true };

/** What there is to say of the warming in an app, or in a part of it. To be asked when it is complete. */
export function collectReport({ scope, accountConcurrency, moment }: CollectOptions): ReportData {
  return new Collector(scope, moment).collect(accountConcurrency);
}

class Collector {
  /** What several warmers share is counted with the first. */
  private readonly counted: Counted = new Set();
  private readonly priceLists = new Set<string>();

  constructor(private readonly scope: IConstruct, private readonly moment: Date) {}

  public collect(accountConcurrency: number | undefined): ReportData {
    const constructs = this.scope.node.findAll();
    const described = constructs.flatMap((construct) => descriptionOf(construct) ?? []);
    const functions = described.flatMap((description) => description.functions.map((fn) => this.functionOf(description, fn)));
    const sharedCosts = constructs.flatMap((construct) => this.sharedCostOf(construct));
    const costs: ToldUsd[] = [...functions, ...sharedCosts];
    return {
      format: 'cdk-lambda-warmer/report/1',
      scope: this.scope.node.path,
      monthlyUsd: sum(costs.map(({ monthlyUsd = 0 }) => monthlyUsd)),
      maxMonthlyUsd: sum(costs.map(({ maxMonthlyUsd = 0 }) => maxMonthlyUsd)),
      priceLists: [...this.priceLists],
      environments: this.environmentsOf(functions, accountConcurrency),
      functions,
      sharedCosts,
      ...this.others(),
    };
  }

  private functionOf({ construct, type, isActive, schedule }: WarmingDescription, fn: WarmedFunction): ReportedFunction {
    const { target, provisioned, concurrency } = fn;
    const zoneOfPlan = nameOfZone(provisioned?.timeZone?.timezoneName) ?? UTC;
    const timeZone = schedule ? nameOfZone(schedule._definition.timeZone?.timezoneName) ?? UTC : zoneOfPlan;
    const isEnabled = isActive || provisioned !== undefined;
    const pinged = schedule && (isActive || !isEnabled) ? weekOf(knownRecurrences(construct, schedule), concurrency) : NOTHING;
    const provisionedHours = provisioned ? asSeenFrom(provisioned.hours, zoneOfPlan, timeZone, this.moment) : NOTHING.hours;
    const hours = largest(pinged.hours, provisionedHours);
    const cost = this.told(() => fn.cost(this.counted));
    const provisionedUsd = ifKnown(() => fn.costs.provisionedUsd(sum(hours) / HOURS_PER_WEEK));
    return {
      path: target.path,
      warmer: construct.node.path,
      warmerType: type as ReportedFunction['warmerType'],
      environment: environmentOf(construct),
      isEnabled,
      schedule: schedule ? textOf(construct, schedule) : 'provisioned',
      timeZone,
      hours,
      provisionedHours,
      isEveryWeek: pinged.isEveryWeek,
      ...usdOf(cost),
      provisionedUsd: provisionedUsd instanceof Error ? undefined : provisionedUsd,
      breakEvenUtilization: cost instanceof Error ? undefined : cost.breakEvenUtilization,
    };
  }

  /** What warmers cost that is of no single function, and whatever else costs something. */
  private sharedCostOf(construct: IConstruct): ReportedSharedCost[] {
    const description = descriptionOf(construct);
    const cost = this.told(() => description ? description.sharedCost?.() : WarmingCost._told(construct, this.counted));
    const what = description ? WHAT_IS_SHARED[description.type] : nameOfItems(cost);
    return cost && (cost instanceof Error || cost.items.length > 0) ? [{ path: construct.node.path, what, ...usdOf(cost) }] : [];
  }

  private told<Cost extends WarmingCost | undefined>(reckon: () => Cost): Cost | Error {
    const cost = ifKnown(reckon);
    if (!(cost instanceof Error)) {
      cost?._priceLists.forEach((list) => this.priceLists.add(list));
    }
    return cost;
  }

  private environmentsOf(functions: readonly ReportedFunction[], accountConcurrency: number | undefined): ReportedEnvironment[] {
    const names = [...new Set(functions.map(({ environment }) => environment))];
    return names.map((name) => {
      const own = functions.filter(({ environment, isEnabled }) => environment === name && isEnabled);
      const zones = new Set(own.map(({ timeZone }) => timeZone));
      const timeZone = zones.size === 1 ? [...zones][0] : UTC;
      // Several warmers of one function warm the same environments.
      const byPath = [...new Set(own.map(({ path }) => path))].map((path) =>
        largest(...own.filter((fn) => fn.path === path).map((fn) => asSeenFrom(fn.hours, fn.timeZone, timeZone, this.moment))));
      return {
        name,
        quota: accountConcurrency ?? ACCOUNT_CONCURRENCY,
        isQuotaAssumed: accountConcurrency === undefined,
        timeZone,
        hours: total(byPath),
      };
    });
  }

  /** The functions that others keep warm, those that may go cold, and those that do all the same. */
  private others(): Pick<ReportData, 'enrolled' | 'exempt' | 'notWarmed'> {
    const all = new Survey(this.scope.node.root).functionsIn(this.scope).filter((fn) => !fn.isHelper);
    const cold = all.flatMap((fn) => {
      const [invoked] = fn.coldBut(({ isActive }) => isActive);
      return invoked ? [{ fn, invoked, reason: Warming._reason(fn.resource) }] : [];
    });
    return {
      enrolled: all.flatMap(({ path, resource }) => {
        const concurrency = enrolledConcurrency(resource);
        return concurrency === undefined ? [] : { path, concurrency };
      }),
      exempt: cold.flatMap(({ fn: { path }, reason }) => reason === undefined ? [] : { path, reason }),
      notWarmed: cold.filter(({ reason }) => reason === undefined).map(({ fn, invoked }) => ({
        path: fn.path,
        isUserFacing: fn.entries.length > 0,
        why: whyNotWarmed(fn, invoked),
      })),
    };
  }
}

/** Whether there is anything to report on: a warmer, or a function that is left to one. */
export function isWarmedIn(scope: IConstruct): boolean {
  return scope.node.findAll().some((construct) => descriptionOf(construct) !== undefined || enrolledConcurrency(construct) !== undefined);
}

function whyNotWarmed(fn: SurveyedFunction, invoked: Callable): string {
  const [futile] = fn.futility;
  const [warmer] = warmersOf(fn.resource);
  return futile ?? (warmer ? whyCold(warmer, invoked) : 'there is no warmer for it');
}

/** What can be told, or why it cannot. */
function ifKnown<Value>(reckon: () => Value): Value | Error {
  try {
    return reckon();
  } catch (error) {
    return error as Error;
  }
}

/** Of what is no warmer: of a dashboard, say, that and its metrics. */
function nameOfItems(cost: WarmingCost | Error | undefined): string {
  return cost === undefined || cost instanceof Error ? 'costs' : cost.items.map(({ name }) => name.toLowerCase()).join(', ');
}

function usdOf(cost: WarmingCost | Error): ToldUsd {
  return cost instanceof Error ? { costUnknown: cost.message } : { monthlyUsd: cost.monthlyUsd, maxMonthlyUsd: cost.maxMonthlyUsd };
}

/** Those of a schedule whose expression is no token. */
function knownRecurrences(scope: IConstruct, schedule: WarmingSchedule): WarmingSchedule['_definition']['recurrences'] {
  return schedule._definition.recurrences.flatMap((recurrence) => {
    const expression: unknown = Stack.of(scope).resolve(recurrence.expression);
    return typeof expression === 'string' ? { ...recurrence, expression } : [];
  });
}

function textOf(scope: IConstruct, schedule: WarmingSchedule): string {
  const { hasWindows, start, end } = schedule._definition;
  const expression = knownRecurrences(scope, schedule)[0]?.expression ?? 'known at deployment only';
  return [
    hasWindows ? 'windows' : expression,
    ...start ? [`from ${start.toISOString()}`] : [],
    ...end ? [`until ${end.toISOString()}`] : [],
  ].join(' ');
}

/** Undefined: there is none, or it is known at deployment only. */
function nameOfZone(name: string | undefined): string | undefined {
  return name === undefined || Token.isUnresolved(name) ? undefined : name;
}

function environmentOf(construct: IConstruct): string {
  const { account, region } = Stack.of(construct);
  return [Token.isUnresolved(account) ? 'unknown account' : account, Token.isUnresolved(region) ? 'unknown region' : region].join('/');
}
