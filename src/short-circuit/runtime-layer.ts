import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { Code, ILayerVersion, LayerVersion } from 'aws-cdk-lib/aws-lambda';

/** Built from `runtime/` by `npx projen build-layers`; the same path from `src` and from `lib`. */
const LAYERS = path.join(__dirname, '..', '..', 'runtime', 'layers');

/** The runtimes for which there is a layer. */
export enum LayeredRuntime {
  NODEJS = 'nodejs',
  PYTHON = 'python',
}

/**
 * The `Handler` that leads into the layer. In Node.js an absolute path, as a bare name is only ever `require`d, while a
 * path may be an ES module, which alone can wait for the user's.
 */
export const REDIRECTED_HANDLER: { readonly [runtime in LayeredRuntime]: string } = {
  [LayeredRuntime.NODEJS]: '/opt/nodejs/node_modules/cdk-lambda-warmer-runtime/redirect.handler',
  [LayeredRuntime.PYTHON]: 'cdk_lambda_warmer_runtime.redirect.handler',
};

const LANGUAGE: { readonly [runtime in LayeredRuntime]: string } = {
  [LayeredRuntime.NODEJS]: 'Nodejs',
  [LayeredRuntime.PYTHON]: 'Python',
};

const contentHashes = new Map<LayeredRuntime, string>();

/** The stack takes no assets, and so no layer; the message is CDK's. */
export class LayerRefused extends Error {}

/**
 * The one layer of a stack for a runtime.
 *
 * @throws LayerRefused, and nothing of the layer is left
 */
export function runtimeLayer(stack: Stack, runtime: LayeredRuntime): ILayerVersion {
  const file = path.join(LAYERS, `${runtime}.zip`);
  const hash = contentHashes.get(runtime) ?? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
  contentHashes.set(runtime, hash);
  // A version of a function is published anew when the logical id of a layer changes, not when its content does.
  const id = `LambdaWarmer${LANGUAGE[runtime]}Layer-${hash}`;
  const present = stack.node.tryFindChild(id) as LayerVersion | undefined;
  if (present) {
    return present;
  }
  try {
    return new LayerVersion(stack, id, {
      code: Code.fromAsset(file),
      description: 'Answers the pings of cdk-lambda-warmer',
      license: 'Apache-2.0',
    });
  } catch (error) {
    stack.node.tryRemoveChild(id);
    throw new LayerRefused((error as Error).message);
  }
}
