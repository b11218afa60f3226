import { Aspects, CfnResource, IAspect, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction, Function as LambdaFunction, FunctionBase, ILayerVersion, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { handlerLines } from './advice';
import { HANDLER_VARIABLE, RECORD_STARTS_VARIABLE, TOKEN_VARIABLE } from './protocol';
import { LayeredRuntime, LayerRefused, REDIRECTED_HANDLER, runtimeLayer } from './runtime-layer';
import { ShortCircuitWish } from './short-circuit';
import { cfnProperty, hasOverride } from '../target/cfn-property';
import { addLateInfo, addLateWarning } from '../target/late-annotations';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, function layers */
const MAX_LAYERS = 5;
/** Bytes: the same page, environment variables. Lambda measures them as JSON, which its error message shows. */
const MAX_ENVIRONMENT = 4096;
/** A GUID, as tokens are unless the user writes another one. */
const TOKEN_LENGTH = 36;

/** Options of Node.js that load code before the handler. */
const PRELOADS = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)(\s|=|$)/;

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

/** Why pings cannot be answered in the way that was asked for. */
interface Obstacle {
  /** The end of a sentence. */
  readonly reason: string;
  readonly cure: string;
}

/**
 * What lets one function answer pings by itself, however many warmers it has.
 *
 * It is done by an aspect, because what decides (environment variables, layers, handlers that other tools redirect) may
 * come after the warmer, and because the version that CDK publishes of the function must be that with the changes.
 */
export class Instrumentation implements IAspect {
  /** The instrumentation of a function, made at the first request. */
  public static of(fn: CfnFunction): Instrumentation {
    let instrumentation = Instrumentation.known.get(fn);
    if (!instrumentation) {
      instrumentation = new Instrumentation(fn);
      Instrumentation.known.set(fn, instrumentation);
      // On a node below, which CDK visits after all aspects of the function itself, whatever their priorities; on the
      // function's own, CDK would refuse aspects of lower priority that come later.
      Aspects.of(new Construct(fn, 'ShortCircuit')).add(instrumentation);
    }
    return instrumentation;
  }

  private static readonly known = new WeakMap<CfnFunction, Instrumentation>();

