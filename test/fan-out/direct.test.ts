import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { FanOut, LambdaWarmer } from '../../src';
import { FUNCTION_ARN, synth, testFunction, testStack } from '../uses';

function warm(target: lambda.IFunction, concurrency?: number, fanOut: FanOut = FanOut.direct()): Stack {
  new LambdaWarmer(target.stack, 'Warmer', { target, concurrency, fanOut });
  return target.stack;
}

test.each([0, -1, 1.5, NaN, Infinity])('a concurrency of %s is refused', (concurrency) => {
  expect(() => warm(testFunction(testStack()), concurrency)).toThrow(`LambdaWarmer 'Stack/Warmer': concurrency is ${concurrency}. Write a whole number from 1 to 10 with FanOut.direct().`);
});

test('a concurrency that is a token is refused, because the pings are a part of the template', () => {
  const stack = testStack();
  const concurrency = new CfnParameter(stack, 'Concurrency', { type: 'Number' }).valueAsNumber;
  expect(() => warm(testFunction(stack), concurrency)).toThrow("'Stack/Warmer': concurrency is a token, known at deployment only");
});

test.each([11, 1000])('a concurrency of %s is beyond direct(), which says its limit', (concurrency) => {
  expect(() => warm(testFunction(testStack()), concurrency)).toThrow(`'Stack/Warmer': FanOut.direct() keeps at most 10 environments warm, ${concurrency} were asked for. Write a concurrency from 1 to 10, or fanOut: FanOut.dispatcher().`);
});

test.each([
  [1, [1]],
  [5, [5]],
  [6, [5, 1]],
  [10, [5, 5]],
])('a concurrency of %s is %j targets by rule', (concurrency, targets) => {
  const rules = Template.fromStack(warm(testFunction(testStack()), concurrency)).findResources('AWS::Events::Rule');
  expect(Object.values(rules).map((rule) => rule.Properties.Targets.length)).toEqual(targets);
});

test('a description of 512 characters is taken, a longer one refused', () => {
  const stack = testStack();
  const target = testFunction(stack);
  new LambdaWarmer(stack, 'Long', { target, description: 'x'.repeat(512) });
  expect(() => new LambdaWarmer(stack, 'Longer', { target, description: 'x'.repeat(513) })).toThrow("'Stack/Longer': description has 513 characters, EventBridge takes 512. Write a shorter one.");
});

test('every fault is named at once', () => {
  const stack = testStack();
  expect(() => new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack).latestVersion, concurrency: 0, description: 'x'.repeat(513) }))
    .toThrow(/\$LATEST version[^]*concurrency is 0[^]*description has 513 characters/);
});

