import { App } from 'aws-cdk-lib';
import { OfficeHoursStack } from './office-hours-stack';

new OfficeHoursStack(new App(), 'OfficeHours');
