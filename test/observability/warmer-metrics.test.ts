import { App, Duration, Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FanOut, LambdaWarmer, LambdaWarmerProps, WarmingPayload } from '../../src';
import { FUNCTION_ARN, testApp, testFunction, testStack } from '../uses';

const DEFAULT = ['Coverage', 'WarmEnvironments', 'ColdStarts'];

type Method = (warmer: LambdaWarmer, options?: MetricOptions) => Metric;

const METHODS: readonly [string, string, Method][] = [
  ['Coverage', 'Minimum', (warmer, options) => warmer.metricCoverage(options)],
  ['WarmEnvironments', 'Minimum', (warmer, options) => warmer.metricWarmEnvironments(options)],
  ['ColdStarts', 'Sum', (warmer, options) => warmer.metricColdStarts(options)],
  ['Throttles', 'Sum', (warmer, options) => warmer.metricThrottles(options)],
  ['Errors', 'Sum', (warmer, options) => warmer.metricErrors(options)],
  ['HeldTime', 'Sum', (warmer, options) => warmer.metricHeldTime(options)],
];

let app: App;
let stack: Stack;

beforeEach(() => {
  app = testApp();
  stack = testStack(app);
});

function warm(props: Partial<LambdaWarmerProps> = {}): LambdaWarmer {
  return new LambdaWarmer(stack, 'Warmer', { target: props.target ?? testFunction(stack), emitMetrics: true, ...props });
}

/** The metrics that the plan asks for. */
function planned(): string[] | undefined {
  const template = app.synth({ force: true }).getStackByName('Stack').template;
  return JSON.parse(/\\"metrics\\":(\[.*?\])/.exec(JSON.stringify(template))?.[1].replace(/\\"/g, '"') ?? 'null') ?? undefined;
}

test('three metrics are emitted where they are asked for, and none where they are not', () => {
  warm();
  expect(planned()).toEqual(DEFAULT);
  stack = testStack(app = testApp());
  warm({ emitMetrics: false, concurrency: 2 });
  expect(planned()).toBeUndefined();
});

test.each(METHODS)('metric%s() reads what is emitted, by the name of the function, and has it emitted', (name, statistic, metric) => {
  const warmer = warm();
  const found = metric(warmer, { period: Duration.minutes(15), label: 'Own' });
  expect(stack.resolve(found.toMetricConfig().metricStat)).toMatchObject({
    namespace: 'LambdaWarmer',
    metricName: name,
    dimensions: [{ name: 'FunctionName', value: { 'Fn::Select': [6, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }] }] } }],
    statistic,
  });
  expect(found).toMatchObject({ period: Duration.minutes(15), label: 'Own' });
  expect(planned()).toEqual(DEFAULT.includes(name) ? DEFAULT : [...DEFAULT, name]);
});

/** A part of the ARN of the alias, by whose reference the metric is read when the alias is there. */
const ofAlias = (part: number) => ({ 'Fn::Select': [part, { 'Fn::Split': [':', { Ref: expect.stringMatching(/^FnAliaslive/) }] }] });

test('a metric that is asked for after a synthesis is emitted at the next', () => {
  const warmer = warm();
  expect(planned()).toEqual(DEFAULT);
  warmer.metricErrors();
  expect(planned()).toEqual([...DEFAULT, 'Errors']);
});

test.each<[string, () => lambda.IFunction, unknown]>([
  ['an alias', () => testFunction(stack).addAlias('live'), { 'Fn::Join': ['', [ofAlias(6), ':', ofAlias(7)]] }],
  ['an imported function', () => lambda.Function.fromFunctionArn(stack, 'Fn', FUNCTION_ARN), 'orders'],
  ['an imported alias', () => lambda.Function.fromFunctionArn(stack, 'Fn', `${FUNCTION_ARN}:live`), 'orders:live'],
  ['a version', () => lambda.Version.fromVersionArn(stack, 'Fn', `${FUNCTION_ARN}:7`), 'orders:7'],
])('%s is found with its qualifier, as the dispatcher names it', (_, target, value) => {
  expect(stack.resolve(warm({ target: target() }).metricCoverage().dimensions)).toEqual({ FunctionName: value });
});

test.each(METHODS)('metric%s() throws where nothing is emitted', (name, _, metric) => {
  expect(() => metric(warm({ emitMetrics: false, concurrency: 2 }))).toThrow(`LambdaWarmer 'Stack/Warmer': metric${name}() was called, but nothing is emitted. Write emitMetrics: true.`);
});

test.each(METHODS)('metric%s() throws where nothing is counted either', (name, _, metric) => {
  expect(() => metric(warm({ emitMetrics: false }))).toThrow(`metric${name}() was called, but nothing is emitted. Write emitMetrics: true and fanOut: FanOut.dispatcher().`);
});

test('emitMetrics is refused where nothing is counted', () => {
  expect(() => warm({ fanOut: FanOut.direct() })).toThrow("LambdaWarmer 'Stack/Warmer': emitMetrics asks for metrics, but FanOut.direct() counts nothing. Write fanOut: FanOut.dispatcher(), or leave emitMetrics out.");
});

describe('what the answers to a payload do not tell', () => {
  test.each<[string, WarmingPayload, string[]]>([
    ['openNext', WarmingPayload.openNext(), ['HeldTime']],
    ['ofType', WarmingPayload.ofType('warmer'), ['Coverage', 'WarmEnvironments', 'HeldTime']],
    ['lambdaWarmer', WarmingPayload.lambdaWarmer(), ['Coverage', 'WarmEnvironments', 'HeldTime']],
  ])('is neither emitted nor to be asked for: %s', (_, payload, untold) => {
    const warmer = warm({ payload });
    for (const [name, , metric] of METHODS) {
      (untold.includes(name) ? expect(() => metric(warmer)) : expect(() => metric(warmer)).not)
        .toThrow(untold.includes(name) ? `metric${name}() was called, but the answers to this payload do not tell it. Write payload: WarmingPayload.standard(), or leave the metric out.` : undefined);
    }
    expect(planned()).toEqual(['Coverage', 'WarmEnvironments', 'ColdStarts', 'Throttles', 'Errors', 'HeldTime'].filter((name) => !untold.includes(name)));
  });
});
