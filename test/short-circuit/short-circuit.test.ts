import { Annotations as CdkAnnotations, App, AspectPriority, Aspects, BootstraplessSynthesizer, CfnParameter, CfnResource, Duration, Fn, IAspect, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as signer from 'aws-cdk-lib/aws-signer';
import { IConstruct } from 'constructs';
import { FanOut, LambdaWarmer, LambdaWarmerProps, ShortCircuit, WarmingPayload, WarmingSchedule } from '../../src';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

const NODEJS_HANDLER = '/opt/nodejs/node_modules/cdk-lambda-warmer-runtime/redirect.handler';
const PYTHON_HANDLER = 'cdk_lambda_warmer_runtime.redirect.handler';
const STACK_TOKEN = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function python(props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return testFunction(stack, 'Fn', {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: 'pkg/mod.fn',
    code: lambda.Code.fromInline('def fn(event, context): pass'),
    ...props,
  });
}

function warm(target: lambda.IFunction, props: Partial<LambdaWarmerProps> = {}, id = 'Warmer'): LambdaWarmer {
  return new LambdaWarmer(stack, id, { target, ...props });
}

function cfn(fn: lambda.Function): lambda.CfnFunction {
  return fn.node.defaultChild as lambda.CfnFunction;
}

/** The one function of the template. */
function properties(of: Stack = stack): any {
  const [found, ...others] = Object.values(Template.fromStack(of).findResources('AWS::Lambda::Function'));
  expect(others).toEqual([]);
  return found.Properties;
}

function layers(of: Stack = stack): string[] {
  return Object.keys(Template.fromStack(of).findResources('AWS::Lambda::LayerVersion'));
}

function annotated(find: 'findWarning' | 'findInfo', path = '/Stack/Warmer'): string[] {
  return Annotations.fromStack(stack)[find](path, Match.anyValue()).map(({ entry }) => String(entry.data));
}

/** The logical id of the one version: a hash of what it is published from. */
function versionId(of: Stack): string {
  const [id, ...others] = Object.keys(Template.fromStack(of).findResources('AWS::Lambda::Version'));
  expect(others).toEqual([]);
  return id;
}

/** A function that brings its own resource. */
class OtherFunction extends lambda.FunctionBase {
  public readonly grantPrincipal = new iam.ServicePrincipal('lambda.amazonaws.com');
  public readonly role = undefined;
  public readonly tenancyConfig = undefined;
  public readonly permissionsNode = this.node;
  public readonly architecture = lambda.Architecture.X86_64;
  public readonly functionName: string;
  public readonly functionArn: string;
  public readonly resourceArnsForGrantInvoke: string[];
  protected readonly canCreatePermissions = true;

  constructor(scope: IConstruct, id: string) {
    super(scope as Stack, id);
    const resource = new lambda.CfnFunction(this, 'Resource', {
      runtime: 'nodejs24.x', handler: 'index.handler', code: { zipFile: ';' }, role: 'arn:aws:iam::111111111111:role/own',
    });
    this.functionName = resource.ref;
    this.functionArn = resource.attrArn;
    this.resourceArnsForGrantInvoke = [resource.attrArn];
  }
}

class Visit implements IAspect {
  constructor(private readonly change: (fn: lambda.Function) => void) {}

  public visit(node: IConstruct): void {
    if (node instanceof lambda.Function) {
      this.change(node);
    }
  }
}

describe('by default, and with layer(),', () => {
  test.each([undefined, ShortCircuit.auto(), ShortCircuit.layer()])('a Node.js function gets the layer, the redirect, the token of its stack, and nothing else (%#)', (shortCircuit) => {
    warm(testFunction(stack), { shortCircuit });
    expect(properties()).toEqual({
      Code: expect.anything(),
      Role: expect.anything(),
      Runtime: 'nodejs24.x',
      Handler: NODEJS_HANDLER,
      Layers: [{ Ref: layers()[0] }],
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN } },
    });
    expect(layers()).toHaveLength(1);
  });

  test('so does a Python function', () => {
    warm(python());
    expect(properties()).toMatchObject({
      Runtime: 'python3.13',
      Handler: PYTHON_HANDLER,
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'pkg/mod.fn', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN } },
    });
    expect(layers()).toEqual([expect.stringMatching(/^LambdaWarmerPythonLayer[0-9a-f]{12}[0-9A-F]{8}$/)]);
  });

  test('an info tells of it, and no warning', () => {
    warm(testFunction(stack));
    expect(annotated('findInfo')).toEqual([expect.stringContaining(
      "the function 'Stack/Fn' answers pings by a layer that was added to it; its handler 'index.handler' runs behind the layer's. [ack: cdk-lambda-warmer:shortCircuited]")]);
    expect(annotated('findWarning')).toEqual([]);
  });

  test('the info can be acknowledged', () => {
    CdkAnnotations.of(warm(testFunction(stack))).acknowledgeInfo('cdk-lambda-warmer:shortCircuited');
    expect(annotated('findInfo')).toEqual([]);
  });

  test('layers and variables that it has stay', () => {
    const own = new lambda.LayerVersion(stack, 'Own', { code: lambda.Code.fromAsset(__dirname) });
    warm(testFunction(stack, 'Fn', { layers: [own], environment: { TABLE: 'orders' } }));
    expect(properties().Layers).toHaveLength(2);
    expect(properties().Environment.Variables).toEqual({ TABLE: 'orders', CDK_LAMBDA_WARMER_HANDLER: 'index.handler', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN });
  });

  test('options of Node.js that load no code are no obstacle', () => {
    warm(testFunction(stack, 'Fn', { environment: { NODE_OPTIONS: '--enable-source-maps --max-old-space-size=512 --experimental-require-module --title=orders-r' } }));
    expect(properties().Handler).toBe(NODEJS_HANDLER);
  });

  test('the token that was agreed upon is what the function knows', () => {
    warm(testFunction(stack), { payload: WarmingPayload.standard({ token: 'agreed' }) });
    expect(properties().Environment.Variables.CDK_LAMBDA_WARMER_TOKEN).toBe('agreed');
  });

  test.each([lambda.Runtime.NODEJS_18_X, lambda.Runtime.NODEJS_20_X, lambda.Runtime.NODEJS_22_X, lambda.Runtime.NODEJS_LATEST])('$name gets its layer', (runtime) => {
    warm(testFunction(stack, 'Fn', { runtime }));
    expect(properties().Handler).toBe(NODEJS_HANDLER);
  });

  test.each([lambda.Runtime.PYTHON_3_9, lambda.Runtime.PYTHON_3_10, lambda.Runtime.PYTHON_3_14])('$name gets its layer', (runtime) => {
    warm(python({ runtime }));
    expect(properties().Handler).toBe(PYTHON_HANDLER);
  });

  test('the newest Node.js of a region counts as Node.js, though only the deployment knows its name', () => {
    // CDK looks it up in a mapping as long as the regions differ in it.
    const name = Fn.findInMap('Newest', 'nodejs', Fn.ref('AWS::Region'));
    warm(testFunction(stack, 'Fn', { code: lambda.Code.fromAsset(__dirname), runtime: new lambda.Runtime(name, lambda.RuntimeFamily.NODEJS) }));
    expect(properties().Runtime).toHaveProperty('Fn::FindInMap');
    expect(properties().Handler).toBe(NODEJS_HANDLER);
  });

  test.each([
    ['an alias', (fn: lambda.Function) => fn.addAlias('live')],
    ['a version', (fn: lambda.Function) => fn.currentVersion],
    ['an alias of $LATEST', (fn: lambda.Function) => new lambda.Alias(fn, 'Alias', { aliasName: 'latest', version: fn.latestVersion })],
  ])('through %s the function behind it is changed', (_, target) => {
    warm(target(testFunction(stack)));
    expect(properties().Handler).toBe(NODEJS_HANDLER);
    expect(annotated('findWarning')).toEqual([]);
  });

  test('a SingletonFunction is changed once, though two places hold it', () => {
    const singleton = (id: string) => new lambda.SingletonFunction(stack, id, {
      uuid: '2f5bd4a8-94ea-4cd5-a5d7-0f3b2fbd8b2e', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(';'),
    });
    warm(singleton('One'));
    warm(singleton('Two'), {}, 'Second');
    expect(properties()).toMatchObject({ Handler: NODEJS_HANDLER, Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } } });
    expect(properties().Layers).toHaveLength(1);
  });

  test('a function of another stack gets the layer and the token of its own stack', () => {
    const functions = testStack(app, 'Functions');
    warm(testFunction(functions));
    expect(layers()).toEqual([]);
    expect(layers(functions)).toHaveLength(1);
    expect(properties(functions).Environment.Variables.CDK_LAMBDA_WARMER_TOKEN).toEqual(STACK_TOKEN);
  });

  test('so does one of a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    warm(testFunction(nested));
    expect(layers(nested)).toHaveLength(1);
    expect(properties(nested).Environment.Variables.CDK_LAMBDA_WARMER_TOKEN).toEqual(STACK_TOKEN);
  });

  test('all functions of a stack share one layer a runtime', () => {
    warm(testFunction(stack, 'One'), {}, 'WarmerOne');
    warm(testFunction(stack, 'Two'), {}, 'WarmerTwo');
    warm(python(), {}, 'WarmerPython');
    expect(layers()).toHaveLength(2);
  });
});

