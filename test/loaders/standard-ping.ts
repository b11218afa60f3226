import { ExecutionEnvironment } from './execution-environment';
import { ping, TOKEN } from './layers';
import { metricsIn, startMetric } from './metrics';

const SECONDS = 1000;

/** Starts an environment whose handler runs through the layer. */
type Start = (handler: string, variables?: NodeJS.ProcessEnv) => Promise<ExecutionEnvironment>;

/**
 * What a function with a layer says to pings and to events, in whichever language.
 *
 * @param start to be called once a test
 * @param echo a handler that returns its event as `event`
 * @param hooked one that has been wrapped by hand too
 */
export function testStandardPing(start: Start, echo: string, hooked: string): void {
  const EVENT = { path: '/orders' };

  test('keeps an environment warm: the answers tell of it', async () => {
    const environment = await start(echo);
    const first = await environment.invoke(ping({ holdMs: 60, index: 0, of: 2 }));
    await environment.invoke(EVENT);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await environment.invoke(ping());
    const [one, other] = [first, second].map(({ response }) => response.cdkLambdaWarmer);
    expect(one).toMatchObject({ coldStart: true, pings: 1, idleMs: null });
    expect(one.heldMs).toBeGreaterThanOrEqual(59);
    expect(other).toEqual({ environmentId: one.environmentId, coldStart: false, heldMs: expect.any(Number), pings: 2, idleMs: expect.any(Number) });
    expect(other.idleMs).toBeGreaterThanOrEqual(50);
    expect(other.idleMs).toBeLessThan(5 * SECONDS);
  });

  test('finds a real first event cold, and a ping after it warm', async () => {
    const environment = await start(echo);
    await environment.invoke(EVENT);
    expect((await environment.invoke(ping())).response.cdkLambdaWarmer).toMatchObject({ coldStart: false, pings: 1, idleMs: expect.any(Number) });
  });

  test('releases a ping at the moment that it names, and in time before a timeout', async () => {
    const environment = await start(echo);
    await environment.invoke(ping());
    const releaseAt = Date.now() + 300;
    await environment.invoke(ping({ releaseAt }));
    expect(Date.now()).toBeGreaterThanOrEqual(releaseAt - 1);
    const clamped = await environment.invoke(ping({ releaseAt: Date.now() + 60 * SECONDS }), SECONDS);
    expect(clamped.response.cdkLambdaWarmer.heldMs).toBeLessThanOrEqual(510);
    const late = await environment.invoke(ping({ releaseAt: Date.now() - 60 * SECONDS }));
    expect(late.response.cdkLambdaWarmer.heldMs).toBeLessThan(100);
  });

  test('takes an event with another token, with none, or of a function that knows none for a real one', async () => {
    const forged = [{ cdkLambdaWarmer: { token: `${TOKEN}x` } }, { cdkLambdaWarmer: {} }, { cdkLambdaWarmer: null }, { cdkLambdaWarmer: true }, { cdkLambdaWarmer: { token: '\ud800' } }];
    const environment = await start(echo);
    for (const event of forged) {
      expect((await environment.invoke(event)).response.event).toEqual(event);
    }
    const unaware = await start(echo, { CDK_LAMBDA_WARMER_TOKEN: undefined });
    expect((await unaware.invoke(ping())).response.event).toEqual(ping());
  });

  test.each(['TEXT', 'JSON'])('records starts as embedded metrics that logging in %s leaves alone, pings apart', async (format) => {
    const environment = await start(hooked, { CDK_LAMBDA_WARMER_RECORD_STARTS: 'true', AWS_LAMBDA_LOG_FORMAT: format });
    for (const event of [EVENT, ping(), EVENT]) {
      await environment.invoke(event);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(metricsIn(environment.output)).toEqual([startMetric('ColdStart'), startMetric('WarmStart')]);
  });
}
