import { App } from 'aws-cdk-lib';
import { QuickStartStack } from './quick-start-stack';

new QuickStartStack(new App(), 'QuickStart');