  private readonly requests: InstrumentationRequest[] = [];
  private visited = false;
  private obstacle?: Obstacle;
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
      // A choice that was left open gives way, unless it has been made already.
      if (request.wish.kind !== other.wish.kind && (request.wish.isRequired || other.wish.isRequired || this.layer)) {
        problems.push(`${nameOf(this.fn)} is to answer pings by a layer and in its handler: '${other.scope.node.path}' asks for the one, this warmer for the other. Write the same shortCircuit in both.`);
      }
    }
    // Of what is refused, nothing stays.
    if (problems.length > 0) {
      return problems;
    }
    this.requests.push(request);
    if (this.visited) {
      this.apply();
    }
    return [];
  }

  public visit(): void {
    this.visited = true;
    this.apply();
  }

  /** What is wrong at synthesis from the view of one warmer, each a sentence. */
  public problemsAtSynthesis(scope: IConstruct): string[] {
    if (!this.visited) {
      return [`${nameOf(this.fn)} could not be changed to answer pings: the warmer was created by an aspect after CDK had been there. `
        + "Set '@aws-cdk/core:aspectStabilization' to true in cdk.json, or create the warmer where the function is created."];
    }
    if (!this.obstacle) {
      return this.incompleteness();
    }
    const { reason, cure } = this.obstacle;
    if (this.isInHandler) {
      return [`${nameOf(this.fn)} cannot get the environment variable ${TOKEN_VARIABLE}: ${reason}. ${cure}`];
    }
    return this.requests.some((request) => request.scope === scope && request.wish.isRequired)
      ? [`${nameOf(this.fn)} cannot get a layer: ${reason}. ${cure} A handler answers pings at once by\n\n${handlerLines(runtimeFamily(this.fn))}\n`]
      : [];
  }

  /** Does for the function what has been asked for by now. */
  private apply(): void {
    if (this.isInHandler) {
      this.obstacle = this.obstacleToVariables(this.variables(), this.environment());
      if (!this.obstacle) {
        this.addVariables(this.variables());
      }
      return;
    }
    if (this.layer) {
      this.addVariables(this.variables());
      return;
    }
    if (REDIRECTED.includes(this.property('Handler'))) {
      // By another copy of this library.
      return;
    }
    const runtime = layeredRuntime(this.fn);
    this.obstacle = this.obstacleToLayer(runtime) ?? this.redirect(runtime!);
    if (this.obstacle) {
      for (const { scope, recordStarts } of this.requests) {
        warnUnanswered(scope, { name: nameOf(this.fn), ...this.obstacle, family: runtimeFamily(this.fn), recordStarts });
      }
    }
  }

  private get isInHandler(): boolean {
    return this.requests.some(({ wish }) => wish.kind === 'handler');
  }

  private property(name: string, inner?: string): any {
    return cfnProperty(this.fn, name, inner);
  }

  /** Why the layer cannot be added. */
  private obstacleToLayer(runtime: LayeredRuntime | undefined): Obstacle | undefined {
    const handler = this.property('Handler');
    const present = this.environment();
    const reason = this.reasonAgainstLayer(runtime, handler) ?? this.reasonAgainstRedirect(present);
    return reason !== undefined
      ? { reason, cure: IN_HANDLER }
      : this.obstacleToVariables({ ...this.variables(), [HANDLER_VARIABLE]: handler }, present);
  }

  private reasonAgainstLayer(runtime: LayeredRuntime | undefined, handler: unknown): string | undefined {
    const layers = this.property('Layers') ?? [];
    if (this.property('PackageType') === 'Image') {
      return 'it is a container image, to which Lambda adds no layers';
    }
    if (runtime === undefined) {
      const name = this.property('Runtime');
      return `its runtime ${typeof name === 'string' ? `is ${name}` : 'is not known'}, and there are layers for Node.js ${OLDEST_NODEJS} and Python 3.${OLDEST_PYTHON_3} or newer`;
    }
    if (!(this.fn.node.scope instanceof LambdaFunction)) {
      return 'it is not made by lambda.Function, so that layers which come later would be lost';
    }
    if (typeof handler !== 'string') {
      return 'its handler is a token, known at deployment only';
    }
    if (!handler.includes('.') || handler.endsWith('.sh')) {
      return `its handler '${handler}' is no function of a module, but a script`;
    }
    if (!Array.isArray(layers)) {
      return 'its layers are a token, known at deployment only';
    }
    return layers.length >= MAX_LAYERS ? `it has ${layers.length} layers, as many as Lambda takes` : undefined;
  }

  /** What else a function may have, earlier or later than the layer, and that does not go with it. */
  private reasonAgainstRedirect(variables: { readonly [name: string]: unknown }): string | undefined {
    if (variables.AWS_LAMBDA_EXEC_WRAPPER !== undefined) {
      return 'it has AWS_LAMBDA_EXEC_WRAPPER, whose script decides what is run';
    }
    const options = variables.NODE_OPTIONS;
    if (options !== undefined && (typeof options !== 'string' || PRELOADS.test(options))) {
      return 'it has NODE_OPTIONS that load code before the handler, which may look for the handler by its name';
    }
    if (this.property('CodeSigningConfigArn') !== undefined) {
      return 'it has a code-signing configuration, and the layer is not signed by your profile';
    }
    return undefined;
  }

  /** What the function has to know to tell a ping. */
  private variables(): { [name: string]: string } {
    return {
      [TOKEN_VARIABLE]: this.requests[0].token,
      ...this.requests.some(({ recordStarts }) => recordStarts) && { [RECORD_STARTS_VARIABLE]: 'true' },
    };
  }

  /** Why the environment cannot take further variables. */
  private obstacleToVariables(added: { readonly [name: string]: string }, present: { readonly [name: string]: unknown }): Obstacle | undefined {
    const token = present[TOKEN_VARIABLE];
    return token !== undefined && JSON.stringify(token) !== JSON.stringify(Stack.of(this.fn).resolve(added[TOKEN_VARIABLE]))
      ? {
        reason: `it has ${TOKEN_VARIABLE} already, with another value`,
        cure: 'Write that value in payload: WarmingPayload.standard({ token }), or leave the variable out.',
      }
      : noRoomFor(added, present);
  }

  /** Lets the layer run the handler, unless the stack takes no layer. */
  private redirect(runtime: LayeredRuntime): Obstacle | undefined {
    const original: string = this.property('Handler');
    try {
      this.layer = runtimeLayer(Stack.of(this.fn), runtime);
    } catch (error) {
      if (!(error instanceof LayerRefused)) {
        throw error;
      }
      return { reason: `its stack does not take the layer, which is an asset: ${error.message}`, cure: IN_HANDLER };
    }
    this.addLayer(this.layer);
    this.addVariables({ ...this.variables(), [HANDLER_VARIABLE]: original });
    if (hasOverride(this.fn, 'Handler')) {
      this.fn.addPropertyOverride('Handler', REDIRECTED_HANDLER[runtime]);
    } else {
      this.fn.handler = REDIRECTED_HANDLER[runtime];
    }
    for (const { scope } of this.requests) {
      addLateInfo(scope, 'cdk-lambda-warmer:shortCircuited',
        `${nameOf(this.fn)} answers pings by a layer that was added to it; its handler '${original}' runs behind the layer's.`);
    }
    return undefined;
  }

  private addLayer(layer: ILayerVersion): void {
    const present: unknown[] = this.property('Layers') ?? [];
    (this.fn.node.scope as LambdaFunction).addLayers(layer);
    if ((this.property('Layers') ?? []).length === present.length) {
      // What the L2 knows has been overridden, or the L1 has been assigned something else.
      this.fn.addPropertyOverride('Layers', [...present, layer.layerVersionArn]);
    }
  }

  private hasLayer(layer: ILayerVersion): boolean {
    const arn = JSON.stringify(Stack.of(this.fn).resolve(layer.layerVersionArn));
    return (this.property('Layers') ?? []).some((present: unknown) => JSON.stringify(present) === arn);
  }

  private addVariables(variables: { readonly [name: string]: string }): void {
    const { scope } = this.fn.node;
    if (scope instanceof LambdaFunction) {
      for (const [name, value] of Object.entries(variables)) {
        scope.addEnvironment(name, value, { removeInEdge: true });
      }
    }
    const rendered = this.environment();
    for (const [name, value] of Object.entries(variables)) {
      if (rendered[name] === undefined) {
        // The L1 has been assigned something else, or there is no L2.
        this.fn.addPropertyOverride(`Environment.Variables.${name}`, value);
      }
    }
  }

  private environment(): { readonly [name: string]: unknown } {
    return this.property('Environment', 'Variables') ?? {};
  }

  /** What has been done to the function since, and does not go with what was done here. */
  private incompleteness(): string[] {
    const redirected = this.layer !== undefined && REDIRECTED.includes(this.property('Handler'));
    const variables = this.environment();
    const taken = [TOKEN_VARIABLE, ...redirected ? [HANDLER_VARIABLE] : []].find((name) => variables[name] === undefined);
    if ((this.isInHandler || redirected) && taken !== undefined) {
      return [`${nameOf(this.fn)} answers pings by the environment variable ${taken}, but that has been taken from it. Keep it; or, if CDK took it because the function `
        + 'runs at the edge (Lambda@Edge), remove the warmer: a ping would warm none of the copies there that serve requests.'];
    }
    if (redirected && !this.hasLayer(this.layer!)) {
      return [`${nameOf(this.fn)} is pointed at the layer that answers pings, but that layer has been taken from it. Keep it, or write shortCircuit: ShortCircuit.inHandler().`];
    }
    const reason = this.layer && this.reasonAgainstRedirect(variables);
    return reason
      ? [`${nameOf(this.fn)} has been given a layer that answers pings, and afterwards what does not go with it: ${reason}. ${IN_HANDLER} A handler answers pings at once by\n\n${handlerLines(runtimeFamily(this.fn))}\n`]
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
  const { scope } = fn.node;
  // What is around a resource that no construct of its own was made for is no function, but a stack, say.
  return `the function '${(scope instanceof FunctionBase ? scope : fn).node.path}'`;
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

/** Why there is no room for variables. What a reference becomes, only the deployment knows: its own text is counted. */
function noRoomFor(added: { readonly [name: string]: string }, present: { readonly [name: string]: unknown }): Obstacle | undefined {
  const known = Object.entries(added).map(([name, value]) => [name, Token.isUnresolved(value) ? 'x'.repeat(TOKEN_LENGTH) : value]);
  const [before, after] = [jsonBytesOf(present), jsonBytesOf({ ...present, ...Object.fromEntries(known) })];
  return after > MAX_ENVIRONMENT
    ? {
      reason: `its environment variables take ${before} bytes as JSON, and Lambda has ${MAX_ENVIRONMENT}, too few for ${after - before} more`,
      cure: 'Shorten them.',
    }
    : undefined;
}

/** The bytes of variables as JSON, in which the text of a reference stands for what it becomes. */
function jsonBytesOf(variables: object): number {
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(value)]))));
}

/** All texts inside of a value, one after the other. */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.values(value).map(textOf).join('') : String(value);
}