describe('twice is once:', () => {
  test('two warmers on one function', () => {
    const fn = testFunction(stack);
    warm(fn);
    warm(fn.addAlias('live'), { schedule: WarmingSchedule.every(Duration.minutes(15)) }, 'Second');
    expect(properties().Layers).toHaveLength(1);
    expect(properties().Environment.Variables.CDK_LAMBDA_WARMER_HANDLER).toBe('index.handler');
    expect(annotated('findInfo', '/Stack/Second')).toHaveLength(1);
  });

  test('two syntheses', () => {
    warm(testFunction(stack));
    const first = app.synth({ force: true }).getStackByName('Stack').template;
    expect(app.synth({ force: true }).getStackByName('Stack').template).toEqual(first);
  });

  test('a function that another copy of the library has redirected', () => {
    warm(testFunction(stack, 'Fn', { handler: NODEJS_HANDLER, environment: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } }));
    expect(properties().Environment.Variables.CDK_LAMBDA_WARMER_HANDLER).toBe('index.handler');
    expect(layers()).toEqual([]);
  });
});

describe('currentVersion', () => {
  function version(props?: Partial<LambdaWarmerProps>): string {
    const one = testStack();
    const fn = testFunction(one);
    // Read before anything changes.
    fn.addAlias('live');
    if (props) {
      new LambdaWarmer(one, 'Warmer', { target: fn, ...props });
    }
    return versionId(one);
  }

  test('changes with the layer, the handler and the variables', () => {
    const ids = [
      version(),
      version({}),
      version({ recordStarts: true }),
      version({ payload: WarmingPayload.standard({ token: 'agreed' }) }),
      version({ shortCircuit: ShortCircuit.inHandler() }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('does not change with what concerns the schedule alone, nor with a payload that the handler knows', () => {
    const id = version({});
    expect(version({})).toBe(id);
    expect(version({ concurrency: 5, schedule: WarmingSchedule.every(Duration.minutes(2)), enabled: false, description: 'other' })).toBe(id);
    expect(version({ shortCircuit: ShortCircuit.layer() })).toBe(id);
    expect(version({ payload: WarmingPayload.ofType('warmer') })).toBe(version());
  });

  test('changes with the content of the layer', () => {
    const id = version({});
    jest.isolateModules(() => {
      const fs = jest.requireActual<typeof import('fs')>('fs');
      const original = fs.readFileSync;
      const read = jest.spyOn(fs, 'readFileSync').mockImplementation((file, ...options) =>
        String(file).endsWith('nodejs.zip') ? Buffer.from('another') : original(file, ...options));
      try {
        const { LambdaWarmer: Upgraded } = jest.requireActual<typeof import('../../src')>('../../src');
        const one = testStack();
        const fn = testFunction(one);
        fn.addAlias('live');
        new Upgraded(one, 'Warmer', { target: fn });
        expect(versionId(one)).not.toBe(id);
      } finally {
        read.mockRestore();
      }
    });
  });
});

describe('beside a tool that redirects handlers itself', () => {
  const THEIRS = '/opt/nodejs/node_modules/other-layer/handler.handler';

  /** What such tools do: their own handler, and the one that was there into a variable. */
  function redirect(fn: lambda.Function): void {
    fn.addEnvironment('OTHER_HANDLER', cfn(fn).handler!);
    cfn(fn).handler = THEIRS;
  }

  test.each([
    ['before the warmer', (fn: lambda.Function) => {
      redirect(fn);
      warm(fn);
    }],
    ['after the warmer', (fn: lambda.Function) => {
      warm(fn);
      redirect(fn);
    }],
    ['in an aspect', (fn: lambda.Function) => {
      warm(fn);
      Aspects.of(app).add(new Visit(redirect));
    }],
  ])('that comes %s, ours is outside', (_, build) => {
    build(testFunction(stack));
    expect(properties()).toMatchObject({
      Handler: NODEJS_HANDLER,
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: THEIRS, OTHER_HANDLER: 'index.handler' } },
    });
  });

  test('that comes last of all, theirs is outside', () => {
    const fn = testFunction(stack);
    const warmer = warm(fn);
    // CDK is past the function then.
    Aspects.of(warmer).add({ visit: (node) => node === warmer && redirect(fn) });
    expect(properties()).toMatchObject({
      Handler: THEIRS,
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler', OTHER_HANDLER: NODEJS_HANDLER } },
    });
  });

  test('overrides of properties are what counts, and are kept', () => {
    const fn = testFunction(stack);
    cfn(fn).addPropertyOverride('Handler', 'other.handler');
    cfn(fn).addPropertyOverride('Layers', ['arn:aws:lambda:eu-west-1:111111111111:layer:own:1']);
    cfn(fn).addPropertyOverride('Environment.Variables.TABLE', 'orders');
    warm(fn);
    expect(properties()).toMatchObject({
      Handler: NODEJS_HANDLER,
      Layers: ['arn:aws:lambda:eu-west-1:111111111111:layer:own:1', { Ref: layers()[0] }],
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'other.handler', TABLE: 'orders' } },
    });
  });
});

