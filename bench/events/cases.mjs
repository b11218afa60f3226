import path from 'node:path';
import { OUR_PING } from './setup.mjs';

const LAMBDA_WARMER_PING = { warmer: true };
const MIDDY_PING = { source: 'serverless-plugin-warmup' };

/**
 * What is compared, by the kind of measurement. The first case of each group is the bare one that the others are
 * compared with.
 */
export function casesOf(setup) {
  const { versions } = setup;
  const names = {
    lambdaWarmer: `lambda-warmer ${versions['lambda-warmer']}`,
    middy: `@middy/core ${versions['@middy/core']}`,
    middyWarmup: `@middy/core and @middy/warmup ${versions['@middy/warmup']}`,
    lambdaWarmerPy: `lambda-warmer-py ${versions['lambda-warmer-py']}`,
    lambdaWarmerPyMetric: `lambda-warmer-py ${versions['lambda-warmer-py']}, \`send_metric=True\``,
  };

  const nodeEvents = (id, label, file, ping) => ({
    id,
    label,
    command: process.execPath,
    args: ['measure/events.mjs', path.join(setup.nodejs, file), ...ping ? [JSON.stringify(ping)] : []],
  });
  const nodeLoad = (id, label, how, file, environment) => ({
    id,
    label,
    command: process.execPath,
    args: ['measure/load.mjs', how, path.join(setup.nodejs, file)],
    environment,
  });
  const pythonEvents = (id, label, module, ping = null, replaced = []) => ({
    id,
    label,
    command: setup.pythonCommand,
    args: ['measure/events.py', module, JSON.stringify(ping), ...replaced],
  });
  const pythonLoad = (id, label, module, form, environment) => ({
    id,
    label,
    command: setup.pythonCommand,
    args: ['measure/load.py', module, form, setup.emptyFolder],
    environment,
  });
  const redirected = { CDK_LAMBDA_WARMER_HANDLER: 'bare.handler' };

  return {
    nodeEvents: [
      nodeEvents('bare', 'bare', 'bare.cjs'),
      nodeEvents('ours', '`withWarming`', 'with-warming.cjs', OUR_PING),
      nodeEvents('lambdaWarmer', names.lambdaWarmer, 'lambda-warmer.cjs', LAMBDA_WARMER_PING),
      nodeEvents('middy', `${names.middy} alone, which answers no pings`, 'middy.mjs'),
      nodeEvents('middyWarmup', names.middyWarmup, 'middy-warmup.mjs', MIDDY_PING),
    ],
    pythonEvents: [
      pythonEvents('bare', 'bare', 'bare'),
      pythonEvents('ours', '`with_warming`', 'with_warming', OUR_PING),
      pythonEvents('lambdaWarmerPy', names.lambdaWarmerPy, 'lambda_warmer_py', LAMBDA_WARMER_PING),
      pythonEvents('metricClient', `${names.lambdaWarmerPyMetric}, its boto3 client replaced`, 'lambda_warmer_py_metric', LAMBDA_WARMER_PING, ['client']),
      pythonEvents('metricCall', `${names.lambdaWarmerPyMetric}, only the client's call replaced`, 'lambda_warmer_py_metric', LAMBDA_WARMER_PING, ['call']),
    ],
    nodeRequire: [
      nodeLoad('bare', 'bare', 'require', 'bare.cjs'),
      nodeLoad('ours', '`withWarming`', 'require', 'with-warming.cjs'),
      nodeLoad('lambdaWarmer', names.lambdaWarmer, 'require', 'lambda-warmer.cjs'),
    ],
    nodeImport: [
      nodeLoad('bare', 'bare', 'import', 'bare.mjs'),
      nodeLoad('ours', '`withWarming`', 'import', 'with-warming.mjs'),
      nodeLoad('layer', 'bare, through the layer\'s `redirect.mjs`', 'import', 'node_modules/cdk-lambda-warmer-runtime/redirect.mjs', redirected),
      nodeLoad('lambdaWarmer', names.lambdaWarmer, 'import', 'lambda-warmer.mjs'),
      nodeLoad('middyWarmup', names.middyWarmup, 'import', 'middy-warmup.mjs'),
    ],
    pythonSource: [
      pythonLoad('bare', 'bare', 'bare', 'source'),
      pythonLoad('ours', '`with_warming`', 'with_warming', 'source'),
      pythonLoad('layer', 'bare, through the layer\'s `redirect.py`', 'cdk_lambda_warmer_runtime.redirect', 'source', redirected),
    ],
    pythonCompiled: [
      pythonLoad('bare', 'bare', 'bare', 'compiled'),
      pythonLoad('ours', '`with_warming`', 'with_warming', 'compiled'),
      pythonLoad('lambdaWarmerPy', `${names.lambdaWarmerPy}, which imports boto3 ${versions.boto3}`, 'lambda_warmer_py', 'compiled'),
    ],
  };
}
