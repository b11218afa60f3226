import { App, Stack } from 'aws-cdk-lib';

/** All that a part of a template refers to. */
function referencesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  return Object.entries<any>(part).flatMap(([key, value]) => {
    if (key === 'Ref') {
      return [value];
    }
    if (key === 'Fn::GetAtt') {
      return [typeof value === 'string' ? value.split('.')[0] : value[0]];
    }
    if (key === 'Fn::Sub') {
      const [text, variables] = [value].flat();
      return [...[...text.matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(([, name]) => name), ...referencesIn(variables)];
    }
    return referencesIn(value);
  });
}

/** The resources of a template, and for which others each of them waits. */
export class Graph {
  private readonly waits: ReadonlyMap<string, readonly string[]>;

  constructor(private readonly resources: { readonly [id: string]: any }) {
    this.waits = new Map(Object.entries(resources).map(([id, { DependsOn = [], ...rest }]) =>
      [id, [...[DependsOn].flat(), ...referencesIn(rest)].filter((other) => other in resources)]));
  }

  /** Those that are left when all that wait for nothing have been created, again and again. */
  public get stuck(): string[] {
    const left = new Map(this.waits);
    for (let ready: string[] = ['']; ready.length > 0;) {
      ready = [...left].filter(([, others]) => !others.some((other) => left.has(other))).map(([id]) => id);
      ready.forEach((id) => left.delete(id));
    }
    return [...left.keys()];
  }

  public ids(type: string): string[] {
    return Object.keys(this.resources).filter((id) => this.resources[id].Type === type);
  }

  /** All for which one waits, be it by way of others. */
  public before(id: string, found = new Set<string>()): Set<string> {
    for (const other of this.waits.get(id)!) {
      if (!found.has(other)) {
        this.before(other, found.add(other));
      }
    }
    return found;
  }
}

/** Of all stacks of an app, nested ones too. */
export function graphsOf(app: App): Graph[] {
  app.synth();
  const stacks = app.node.findAll().filter((one): one is Stack => Stack.isStack(one));
  return stacks.map((stack) => new Graph(stack.resolve((stack as unknown as { _toCloudFormation(): object })._toCloudFormation()).Resources ?? {}));
}
