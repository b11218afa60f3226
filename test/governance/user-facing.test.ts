import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DOORS, URL_DOORS } from './doors';
import { includeOf } from './templates';
import { FunctionSelector } from '../../src';
import { testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

/** The paths of what is selected. */
function userFacing(scope: Construct = app): string[] {
  return FunctionSelector.userFacing().select(scope).map(({ node }) => node.path).sort();
}

const INVOKED: { readonly [name: string]: (fn: lambda.Function) => lambda.IFunction } = {
  'itself': (fn) => fn,
  'by an alias': (fn) => fn.addAlias('live'),
  'by an alias that is no child of it': (fn) => new lambda.Alias(Stack.of(fn), 'Alias', { aliasName: 'live', version: fn.currentVersion }),
  'by its version': (fn) => fn.currentVersion,
};
const INVOKED_BY_URL = Object.fromEntries(Object.entries(INVOKED).filter(([name]) => name !== 'by its version'));

const PLACES: { readonly [name: string]: () => { readonly door: Construct; readonly fn: Construct } } = {
  'in another stack': () => ({ door: testStack(app, 'Front'), fn: stack }),
  'in a nested stack': () => ({ door: new NestedStack(stack, 'Nested'), fn: stack }),
  'around the nested stack of the function': () => ({ door: stack, fn: new NestedStack(stack, 'Nested') }),
};

const ALL_DOORS = { ...DOORS, ...URL_DOORS };

describe.each(Object.keys(ALL_DOORS))('behind %s', (door) => {
  test.each(Object.keys(door in DOORS ? INVOKED : INVOKED_BY_URL))('a function that is invoked %s is user-facing', (how) => {
    const invoked = INVOKED[how](testFunction(stack));
    testFunction(stack, 'Other').addAlias('live');
    expect(userFacing()).toEqual([]);
    ALL_DOORS[door](stack, invoked);

    expect(userFacing()).toEqual([invoked.node.path]);
  });

  test.each(Object.keys(PLACES))('it is, %s', (place) => {
    const { door: doorScope, fn: fnScope } = PLACES[place]();
    const invoked = testFunction(fnScope).addAlias('live');
    ALL_DOORS[door](doorScope, invoked);

    expect(userFacing()).toEqual([invoked.node.path]);
  });

  test('it is still when references have become exports and imports', () => {
    const invoked = testFunction(stack).addAlias('live');
    ALL_DOORS[door](testStack(app, 'Front'), invoked);
    app.synth();

    expect(userFacing()).toEqual([invoked.node.path]);
  });
});

describe('a function of another stack', () => {
  test('is not taken for the one of the same logical id beside the API', () => {
    const front = testStack(app, 'Front');
    testFunction(front);
    DOORS['a method of a RestApi'](front, testFunction(stack));

    expect(userFacing()).toEqual(['Stack/Fn']);
  });
});

describe('behind no door', () => {
  test('functions are not user-facing, whatever else invokes them', () => {
    const [queued, notified, scheduled, subscribed] = ['Queued', 'Notified', 'Scheduled', 'Subscribed'].map((id) => testFunction(stack, id));
    queued.addEventSource(new SqsEventSource(new Queue(stack, 'Queue')));
    new Bucket(stack, 'Bucket').addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(notified));
    new Rule(stack, 'Rule', { schedule: Schedule.expression('rate(1 hour)'), targets: [new LambdaFunction(scheduled)] });
    new Topic(stack, 'Topic').addSubscription(new LambdaSubscription(subscribed));
    testFunction(stack, 'Internal').grantInvoke(queued);

    expect(userFacing()).toEqual([]);
  });

  test('an imported function is nobody\'s to warm, and no fault', () => {
    DOORS['a LambdaRestApi'](stack, lambda.Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:eu-west-1:111111111111:function:orders'));

    expect(userFacing()).toEqual([]);
  });
});

describe('a function that exists only as a resource', () => {
  function cfnFunction(id = 'L1', scope: Construct = stack): lambda.CfnFunction {
    return new lambda.CfnFunction(scope, id, { code: { zipFile: '' }, role: 'role', runtime: 'nodejs24.x', handler: 'index.handler' });
  }

  function cfnAlias(fn: lambda.CfnFunction, name = 'live'): lambda.CfnAlias {
    const version = new lambda.CfnVersion(stack, `${name}Version`, { functionName: fn.ref });
    return new lambda.CfnAlias(stack, name, { functionName: fn.ref, name, functionVersion: version.attrVersion });
  }

  test.each(['apigateway.amazonaws.com', 'apigateway.amazonaws.com.cn', 'elasticloadbalancing.amazonaws.com', 'cognito-idp.amazonaws.com',
    'appsync.amazonaws.com', 'cloudfront.amazonaws.com'])('is user-facing if %s may invoke it', (principal) => {
    new lambda.CfnPermission(stack, 'Permission', { action: 'lambda:InvokeFunction', functionName: cfnFunction().ref, principal });

    expect(userFacing()).toEqual(['Stack/L1']);
  });

  test.each(['events.amazonaws.com', 's3.amazonaws.com', 'logs.amazonaws.com'])('is not if %s may', (principal) => {
    new lambda.CfnPermission(stack, 'Permission', { action: 'lambda:InvokeFunction', functionName: cfnFunction().ref, principal });

    expect(userFacing()).toEqual([]);
  });

  test('is user-facing by its URL, and by the URL of its alias the alias is', () => {
    const [plain, aliased] = [cfnFunction('Plain'), cfnFunction('Aliased')];
    cfnAlias(aliased);
    new lambda.CfnUrl(stack, 'PlainUrl', { targetFunctionArn: plain.attrArn, authType: 'NONE' });
    new lambda.CfnUrl(stack, 'AliasedUrl', { targetFunctionArn: aliased.ref, authType: 'NONE', qualifier: 'live' });

    expect(userFacing()).toEqual(['Stack/Plain', 'Stack/live']);
  });

  test('is invoked by the alias that stands after its name or ARN, where the app has one of that name', () => {
    const fn = cfnFunction();
    cfnAlias(fn);
    cfnAlias(fn, 'next');
    const permit = (id: string, functionName: string) =>
      new lambda.CfnPermission(stack, id, { action: 'lambda:InvokeFunction', functionName, principal: 'apigateway.amazonaws.com' });
    permit('ByArn', `${fn.attrArn}:live`);
    expect(userFacing()).toEqual(['Stack/live']);
    permit('ByName', `${fn.ref}:next`);
    expect(userFacing()).toEqual(['Stack/live', 'Stack/next']);
    permit('OfAnotherApp', `${fn.ref}:other`);
    expect(userFacing()).toEqual(['Stack/L1', 'Stack/live', 'Stack/next']);
  });

  test('is found by an override, in whichever of the template\'s ways it is named', () => {
    const ids = ['ByRef', 'ByGetAtt', 'ByGetAttText', 'BySub'];
    ids.forEach((id) => cfnFunction(id));
    const targets = [{ Ref: 'ByRef' }, { 'Fn::GetAtt': ['ByGetAtt', 'Arn'] }, { 'Fn::GetAtt': 'ByGetAttText.Arn' }, { 'Fn::Sub': '${BySub.Arn}' }];
    targets.forEach((target, index) => {
      new CfnResource(stack, `Url${index}`, { type: 'AWS::Lambda::Url' }).addPropertyOverride('TargetFunctionArn', target);
    });

    expect(userFacing()).toEqual(ids.map((id) => `Stack/${id}`).sort());
  });
});

describe('of a template that is included', () => {
  const FUNCTION = { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: '' }, Role: 'role', Runtime: 'nodejs24.x', Handler: 'index.handler' } };

  test.each<[string, unknown]>([
    ['Ref', { 'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111111111111:function:', { Ref: 'Fn' }, '/invocations']] }],
    ['Fn::GetAtt', { 'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/', { 'Fn::GetAtt': ['Fn', 'Arn'] }, '/invocations']] }],
    ['Fn::Sub', { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations' }],
    ['Fn::Sub with variables', { 'Fn::Sub': ['arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Arn}/invocations', { Arn: { 'Fn::GetAtt': 'Fn.Arn' } }] }],
  ])('a function behind API Gateway is user-facing by %s', (_, Uri) => {
    includeOf(stack, {
      Resources: {
        Fn: FUNCTION,
        Other: FUNCTION,
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
        Method: {
          Type: 'AWS::ApiGateway::Method',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
            HttpMethod: 'GET',
            AuthorizationType: 'NONE',
            Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri },
          },
        },
      },
    });

    expect(userFacing()).toEqual(['Stack/Template/Fn']);
  });

  test('the alias is what requests come to, where the API names it', () => {
    includeOf(stack, {
      Resources: {
        Fn: FUNCTION,
        Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
        Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' }, Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] } } },
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: { ApiId: 'api', IntegrationType: 'AWS_PROXY', IntegrationUri: { 'Fn::Sub': '${Fn.Arn}:live' } },
        },
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Live' }, Principal: 'apigateway.amazonaws.com' },
        },
      },
    });

    expect(userFacing()).toEqual(['Stack/Template/Live']);
  });

  test('functions of SAM are user-facing by their own events and URLs, and others are not', () => {
    const serverless = (properties: object) => ({
      Type: 'AWS::Serverless::Function', Properties: { InlineCode: '', Runtime: 'nodejs24.x', Handler: 'index.handler', ...properties },
    });
    includeOf(stack, {
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: {
        Rest: serverless({ Events: { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } } }),
        Http: serverless({ Events: { Tick: { Type: 'Schedule', Properties: { Schedule: 'rate(1 hour)' } }, Any: { Type: 'HttpApi', Properties: { Path: '/', Method: 'get' } } } }),
        Url: serverless({ FunctionUrlConfig: { AuthType: 'NONE' } }),
        Named: serverless({}),
        Api: {
          Type: 'AWS::Serverless::HttpApi',
          Properties: { DefinitionBody: { paths: { '/': { get: { 'x-amazon-apigateway-integration': { uri: { 'Fn::Sub': '${Named.Arn}' } } } } } } },
        },
        Queued: serverless({ Events: { Messages: { Type: 'SQS', Properties: { Queue: 'arn:aws:sqs:eu-west-1:111111111111:queue' } } } }),
        Internal: serverless({}),
      },
    });

    expect(userFacing()).toEqual(['Http', 'Named', 'Rest', 'Url'].map((id) => `Stack/Template/${id}`));
  });
});
