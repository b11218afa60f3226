/*
 * The app by which the end-to-end tests deploy examples, as they stand but for what the emulator has not.
 */
import { App, Aspects, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { AlwaysOnStack } from '../../examples/always-on/always-on-stack';
import { WarmConnectionsStack } from '../../examples/warm-connections/warm-connections-stack';
import { adaptToEmulator } from '../../tools/emulated';

const app = new App({ analyticsReporting: false });

const alwaysOn = new AlwaysOnStack(app, 'AlwaysOn');
new WarmConnectionsStack(app, 'WarmConnections', { cache: app.node.tryGetContext('cache') });

leaveOut(alwaysOn, /^AWS::(ApplicationAutoScaling::|CodeDeploy::|Logs::QueryDefinition)/);
adaptToEmulator(app);

/** The template has the resources all the same, on a condition that does not hold. */
function leaveOut(stack: Stack, types: RegExp): void {
  const never = new CfnCondition(stack, 'EmulatorHasIt', { expression: Fn.conditionEquals('no', 'yes') });
  Aspects.of(stack).add({
    visit: (node) => {
      if (node instanceof CfnResource && types.test(node.cfnResourceType)) {
        node.cfnOptions.condition = never;
      }
    },
  });
}
