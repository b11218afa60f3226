import { anotherCopy, contextOf, freshRuntime, ping } from './fresh-runtime';

const handler = async (_event: any, _context: any): Promise<any> => 'a request';
const RECORD = { CDK_LAMBDA_WARMER_RECORD_STARTS: 'true' };

let written: string[];

beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'orders';
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
});

function names(): string[] {
  return written.map((line) => JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics[0].Name);
}

test('writes one line in embedded metric format for each real event', async () => {
  const warmed = freshRuntime(RECORD).withWarming(handler);
  const before = Date.now();
  await warmed({}, contextOf());
  expect(written).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
  const line = JSON.parse(written[0]);
  expect(line).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'LambdaWarmer', Dimensions: [['FunctionName']], Metrics: [{ Name: 'ColdStart', Unit: 'Count' }] }],
    },
    FunctionName: 'orders',
    ColdStart: 1,
  });
  expect(line._aws.Timestamp).toBeGreaterThanOrEqual(before);
  await warmed({}, contextOf());
  expect(JSON.parse(written[1])).toMatchObject({ FunctionName: 'orders', WarmStart: 1 });
  expect(names()).toEqual(['ColdStart', 'WarmStart']);
});

test('counts no ping, and finds the first event after one warm', async () => {
  const warmed = freshRuntime(RECORD).withWarming(handler);
  await warmed(ping(), contextOf());
  expect(written).toEqual([]);
  await warmed({}, contextOf());
  expect(names()).toEqual(['WarmStart']);
});

test('counts an event once that passes two copies of the package', async () => {
  const inner = freshRuntime(RECORD).withWarming(handler);
  const between = async (event: any, context: any) => inner(event, context);
  const outer = anotherCopy(RECORD).withWarming(between);
  await outer({}, contextOf());
  await outer({}, contextOf());
  expect(names()).toEqual(['ColdStart', 'WarmStart']);
});

test.each([undefined, '', 'false', '1'])('is off unless the variable is "true": %j', async (value) => {
  const warmed = freshRuntime(value === undefined ? {} : { CDK_LAMBDA_WARMER_RECORD_STARTS: value }).withWarming(handler);
  await warmed({}, contextOf());
  expect(written).toEqual([]);
});
