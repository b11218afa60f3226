import { CfnResource } from 'aws-cdk-lib';
import { cfnProperty } from './cfn-property';
import { StageCensus } from './stage-census';

export const AT_EDGE = 'runs at the edge (Lambda@Edge): a ping would warm its copy in us-east-1, and none of those that serve requests';
export const PER_TENANT = 'isolates tenants (tenancyConfig): an execution environment belongs to one tenant, and a ping has none';
const MANAGED = 'runs on a capacity provider, whose managed instances do not go cold';
const DURABLE = 'is a durable function: each ping would start an execution that Lambda records and keeps';

/**
 * Why pings would do a function no good as the template has it, whoever sends them and however, each the rest of a sentence
 * after its name.
 */
export function futility(fn: CfnResource, census: StageCensus): string[] {
  const has = (name: string) => cfnProperty(fn, name) !== undefined;
  return [
    ...census.isAtEdge(fn) ? [AT_EDGE] : [],
    ...has('TenancyConfig') ? [PER_TENANT] : [],
    ...has('CapacityProviderConfig') ? [MANAGED] : [],
    ...has('DurableConfig') ? [DURABLE] : [],
  ];
}
