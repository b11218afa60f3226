/*
 * The app by which the end-to-end tests of a fleet are run: forty functions of two stacks.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { nodejs } from './functions';
import { ShortCircuit, WarmerFleet, WarmingSchedule } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stacks = [new Stack(app, 'Fleet'), new Stack(app, 'FleetOther')];

const fleet = new WarmerFleet(stacks[0], 'Fleet', {
  schedule: WarmingSchedule.every(Duration.minutes(1)),
  shortCircuit: ShortCircuit.inHandler(),
});

for (let index = 0; index < 40; index++) {
  // Every fourth is of the other stack, and each of another number.
  fleet.add(nodejs(stacks[index % 4 === 3 ? 1 : 0], `Member${index}Fn`, 'counted.mjs'), { concurrency: 1 + index % 5 });
}
