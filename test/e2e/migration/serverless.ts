import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { bundle, bundleJournaled } from './bundle';
import { filesOf, folderOf, MIGRATION_FOLDER, State, STATES } from './guides';

const GUIDE = 'serverless-plugin-warmup';
const REGION = 'us-east-1';

/** What the Serverless Framework would deploy: the functions of serverless.yml, and those that the plugin has added. */
export interface Service {
  readonly functions: { readonly [id: string]: ServiceFunction };
}

interface ServiceFunction {
  readonly name: string;
  readonly handler: string;
  readonly description?: string;
  readonly environment?: { readonly [name: string]: string };
  readonly memorySize?: number;
  readonly timeout?: number;
  readonly events?: { readonly schedule: string }[];
}

/** As `buildService` has left it. */
export function serviceIn(state: State): Service {
  return JSON.parse(readFileSync(path.join(folderOf(GUIDE, state), 'service.json'), 'utf8'));
}

export async function buildServices(): Promise<void> {
  await Promise.all(STATES.map(buildService));
}

async function buildService(state: State): Promise<void> {
  const folder = folderOf(GUIDE, state);
  const service = await loadService(filesOf(GUIDE, state).get('serverless.yml')!);
  if (service.plugins?.includes(GUIDE)) {
    await runPlugin(service, folder);
    await bundle(path.join(folder, '.warmup', 'default', 'index.mjs'), path.join(folder, 'warmer', 'index.mjs'));
  }
  await bundleJournaled(path.join(folder, 'index.mjs'), path.join(folder, 'handler', 'journaled.mjs'));
  writeFileSync(path.join(folder, 'service.json'), JSON.stringify({ functions: service.functions }));
}

async function loadService(text: string): Promise<any> {
  const service = (await installed('yaml')).parse(text);
  for (const [id, one] of Object.entries<any>(service.functions)) {
    one.name = `${service.service}-${service.provider.stage}-${id}`;
  }
  return service;
}

/** The plugin's own hooks, in a Serverless Framework that has nothing but what they ask for. */
async function runPlugin(service: any, serviceDir: string): Promise<void> {
  const WarmUp = await installed(GUIDE);
  const serverless = {
    service: { ...service, getAllFunctions: () => Object.keys(service.functions), getFunction: (id: string) => service.functions[id] },
    serviceDir,
    classes: { Error },
    getProvider: () => ({ getStage: () => service.provider.stage, getRegion: () => REGION }),
    configSchemaHandler: { defineCustomProperties() {}, defineFunctionProperties() {} },
  };
  const plugin = new WarmUp(serverless, {}, { log: { notice() {}, info() {}, warning: console.warn, error: console.error } });
  await plugin.hooks['before:warmup:addWarmers:addWarmers']();
  await plugin.hooks['warmup:addWarmers:addWarmers']();
}

async function installed(name: string): Promise<any> {
  const folder = path.join(MIGRATION_FOLDER, 'node_modules', name);
  const { main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return (await import(path.join(folder, main))).default;
}
