import { App, AppProps, Stack } from 'aws-cdk-lib';
import { QuickStartStack } from '../../examples/quick-start/quick-start-stack';
import { testApp, Use, USES } from '../uses';

const EXAMPLES: { readonly [name: string]: Use } = {
  'the example quick-start': (app) => [new QuickStartStack(app, 'QuickStart')],
};

type Build = (props?: AppProps) => { app: App; stacks: Stack[] };

/** What validators look at: every use and every example, each as an app of its own. */
export const APPS = Object.entries({ ...USES, ...EXAMPLES }).map(([name, use]): [name: string, build: Build] => [name, (props) => {
  const app = testApp(props);
  return { app, stacks: use(app) };
}]);
