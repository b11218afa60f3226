import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction, Function as LambdaFunction, ILayerVersion, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { handlerLines } from './advice';
import { HANDLER_VARIABLE, RECORD_STARTS_VARIABLE, TOKEN_VARIABLE } from './protocol';
import { LayeredRuntime, REDIRECTED_HANDLER, runtimeLayer } from './runtime-layer';
import { ShortCircuitWish } from './short-circuit';
import { cfnProperty, hasOverride } from '../target/cfn-property';
import { addLateInfo, addLateWarning } from '../target/late-annotations';

/** After whatever else changes the function, and before those that only look at what came of it. */
const PRIORITY = (AspectPriority.DEFAULT + AspectPriority.READONLY) / 2;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, function layers */
const MAX_LAYERS = 5;
/** Bytes of all names and values: the same page, environment variables. */
const MAX_ENVIRONMENT = 4096;
/** A GUID, as tokens are unless the user writes another one. */
const TOKEN_LENGTH = 36;

const IN_HANDLER = `Write shortCircuit: ShortCircuit.inHandler(), which gives it the environment variable ${TOKEN_VARIABLE}.`;

/** The oldest major and minor version for which there are loaders like today's. */
const OLDEST_NODEJS = 18;
const OLDEST_PYTHON_3 = 9;

const REDIRECTED = Object.values(REDIRECTED_HANDLER);

/** What a warmer asks of the function that it pings. */
export interface InstrumentationRequest {
  /** The warmer. */
  readonly scope: IConstruct;
  readonly wish: ShortCircuitWish;
  readonly token: string;
  readonly recordStarts: boolean;
}

/**
 * What lets one function answer pings by itself, however many warmers it has.
 *
 * It is an aspect, because what decides (environment variables, layers, handlers that other tools redirect) may come
 * after the warmer, and because the version that CDK publishes of the function must be that with the changes.
 */
export class Instrumentation implements IAspect {
  /** The instrumentation of a function, made at the first request. */
  public static of(fn: CfnFunction): Instrumentation {
    let instrumentation = Instrumentation.known.get(fn);
    if (!instrumentation) {
      instrumentation = new Instrumentation(fn);
      Instrumentation.known.set(fn, instrumentation);
      Aspects.of(fn).add(instrumentation, { priority: PRIORITY });
    }
    return instrumentation;
  }

  private static readonly known = new WeakMap<CfnFunction, Instrumentation>();

  private readonly requests: InstrumentationRequest[] = [];
  private visited = false;
  /** Why pings cannot be answered in the way that was asked for, the end of a sentence. */
  private obstacle?: string;

  private layer?: ILayerVersion;

  private constructor(private readonly fn: CfnFunction) {}

  /** Takes part in the function's instrumentation; what comes back is wrong, each a sentence. */
  public request(request: InstrumentationRequest): string[] {
    const problems: string[] = [];
    for (const other of this.requests) {
      const [one, another] = [request, other].map(({ token }) => JSON.stringify(Stack.of(this.fn).resolve(token)));
      if (one !== another) {
        problems.push(`${nameOf(this.fn)} is pinged with another token by '${other.scope.node.path}', but knows one only. Write the same \`token\` in both payloads, or none.`);
      }
      if (request.wish.kind !== other.wish.kind && (request.wish.isRequired || other.wish.isRequired)) {
        problems.push(`${nameOf(this.fn)} is to answer pings by a layer and in its handler: '${other.scope.node.path}' asks for the one, this warmer for the other. Write the same shortCircuit in both.`);
      }
    }
    this.requests.push(request);
    return problems;
  }

  public visit(node: IConstruct): void {
    if (node !== this.fn || this.visited) {
      return;
    }
    this.visited = true;
    if (this.isInHandler) {
      this.obstacle = this.noRoomFor(this.variables());
      if (!this.obstacle) {
        this.addVariables(this.variables());
      }
      return;
    }
    const redirected = this.property('Handler');
    if (REDIRECTED.includes(redirected)) {
      // By another copy of this library.
      return;
    }
    const runtime = layeredRuntime(this.fn);
    this.obstacle = this.obstacleToLayer(runtime);
    if (this.obstacle) {
      for (const { scope, wish, recordStarts } of this.requests) {
        if (!wish.isRequired) {
          warnUnanswered(scope, { name: nameOf(this.fn), reason: this.obstacle, family: runtimeFamily(this.fn), recordStarts });
        }
      }
    } else {
      this.redirect(runtime!);
    }
  }

