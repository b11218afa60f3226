import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AccountEnrollment, AccountWarmer, ShortCircuit, WarmingPayload } from '../../src';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

const PAYLOAD = WarmingPayload.standard({ token: 'agreed' });

let app: App;
let stack: Stack;
let fn: lambda.Function;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
  fn = testFunction(stack);
});

function enroll(enrollment: Partial<AccountEnrollment> = {}, target: lambda.IFunction = fn): void {
  AccountWarmer.enroll(target, { concurrency: 5, payload: PAYLOAD, ...enrollment });
}

function properties(): any {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  return Properties;
}

describe('a function that is enrolled', () => {
  test('has the tag, answers pings with the token that was agreed on, and has nothing else', () => {
    enroll();
    expect(properties()).toMatchObject({
      Tags: [{ Key: 'lambda-warmer:concurrency', Value: '5' }],
      Handler: expect.stringContaining('cdk-lambda-warmer-runtime'),
      Environment: { Variables: { CDK_LAMBDA_WARMER_TOKEN: 'agreed', CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } },
    });
    const types = Object.values(Template.fromStack(stack).toJSON().Resources).map(({ Type }: any) => Type).sort();
    expect(types).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Lambda::LayerVersion']);
  });

  test('alone has the tag, and not its role', () => {
    enroll({ tagKey: 'acme:warm' });
    const tagged = Object.values(Template.fromStack(stack).toJSON().Resources).filter(({ Properties }: any) => Properties.Tags);
    expect(tagged).toMatchObject([{ Type: 'AWS::Lambda::Function', Properties: { Tags: [{ Key: 'acme:warm', Value: '5' }] } }]);
  });

  test('is left as it is where its handler answers', () => {
    enroll({ shortCircuit: ShortCircuit.inHandler() });
    expect(properties()).toMatchObject({ Handler: 'index.handler', Environment: { Variables: { CDK_LAMBDA_WARMER_TOKEN: 'agreed' } } });
    expect(properties().Layers).toBeUndefined();
  });

  test('only has the tag where its handler knows the payload', () => {
    enroll({ payload: WarmingPayload.ofType('warmer') });
    expect(properties()).toMatchObject({ Handler: 'index.handler', Tags: [{ Key: 'lambda-warmer:concurrency', Value: '5' }] });
    expect(properties().Environment).toBeUndefined();
  });

  test('twice with the same, is so once', () => {
    enroll();
    enroll({ payload: WarmingPayload.standard({ token: 'agreed' }) });
    expect(properties().Tags).toHaveLength(1);
    expect(() => app.synth()).not.toThrow();
  });

  test('in an image, is told what its handler needs', () => {
    const code = lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(stack, 'Repository', 'repository'));
    enroll({}, new lambda.DockerImageFunction(stack, 'Image', { code }));
    Annotations.fromStack(stack).hasWarning('/Stack/Image', Match.stringLikeRegexp('cdk-lambda-warmer:notShortCircuited'));
  });
});

describe('is refused:', () => {
  const imported = () => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN);

  test.each<[string, Partial<AccountEnrollment>, string]>([
    ...[0, 1.5, 951].map((concurrency): [string, Partial<AccountEnrollment>, string] => [`a concurrency of ${concurrency}`, { concurrency }, 'Write a']),
    ['no payload', { payload: undefined }, 'payload is missing.'],
    ['a payload without a token', { payload: WarmingPayload.standard() }, 'payload is WarmingPayload.standard() without a token'],
    ['a key of the tag', { tagKey: 'aws:x' }, "tagKey is 'aws:x'."],
    ['a layer for another payload', { payload: WarmingPayload.ofType('warmer'), shortCircuit: ShortCircuit.layer() }, 'the layer answers the pings of WarmingPayload.standard() only.'],
  ])('%s', (_, enrollment, message) => {
    expect(() => enroll(enrollment)).toThrow("AccountWarmer.enroll(): the function 'Stack/Fn': ");
    expect(() => enroll(enrollment)).toThrow(message);
    expect([properties().Tags, properties().Handler, properties().Environment]).toEqual([undefined, 'index.handler', undefined]);
  });

  test.each<[string, () => lambda.IFunction, string]>([
    ['an alias', () => fn.addAlias('live'), 'it is an alias or version, but tags are on the function itself, and so are the pings. Pass the function, or give the alias a LambdaWarmer.'],
    ['a version', () => fn.currentVersion, 'it is an alias or version'],
    ['one that is imported', imported, 'it is imported, so this app cannot tag it. Enroll it where it is created.'],
    ['one that isolates tenants', () => testFunction(stack, 'Tenants', { tenancyConfig: lambda.TenancyConfig.PER_TENANT }), 'isolates tenants'],
  ])('%s', (_, target, message) => {
    expect(() => enroll({}, target())).toThrow(message);
  });

  test.each<[string, Partial<AccountEnrollment>]>([
    ['another concurrency', { concurrency: 6 }],
    ['another tag', { tagKey: 'other' }],
    ['another payload', { payload: WarmingPayload.standard({ token: 'other' }) }],
    ['another way to answer', { shortCircuit: ShortCircuit.inHandler() }],
  ])('once more with %s', (_, enrollment) => {
    enroll();
    expect(() => enroll(enrollment)).toThrow("AccountWarmer.enroll(): the function 'Stack/Fn': it is enrolled already, with something else. Enroll it once.");
  });

  test('more than the function reserves, at synthesis', () => {
    enroll({}, testFunction(stack, 'Reserved', { reservedConcurrentExecutions: 3 }));
    expect(() => app.synth()).toThrow("concurrency is 5, but the function 'Stack/Reserved' reserves 3 concurrent executions");
  });
});
