import { CfnResource } from 'aws-cdk-lib';
import { CfnFunction, Function as LambdaFunction, FunctionBase, IFunction, SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { referencedConstructs } from '../target/cfn-property';
import { PingTarget } from '../target/ping-target';

/** Functions as CloudFormation has them, and as SAM's templates do. */
export const FUNCTION_TYPES = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

/** What can be invoked in a function's place, and names it by its property `FunctionName`. */
export const STAND_IN_TYPES = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];

/** Below what exists only as a resource: what stands for it where a function is asked for. */
const IMPORT_ID = 'LambdaWarmerTarget';

/** A function that an app creates, or an alias or version: by an L2 construct, or by its resource alone, as `CfnInclude` does. */
export class Callable {
  /** The one that a construct is, or that it is the resource of; none: it is something else. */
  public static of(construct: IConstruct): Callable | undefined {
    // A SingletonFunction is no parent of its resource.
    const owner = construct instanceof SingletonFunction ? construct.permissionsNode : construct.node;
    const resource = construct instanceof FunctionBase ? owner.defaultChild : construct;
    return resource && CfnResource.isCfnResource(resource) && [...FUNCTION_TYPES, ...STAND_IN_TYPES].includes(resource.cfnResourceType)
      ? new Callable(resource)
      : undefined;
  }

  constructor(public readonly resource: CfnResource) {}

  /** Whether it is the function, and no alias or version. */
  public get isFunction(): boolean {
    return FUNCTION_TYPES.includes(this.resource.cfnResourceType);
  }

  /** The function's resource: its own, or that of what it is an alias or version of; none: the app does not create it. */
  public get functionResource(): CfnResource | undefined {
    if (this.isFunction) {
      return this.resource;
    }
    const named = this.construct instanceof FunctionBase
      ? [new PingTarget(this.resource, this.construct).ownFunction]
      : [...referencedConstructs(this.resource, (this.resource as CfnResource & { functionName?: string }).functionName)];
    return named.find((one): one is CfnResource => one !== undefined && Callable.of(one)?.isFunction === true);
  }

  /** The L2 construct, if there is one; otherwise the resource. */
  public get construct(): IConstruct {
    const { scope } = this.resource.node;
    return scope instanceof FunctionBase && scope.node.defaultChild === this.resource ? scope : this.resource;
  }

  public get path(): string {
    return this.construct.node.path;
  }

  /** It, for whoever takes a function. */
  public get function(): IFunction {
    return this.construct instanceof FunctionBase ? this.construct : importOf(this.resource);
  }
}

function importOf(resource: CfnResource): IFunction {
  const known = resource.node.tryFindChild(IMPORT_ID);
  if (known) {
    return known as unknown as IFunction;
  }
  const imported = LambdaFunction.fromFunctionAttributes(resource, IMPORT_ID, { functionArn: arnOf(resource), sameEnvironment: true });
  // So that it is known to be of this app, and for what it is.
  imported.node.defaultChild = resource;
  return imported;
}

function arnOf(resource: CfnResource): string {
  if (STAND_IN_TYPES.includes(resource.cfnResourceType)) {
    return resource.ref;
  }
  return resource instanceof CfnFunction ? resource.attrArn : resource.getAtt('Arn').toString();
}
