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

  const nodeEvents = (label, file, ping) => ({
    label,
    command: process.execPath,
    args: ['measure/events.mjs', path.join(setup.nodejs, file), ...ping ? [JSON.stringify(ping)] : []],
  });
  const nodeLoad = (label, how, file, environment) => ({
    label,
    command: process.execPath,
    args: ['measure/load.mjs', how, path.join(setup.nodejs, file)],
    environment,
  });
  const pythonEvents = (label, module, ping = null, replaced = []) => ({
    label,
    command: setup.pythonCommand,
    args: ['measure/events.py', module, JSON.stringify(ping), ...replaced],
  });
  const pythonLoad = (label, module, form, environment) => ({
    label,
    command: setup.pythonCommand,
    args: ['measure/load.py', module, form, setup.emptyFolder],
    environment,
  });
  const redirected = { CDK_LAMBDA_WARMER_HANDLER: 'bare.handler' };

  return {
    nodeEvents: [
      nodeEvents('bare', 'bare.cjs'),
      nodeEvents('`withWarming`', 'with-warming.cjs', OUR_PING),
      nodeEvents(names.lambdaWarmer, 'lambda-warmer.cjs', LAMBDA_WARMER_PING),
      nodeEvents(`${names.middy} alone, which answers no pings`, 'middy.mjs'),
      nodeEvents(names.middyWarmup, 'middy-warmup.mjs', MIDDY_PING),
    ],
    pythonEvents: [
      pythonEvents('bare', 'bare'),
      pythonEvents('`with_warming`', 'with_warming', OUR_PING),
      pythonEvents(names.lambdaWarmerPy, 'lambda_warmer_py', LAMBDA_WARMER_PING),
      pythonEvents(`${names.lambdaWarmerPyMetric}, its boto3 client replaced`, 'lambda_warmer_py_metric', LAMBDA_WARMER_PING, ['client']),
      pythonEvents(`${names.lambdaWarmerPyMetric}, only the client's call replaced`, 'lambda_warmer_py_metric', LAMBDA_WARMER_PING, ['call']),
    ],
    nodeRequire: [
      nodeLoad('bare', 'require', 'bare.cjs'),
      nodeLoad('`withWarming`', 'require', 'with-warming.cjs'),
      nodeLoad(names.lambdaWarmer, 'require', 'lambda-warmer.cjs'),
    ],
    nodeImport: [
      nodeLoad('bare', 'import', 'bare.mjs'),
      nodeLoad('`withWarming`', 'import', 'with-warming.mjs'),
      nodeLoad('bare, through the layer\'s `redirect.mjs`', 'import', 'node_modules/cdk-lambda-warmer-runtime/redirect.mjs', redirected),
      nodeLoad(names.lambdaWarmer, 'import', 'lambda-warmer.mjs'),
      nodeLoad(names.middyWarmup, 'import', 'middy-warmup.mjs'),
    ],
    pythonSource: [
      pythonLoad('bare', 'bare', 'source'),
      pythonLoad('`with_warming`', 'with_warming', 'source'),
      pythonLoad('bare, through the layer\'s `redirect.py`', 'cdk_lambda_warmer_runtime.redirect', 'source', redirected),
    ],
    pythonCompiled: [
      pythonLoad('bare', 'bare', 'compiled'),
      pythonLoad('`with_warming`', 'with_warming', 'compiled'),
      pythonLoad(`${names.lambdaWarmerPy}, which imports boto3 ${versions.boto3}`, 'lambda_warmer_py', 'compiled'),
    ],
  };
}
