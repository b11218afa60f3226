import * as path from 'path';
import { App, NestedStack, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogRetention, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import { Trigger, TriggerFunction } from 'aws-cdk-lib/triggers';
import { pathsOf } from './constructs';
import { FunctionSelector, LambdaWarmer } from '../../src';
import { testApp, testFunction, testStack } from '../uses';

const SOME_FOLDER = path.join(__dirname, '../../examples');

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

/** What brings helpers with it, and a name by which to find them. */
const HELPERS: { readonly [name: string]: [build: () => void, glob: string] } = {
  'a bucket deployment': [() => {
    new BucketDeployment(stack, 'Deployment', { destinationBucket: new Bucket(stack, 'Bucket'), sources: [Source.asset(SOME_FOLDER)] });
  }, '**/Custom::CDKBucketDeployment*'],
  'objects that go with their bucket': [() => {
    new Bucket(stack, 'Bucket', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
  }, '**/Custom::S3AutoDeleteObjects*'],
  'notifications of a bucket': [() => {
    const notified = testFunction(stack, 'Mine');
    new Bucket(stack, 'Bucket').addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(notified));
  }, '**/BucketNotificationsHandler*'],
  'log retention': [() => {
    new LogRetention(stack, 'Retention', { logGroupName: 'group', retention: RetentionDays.ONE_DAY });
  }, '**/LogRetention*'],
  'an AwsCustomResource': [() => {
    new AwsCustomResource(stack, 'Call', {
      onCreate: { service: 'S3', action: 'listBuckets', physicalResourceId: PhysicalResourceId.of('call') },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
    });
  }, 'Stack/AWS679*'],
  'a provider, with the handlers behind it': [() => {
    const [onEventHandler, isCompleteHandler] = ['OnEvent', 'IsComplete'].map((id) => testFunction(stack, id));
    new Provider(stack, 'Provider', { onEventHandler, isCompleteHandler });
  }, '{Stack/OnEvent,Stack/IsComplete,Stack/Provider/framework-*}'],
  'a trigger': [() => {
    new Trigger(stack, 'Trigger', { handler: testFunction(stack, 'Mine') });
  }, '**/*TriggerCustomResourceProvider*'],
  'a function that is run by the deployment': [() => {
    new TriggerFunction(stack, 'Triggered', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  }, '{Stack/Triggered,**/*TriggerCustomResourceProvider*}'],
  'the dispatcher of this library': [() => {
    new LambdaWarmer(stack, 'Warmer', { target: testFunction(stack, 'Mine'), concurrency: 5, prewarmOnDeploy: true });
  }, '{Stack/AWS679*,Stack/LambdaWarmerDispatcher*/F*}'],
};

test.each(Object.keys(HELPERS))('%s: selected only when named', (name) => {
  const [build, glob] = HELPERS[name];
  build();
  testFunction(new NestedStack(stack, 'Nested'));
  Tags.of(app).add('team', 'web');
  const mine = app.node.findAll().filter((construct) => ['Stack/Mine', 'Stack/Nested/Fn'].includes(construct.node.path));
  const select = (selector: FunctionSelector) => pathsOf(selector.select(app));

  for (const selector of [FunctionSelector.all(), FunctionSelector.tagged('team'), FunctionSelector.underPath('**'), FunctionSelector.underPath('Stack')]) {
    expect(select(selector)).toEqual(pathsOf(mine));
  }
  const named = select(FunctionSelector.underPath(glob));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((one) => pathsOf(mine).includes(one))).toEqual([]);
  // Nothing has been forgotten.
  const functions = app.node.findAll().filter((one) => (one as lambda.CfnFunction).cfnResourceType === 'AWS::Lambda::Function');
  expect([...named, ...pathsOf(mine)]).toHaveLength(functions.length);
});

test('references across regions bring helpers too', () => {
  const [here, there] = ['eu-west-1', 'us-east-1'].map((region) => testStack(app, region, { env: { account: '111111111111', region }, crossRegionReferences: true }));
  const topic = new Topic(here, 'Topic');
  testFunction(there, 'Mine', { environment: { TOPIC: topic.topicArn } });
  app.synth();

  expect(app.node.findAll().filter((one) => (one as lambda.CfnFunction).cfnResourceType === 'AWS::Lambda::Function')).toHaveLength(3);
  expect(pathsOf(FunctionSelector.all().select(app))).toEqual(['us-east-1/Mine']);
});

test('the code of a user is no helper\'s, wherever it is deployed from', () => {
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  testFunction(stack, 'Asset', { code: lambda.Code.fromAsset(SOME_FOLDER), role });
  testFunction(stack, 'Provider', { role });

  expect(pathsOf(FunctionSelector.all().select(app))).toEqual(['Stack/Asset', 'Stack/Provider']);
});
