import { App } from 'aws-cdk-lib';
import { WarmingReport } from 'cdk-lambda-warmer';
import { OfficeHoursStack } from './office-hours-stack';

const app = new App();
new OfficeHoursStack(app, 'OfficeHours');
// cdk.out/warming-report.html
new WarmingReport(app, 'WarmingReport');
