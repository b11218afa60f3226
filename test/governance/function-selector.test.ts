import { App, Aspects, NestedStack, Stack, Stage, Tag, Tags } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnFunction as SamFunction } from 'aws-cdk-lib/aws-sam';
import { Construct } from 'constructs';
import { apiFor, appWith, cfnFunction, pathsOf, said, STABILIZATION, warmedBy } from './constructs';
import { FunctionSelector, WarmingAspect } from '../../src';
import { testApp, testFunction, testStack } from '../uses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function selected(selector: FunctionSelector, scope: Construct = app): string[] {
  return pathsOf(selector.select(scope));
}

describe('all', () => {
  test('are those of stacks, nested stacks and stages, by L2 constructs or as resources', () => {
    [stack, new NestedStack(stack, 'Nested'), testStack(new Stage(app, 'Prod'))].forEach((scope) => testFunction(scope));
    cfnFunction(stack);
    new SamFunction(stack, 'Sam', { inlineCode: '', runtime: 'nodejs24.x', handler: 'index.handler' });

    expect(selected(FunctionSelector.all())).toEqual(['Prod/Stack/Fn', 'Stack/Fn', 'Stack/L1', 'Stack/Nested/Fn', 'Stack/Sam']);
    expect(selected(FunctionSelector.all(), app.node.findChild('Prod') as Stage)).toEqual(['Prod/Stack/Fn']);
  });

  test('are by their aliases where they have some, which are there for callers', () => {
    const fn = testFunction(stack);
    ['live', 'next'].forEach((name) => fn.addAlias(name));

    expect(selected(FunctionSelector.all())).toEqual(['Stack/Fn/Aliaslive', 'Stack/Fn/Aliasnext']);
  });
});

describe('tagged', () => {
  test('by a key, and by a key with a value', () => {
    Tags.of(testFunction(stack, 'A')).add('tier', 'web');
    Tags.of(testFunction(stack, 'B')).add('tier', 'batch');
    testFunction(stack, 'C');

    expect(selected(FunctionSelector.tagged('tier'))).toEqual(['Stack/A', 'Stack/B']);
    expect(selected(FunctionSelector.tagged('tier', 'web'))).toEqual(['Stack/A']);
    expect(selected(FunctionSelector.tagged('tier', ''))).toEqual([]);
    expect(selected(FunctionSelector.tagged('Tier'))).toEqual([]);
  });

  test('by properties of a resource, its TagManager, and a map of tags', () => {
    cfnFunction(stack, 'ByProperty').tags.setTag('tier', 'web');
    new CfnFunction(stack, 'ByList', { code: {}, role: 'role', tags: [{ key: 'tier', value: 'web' }] });
    new SamFunction(stack, 'Sam', { tags: { tier: 'web' } });

    expect(selected(FunctionSelector.tagged('tier', 'web'))).toEqual(['Stack/ByList', 'Stack/ByProperty', 'Stack/Sam']);
  });

  test('by what is around, unless the tag is taken away, or is not for functions', () => {
    const [plain, untagged, other] = ['Plain', 'Untagged', 'Other'].map((id) => testFunction(stack, id));
    Tags.of(app).add('tier', 'web');
    Tags.of(untagged).remove('tier');
    Tags.of(other).add('tier', 'batch');
    Tags.of(app).add('topic', 'x', { includeResourceTypes: ['AWS::SNS::Topic'] });
    Tags.of(app).add('rest', 'x', { excludeResourceTypes: ['AWS::Lambda::Function'] });

    expect(selected(FunctionSelector.tagged('tier', 'web'))).toEqual([plain.node.path]);
    expect(selected(FunctionSelector.tagged('topic'))).toEqual([]);
    expect(selected(FunctionSelector.tagged('rest'))).toEqual([]);
  });

  test('not by tags that do not reach into its stage, so that the template has them not', () => {
    const stage = new Stage(app, 'Stage');
    const fn = testFunction(testStack(stage));
    Tags.of(app).add('tier', 'web');
    Tags.of(stage).add('level', 'prod');
    expect(['tier', 'level'].map((key) => selected(FunctionSelector.tagged(key)).includes(fn.node.path))).toEqual([false, true]);
    app.synth();

    expect((fn.node.defaultChild as CfnFunction).tags.tagValues()).toEqual({ level: 'prod' });
  });

  test('by the tag that wins, by nearness or priority, as in the template', () => {
    const fn = testFunction(stack);
    Tags.of(app).add('near', 'app');
    Tags.of(fn).add('near', 'fn');
    Tags.of(app).add('strong', 'app', { priority: 300 });
    Tags.of(fn).add('strong', 'fn');
    const keys = ['near', 'strong'].map((key) => [key, ['app', 'fn'].filter((value) => selected(FunctionSelector.tagged(key, value)).length > 0)]);
    app.synth();

    expect(keys).toEqual([['near', ['fn']], ['strong', ['app']]]);
    expect((fn.node.defaultChild as CfnFunction).tags.tagValues()).toEqual({ near: 'fn', strong: 'app' });
  });

  test.each(STABILIZATION.flatMap(([name, isOn]) => [true, false].map((first): [string, string, boolean, boolean] => [name, first ? 'before' : 'after', isOn, first])))(
    '%s: tags that are added %s the aspect count', (_, __, isOn, first) => {
      app = appWith(isOn);
      stack = testStack(app);
      const functions = ['OnApp', 'OnStack', 'OnItself', 'Removed'].map((id) => testFunction(stack, id));
      const tag = () => {
        Tags.of(app).add('tier', 'web');
        Tags.of(functions[2]).add('own', 'web');
        Tags.of(functions[3]).remove('tier');
        Aspects.of(stack).add(new Tag('stack', 'web'));
      };
      const warm = () => Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.tagged('tier') }));
      (first ? [tag, warm] : [warm, tag]).forEach((act) => act());
      app.synth();

      expect(functions.map((fn) => warmedBy(fn).length)).toEqual([1, 1, 1, 0]);
    });

  test('takes a key', () => {
    expect(() => FunctionSelector.tagged('')).toThrow('FunctionSelector.tagged(): the key is empty. Write the key of a tag.');
  });
});

