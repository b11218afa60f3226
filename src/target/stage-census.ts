import { CfnResource, Stage } from 'aws-cdk-lib';
import { experimental } from 'aws-cdk-lib/aws-cloudfront';
import { CfnAlias, CfnEventInvokeConfig, CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { referencedConstructs } from './cfn-property';

/**
 * What stands elsewhere in a stage and changes what a function is: its asynchronous invocation settings, its aliases, and
 * CloudFront distributions that run it at the edge.
 *
 * One walk a synthesis serves all warmers, however many: without it each would walk the whole tree.
 */
export class StageCensus {
  /** The census of the stage around a construct, to be read while the tree is being validated. */
  public static of(construct: IConstruct): StageCensus {
    const stage = stageOf(construct);
    let census = StageCensus.known.get(stage);
    if (!census) {
      const created = new StageCensus(stage);
      census = created;
      StageCensus.known.set(stage, created);
      // A tree is validated from its root downwards, so at each synthesis this comes before whoever reads the census.
      stage.node.addValidation({
        validate: () => {
          created.count();
          return [];
        },
      });
    }
    return census;
  }

  private static readonly known = new WeakMap<IConstruct, StageCensus>();

  private invokeConfigs: CfnEventInvokeConfig[] = [];
  private functionAliases: CfnAlias[] = [];
  private edgeFunctions = new Set<IConstruct>();

  private constructor(private readonly stage: IConstruct) {}

  /** Every `AWS::Lambda::EventInvokeConfig`. */
  public get eventInvokeConfigs(): readonly CfnEventInvokeConfig[] {
    return this.invokeConfigs;
  }

  /** Every `AWS::Lambda::Alias`. */
  public get aliases(): readonly CfnAlias[] {
    return this.functionAliases;
  }

  /** Whether a function runs at the edge: a version of it is given to a distribution, or it was made for that. */
  public isAtEdge(fn: CfnResource): boolean {
    return this.edgeFunctions.has(fn);
  }

  /** Counts anew, for whoever reads it before the tree is validated. */
  public count(): void {
    this.invokeConfigs = [];
    this.functionAliases = [];
    this.edgeFunctions = new Set();
    for (const construct of this.stage.node.findAll()) {
      if (construct instanceof CfnEventInvokeConfig) {
        this.invokeConfigs.push(construct);
      } else if (construct instanceof CfnAlias) {
        this.functionAliases.push(construct);
      } else if (construct instanceof experimental.EdgeFunction) {
        this.edgeFunctions.add(construct.permissionsNode.defaultChild!);
      } else if (CfnResource.isCfnResource(construct) && construct.cfnResourceType === 'AWS::CloudFront::Distribution') {
        this.addEdgeFunctions(construct);
      }
    }
  }

  private addEdgeFunctions(distribution: CfnResource): void {
    const { distributionConfig } = distribution as CfnResource & { distributionConfig?: unknown };
    for (const referenced of referencedConstructs(distribution, distributionConfig)) {
      if (referenced instanceof CfnVersion) {
        for (const fn of referencedConstructs(referenced, referenced.functionName)) {
          this.edgeFunctions.add(fn);
        }
      }
    }
  }
}

/** The stage that a construct is, or belongs to, within which CDK runs aspects; an app is one too. */
export function stageOf(construct: IConstruct): IConstruct {
  return Stage.isStage(construct) ? construct : Stage.of(construct) ?? construct.node.root;
}
