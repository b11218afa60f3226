/*
 * What a function's `Handler` is pointed at: loads the function's own handler, whose name is in
 * `CDK_LAMBDA_WARMER_HANDLER`, and wraps it. The runtime awaits this module, and so the handler's.
 *
 * What goes wrong on the way is thrown as it came: the runtime turns it into the error that it would have reported
 * without this file. Only what the runtime finds out about the handler's name is said here, in its words.
 */
import { createRequire } from 'node:module';

// To import these would cost each cold start two milliseconds more.
const require = createRequire(import.meta.url);
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { withWarming } = require('./index.cjs');

class HandlerNotFound extends Error {}
HandlerNotFound.prototype.name = 'Runtime.HandlerNotFound';

class MalformedHandlerName extends Error {}
MalformedHandlerName.prototype.name = 'Runtime.MalformedHandlerName';

/**
 * Since its version for Node.js 24, Lambda's loader imports CommonJS too, and looks into the default export.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
const IMPORTS_ALL = Number(process.versions.node.split('.')[0]) >= 24;

async function load(name) {
  if (name.includes('..')) {
    throw new MalformedHandlerName(`'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const [, module, property] = /^([^.]*)\.(.*)$/.exec(path.basename(name)) ?? [];
  if (module === undefined) {
    throw new MalformedHandlerName('Bad handler');
  }
  const exported = await loadModule(path.resolve(process.env.LAMBDA_TASK_ROOT ?? '.', path.dirname(name)), module);
  const handler = find(exported, property) ?? (IMPORTS_ALL ? find(exported?.default, property) : undefined);
  if (!handler) {
    throw new HandlerNotFound(`${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new HandlerNotFound(`${name} is not a function`);
  }
  return handler;
}

async function loadModule(folder, name) {
  const file = path.join(folder, name);
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const candidate = file + extension;
    if (existsSync(candidate)) {
      const imports = IMPORTS_ALL || extension === '.mjs' || (extension === '.js' && isModuleFolder(folder));
      return imports ? import(candidate) : require(candidate);
    }
  }
  // A package, which may come from a layer.
  return require(require.resolve(name, { paths: [process.env.LAMBDA_TASK_ROOT ?? '.', folder] }));
}

/** Whether `.js` files in a folder are ES modules, which the nearest package.json says. */
function isModuleFolder(folder) {
  if (folder.endsWith('/node_modules')) {
    return false;
  }
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))?.type === 'module';
    } catch {
      return false;
    }
  }
  return folder === path.dirname(folder) ? false : isModuleFolder(path.dirname(folder));
}

function find(exported, property) {
  return property.split('.').reduce((nested, key) => nested && nested[key], exported);
}

const name = process.env.CDK_LAMBDA_WARMER_HANDLER;
if (!name) {
  throw new Error('The environment variable CDK_LAMBDA_WARMER_HANDLER is missing: it names the handler that cdk-lambda-warmer wraps.');
}
// Whoever reads it is to find what the function was made with.
process.env._HANDLER = name;

export const handler = withWarming(await load(name));
