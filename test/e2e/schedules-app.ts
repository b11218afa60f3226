/*
 * The app by which the end-to-end tests of EventBridge Scheduler, and of a concurrency that changes, are run.
 */
import { App, CfnOutput, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { nodejs } from './functions';
import { LambdaWarmer, LambdaWarmerProps, ScheduleEngine, ShortCircuit, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Schedules');
const everyMinute = WarmingSchedule.every(Duration.minutes(1));

function warm(id: string, handler: string, props: Omit<LambdaWarmerProps, 'target'>): LambdaWarmer {
  return new LambdaWarmer(stack, `${id}Warmer`, { target: nodejs(stack, id, handler), shortCircuit: ShortCircuit.inHandler(), ...props });
}

// What EventBridge Scheduler fires by itself.
warm('Direct', 'plain.mjs', { schedule: everyMinute, engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER });
warm('Windowed', 'counted.mjs', {
  schedule: WarmingSchedule.windows({
    windows: [{ start: '00:00', end: '12:00', concurrency: 3 }, { start: '12:00', end: '24:00', concurrency: 3 }],
    timeZone: TimeZone.EUROPE_BERLIN,
    every: Duration.minutes(1),
  }),
});
warm('Disabled', 'plain.mjs', { schedule: everyMinute, engine: ScheduleEngine.EVENTBRIDGE_SCHEDULER, enabled: false });

// What a parameter changes.
for (const id of ['Unchanged', 'Changed', 'Beyond', 'Nonsense', 'Paused', 'Gone']) {
  const { concurrencyParameter } = warm(id, 'counted.mjs', {
    schedule: id === 'Changed' ? everyMinute : WarmingSchedule.every(Duration.hours(1)),
    concurrency: 2,
    concurrencyParameter: { maxConcurrency: 4 },
  });
  new CfnOutput(stack, `${id}Parameter`, { value: concurrencyParameter!.parameterName });
}

// One that is given, and read by its ARN.
const given = new StringParameter(stack, 'GivenConcurrency', { parameterName: '/given/concurrency', stringValue: '3' });
warm('Given', 'counted.mjs', {
  schedule: WarmingSchedule.every(Duration.hours(1)), concurrency: 2, concurrencyParameter: { parameter: given, maxConcurrency: 4 },
});
