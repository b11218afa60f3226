import { App } from 'aws-cdk-lib';
import { OfficeHoursStack } from './office-hours-stack';
import { WarmingReport } from 'cdk-lambda-warmer';

const app = new App();
new OfficeHoursStack(app, 'OfficeHours');
// cdk.out/warming-report.html
new WarmingReport(app, 'WarmingReport');
