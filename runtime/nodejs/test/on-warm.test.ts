import { anotherCopy, contextOf, freshRuntime, ping } from './fresh-runtime';

const handler = async (_event: any, _context: any): Promise<any> => 'a request';

let log: jest.SpyInstance;

beforeEach(() => {
  log = jest.spyOn(console, 'error').mockImplementation();
});

test('runs on each ping, before it is answered, and on nothing else', async () => {
  const { withWarming, onWarm } = freshRuntime();
  const steps: string[] = [];
  onWarm(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push('warmed');
  });
  onWarm(() => void steps.push('at once'));
  const warmed = withWarming(handler);
  await warmed({}, contextOf());
  expect(steps).toEqual([]);
  await warmed(ping(), contextOf());
  expect(steps).toEqual(['at once', 'warmed']);
  await warmed(ping(), contextOf());
  expect(steps).toEqual(['at once', 'warmed', 'at once', 'warmed']);
});

test('runs while the ping is held, not after', async () => {
  const { withWarming, onWarm } = freshRuntime();
  onWarm(() => new Promise((resolve) => setTimeout(resolve, 100)));
  const { cdkLambdaWarmer } = await withWarming(handler)(ping({ holdMs: 100 }), contextOf());
  expect(cdkLambdaWarmer.heldMs).toBeGreaterThanOrEqual(99);
  expect(cdkLambdaWarmer.heldMs).toBeLessThan(190);
});

test('runs what another copy of the package has registered', async () => {
  const hook = jest.fn();
  const { withWarming } = freshRuntime();
  anotherCopy().onWarm(hook);
  await withWarming(handler)(ping(), contextOf());
  expect(hook).toHaveBeenCalledWith();
});

test.each([
  ['at once', () => {
    throw new Error('on purpose');
  }],
  ['later', async () => Promise.reject(new Error('on purpose'))],
])('is logged once when it fails %s, and never fails the ping', async (_, hook) => {
  const { withWarming, onWarm } = freshRuntime();
  const other = jest.fn();
  onWarm(hook);
  onWarm(other);
  const warmed = withWarming(handler);
  expect(await warmed(ping(), contextOf())).toHaveProperty('cdkLambdaWarmer.pings', 1);
  expect(await warmed(ping(), contextOf())).toHaveProperty('cdkLambdaWarmer.pings', 2);
  expect(other).toHaveBeenCalledTimes(2);
  expect(log.mock.calls).toEqual([['cdk-lambda-warmer: a function registered by onWarm failed; further failures of it are not logged.', new Error('on purpose')]]);
});

test('is waited for until 500 ms before the timeout, logged once, and not started again while it runs', async () => {
  jest.useFakeTimers();
  const { withWarming, onWarm } = freshRuntime();
  const hook = jest.fn(() => new Promise(() => {}));
  onWarm(hook);
  const warmed = withWarming(handler);
  const answer = warmed(ping(), contextOf(3000));
  await jest.runAllTimersAsync();
  expect((await answer).cdkLambdaWarmer.heldMs).toBe(2500);
  expect((await warmed(ping(), contextOf(3000))).cdkLambdaWarmer.heldMs).toBe(0);
  expect(hook).toHaveBeenCalledTimes(1);
  expect(log.mock.calls).toEqual([[expect.any(String), new Error('still running when the ping had to be answered, after 2500 ms')]]);
  jest.useRealTimers();
});

test('is not waited for where no time is left', async () => {
  const { withWarming, onWarm } = freshRuntime();
  onWarm(() => new Promise(() => {}));
  await withWarming(handler)(ping(), contextOf(100));
  expect(log.mock.calls).toEqual([[expect.any(String), new Error('still running when the ping had to be answered, after 0 ms')]]);
});

test('is waited for with a context whose time is longer than timers can be', async () => {
  const { withWarming, onWarm } = freshRuntime();
  onWarm(() => new Promise((resolve) => setTimeout(resolve, 30)));
  const { cdkLambdaWarmer } = await withWarming(handler)(ping(), { getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER });
  expect(cdkLambdaWarmer.heldMs).toBeGreaterThanOrEqual(29);
  expect(log).not.toHaveBeenCalled();
});

test('leaves no timer behind that would keep the environment from ending', async () => {
  jest.useFakeTimers();
  const { withWarming, onWarm } = freshRuntime();
  onWarm(() => 'done');
  await withWarming(handler)(ping(), contextOf());
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test.each([undefined, null, 'text', {}])('takes functions only, not %j', (wrong) => {
  expect(() => freshRuntime().onWarm(wrong as any)).toThrow(new TypeError(`onWarm takes a function, not ${wrong === null ? 'null' : typeof wrong}`));
});
