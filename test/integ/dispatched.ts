import { ExpectedResult, IApiCall, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';

/** Waits until the log of a stack's dispatcher has a line about a tick of the schedule. */
export function awaitTick(integ: IntegTest, stack: Stack, line: string): IApiCall {
  const { ref } = stack.node.findChild('LambdaWarmerDispatcher').node.findChild('Logs').node.defaultChild as CfnLogGroup;
  return integ.assertions
    .awsApiCall('CloudWatchLogs', 'filterLogEvents', { logGroupName: ref, filterPattern: `"${line}"` })
    .expect(ExpectedResult.objectLike({ events: Match.arrayWith([Match.objectLike({ message: Match.stringLikeRegexp(line) })]) }))
    .waitForAssertions({ totalTimeout: Duration.minutes(8), interval: Duration.seconds(15) });
}
