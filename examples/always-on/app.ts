import { App } from 'aws-cdk-lib';
import { AlwaysOnStack } from './always-on-stack';

new AlwaysOnStack(new App(), 'AlwaysOn');