  /** What is wrong at synthesis from the view of one warmer, each a sentence. */
  public problemsAtSynthesis(scope: IConstruct): string[] {
    if (!this.visited) {
      return [`${nameOf(this.fn)} could not be changed to answer pings: the warmer was created by an aspect after CDK had been there. `
        + "Set '@aws-cdk/core:aspectStabilization' to true in cdk.json, or write shortCircuit: ShortCircuit.inHandler()."];
    }
    if (!this.obstacle) {
      return this.incompleteness();
    }
    if (this.isInHandler) {
      return [`${nameOf(this.fn)} cannot get the environment variable ${TOKEN_VARIABLE}: ${this.obstacle}. Shorten them.`];
    }
    return this.requests.some((request) => request.scope === scope && request.wish.isRequired)
      ? [`${nameOf(this.fn)} cannot get a layer: ${this.obstacle}. ${IN_HANDLER} A handler answers pings at once by\n\n${handlerLines(runtimeFamily(this.fn))}\n`]
      : [];
  }

  private get isInHandler(): boolean {
    return this.requests.some(({ wish }) => wish.kind === 'handler');
  }

  private property(name: string, inner?: string): any {
    return cfnProperty(this.fn, name, inner);
  }

  /** Why the layer cannot be added, the end of a sentence. */
  private obstacleToLayer(runtime: LayeredRuntime | undefined): string | undefined {
    const handler = this.property('Handler');
    const variables = this.property('Environment', 'Variables') ?? {};
    const layers = this.property('Layers') ?? [];
    if (this.property('PackageType') === 'Image' || this.property('Code', 'ImageUri') !== undefined) {
      return 'it is a container image, to which Lambda adds no layers';
    }
    if (runtime === undefined) {
      const name = this.property('Runtime');
      return `its runtime ${typeof name === 'string' ? `is ${name}` : 'is not known'}, and there are layers for Node.js ${OLDEST_NODEJS} and Python 3.${OLDEST_PYTHON_3} or newer`;
    }
    if (!(this.fn.node.scope instanceof LambdaFunction)) {
      return 'it is not made by lambda.Function, so that layers which come later would be lost';
    }
    if (variables.AWS_LAMBDA_EXEC_WRAPPER !== undefined) {
      return 'it has AWS_LAMBDA_EXEC_WRAPPER, whose script decides what is run';
    }
    if (typeof handler !== 'string' || Token.isUnresolved(handler)) {
      return 'its handler is a token, known at deployment only';
    }
    if (!handler.includes('.') || /\.(sh|bash)$/.test(handler)) {
      return `its handler '${handler}' is no function of a module, but a script`;
    }
    if (this.property('CodeSigningConfigArn') !== undefined) {
      return 'it has a code-signing configuration, which the layer would not pass: it is not signed by your profile';
    }
    if (!Array.isArray(layers)) {
      return 'its layers are a token, known at deployment only';
    }
    if (layers.length >= MAX_LAYERS) {
      return `it has ${layers.length} layers, as many as Lambda takes`;
    }
    return this.noRoomFor({ ...this.variables(), [HANDLER_VARIABLE]: handler });
  }

  /** What the function has to know to tell a ping. */
  private variables(): { [name: string]: string } {
    return {
      [TOKEN_VARIABLE]: this.requests[0].token,
      ...this.requests.some(({ recordStarts }) => recordStarts) && { [RECORD_STARTS_VARIABLE]: 'true' },
    };
  }

  /** Why the environment cannot take further variables. What a reference becomes, only the deployment knows: its own text is counted. */
  private noRoomFor(added: { readonly [name: string]: string }): string | undefined {
    const variables: object = this.property('Environment', 'Variables') ?? {};
    const present = Object.entries(variables).map(([name, value]) => name.length + bytesOf(value));
    const additional = Object.entries(added).filter(([name]) => !(name in variables))
      .map(([name, value]) => name.length + (Token.isUnresolved(value) ? TOKEN_LENGTH : bytesOf(value)));
    const sum = (sizes: number[]) => sizes.reduce((one, other) => one + other, 0);
    return sum([...present, ...additional]) > MAX_ENVIRONMENT
      ? `its environment variables take ${sum(present)} bytes, and Lambda has ${MAX_ENVIRONMENT}, too few for ${sum(additional)} more`
      : undefined;
  }

