/*
 * The app by which the end-to-end tests of a dashboard are run: a warmer, a fleet, an alarm on each, and the dashboard that shows them.
 */
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { nodejs } from './functions';
import { adaptToEmulator } from '../../tools/emulated';
import { LambdaWarmer, ShortCircuit, WarmerFleet, WarmingDashboard, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Shown');
const schedule = WarmingSchedule.every(Duration.minutes(1));

// Before what it shows.
const dashboard = new WarmingDashboard(stack, 'Dashboard', { dashboardName: 'warming', savedQueries: false });
new CfnOutput(stack, 'DashboardNames', { value: dashboard.dashboardNames.join(',') });

const shortCircuit = ShortCircuit.inHandler();
const warmer = new LambdaWarmer(stack, 'CountedWarmer', {
  target: nodejs(stack, 'Counted', 'counted.mjs'), schedule, shortCircuit, concurrency: 3, emitMetrics: true,
});
warmer.alarmOnLowCoverage();

// The handlers that note each ping write no starts: another one does.
new LambdaWarmer(stack, 'RecordedWarmer', { target: nodejs(stack, 'Recorded', 'plain.mjs'), schedule, concurrency: 3, emitMetrics: true, recordStarts: true });

const fleet = new WarmerFleet(stack, 'Fleet', { schedule, shortCircuit });
fleet.add(nodejs(stack, 'MemberOne', 'counted.mjs'), { concurrency: 2 });
fleet.add(nodejs(stack, 'MemberTwo', 'counted.mjs'));
fleet.alarmOnLowCoverage();

adaptToEmulator(app);