describe('left as it is', () => {
  const FIVE = ['a', 'b', 'c', 'd', 'e'].map((name) => `arn:aws:lambda:eu-west-1:111111111111:layer:${name}:1`);

  type Build = () => lambda.IFunction;
  const cases: Array<[string, Build, string]> = [
    ['is imported', () => lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true }),
      'it is imported, so this app cannot change it. '],
    ['is a version published earlier', () => lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: testFunction(stack), version: '7' }),
      'it is a version that was published earlier, which nothing changes any more. Publish a new one, by currentVersion or an alias on it, and pass that.'],
    ['is an alias of a version published earlier', () => new lambda.Alias(stack, 'Alias', {
      aliasName: 'live', version: lambda.Version.fromVersionAttributes(stack, 'Version', { lambda: testFunction(stack), version: '7' }),
    }), 'it is a version that was published earlier'],
    ['is a container image', () => new lambda.DockerImageFunction(stack, 'Fn', { code: lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(stack, 'Images', 'images'), { tagOrDigest: 'v1' }) }),
      'it is a container image, to which Lambda adds no layers. '],
    ['runs Java', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.JAVA_21, handler: 'x.Handler', code: lambda.Code.fromAsset(__dirname) }),
      'its runtime is java21, and there are layers for Node.js 18 and Python 3.9 or newer. '],
    ['runs an older Node.js', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.NODEJS_16_X }), 'its runtime is nodejs16.x, and there are layers for Node.js 18'],
    ['runs an older Python', () => python({ runtime: lambda.Runtime.PYTHON_3_8 }), 'its runtime is python3.8, and there are layers for'],
    ['has a token as runtime, and is not Node.js', () => testFunction(stack, 'Fn', {
      code: lambda.Code.fromAsset(__dirname), runtime: new lambda.Runtime(new CfnParameter(stack, 'Runtime').valueAsString, lambda.RuntimeFamily.PYTHON),
    }), 'its runtime is not known, and there are layers for'],
    ['has a wrapper script', () => testFunction(stack, 'Fn', { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' } }),
      'it has AWS_LAMBDA_EXEC_WRAPPER, whose script decides what is run. '],
    ['gets a wrapper script by an aspect that runs later', () => {
      Aspects.of(app).add(new Visit((fn) => fn.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler')));
      return testFunction(stack);
    }, 'it has AWS_LAMBDA_EXEC_WRAPPER'],
    ['gets a wrapper script by an override', () => {
      const fn = testFunction(stack);
      cfn(fn).addPropertyOverride('Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler');
      return fn;
    }, 'it has AWS_LAMBDA_EXEC_WRAPPER'],
    ['preloads code', () => testFunction(stack, 'Fn', { environment: { NODE_OPTIONS: '--enable-source-maps -r @sentry/serverless/cjs/awslambda-auto' } }),
      'it has NODE_OPTIONS that load code before the handler, which may look for the handler by its name. '],
    ['preloads a module', () => testFunction(stack, 'Fn', { environment: { NODE_OPTIONS: '--import=./instrument.mjs' } }), 'it has NODE_OPTIONS that load code'],
    ['has options of Node.js that are a token', () => testFunction(stack, 'Fn', { environment: { NODE_OPTIONS: new CfnParameter(stack, 'Options').valueAsString } }),
      'it has NODE_OPTIONS that load code'],
    ['has a script as handler', () => testFunction(stack, 'Fn', { handler: 'run.sh' }), "its handler 'run.sh' is no function of a module, but a script. "],
    ['has a handler without a dot', () => testFunction(stack, 'Fn', { handler: 'bootstrap' }), "its handler 'bootstrap' is no function of a module"],
    ['has a token as handler', () => testFunction(stack, 'Fn', { handler: new CfnParameter(stack, 'Handler').valueAsString }), 'its handler is a token, known at deployment only. '],
    ['has a code-signing configuration', () => testFunction(stack, 'Fn', {
      codeSigningConfig: new lambda.CodeSigningConfig(stack, 'Signing', {
        signingProfiles: [new signer.SigningProfile(stack, 'Profile', { platform: signer.Platform.AWS_LAMBDA_SHA384_ECDSA })],
      }),
    }), 'it has a code-signing configuration, and the layer is not signed by your profile. '],
    ['has five layers', () => testFunction(stack, 'Fn', { layers: FIVE.map((arn, index) => lambda.LayerVersion.fromLayerVersionArn(stack, `Layer${index}`, arn)) }),
      'it has 5 layers, as many as Lambda takes. '],
    ['is made by another construct than lambda.Function', () => new OtherFunction(stack, 'Fn'),
      'it is not made by lambda.Function, so that layers which come later would be lost. '],
    ['has layers that are a token', () => {
      const fn = testFunction(stack);
      cfn(fn).layers = Fn.split(',', new CfnParameter(stack, 'Layers').valueAsString);
      return fn;
    }, 'its layers are a token, known at deployment only. '],
    ['has no room in its environment for letters of two bytes', () => testFunction(stack, 'Fn', { environment: { LARGE: 'ä'.repeat(2000) } }),
      'its environment variables take 4012 bytes as JSON, and Lambda has 4096, too few for 109 more. Shorten them. '],
    ['has a token of its own', () => testFunction(stack, 'Fn', { environment: { CDK_LAMBDA_WARMER_TOKEN: 'own' } }),
      'it has CDK_LAMBDA_WARMER_TOKEN already, with another value. '],
    ['has no room in its environment beside a text with references', () => testFunction(stack, 'Fn', { environment: { LARGE: `${'x'.repeat(4000)}${stack.region}` } }),
      'its environment variables take '],
    ['has no room in its environment', () => testFunction(stack, 'Fn', { environment: { LARGE: 'x'.repeat(4000) } }),
      'its environment variables take 4012 bytes as JSON, and Lambda has 4096, too few for 109 more. Shorten them. '],
  ];

  test.each(cases)('is a function that %s, with one warning that says so', (_, build, reason) => {
    warm(build());
    const [warning, ...others] = annotated('findWarning');
    expect(others).toEqual([]);
    expect(warning).toContain(reason);
    expect(warning).toContain('[ack: cdk-lambda-warmer:notShortCircuited]');
    const template = JSON.stringify(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    expect(template).not.toContain('CDK_LAMBDA_WARMER_HANDLER');
    expect(template).not.toContain('AWS::StackId');
    expect(template).not.toContain('redirect.handler');
    expect(layers()).toEqual([]);
    expect(annotated('findInfo')).toEqual([]);
  });

  test.each(cases)('is an error with layer() for a function that %s', (_, build, reason) => {
    const target = build();
    expect(() => {
      warm(target, { shortCircuit: ShortCircuit.layer() });
      app.synth();
    }).toThrow(new RegExp(`the function '.*' cannot get a layer: ${reason.trim().replace(/[.'()]/g, '\\$&')}`));
  });

  test('is a function that gets a wrapper script by an aspect of its own, though that is younger', () => {
    const fn = testFunction(stack);
    warm(fn);
    Aspects.of(cfn(fn)).add({ visit: () => fn.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler') });
    expect(annotated('findWarning')[0]).toContain('it has AWS_LAMBDA_EXEC_WRAPPER');
  });

  test('is an error of that warmer alone which wants the layer', () => {
    const fn = testFunction(stack, 'Fn', { handler: 'run.sh' });
    warm(fn);
    warm(fn, { shortCircuit: ShortCircuit.layer() }, 'Second');
    expect(() => app.synth()).toThrow(/^Validation failed with the following errors:\n {2}\[Stack\/Second\] [^[]*$/);
  });

  test('is a function of a stack that takes no assets', () => {
    stack = new Stack(app, 'Bare', { synthesizer: new BootstraplessSynthesizer() });
    warm(testFunction(stack));
    expect(annotated('findWarning', '/Bare/Warmer')).toEqual([expect.stringContaining('its stack does not take the layer, which is an asset: Cannot add assets to a Stack that uses the BootstraplessSynthesizer. Write shortCircuit: ShortCircuit.inHandler()')]);
    expect(properties()).toMatchObject({ Handler: 'index.handler' });
    expect(stack.node.findAll().filter(({ node }) => node.path.includes('LambdaWarmerNodejsLayer'))).toEqual([]);
  });

  test('can be acknowledged', () => {
    const warmer = warm(testFunction(stack, 'Fn', { handler: 'run.sh' }));
    CdkAnnotations.of(warmer).acknowledgeWarning('cdk-lambda-warmer:notShortCircuited');
    expect(annotated('findWarning')).toEqual([]);
  });

  test('can be acknowledged for a whole app', () => {
    warm(testFunction(stack, 'Fn', { handler: 'run.sh' }));
    CdkAnnotations.of(app).acknowledgeWarning('cdk-lambda-warmer:notShortCircuited');
    expect(annotated('findWarning')).toEqual([]);
  });

  test('is an imported function though a token was agreed upon', () => {
    warm(lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true }), { payload: WarmingPayload.standard({ token: 'agreed' }) });
    expect(annotated('findWarning')).toEqual([expect.stringContaining("Set CDK_LAMBDA_WARMER_TOKEN to the payload's token where the function is created, and write shortCircuit: ShortCircuit.inHandler() here.")]);
  });

  test('can be acknowledged for a whole stack', () => {
    warm(testFunction(stack, 'Fn', { handler: 'run.sh' }));
    CdkAnnotations.of(stack).acknowledgeWarning('cdk-lambda-warmer:notShortCircuited');
    expect(annotated('findWarning')).toEqual([]);
  });

  test('is a function with just too little room, and not one with just enough', () => {
    const room = (length: number) => {
      const one = testStack();
      new LambdaWarmer(one, 'Warmer', { target: testFunction(one, 'Fn', { environment: { A: 'x'.repeat(length) } }) });
      return properties(one).Handler;
    };
    // {"A":"…"} and ,"CDK_LAMBDA_WARMER_TOKEN":"<GUID>" and ,"CDK_LAMBDA_WARMER_HANDLER":"index.handler"
    const most = 4096 - 8 - 65 - 44;
    expect(room(most)).toBe(NODEJS_HANDLER);
    expect(room(most + 1)).toBe('index.handler');
  });

  test('says that starts are not recorded where they were to be', () => {
    warm(testFunction(stack, 'Fn', { handler: 'run.sh' }), { recordStarts: true });
    expect(annotated('findWarning')[0]).toContain('Its starts are not recorded either.');
  });

  test.each([
    ['nodejs', 'import { withWarming } from \'cdk-lambda-warmer-runtime\';', () => testFunction(stack, 'Fn', { handler: 'run.sh' })],
    ['python', 'from cdk_lambda_warmer_runtime import with_warming', () => python({ handler: 'run.sh' })],
    ['java', 'public Object handleRequest(', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.JAVA_21, handler: 'x.Handler', code: lambda.Code.fromAsset(__dirname) })],
    ['ruby', 'def handler(event:, context:)', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.RUBY_3_4, code: lambda.Code.fromAsset(__dirname) })],
    ['.net', 'JsonElement input', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.DOTNET_8, handler: 'A::B.C::D', code: lambda.Code.fromAsset(__dirname) })],
    ['go', 'event json.RawMessage', () => testFunction(stack, 'Fn', { runtime: lambda.Runtime.PROVIDED_AL2023, handler: 'bootstrap', code: lambda.Code.fromAsset(__dirname) })],
  ])('tells which lines to add in %s', (_, line, build) => {
    warm(build());
    expect(annotated('findWarning')[0]).toContain(line);
  });
});

