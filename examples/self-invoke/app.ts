import { App } from 'aws-cdk-lib';
import { SelfInvokeStack } from './self-invoke-stack';

new SelfInvokeStack(new App(), 'SelfInvoke');