describe('under a path', () => {
  beforeEach(() => {
    const prod = new Stage(app, 'Prod');
    const api = new Construct(testStack(prod, 'Shop'), 'Api');
    ['Orders', 'Checkout'].forEach((id) => testFunction(api, id));
    testFunction(stack, 'Orders');
    testFunction(stack, 'Proxy {id+} (v1)');
  });

  test.each([
    ['Stack/Orders', ['Stack/Orders']],
    ['Prod', ['Prod/Shop/Api/Checkout', 'Prod/Shop/Api/Orders']],
    ['Prod/Shop/Api', ['Prod/Shop/Api/Checkout', 'Prod/Shop/Api/Orders']],
    ['Prod/*/*/Or*', ['Prod/Shop/Api/Orders']],
    ['**/Orders', ['Prod/Shop/Api/Orders', 'Stack/Orders']],
    ['{Prod,Stack}/**/[NO]rders', ['Prod/Shop/Api/Orders', 'Stack/Orders']],
    ['*', ['Prod/Shop/Api/Checkout', 'Prod/Shop/Api/Orders', 'Stack/Orders', 'Stack/Proxy {id+} (v1)']],
    ['Stack/Proxy {id+} \\(v1\\)', ['Stack/Proxy {id+} (v1)']],
    ['Stack/*[(]v1[)]', ['Stack/Proxy {id+} (v1)']],
    ['Orders', []],
    ['Stack/orders', []],
  ] as [string, string[]][])('%s', (glob, expected) => {
    expect(selected(FunctionSelector.underPath(glob))).toEqual(expected);
  });

  test.each([
    ['', 'it is empty'],
    [' ', 'it is empty'],
    ['/Stack', 'it has an empty part'],
    ['Stack/', 'it has an empty part'],
    ['Stack//Fn', 'it has an empty part'],
    ['Stack/[ab', "its ']' is missing"],
    ['{Prod,Stack', "its '}' is missing"],
    ['@(Prod|Stack', "its ')' is missing"],
    ['Stack]', "its ']' closes nothing"],
    ['Stack/{a)}', "its ')' closes nothing"],
    ['x'.repeat(65_537), 'it is too long'],
  ])('malformed: %.20s', (glob, problem) => {
    expect(() => FunctionSelector.underPath(glob)).toThrow(`FunctionSelector.underPath('${glob}'): ${problem}`);
  });
});

describe('together', () => {
  beforeEach(() => {
    ['A', 'B', 'C'].forEach((id) => Tags.of(testFunction(stack, id)).add(id, 'yes'));
    apiFor(stack.node.findChild('A') as any);
  });

  test('any of some, each once', () => {
    expect(selected(FunctionSelector.anyOf(FunctionSelector.tagged('A'), FunctionSelector.userFacing(), FunctionSelector.tagged('C')))).toEqual(['Stack/A', 'Stack/C']);
  });

  test('without some', () => {
    expect(selected(FunctionSelector.all().except(FunctionSelector.userFacing(), FunctionSelector.tagged('B')))).toEqual(['Stack/C']);
    expect(selected(FunctionSelector.anyOf(FunctionSelector.all()).except())).toEqual(['Stack/A', 'Stack/B', 'Stack/C']);
  });

  test('of none is refused', () => {
    expect(() => FunctionSelector.anyOf()).toThrow('FunctionSelector.anyOf(): there is no selector. Write at least one.');
  });
});

describe('nothing', () => {
  test('is warned of, where it can be seen', () => {
    expect(selected(FunctionSelector.userFacing())).toEqual([]);
    app.synth();

    expect(said('warning', stack, 'matches no function in the app')).toEqual([expect.stringMatching(/^\/Stack .*\[ack: cdk-lambda-warmer:nothingSelected\]$/)]);
  });
});