describe('inHandler()', () => {
  test('gives the function the token, and changes nothing else', () => {
    warm(testFunction(stack), { shortCircuit: ShortCircuit.inHandler() });
    expect(properties()).toEqual({
      Code: expect.anything(),
      Role: expect.anything(),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Environment: { Variables: { CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN } },
    });
    expect(annotated('findWarning')).toEqual([]);
  });

  test('does so for other runtimes', () => {
    warm(testFunction(stack, 'Fn', { runtime: lambda.Runtime.JAVA_21, handler: 'x.Handler', code: lambda.Code.fromAsset(__dirname) }), { shortCircuit: ShortCircuit.inHandler() });
    expect(properties().Environment.Variables).toEqual({ CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN });
  });

  test('says nothing of an imported function with which a token was agreed upon, and warns without one', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    warm(target, { shortCircuit: ShortCircuit.inHandler(), payload: WarmingPayload.standard({ token: 'agreed' }) });
    warm(target, { shortCircuit: ShortCircuit.inHandler() }, 'Other');
    expect(annotated('findWarning')).toEqual([]);
    expect(annotated('findWarning', '/Stack/Other')).toEqual([expect.stringContaining('it is imported, so this app cannot change it. Choose a token, set CDK_LAMBDA_WARMER_TOKEN to it where the function is created')]);
  });

  test('keeps a token that the function has already, if it is the same', () => {
    warm(testFunction(stack, 'Fn', { environment: { CDK_LAMBDA_WARMER_TOKEN: 'own' } }), {
      shortCircuit: ShortCircuit.inHandler(), payload: WarmingPayload.standard({ token: 'own' }),
    });
    expect(properties().Environment.Variables).toEqual({ CDK_LAMBDA_WARMER_TOKEN: 'own' });
  });

  test('refuses another token than the function has already', () => {
    warm(testFunction(stack, 'Fn', { environment: { CDK_LAMBDA_WARMER_TOKEN: 'own' } }), { shortCircuit: ShortCircuit.inHandler() });
    expect(() => app.synth()).toThrow("the function 'Stack/Fn' cannot get the environment variable CDK_LAMBDA_WARMER_TOKEN: it has CDK_LAMBDA_WARMER_TOKEN already, with another value. Write that value in payload: WarmingPayload.standard({ token }), or leave the variable out.");
  });

  test('is what the function gets when another warmer of it leaves the choice open', () => {
    const fn = testFunction(stack);
    warm(fn);
    warm(fn, { shortCircuit: ShortCircuit.inHandler() }, 'Second');
    expect(properties().Handler).toBe('index.handler');
    expect(properties().Environment.Variables).toEqual({ CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN });
  });

  test('needs room for the token', () => {
    warm(testFunction(stack, 'Fn', { environment: { LARGE: 'x'.repeat(4080) } }), { shortCircuit: ShortCircuit.inHandler() });
    expect(() => app.synth()).toThrow("the function 'Stack/Fn' cannot get the environment variable CDK_LAMBDA_WARMER_TOKEN: its environment variables take 4092 bytes as JSON, and Lambda has 4096, too few for 65 more. Shorten them.");
  });
});

