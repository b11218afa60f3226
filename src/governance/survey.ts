import { CfnElement, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Callable, FUNCTION_TYPES, STAND_IN_TYPES } from './callable';
import { FRONT_DOORS, hasSamDoor, isFrontPermission } from './front-doors';
import { HelperFunctions } from './helper-functions';
import { Referenced, referencesOf } from './references';
import { cfnProperty } from '../target/cfn-property';
import { futility } from '../target/futility';
import { StageCensus } from '../target/stage-census';
import { sharesEnvironments, Warmer, warmersOf } from '../target/warmers';

/** A function of an app, as a survey has found it. */
export class SurveyedFunction extends Callable {
  constructor(
    resource: CfnResource,
    /** Whether it is one by which the CDK does its own work. */
    public readonly isHelper: boolean,
    /** What of it requests of users come to: itself, or aliases and versions; none: they come to none. */
    public readonly entries: readonly Callable[],
    private readonly aliases: readonly Callable[],
  ) {
    super(resource);
  }

  /** What is invoked, as far as the app tells: that to which requests come; or its aliases, which are there for callers; or itself. */
  public get invoked(): readonly Callable[] {
    return [this.entries, this.aliases, [this]].find(({ length }) => length > 0)!;
  }

  /**
   * What of that nothing keeps warm. Where the app does not tell what is invoked, that is for whoever has set up a warmer to know.
   *
   * @param counts which warmers count
   */
  public coldBut(counts: (warmer: Warmer) => boolean): readonly Callable[] {
    const warmers = warmersOf(this.resource).filter(counts);
    return this.entries.length > 0 || warmers.length === 0
      ? this.invoked.filter(({ resource }) => !isAlwaysOn(resource) && !warmers.some(({ invoked }) => sharesEnvironments(invoked, resource)))
      : [];
  }

  /** Why pings would do it no good, each the rest of a sentence after its name. */
  public get futility(): string[] {
    return futility(this.resource, StageCensus.of(this.resource));
  }
}

/** Whether a survey would find more for a construct's being there. */
export function concernsSurveys(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct)
    && ([...FUNCTION_TYPES, ...STAND_IN_TYPES, ...FRONT_DOORS].includes(construct.cfnResourceType) || isFrontPermission(construct));
}

/** The functions of an app as it is at a moment, and what stands before them. */
export class Survey {
  private readonly helpers: HelperFunctions;
  private readonly elements = new Map<Stack, Map<string, IConstruct>>();
  /** By function. */
  private readonly entries = new Map<IConstruct, Set<CfnResource>>();
  private readonly aliases = new Map<IConstruct, Set<CfnResource>>();

  constructor(public readonly root: IConstruct) {
    const all = root.node.findAll();
    this.helpers = new HelperFunctions(all);
    for (const stage of [root, ...all.filter(Stage.isStage)]) {
      StageCensus.of(stage).count();
    }
    for (const element of all.filter(CfnElement.isCfnElement)) {
      const stack = Stack.of(element);
      this.elements.set(stack, (this.elements.get(stack) ?? new Map()).set(stack.resolve(element.logicalId), element));
    }
    const resources = all.filter(CfnResource.isCfnResource);
    for (const alias of resources.filter(({ cfnResourceType: type }) => type === 'AWS::Lambda::Alias')) {
      this.note(alias, this.aliases);
    }
    for (const resource of resources) {
      if (FRONT_DOORS.includes(resource.cfnResourceType) || isFrontPermission(resource)) {
        this.invokedBy(resource).forEach((entry) => this.note(entry, this.entries));
      } else if (hasSamDoor(resource)) {
        this.note(resource, this.entries);
      }
    }
  }

  /** The functions inside of a construct, those of nested stages too. */
  public functionsIn(scope: IConstruct): SurveyedFunction[] {
    const resources = scope.node.findAll().filter(CfnResource.isCfnResource);
    return resources.filter(({ cfnResourceType: type }) => FUNCTION_TYPES.includes(type)).map((resource) => this.functionOf(resource));
  }

  /** One function, by its resource. */
  public functionOf(resource: CfnResource): SurveyedFunction {
    const [entries, aliases] = [this.entries, this.aliases].map((known) => [...known.get(resource) ?? []].map((one) => new Callable(one)));
    return new SurveyedFunction(resource, this.helpers.has(resource), entries, aliases);
  }

  /** Files what is invoked with the function that answers. */
  private note(invoked: IConstruct, known: Map<IConstruct, Set<CfnResource>>): void {
    if (CfnResource.isCfnResource(invoked)) {
      for (const fn of this.functionsBehind(invoked)) {
        known.set(fn, (known.get(fn) ?? new Set()).add(invoked));
      }
    }
  }

  private functionsBehind(invoked: CfnResource): IConstruct[] {
    return STAND_IN_TYPES.includes(invoked.cfnResourceType)
      // An alias also names the functions that CodeDeploy calls before and after it shifts requests.
      ? this.referencesOf(invoked, 'FunctionName').map(({ construct }) => construct)
        .filter((one) => CfnResource.isCfnResource(one) && FUNCTION_TYPES.includes(one.cfnResourceType))
      : [invoked];
  }

  /** What a resource may invoke: of a function with a qualifier, the alias of that name, if the app has it. */
  private invokedBy(door: CfnResource): IConstruct[] {
    const ofUrl = door.cfnResourceType === 'AWS::Lambda::Url' ? cfnProperty(door, 'Qualifier') : undefined;
    return this.referencesOf(door).map(({ construct, qualifier = ofUrl }) => {
      const aliases = qualifier === undefined ? [] : [...this.aliases.get(construct) ?? []];
      return aliases.find((alias) => cfnProperty(alias, 'Name') === qualifier) ?? construct;
    });
  }

  private referencesOf(resource: CfnResource, property?: string): Referenced[] {
    return referencesOf(resource, this.elements.get(Stack.of(resource))!, property);
  }
}

/** Whether Lambda keeps environments of an alias or version initialized, as the app asks it to without this library. */
function isAlwaysOn(invoked: CfnResource): boolean {
  return STAND_IN_TYPES.includes(invoked.cfnResourceType) && cfnProperty(invoked, 'ProvisionedConcurrencyConfig') !== undefined;
}
