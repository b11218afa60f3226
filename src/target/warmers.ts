import { CfnResource } from 'aws-cdk-lib';
import { CfnAlias, CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { referencedConstructs } from './cfn-property';
import { PingTarget } from './ping-target';

/** What keeps a function warm. */
export interface Warmer {
  readonly construct: IConstruct;
  /** What it keeps warm of the function: itself, or an alias or version, by its resource if the app creates it. */
  readonly invoked: IConstruct;
  /** Whether it does so as it is deployed, or is turned off. */
  readonly isActive: boolean;
}

/** By the function's resource, or by its import if the app does not create it. */
const WARMERS = new WeakMap<IConstruct, Warmer[]>();

/** Takes note of what keeps a function, an alias or a version warm. */
export function noteWarmer(construct: IConstruct, { ownFunction, function: pinged }: PingTarget, isActive: boolean): void {
  const invoked = pinged.node.defaultChild ?? ownFunction ?? pinged;
  const key = ownFunction ?? functionOf(invoked) ?? invoked;
  WARMERS.set(key, [...WARMERS.get(key) ?? [], { construct, invoked, isActive }]);
}

/** What keeps a function warm, first things first: by its resource, or by its import if the app does not create it. */
export function warmersOf(key: IConstruct): readonly Warmer[] {
  return WARMERS.get(key) ?? [];
}

/** Whether pings to the one reach the environments in which the other runs: those of the same version. */
export function sharesEnvironments(one: IConstruct, other: IConstruct): boolean {
  const version = versionOf(one);
  return one === other || (version !== undefined && version === versionOf(other));
}

/** The function of an alias or version that exists only as a resource. */
function functionOf(invoked: IConstruct): IConstruct | undefined {
  return invoked instanceof CfnAlias || invoked instanceof CfnVersion
    ? [...referencedConstructs(invoked, invoked.functionName)].find((one) => CfnResource.isCfnResource(one))
    : undefined;
}

function versionOf(invoked: IConstruct): IConstruct | undefined {
  const named = invoked instanceof CfnAlias ? [...referencedConstructs(invoked, invoked.functionVersion)] : [invoked];
  return named.find((one) => one instanceof CfnVersion);
}