test('inHandler() finds as much room at a second synthesis', () => {
  warm(testFunction(stack, 'Fn', { environment: { LARGE: 'x'.repeat(4096 - 65 - 12) } }), { shortCircuit: ShortCircuit.inHandler() });
  app.synth();
  expect(() => app.synth({ force: true })).not.toThrow();
});

describe('recordStarts', () => {
  test.each([ShortCircuit.auto(), ShortCircuit.inHandler()])('is a variable of the function (%#)', (shortCircuit) => {
    warm(testFunction(stack), { shortCircuit, recordStarts: true });
    expect(properties().Environment.Variables.CDK_LAMBDA_WARMER_RECORD_STARTS).toBe('true');
  });

  test('is off by default', () => {
    warm(testFunction(stack));
    expect(properties().Environment.Variables).not.toHaveProperty('CDK_LAMBDA_WARMER_RECORD_STARTS');
  });

  test('holds when one of two warmers asks for it', () => {
    const fn = testFunction(stack);
    warm(fn);
    warm(fn, { recordStarts: true }, 'Second');
    expect(properties().Environment.Variables.CDK_LAMBDA_WARMER_RECORD_STARTS).toBe('true');
  });
});

describe('with a payload that the handler knows', () => {
  test('the function is left alone without a word', () => {
    warm(testFunction(stack), { payload: WarmingPayload.lambdaWarmer() });
    expect(properties().Handler).toBe('index.handler');
    expect(properties()).not.toHaveProperty('Environment');
    expect(annotated('findWarning')).toEqual([]);
    expect(annotated('findInfo')).toEqual([]);
  });
});

