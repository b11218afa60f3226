/* What is synthesized: functions in stacks, and what warms them. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { LambdaBlowtorch } from '@wheatstalk/cdk-lambda-blowtorch';
import ours from '../../lib/index.js';

const { LambdaWarmer, ShortCircuit, WarmerFleet } = ours;

/** What warms a function, given the first stack of the app. */
export const APPROACHES = {
  bare: () => () => undefined,
  rule: () => (stack, id, fn) => new Rule(stack, id, { schedule: Schedule.rate(Duration.minutes(5)), targets: [new LambdaFunction(fn)] }),
  blowtorch: () => (stack, id, target) => new LambdaBlowtorch(stack, id, { target, desiredConcurrency: 1 }),
  warmer: () => (stack, id, target) => new LambdaWarmer(stack, id, { target }),
  warmerInHandler: () => (stack, id, target) => new LambdaWarmer(stack, id, { target, shortCircuit: ShortCircuit.inHandler() }),
  fleet: (first) => allIn(new WarmerFleet(first, 'Fleet')),
  fleetInHandler: (first) => allIn(new WarmerFleet(first, 'Fleet', { shortCircuit: ShortCircuit.inHandler() })),
};

function allIn(fleet) {
  return (_stack, _id, fn) => fleet.add(fn);
}
