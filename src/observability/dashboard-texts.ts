import { Duration } from 'aws-cdk-lib';
import { Slots } from './log-queries';
import { asMarkdown } from './markdown';
import { WarmingDescription } from './warming-description';
import { WarmingCost } from '../cost/warming-cost';
import { WarmingSchedule } from '../schedule/warming-schedule';

const DEFAULT_SLOT_SECONDS = 300;

/** How a row calls what it shows, and what that does. */
export function headingOf({ construct, type, schedule, isActive }: WarmingDescription, what: string): string {
  return `## ${asMarkdown(construct.node.path)}\n${type}: ${what}. ${stateOf(schedule, isActive)}`;
}

/** What a warmer is reckoned to cost. */
export function estimateOf({ construct }: WarmingDescription): string {
  try {
    return `Estimated at $${WarmingCost._told(construct, new Set())!.monthlyUsd.toFixed(4)} a month, as deployed.`;
  } catch (error) {
    return `What it costs cannot be told: ${asMarkdown((error as Error).message)}`;
  }
}

/** So many environments. */
export function environments(count: number): string {
  return `${count} environment${count === 1 ? '' : 's'}`;
}

/** The most that a schedule asks for, or what a warmer says. */
export function highest({ schedule }: WarmingDescription, concurrency: number): number {
  return schedule?._maxConcurrency ?? concurrency;
}

/** What a query counts together: that between two ticks. */
export function slotsOf(schedule: WarmingSchedule | undefined): Slots {
  const isRate = /^rate\(/.test(schedule?._definition.recurrences[0]?.expression ?? '');
  return { seconds: schedule?._everySeconds ?? DEFAULT_SLOT_SECONDS, isAligned: !isRate };
}

function stateOf(schedule: WarmingSchedule | undefined, isActive: boolean): string {
  if (!schedule) {
    return 'Nothing is pinged: environments are provisioned, and no others kept warm.';
  }
  if (!isActive) {
    return '**It is not enabled: nothing is pinged.**';
  }
  const { _everySeconds: seconds, _firesAlways: isAlways } = schedule;
  const often = seconds === undefined ? 'as the schedule says' : `every ${Duration.seconds(seconds).toHumanString()}`;
  return `Pinged ${often}${isAlways ? '' : ', at the times that the schedule says'}.`;
}
