import { App } from 'aws-cdk-lib';
import { FanOutStack } from './fan-out-stack';

new FanOutStack(new App(), 'FanOut');
