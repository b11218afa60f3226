import { App } from 'aws-cdk-lib';
import { adaptToEmulator } from './emulated';
import { QuickStartStack } from '../examples/quick-start/quick-start-stack';

const app = new App();
new QuickStartStack(app, 'QuickStart');
adaptToEmulator(app);
