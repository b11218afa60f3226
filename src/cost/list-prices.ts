/*
 * AWS's list prices in US dollars, without free tiers and discounts for volume, as published for its own calculator:
 * Lambda on 2025-10-30, CloudWatch on 2025-09-23. Of us-east-1, us-west-1, ap-northeast-1 and ap-northeast-2, most were
 * the same in the price lists of September 2026.
 */

/** When what follows was published. */
export const AS_OF = '2025-10-30';

/** Where AWS shows it to people. */
export const PRICE_PAGES = [
  'https://aws.amazon.com/lambda/pricing/',
  'https://aws.amazon.com/cloudwatch/pricing/',
  'https://aws.amazon.com/eventbridge/pricing/',
  'https://aws.amazon.com/step-functions/pricing/',
];

/** Each of the first 10,000, a month, in all regions. */
export const CUSTOM_METRIC = 0.3;

/**
 * A dashboard, a month, in all regions: https://aws.amazon.com/cloudwatch/pricing/, read in November 2026. The first three of an
 * account, with up to 50 metrics each, are free, and counted all the same, as no free tier is taken off.
 */
export const DASHBOARD = 3;

/**
 * An alarm on one metric of standard resolution, a month, in all regions: https://aws.amazon.com/cloudwatch/pricing/, read in
 * November 2026.
 */
export const ALARM = 0.1;

/**
 * A million invocations of EventBridge Scheduler, in the price list of 2026-09-11; the other regions' prices are not known
 * here.
 */
export const SCHEDULER_INVOCATIONS: { readonly [region: string]: number } = {
  'us-east-1': 1,
  'ap-northeast-1': 1.25,
  'ap-northeast-2': 1.15,
};

/** A thousand requests to CloudWatch's API, in all regions. */
export const METRIC_REQUESTS = 0.01;

/**
 * A million state transitions of Standard Workflows: of us-east-1 as of March 2026, and of regions where an edition of Step
 * Functions' page of 2019 has another price. It has the price of us-east-1 for ten more; of the others nothing is known here.
 */
export const STATE_TRANSITION = 25;
export const STATE_TRANSITIONS: { readonly [region: string]: number } = {
  'us-west-1': 27.9,
  'sa-east-1': 37.5,
  'eu-west-3': 29.7,
  'ap-northeast-2': 27.1,
  'ap-south-1': 28.5,
};

/** A million requests of Express Workflows, and a million GB-seconds, in us-east-1 as of March 2026; those elsewhere are not known here. */
export const EXPRESS_REQUESTS = 1;
export const EXPRESS_DURATION = 16.67;

/**
 * By region: a million requests; a million GB-seconds of duration on x86_64 and on arm64, of provisioned concurrency on
 * both, and of duration with provisioned concurrency on both; a GB of log events.
 */
export const LIST_PRICES: readonly (readonly [string, number, number, number, number, number, number, number, number])[] = [
  ['us-east-1', 0.2, 16.6667, 13.3334, 4.1667, 3.3334, 9.7222, 7.7778, 0.5],
  ['us-east-2', 0.2, 16.6667, 13.3334, 4.1667, 3.3334, 9.7222, 7.7778, 0.5],
  ['us-west-1', 0.2, 16.6667, 13.3334, 4.9041, 3.9233, 11.443, 9.1544, 0.67],
  ['us-west-2', 0.2, 16.6667, 13.3334, 4.1667, 3.3334, 9.7222, 7.7778, 0.5],
  ['ca-central-1', 0.2, 16.6667, 13.3334, 4.646, 3.7168, 10.8407, 8.6726, 0.55],
  ['ca-west-1', 0.2, 16.6667, 13.3334, 4.646, 3.7168, 10.8407, 8.6726, 0.55],
  ['mx-central-1', 0.21, 17.5, 14, 4.375, 3.5, 10.2083, 8.1666, 0.5],
  ['sa-east-1', 0.2, 16.6667, 13.3334, 6.6372, 5.3098, 15.4867, 12.3894, 0.9],
  ['eu-central-1', 0.2, 16.6667, 13.3334, 5.0147, 4.0118, 11.7011, 9.3609, 0.63],
  ['eu-central-2', 0.22, 18.3334, 14.6667, 5.5162, 4.413, 12.8712, 10.297, 0.69],
  ['eu-north-1', 0.2, 16.6667, 13.3334, 4.4248, 3.5398, 10.3245, 8.2596, 0.54],
  ['eu-south-1', 0.23, 19.5172, 15.6138, 4.8783, 3.9026, 11.3827, 9.1062, 0.6],
  ['eu-south-2', 0.2, 16.6667, 13.3334, 4.646, 3.7168, 10.8407, 8.6726, 0.57],
  ['eu-west-1', 0.2, 16.6667, 13.3334, 4.646, 3.7168, 10.8407, 8.6726, 0.57],
  ['eu-west-2', 0.2, 16.6667, 13.3334, 4.8304, 3.8643, 11.2709, 9.0167, 0.5985],
  ['eu-west-3', 0.2, 16.6667, 13.3334, 4.8673, 3.8938, 11.3569, 9.0855, 0.5985],
  ['ap-east-1', 0.28, 22.92, 18.3, 5.7153, 4.5722, 13.3358, 10.6686, 0.8],
  ['ap-east-2', 0.18, 15, 12, 4.8451, 3.8761, 11.3053, 9.0442, 0.5],
  ['ap-northeast-1', 0.2, 16.6667, 13.3334, 5.3835, 4.3068, 12.5615, 10.0492, 0.76],
  ['ap-northeast-2', 0.2, 16.6667, 13.3334, 5.1254, 4.1003, 11.9592, 9.5674, 0.76],
  ['ap-northeast-3', 0.2, 16.6667, 13.3334, 5.3835, 4.3068, 12.5615, 10.0492, 0.76],
  ['ap-south-1', 0.2, 16.6667, 13.3334, 4.4985, 3.5988, 10.4966, 8.3973, 0.67],
  ['ap-south-2', 0.2, 16.6667, 13.3334, 4.4985, 3.5988, 10.4966, 8.3973, 0.67],
  ['ap-southeast-1', 0.2, 16.6667, 13.3334, 5.1991, 4.1593, 12.1313, 9.705, 0.7],
  ['ap-southeast-2', 0.2, 16.6667, 13.3334, 5.236, 4.1888, 12.2173, 9.7738, 0.67],
  ['ap-southeast-3', 0.2, 16.6667, 13.3334, 5.1991, 4.1593, 12.1313, 9.705, 0.7],
  ['ap-southeast-4', 0.2, 16.6667, 13.3334, 5.236, 4.1888, 12.2173, 9.7738, 0.67],
  ['ap-southeast-5', 0.18, 15, 12, 4.6791, 3.7433, 10.9181, 8.7345, 0.5],
  ['ap-southeast-6', 0.21, 17.5, 14.0001, 5.4978, 4.3982, 12.8282, 10.2625, 0.5],
  ['ap-southeast-7', 0.18, 15, 12, 4.6791, 3.7433, 10.9181, 8.7345, 0.5],
  ['me-central-1', 0.25, 20.6667, 16.5334, 5.1108, 4.0886, 11.9251, 9.5401, 0.63],
  ['me-south-1', 0.25, 20.6667, 16.5334, 5.1108, 4.0886, 11.9251, 9.5401, 0.63],
  ['af-south-1', 0.27, 22.1, 17.68, 5.53, 4.424, 12.9, 10.32, 0.678],
  ['il-central-1', 0.21, 17.5, 14.0001, 4.8783, 3.9026, 11.3827, 9.1062, 0.5],
];