describe('a target whose asynchronous invocations are handed on is refused at synthesis', () => {
  const DLQ = "[Stack/Warmer] the function 'Stack/Fn' has a dead-letter queue, to which Lambda would hand a ping that failed";
  const DESTINATIONS = 'has destinations for asynchronous invocations, to which Lambda would hand the results of pings';

  test('with a dead-letter queue', () => {
    expect(() => synth(warm(testFunction(testStack(), 'Fn', { deadLetterQueueEnabled: true })))).toThrow(DLQ);
  });

  test('with a dead-letter queue behind an alias', () => {
    const stack = testStack();
    warm(testFunction(stack, 'Fn', { deadLetterQueueEnabled: true }).addAlias('live'));
    expect(() => synth(stack)).toThrow('has a dead-letter queue');
  });

  test.each<[string, (queue: sqs.IQueue) => Partial<lambda.FunctionProps>]>([
    ['onFailure', (queue) => ({ onFailure: new SqsDestination(queue) })],
    ['onSuccess', (queue) => ({ onSuccess: new SqsDestination(queue) })],
  ])('with %s', (_, props) => {
    const stack = testStack();
    warm(testFunction(stack, 'Fn', props(new sqs.Queue(stack, 'Queue'))));
    expect(() => synth(stack)).toThrow(`[Stack/Warmer] the function 'Stack/Fn' ${DESTINATIONS}`);
  });

  test('configured later, elsewhere, and by another name for the function', () => {
    for (const name of ['by reference', 'by literal name', 'by ARN']) {
      const stack = testStack();
      const fn = testFunction(stack, 'Fn', { functionName: name === 'by literal name' ? 'orders' : undefined });
      warm(fn);
      new lambda.CfnEventInvokeConfig(stack, 'Config', {
        functionName: { 'by reference': fn.functionName, 'by literal name': 'orders', 'by ARN': fn.functionArn }[name]!,
        qualifier: '$LATEST',
        destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:111111111111:queue' } },
      });
      expect(() => synth(stack)).toThrow(DESTINATIONS);
    }
  });

  test('on an alias', () => {
    const stack = testStack();
    const alias = testFunction(stack).addAlias('live', { onFailure: new SqsDestination(new sqs.Queue(stack, 'Queue')) });
    warm(alias);
    expect(() => synth(stack)).toThrow(DESTINATIONS);
  });

  test('on an alias, by its name', () => {
    const stack = testStack();
    const fn = testFunction(stack);
    warm(fn.addAlias('live'), 1);
    new lambda.CfnEventInvokeConfig(stack, 'Config', {
      functionName: fn.functionName, qualifier: 'live', destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:111111111111:queue' } },
    });
    expect(() => synth(stack)).toThrow(DESTINATIONS);
  });

  test('until they are gone at the next synthesis', () => {
    const stack = testStack();
    warm(testFunction(stack, 'Fn', { functionName: 'orders' }));
    new lambda.CfnEventInvokeConfig(stack, 'Config', {
      functionName: 'orders', qualifier: '$LATEST', destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:111111111111:queue' } },
    });
    expect(() => synth(stack)).toThrow(DESTINATIONS);
    stack.node.tryRemoveChild('Config');
    expect(() => synth(stack)).not.toThrow();
  });

  test('on a version', () => {
    const stack = testStack();
    const version = testFunction(stack, 'Fn', { currentVersionOptions: { onFailure: new SqsDestination(new sqs.Queue(stack, 'Queue')) } }).currentVersion;
    warm(version);
    expect(() => synth(stack)).toThrow(DESTINATIONS);
  });

  test('on an imported function that this app configures', () => {
    const stack = testStack();
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    new lambda.CfnEventInvokeConfig(stack, 'Config', {
      functionName: fn.functionName,
      qualifier: '$LATEST',
      destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:111111111111:queue' } },
    });
    warm(fn);
    expect(() => synth(stack)).toThrow(DESTINATIONS);
  });
});

test('a queue of an alias that was imported by its ARN counts, one of the function itself does not', () => {
  for (const [qualifier, refused] of [['live', true], ['$LATEST', false]] as const) {
    const stack = testStack();
    warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: `${FUNCTION_ARN}:live`, sameEnvironment: true }));
    new lambda.CfnEventInvokeConfig(stack, 'Config', {
      functionName: 'orders', qualifier, destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:111111111111:queue' } },
    });
    (refused ? expect(() => synth(stack)) : expect(() => synth(stack)).not).toThrow('has destinations');
  }
});

describe('overrides are seen as the template has them', () => {
  test('one of two destinations that is deleted leaves the other', () => {
    const stack = testStack();
    const destination = new SqsDestination(new sqs.Queue(stack, 'Queue'));
    const fn = testFunction(stack, 'Fn', { onFailure: destination, onSuccess: destination });
    warm(fn);
    const config = fn.node.findChild('EventInvokeConfig').node.defaultChild as lambda.CfnEventInvokeConfig;
    config.addPropertyDeletionOverride('DestinationConfig.OnSuccess');
    expect(() => synth(stack)).toThrow('has destinations');
    config.addPropertyDeletionOverride('DestinationConfig');
    expect(() => synth(stack)).not.toThrow();
  });

  test.each(['DeadLetterConfig', 'DeadLetterConfig.TargetArn'])('a dead-letter queue whose %s is deleted is none', (path) => {
    const stack = testStack();
    const fn = testFunction(stack, 'Fn', { deadLetterQueueEnabled: true });
    warm(fn);
    (fn.node.defaultChild as lambda.CfnFunction).addPropertyDeletionOverride(path);
    expect(() => synth(stack)).not.toThrow();
  });
});

describe('a target is taken', () => {
  test('whose destinations are another qualifier\'s, or another function\'s', () => {
    const stack = testStack();
    const queue = new sqs.Queue(stack, 'Queue');
    const fn = testFunction(stack);
    fn.addAlias('other', { onFailure: new SqsDestination(queue) });
    testFunction(stack, 'Other', { onFailure: new SqsDestination(queue) });
    warm(fn);
    new LambdaWarmer(stack, 'OfAlias', { target: fn.addAlias('live') });
    expect(() => synth(stack)).not.toThrow();
  });

  test('whose asynchronous invocations are only retried less often', () => {
    expect(() => synth(warm(testFunction(testStack(), 'Fn', { retryAttempts: 0 })))).not.toThrow();
  });
});