  private redirect(runtime: LayeredRuntime): void {
    const original = this.property('Handler');
    const layer = this.layer = runtimeLayer(Stack.of(this.fn), runtime);
    if (hasOverride(this.fn, 'Layers')) {
      this.fn.addPropertyOverride('Layers', [...this.property('Layers') ?? [], layer.layerVersionArn]);
    } else {
      (this.fn.node.scope as LambdaFunction).addLayers(layer);
    }
    this.addVariables({ ...this.variables(), [HANDLER_VARIABLE]: original });
    if (hasOverride(this.fn, 'Handler')) {
      this.fn.addPropertyOverride('Handler', REDIRECTED_HANDLER[runtime]);
    } else {
      this.fn.handler = REDIRECTED_HANDLER[runtime];
    }
    for (const { scope } of this.requests) {
      addLateInfo(scope, 'cdk-lambda-warmer:shortCircuited',
        `${nameOf(this.fn)} answers pings by itself: a layer was added to it, and its handler '${original}' is now run by '${REDIRECTED_HANDLER[runtime]}'.`);
    }
  }

  private addVariables(variables: { readonly [name: string]: string }): void {
    const { scope } = this.fn.node;
    for (const [name, value] of Object.entries(variables)) {
      if (scope instanceof LambdaFunction) {
        scope.addEnvironment(name, value, { removeInEdge: true });
      } else {
        this.fn.addPropertyOverride(`Environment.Variables.${name}`, value);
      }
    }
  }

  /** What has been taken away from a redirected function, which would then fail at each start. */
  private incompleteness(): string[] {
    if (!REDIRECTED.includes(this.property('Handler'))) {
      return [];
    }
    if (this.property('Environment', 'Variables')?.[HANDLER_VARIABLE] === undefined) {
      return [`${nameOf(this.fn)} is pointed at the layer that answers pings, but the environment variable ${HANDLER_VARIABLE} has been taken from it, `
        + 'as CDK does for Lambda@Edge. At the edge a ping would warm none of the copies that serve requests: remove the warmer.'];
    }
    const layers: unknown[] = this.property('Layers') ?? [];
    const isOurs = (layer: unknown) => JSON.stringify(layer) === JSON.stringify(Stack.of(this.fn).resolve(this.layer?.layerVersionArn));
    return this.layer && !layers.some(isOurs)
      ? [`${nameOf(this.fn)} is pointed at the layer that answers pings, but that layer has been taken from it. Keep it, or write shortCircuit: ShortCircuit.inHandler().`]
      : [];
  }
}

/** A function that is left as it is. */
export interface Unanswered {
  /** How messages call it. */
  readonly name: string;
  /** The end of a sentence. */
  readonly reason: string;
  /** What to do beside, or instead of, adding lines to the handler. */
  readonly cure?: string;
  /** By which the lines are chosen, if it is known. */
  readonly family?: RuntimeFamily;
  readonly recordStarts: boolean;
}

/** Says that pings run the handler of a function, and what to do about it. */
export function warnUnanswered(scope: IConstruct, { name, reason, cure = IN_HANDLER, family, recordStarts }: Unanswered): void {
  addLateWarning(scope, 'cdk-lambda-warmer:notShortCircuited',
    `${name} is left as it is, so pings run its handler: ${reason}. ${recordStarts ? 'Its starts are not recorded either. ' : ''}`
    + `${cure} A handler answers pings at once by\n\n${handlerLines(family)}\n`);
}

function nameOf(fn: CfnFunction): string {
  return `the function '${(fn.node.scope ?? fn).node.path}'`;
}

/** The runtime's family, also where the runtime is known at deployment only. */
function runtimeFamily(fn: CfnFunction): RuntimeFamily | undefined {
  const { scope } = fn.node;
  return scope instanceof LambdaFunction ? scope.runtime.family : undefined;
}

function layeredRuntime(fn: CfnResource): LayeredRuntime | undefined {
  const name = cfnProperty(fn, 'Runtime');
  if (typeof name !== 'string') {
    // The newest Node.js of a region, for one, which CDK looks up in a mapping.
    return name !== undefined && runtimeFamily(fn as CfnFunction) === RuntimeFamily.NODEJS ? LayeredRuntime.NODEJS : undefined;
  }
  const [, nodejs, python3] = /^(?:nodejs(\d+)\.x|python3\.(\d+))$/.exec(name) ?? [];
  if (nodejs !== undefined && Number(nodejs) >= OLDEST_NODEJS) {
    return LayeredRuntime.NODEJS;
  }
  return python3 !== undefined && Number(python3) >= OLDEST_PYTHON_3 ? LayeredRuntime.PYTHON : undefined;
}

/** The bytes of what is known of a value: all of a text, and of anything else the texts inside of it. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).reduce((sum, [, inner]) => sum + bytesOf(inner), 0)
    : String(value ?? '').length;
}
