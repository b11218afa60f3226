import { App, Aspects, IAspect } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';

/**
 * Lets Node.js functions find in the emulator what the layer brings.
 *
 * Lambda mounts layers at /opt. The emulator, which runs functions as plain processes of this machine, links the
 * packages of a layer into the function's own `node_modules` instead.
 */
export function adaptToEmulator(app: App): void {
  Aspects.of(app).add(new LinkedLayers(), { priority: 1000 });
}

class LinkedLayers implements IAspect {
  public visit({ node: { scope } }: IConstruct): void {
    // On the node below the function where the warmer's aspect has been just before.
    if (scope instanceof CfnFunction) {
      scope.handler = scope.handler?.replace('/opt/nodejs/', '');
    }
  }
}
