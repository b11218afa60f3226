/*
 * Templates as they would be deployed, with names for what CloudFormation names: just the functions that dashboards and queries take.
 */
import { Stack } from 'aws-cdk-lib';
import { synth } from '../uses';

const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111111111111', 'AWS::Partition': 'aws', 'AWS::StackName': 'Stack', 'AWS::URLSuffix': 'amazonaws.com',
};

export interface DeployedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: any;
}

/** The resources of a type in a stack. */
export function resourcesOf(stack: Stack, type: string): DeployedResource[] {
  const { Resources } = synth(stack).getStackArtifact(stack.artifactId).template;
  return Object.entries<any>(Resources).filter(([, { Type }]) => Type === type)
    .map(([id, { Type, Properties }]) => ({ id, type: Type, properties: resolved(Properties, Resources) }));
}

/** The bodies of the dashboards of a stack, in the order of their creation. */
export function bodiesOf(stack: Stack): any[] {
  return resourcesOf(stack, 'AWS::CloudWatch::Dashboard').map(({ properties }) => JSON.parse(properties.DashboardBody));
}

function resolved(value: any, resources: any): any {
  if (Array.isArray(value)) {
    return value.map((one) => resolved(one, resources));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[name, argument] = ['', undefined], ...more] = Object.entries<any>(value);
  if (more.length > 0 || !/^(Ref$|Fn::)/.test(name)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, resources)]));
  }
  const arg = resolved(argument, resources);
  switch (name) {
    case 'Ref': return PSEUDO[arg] ?? reference(arg, resources);
    case 'Fn::GetAtt': return attribute(arg[0], arg[1], resources);
    case 'Fn::Join': return arg[1].join(arg[0]);
    case 'Fn::Split': return arg[1].split(arg[0]);
    case 'Fn::Select': return arg[1][arg[0]];
    case 'Fn::ImportValue': return arg.includes('Arn') ? `arn:aws:lambda:eu-west-1:111111111111:function:${arg.replace(/\W/g, '')}` : arg.replace(/\W/g, '');
    default: throw new Error(`Unknown function: ${name}`);
  }
}

function reference(id: string, resources: any): string {
  const { Type, Properties = {} } = resources[id] ?? {};
  switch (Type) {
    case 'AWS::Lambda::Alias': return `arn:aws:lambda:eu-west-1:111111111111:function:${resolved(Properties.FunctionName, resources)}:${Properties.Name}`;
    case 'AWS::Lambda::Version': return `arn:aws:lambda:eu-west-1:111111111111:function:${resolved(Properties.FunctionName, resources)}:1`;
    case 'AWS::CloudWatch::Dashboard': return Properties.DashboardName ?? id;
    case 'AWS::Logs::LogGroup': return Properties.LogGroupName ?? id;
    default: return id;
  }
}

function attribute(id: string, name: string, resources: any): string {
  const type = resources[id]?.Type;
  return name === 'Arn' && type === 'AWS::Lambda::Function' ? `arn:aws:lambda:eu-west-1:111111111111:function:${id}` : `${id}.${name}`;
}
