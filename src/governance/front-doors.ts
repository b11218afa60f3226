import { CfnResource } from 'aws-cdk-lib';
import { cfnProperty, rendered } from '../target/cfn-property';

/** What hands requests of users on to the functions that it names. */
export const FRONT_DOORS = [
  'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Method', 'AWS::ApiGateway::Authorizer',
  'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Authorizer',
  'AWS::AppSync::DataSource', 'AWS::AppSync::GraphQLApi', 'AWS::AppSync::Api',
  'AWS::CloudFront::Distribution',
  'AWS::Cognito::UserPool',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Lambda::Url',
  'AWS::Serverless::Api', 'AWS::Serverless::HttpApi', 'AWS::Serverless::GraphQLApi',
];

/** The services that invoke functions for users, and are permitted to by name. */
const FRONT_PRINCIPAL = /^(apigateway|appsync|cloudfront|cognito-idp|elasticloadbalancing)\./;

/** The events by which SAM makes an API in front of a function. */
const SAM_API_EVENTS = ['Api', 'HttpApi'];

/** Whether a resource permits one of them to invoke a function. */
export function isFrontPermission(resource: CfnResource): boolean {
  const principal = resource.cfnResourceType === 'AWS::Lambda::Permission' ? cfnProperty(resource, 'Principal') : undefined;
  return typeof principal === 'string' && FRONT_PRINCIPAL.test(principal);
}

/** Whether a function says by itself, as SAM lets it, that there is an API or a URL in front of it. */
export function hasSamDoor(resource: CfnResource): boolean {
  if (resource.cfnResourceType !== 'AWS::Serverless::Function') {
    return false;
  }
  const { FunctionUrlConfig: url, Events: events = {} } = rendered(resource).Properties ?? {};
  return url !== undefined || Object.values<any>(events).some(({ Type: type }) => SAM_API_EVENTS.includes(type));
}
