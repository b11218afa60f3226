/*
 * Ways by which requests of users come to a function, each as CDK's own constructs make it.
 */
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpUrlIntegration, WebSocketLambdaIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as appsync from 'aws-cdk-lib/aws-appsync';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Puts it in front of a function, an alias or a version. */
export type Door = (scope: Construct, fn: IFunction) => void;

const SCHEMA = appsync.Definition.fromSchema(new appsync.SchemaFile({ filePath: `${__dirname}/schema.graphql` }));

/** By a permission instead, the stack of the function would depend on that of the API. */
function roleIn(scope: Construct): Role {
  return new Role(scope, 'Role', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
}

function restApiWith(scope: Construct, authorizer: apigateway.IAuthorizer): void {
  new apigateway.RestApi(scope, 'Api', { deploy: false }).root.addMethod('GET', new apigateway.MockIntegration(), { authorizer });
}

/** Those that take a function in whichever stack it is. */
export const DOORS: { readonly [name: string]: Door } = {
  'a LambdaRestApi': (scope, handler) => {
    new apigateway.LambdaRestApi(scope, 'Api', { handler });
  },
  'a method of a RestApi': (scope, fn) => {
    new apigateway.RestApi(scope, 'Api', { deploy: false }).root.addResource('orders').addMethod('GET', new apigateway.LambdaIntegration(fn));
  },
  'a token authorizer of a RestApi': (scope, handler) => {
    restApiWith(scope, new apigateway.TokenAuthorizer(scope, 'Authorizer', { handler, assumeRole: roleIn(scope) }));
  },
  'a request authorizer of a RestApi': (scope, handler) => {
    restApiWith(scope, new apigateway.RequestAuthorizer(scope, 'Authorizer', {
      handler, identitySources: [apigateway.IdentitySource.header('x')], assumeRole: roleIn(scope),
    }));
  },
  'a SpecRestApi whose body names it': (scope, fn) => {
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${fn.functionArn}/invocations`;
    new apigateway.SpecRestApi(scope, 'Api', {
      deploy: false,
      apiDefinition: apigateway.ApiDefinition.fromInline({
        openapi: '3.0.1', paths: { '/': { get: { 'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri } } } },
      }),
    });
  },
  'an integration of an HttpApi': (scope, fn) => {
    new apigatewayv2.HttpApi(scope, 'Api').addRoutes({ path: '/orders', integration: new HttpLambdaIntegration('Orders', fn) });
  },
  'an authorizer of an HttpApi': (scope, fn) => {
    new apigatewayv2.HttpApi(scope, 'Api').addRoutes({
      path: '/', integration: new HttpUrlIntegration('Elsewhere', 'https://example.com'), authorizer: new HttpLambdaAuthorizer('Authorizer', fn),
    });
  },
  'a route of a WebSocketApi': (scope, fn) => {
    new apigatewayv2.WebSocketApi(scope, 'Api').addRoute('$default', { integration: new WebSocketLambdaIntegration('Chat', fn) });
  },
  'an authorizer of a WebSocketApi': (scope, fn) => {
    new apigatewayv2.WebSocketApi(scope, 'Api', {
      connectRouteOptions: { integration: new WebSocketMockIntegration('Connect'), authorizer: new WebSocketLambdaAuthorizer('Authorizer', fn) },
    });
  },
  'the target group of a load balancer': (scope, fn) => {
    new ApplicationTargetGroup(scope, 'Targets', { targets: [new LambdaTarget(fn)] });
  },
  'a data source of AppSync': (scope, fn) => {
    new appsync.GraphqlApi(scope, 'Api', { name: 'api', definition: SCHEMA }).addLambdaDataSource('Source', fn);
  },
  'an authorizer of AppSync': (scope, handler) => {
    new appsync.GraphqlApi(scope, 'Api', {
      name: 'api',
      definition: SCHEMA,
      authorizationConfig: { defaultAuthorization: { authorizationType: appsync.AuthorizationType.LAMBDA, lambdaAuthorizerConfig: { handler } } },
    });
  },
  'an event API of AppSync': (scope, fn) => {
    new appsync.EventApi(scope, 'Api', { apiName: 'events' }).addLambdaDataSource('Source', fn);
  },
  'a trigger of Cognito': (scope, fn) => {
    new UserPool(scope, 'Users', { lambdaTriggers: { preTokenGeneration: fn } });
  },
};

/** Those by a URL, which a version cannot have. */
export const URL_DOORS: { readonly [name: string]: Door } = {
  'a function URL': (_, fn) => {
    fn.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  },
  'a CloudFront distribution before its URL': (scope, fn) => {
    const origin = FunctionUrlOrigin.withOriginAccessControl(fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }));
    new cloudfront.Distribution(scope, 'Distribution', { defaultBehavior: { origin } });
  },
};
