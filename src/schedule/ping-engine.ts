import { IScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { Firing, FiringOptions } from './firing';
import { PingRules } from './ping-rules';
import { PingSchedules } from './ping-schedules';
import { ScheduleEngine } from './schedule-engine';
import { ScheduledInput } from './scheduled-input';
import { WarmingSchedule } from './warming-schedule';
import { literalJsonLength } from '../payload/json-problems';
import { elsewhere } from '../target/environment';

/** Characters: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html, `Input`. */
export const MAX_INPUT_LENGTH = 8192;

/** What a warmer is told of what fires its schedule. */
export interface EngineOptions {
  readonly engine?: ScheduleEngine;
  readonly scheduleGroup?: IScheduleGroup;
  readonly timeWindow?: TimeWindow;
}

/** What fires a schedule: the engine that is asked for, or the one that can do it. */
export class PingEngine {
  public readonly engine: ScheduleEngine;
  /** What rules cannot do of what is asked for, as a part of a sentence. */
  private readonly needsScheduler?: string;

  constructor(private readonly scope: Construct, private readonly schedule: WarmingSchedule, private readonly options: EngineOptions) {
    const { engine, scheduleGroup, timeWindow } = options;
    const need = schedule._needsScheduler;
    if (need) {
      this.needsScheduler = `the schedule ${need}`;
    } else if (scheduleGroup || timeWindow) {
      this.needsScheduler = `${scheduleGroup ? 'scheduleGroup' : 'timeWindow'} is given, which rules have not`;
    }
    this.engine = engine ?? (this.needsScheduler ? ScheduleEngine.EVENTBRIDGE_SCHEDULER : ScheduleEngine.EVENTBRIDGE_RULE);
  }

  public get isRule(): boolean {
    return this.engine === ScheduleEngine.EVENTBRIDGE_RULE;
  }

  /** What is wrong with it, each a sentence. */
  public problems(): string[] {
    const { scheduleGroup } = this.options;
    const problems = scheduleGroup ? elsewhere(this.scope, scheduleGroup.scheduleGroupArn).map((where) => `scheduleGroup is ${where}.`) : [];
    if (!Object.values(ScheduleEngine).includes(this.engine)) {
      problems.push(`engine is '${this.engine}'. Write ScheduleEngine.EVENTBRIDGE_RULE or ScheduleEngine.EVENTBRIDGE_SCHEDULER, or leave it out.`);
    }
    if (this.isRule && this.needsScheduler) {
      problems.push(`engine is ScheduleEngine.EVENTBRIDGE_RULE, but ${this.needsScheduler}. Leave engine out, or write ScheduleEngine.EVENTBRIDGE_SCHEDULER.`);
    }
    const { maxWindow } = this.options.timeWindow ?? {};
    const least = this.schedule._leastSeconds;
    if (maxWindow && !maxWindow.isUnresolved() && least !== undefined && maxWindow.toSeconds() >= least) {
      problems.push(`timeWindow lets a tick come ${maxWindow.toHumanString()} late, when the next one is due. Write a shorter one, or leave it out.`);
    }
    return problems;
  }

  /** What is wrong with what is to be sent, each a sentence. */
  public problemsOf(inputs: readonly ScheduledInput[]): string[] {
    const longest = Math.max(0, ...inputs.map(({ event, unknownLength = 0 }) => (event ? literalJsonLength(event) : 0) + unknownLength));
    return this.isRule && longest > MAX_INPUT_LENGTH
      ? [`the payload, with all that is sent with it, has ${longest} characters as JSON, EventBridge takes ${MAX_INPUT_LENGTH}. Write a shorter one: a ping need only be recognized.`]
      : [];
  }

  /** Creates what fires, and sends nothing as yet. */
  public open(options: FiringOptions): Firing {
    if (this.isRule) {
      return new PingRules(this.scope, options);
    }
    const { timeZone, start, end } = this.schedule._definition;
    return new PingSchedules(this.scope, {
      ...options,
      timeZone,
      // One that has passed says nothing any more, and EventBridge Scheduler takes none of more than five minutes ago.
      start: this.schedule._isAhead ? start : undefined,
      end: this.schedule._isOver ? undefined : end,
      group: this.options.scheduleGroup,
      timeWindow: this.options.timeWindow,
    });
  }
}
