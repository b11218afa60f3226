import { App, AppProps, Stack } from 'aws-cdk-lib';
import { AlwaysOnStack } from '../../examples/always-on/always-on-stack';
import { FanOutStack } from '../../examples/fan-out/fan-out-stack';
import { OfficeHoursStack } from '../../examples/office-hours/office-hours-stack';
import { QuickStartStack } from '../../examples/quick-start/quick-start-stack';
import { WarmConnectionsStack } from '../../examples/warm-connections/warm-connections-stack';
import { testApp, Use, USES } from '../uses';

const EXAMPLES: { readonly [name: string]: Use } = {
  'the example quick-start': (app) => [new QuickStartStack(app, 'QuickStart')],
  'the example always-on': (app) => [new AlwaysOnStack(app, 'AlwaysOn')],
  'the example fan-out': (app) => [new FanOutStack(app, 'FanOut')],
  'the example office-hours': (app) => [new OfficeHoursStack(app, 'OfficeHours')],
  'the example warm-connections': (app) => [new WarmConnectionsStack(app, 'WarmConnections', { cache: 'cache.internal:6379' })],
};

type Build = (props?: AppProps) => { app: App; stacks: Stack[] };

/** What validators look at: every use and every example, each as an app of its own. */
export const APPS = Object.entries({ ...USES, ...EXAMPLES }).map(([name, use]): [name: string, build: Build] => [name, (props) => {
  const app = testApp(props);
  return { app, stacks: use(app) };
}]);
