/*
 * The app by which the end-to-end tests of an account's warmer are run: a stack of a platform team, and two of teams whose
 * functions take part, or do not.
 */
import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { nodejs } from './functions';
import { adaptToEmulator } from '../../tools/emulated';
import { AccountWarmer, ShortCircuit, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

const TOKEN = 'agreed-in-the-account';
const TAG = 'lambda-warmer:concurrency';

const app = new App({ analyticsReporting: false });
adaptToEmulator(app);
const [orders, search] = [new Stack(app, 'Orders'), new Stack(app, 'Search')];
const payload = WarmingPayload.standard({ token: TOKEN });
const shortCircuit = ShortCircuit.inHandler();

AccountWarmer.enroll(nodejs(orders, 'ThreeFn', 'counted.mjs'), { concurrency: 3, payload, shortCircuit });
AccountWarmer.enroll(nodejs(search, 'OneFn', 'counted.mjs'), { concurrency: 1, payload, shortCircuit });
AccountWarmer.enroll(nodejs(search, 'GreedyFn', 'counted.mjs'), { concurrency: 20, payload, shortCircuit });
// Its handler knows nothing of pings.
AccountWarmer.enroll(nodejs(orders, 'LayeredFn', 'plain.mjs'), { concurrency: 2, payload });

// They could answer, but nobody has asked for them in a way that can be understood.
const variables = { CDK_LAMBDA_WARMER_TOKEN: TOKEN };
nodejs(orders, 'UntaggedFn', 'counted.mjs', { variables });
nodejs(orders, 'LaterFn', 'counted.mjs', { variables });
Tags.of(nodejs(search, 'MalformedFn', 'counted.mjs', { variables })).add(TAG, 'lots');

// A tag of all that is in it, the planner and the dispatcher too.
const platform = new Stack(app, 'Platform', { tags: { [TAG]: '7' } });
new AccountWarmer(platform, 'Account', {
  payload,
  schedule: WarmingSchedule.every(Duration.minutes(1)),
  refreshInterval: Duration.minutes(1),
  maxConcurrencyPerFunction: 4,
  maxConcurrency: Number(app.node.tryGetContext('most') ?? 100),
  maxMonthlyCost: 50,
});
