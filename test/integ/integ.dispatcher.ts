/*
 * Five environments kept warm: a tick of the schedule reaches five different ones, of which an invocation by hand finds one.
 */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { integApp } from './app';
import { awaitTick } from './dispatched';
import { echo } from './function';
import { LambdaWarmer, WarmingSchedule } from 'cdk-lambda-warmer';

const app = integApp();
const stack = new Stack(app, 'cdk-lambda-warmer-dispatcher');
const target = echo(stack, 'Orders');
new LambdaWarmer(stack, 'Warmer', { target, concurrency: 5, schedule: WarmingSchedule.every(Duration.minutes(1)) });

const integ = new IntegTest(app, 'Integ', { testCases: [stack], stackUpdateWorkflow: false });
const event = { order: 1 };
const ping = { cdkLambdaWarmer: { token: Fn.select(2, Fn.split('/', stack.stackId)) } };
const invoke = (payload: unknown, answer: Record<string, unknown>) => integ.assertions
  .invokeFunction({ functionName: target.functionName, payload: JSON.stringify(payload) })
  .expect(ExpectedResult.objectLike({ Payload: Match.serializedJson(answer) }));
awaitTick(integ, stack, '5 of 5 environments warm')
  .next(invoke(event, { echo: event }))
  .next(invoke(ping, Match.objectLike({ cdkLambdaWarmer: Match.objectLike({ coldStart: false }) })));