describe('is refused:', () => {
  test('layer() with another payload', () => {
    expect(() => warm(testFunction(stack), { payload: WarmingPayload.openNext(), shortCircuit: ShortCircuit.layer() }))
      .toThrow("LambdaWarmer 'Stack/Warmer': the layer answers the pings of WarmingPayload.standard() only. Take that payload, or write shortCircuit: ShortCircuit.inHandler().");
  });

  test('recordStarts with another payload', () => {
    expect(() => warm(testFunction(stack), { payload: WarmingPayload.openNext(), recordStarts: true }))
      .toThrow("LambdaWarmer 'Stack/Warmer': recordStarts needs WarmingPayload.standard()");
  });

  test('recordStarts for an imported function whose handler answers', () => {
    const target = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
    expect(() => warm(target, { shortCircuit: ShortCircuit.inHandler(), recordStarts: true }))
      .toThrow("recordStarts changes nothing about the function 'Stack/Fn': it is imported, so this app cannot change it. Set CDK_LAMBDA_WARMER_RECORD_STARTS to true in its environment where it is created, and leave recordStarts out here.");
  });

  test('two tokens for one function', () => {
    const fn = testFunction(stack);
    warm(fn);
    expect(() => warm(fn, { payload: WarmingPayload.standard({ token: 'agreed' }) }, 'Second'))
      .toThrow("LambdaWarmer 'Stack/Second': the function 'Stack/Fn' is pinged with another token by 'Stack/Warmer', but knows one only. Write the same `token` in both payloads, or none.");
  });

  test.each([[[ShortCircuit.layer, ShortCircuit.inHandler]], [[ShortCircuit.inHandler, ShortCircuit.layer]]])('a layer and the handler for one function (%#)', (inTurn) => {
    const fn = testFunction(stack);
    const [one, other] = inTurn;
    warm(fn, { shortCircuit: one() });
    expect(() => warm(fn, { shortCircuit: other() }, 'Second'))
      .toThrow("LambdaWarmer 'Stack/Second': the function 'Stack/Fn' is to answer pings by a layer and in its handler: 'Stack/Warmer' asks for the one, this warmer for the other. Write the same shortCircuit in both.");
  });

  test.each([ShortCircuit.auto(), ShortCircuit.inHandler()])('a function whose variables are taken away because it runs at the edge (%#)', (shortCircuit) => {
    const fn = testFunction(stack);
    warm(fn, { shortCircuit });
    new CfnResource(stack, 'AtEdge', { type: 'Custom::Behavior', properties: { Function: fn.currentVersion.edgeArn } });
    expect(() => app.synth()).toThrow("[Stack/Warmer] the function 'Stack/Fn' answers pings by the environment variable CDK_LAMBDA_WARMER_TOKEN, but that has been taken from it. "
      + 'Keep it; or, if CDK took it because the function runs at the edge (Lambda@Edge), remove the warmer: a ping would warm none of the copies there that serve requests.');
  });

  test('a function whose handler\'s name is taken away', () => {
    const fn = testFunction(stack);
    const warmer = warm(fn);
    Aspects.of(warmer).add({ visit: () => cfn(fn).addPropertyDeletionOverride('Environment.Variables.CDK_LAMBDA_WARMER_HANDLER') });
    expect(() => app.synth()).toThrow("[Stack/Warmer] the function 'Stack/Fn' answers pings by the environment variable CDK_LAMBDA_WARMER_HANDLER, but that has been taken from it.");
  });

  test('a function whose layer is taken away', () => {
    const fn = testFunction(stack);
    const warmer = warm(fn);
    Aspects.of(warmer).add({ visit: () => cfn(fn).addPropertyDeletionOverride('Layers') });
    expect(() => app.synth()).toThrow("[Stack/Warmer] the function 'Stack/Fn' is pointed at the layer that answers pings, but that layer has been taken from it. Keep it, or write shortCircuit: ShortCircuit.inHandler().");
  });

  test('a function that gets a wrapper script when it has the layer already', () => {
    const fn = testFunction(stack);
    const warmer = warm(fn);
    Aspects.of(warmer).add({ visit: (node) => node === warmer && fn.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler') });
    expect(() => app.synth()).toThrow("[Stack/Warmer] the function 'Stack/Fn' has been given a layer that answers pings, and afterwards what does not go with it: it has AWS_LAMBDA_EXEC_WRAPPER, whose script decides what is run. Write shortCircuit: ShortCircuit.inHandler()");
  });
});

describe('what is assigned to the resource itself, past its construct, stays:', () => {
  test.each([true, false])('variables (by an aspect: %s)', (byAspect) => {
    const fn = testFunction(stack);
    const assign = () => {
      cfn(fn).environment = { variables: { OWN: '1' } };
    };
    warm(fn);
    if (byAspect) {
      Aspects.of(app).add(new Visit(assign));
    } else {
      assign();
    }
    expect(properties()).toMatchObject({
      Handler: NODEJS_HANDLER,
      Environment: { Variables: { OWN: '1', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN, CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } },
    });
  });

  test('variables, with inHandler()', () => {
    const fn = testFunction(stack);
    warm(fn, { shortCircuit: ShortCircuit.inHandler() });
    cfn(fn).environment = { variables: { OWN: '1' } };
    expect(properties().Environment.Variables).toEqual({ OWN: '1', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN });
  });

  test('layers', () => {
    const fn = testFunction(stack);
    warm(fn);
    cfn(fn).layers = ['arn:aws:lambda:eu-west-1:111111111111:layer:own:1'];
    expect(properties().Layers).toEqual(['arn:aws:lambda:eu-west-1:111111111111:layer:own:1', { Ref: layers()[0] }]);
  });
});

describe('a warmer that an aspect creates', () => {
  function warmByAspect(): void {
    Aspects.of(app).add(new Visit((fn) => {
      if (!fn.node.tryFindChild('Warmer')) {
        new LambdaWarmer(fn, 'Warmer', { target: fn, fanOut: FanOut.direct() });
      }
    }));
  }

  test.each([true, false])('changes the function too (stabilization of aspects: %s)', (stabilization) => {
    app = testApp({ context: { '@aws-cdk/core:aspectStabilization': stabilization } });
    stack = testStack(app);
    testFunction(stack);
    warmByAspect();
    expect(properties().Handler).toBe(NODEJS_HANDLER);
  });

  /** Creates a warmer when CDK is past the function. */
  function warmLate(fn: lambda.Function, props: Partial<LambdaWarmerProps> = {}): void {
    const later = testFunction(stack, 'Later', { handler: 'run.sh' });
    Aspects.of(later).add({ visit: (node) => node === later && !later.node.tryFindChild('Warmer') && new LambdaWarmer(later, 'Warmer', { target: fn, ...props }) });
  }

  function lateStack(stabilization: boolean): lambda.Function {
    app = testApp({ context: { '@aws-cdk/core:aspectStabilization': stabilization } });
    stack = testStack(app);
    return testFunction(stack);
  }

  function handlerOf(id: string): string {
    return Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function')).find(([logicalId]) => logicalId.startsWith(id))![1].Properties.Handler;
  }

  test('changes a function that CDK is past, with stabilization of aspects, whatever other aspects there are', () => {
    const fn = lateStack(true);
    Aspects.of(app).add({ visit: () => {} }, { priority: AspectPriority.READONLY });
    warmLate(fn);
    expect(handlerOf('Fn')).toBe(NODEJS_HANDLER);
  });

  test('does not keep others from adding aspects to the function later', () => {
    const fn = lateStack(true);
    warm(fn);
    const later = testFunction(stack, 'Later');
    const seen: string[] = [];
    Aspects.of(later).add({
      visit: (node) => {
        if (node === later) {
          Aspects.of(fn).add({ visit: ({ node: { path } }) => void seen.push(path) });
        }
      },
    });
    expect(() => app.synth()).not.toThrow();
    expect(seen).toContain('Stack/Fn/Resource');
  });

  test.each([true, false])('is heard by a function that has been changed for another warmer (stabilization of aspects: %s)', (stabilization) => {
    const fn = lateStack(stabilization);
    warm(fn);
    warmLate(fn, { recordStarts: true });
    const { Environment } = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'))[0].Properties;
    expect(Environment.Variables).toEqual({ CDK_LAMBDA_WARMER_HANDLER: 'index.handler', CDK_LAMBDA_WARMER_TOKEN: STACK_TOKEN, CDK_LAMBDA_WARMER_RECORD_STARTS: 'true' });
  });

  test('is refused where it wants the handler to answer, and the layer is there already', () => {
    const fn = lateStack(true);
    warm(fn);
    warmLate(fn, { shortCircuit: ShortCircuit.inHandler() });
    expect(() => app.synth()).toThrow("LambdaWarmer 'Stack/Later/Warmer': the function 'Stack/Fn' is to answer pings by a layer and in its handler: 'Stack/Warmer' asks for the one, this warmer for the other.");
  });

  test('is refused where CDK is past the function and does not come back, with the cure', () => {
    warmLate(lateStack(false));
    expect(() => app.synth()).toThrow("[Stack/Later/Warmer] the function 'Stack/Fn' could not be changed to answer pings: the warmer was created by an aspect after CDK had been there. Set '@aws-cdk/core:aspectStabilization' to true in cdk.json, or create the warmer where the function is created.");
  });
});
