/*
 * An alias whose provisioned concurrency follows its use: it becomes ready, scales within its bounds, and answers.
 */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack } from 'aws-cdk-lib';
import { integApp } from './app';
import { echo } from './function';
import { LambdaWarmer } from 'cdk-lambda-warmer';

const app = integApp();
const stack = new Stack(app, 'cdk-lambda-warmer-provisioned-concurrency');
const target = echo(stack, 'Payments');
const { alias } = new LambdaWarmer(stack, 'Warmer', { target, provisionedConcurrency: { minCapacity: 1, maxCapacity: 2, utilizationTarget: 0.6 } });

const integ = new IntegTest(app, 'Integ', { testCases: [stack], stackUpdateWorkflow: false });
const event = { payment: 1 };
integ.assertions
  .awsApiCall('Lambda', 'getProvisionedConcurrencyConfig', { FunctionName: target.functionName, Qualifier: alias!.aliasName })
  .expect(ExpectedResult.objectLike({ Status: 'READY', AllocatedProvisionedConcurrentExecutions: 1 }))
  .waitForAssertions({ totalTimeout: Duration.minutes(8), interval: Duration.seconds(15) })
  .next(integ.assertions
    .awsApiCall('ApplicationAutoScaling', 'describeScalableTargets', {
      ServiceNamespace: 'lambda', ResourceIds: [`function:${target.functionName}:${alias!.aliasName}`],
    })
    .expect(ExpectedResult.objectLike({ ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 2 }] })))
  .next(integ.assertions
    .invokeFunction({ functionName: alias!.functionArn, payload: JSON.stringify(event) })
    .expect(ExpectedResult.objectLike({ Payload: Match.serializedJson({ echo: event }) })));
