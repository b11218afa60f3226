/*
 * As many environments as the time of the week asks for: EventBridge Scheduler keeps the time of a zone, and fires.
 */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Stack, TimeZone } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { integApp } from './app';
import { awaitTick } from './dispatched';
import { echo } from './function';
import { DayOfWeek, LambdaWarmer, WarmingSchedule } from 'cdk-lambda-warmer';

const app = integApp();
const stack = new Stack(app, 'cdk-lambda-warmer-windows');
const workdays = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY];
const warmer = new LambdaWarmer(stack, 'Warmer', {
  target: echo(stack, 'Orders'),
  schedule: WarmingSchedule.windows({
    windows: [{ days: workdays, start: '08:00', end: '18:00', concurrency: 3 }],
    timeZone: TimeZone.EUROPE_BERLIN,
    // Another number of at least two, so that whatever the hour is, the line of a tick is the same.
    otherwise: 2,
  }),
});

const integ = new IntegTest(app, 'Integ', { testCases: [stack], stackUpdateWorkflow: false });
const schedules = warmer.node.findAll().filter((one): one is CfnSchedule => one instanceof CfnSchedule);
for (const schedule of schedules) {
  integ.assertions
    .awsApiCall('Scheduler', 'getSchedule', { Name: schedule.ref, GroupName: schedule.groupName })
    .expect(ExpectedResult.objectLike({ State: 'ENABLED', ScheduleExpressionTimezone: 'Europe/Berlin' }));
}
awaitTick(integ, stack, 'environments warm');
