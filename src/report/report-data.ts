/** What a report says: all of it is in the JSON beside the page. */
export interface ReportData {
  /** The name of the format, with its version, so that what reads it can tell. */
  readonly format: 'cdk-lambda-warmer/report/1';
  /** What was reported on: the path of the app is empty, a stage has one. */
  readonly scope: string;
  /** In US dollars a month; of what can be told. */
  readonly monthlyUsd: number;
  readonly maxMonthlyUsd: number;
  /** Whose prices these are. */
  readonly priceLists: readonly string[];
  /** By account and region. */
  readonly environments: readonly ReportedEnvironment[];
  /** What is kept warm, or was meant to be: one entry for each function and warmer. */
  readonly functions: readonly ReportedFunction[];
  /** What warmers, fleets and dashboards cost beside, that is of no single function. */
  readonly sharedCosts: readonly ReportedSharedCost[];
  /** What is left to the warmer of the account, in whichever app that stands. */
  readonly enrolled: readonly ReportedEnrollment[];
  readonly exempt: readonly ReportedExemption[];
  readonly notWarmed: readonly ReportedColdFunction[];
}

/** What counts against one quota: the functions of an account in a region. */
export interface ReportedEnvironment {
  /** '111111111111/eu-west-1', 'unknown account/unknown region'. */
  readonly name: string;
  /** Concurrent executions that the account has. */
  readonly quota: number;
  /** Whether the quota was given, or is AWS's default. */
  readonly isQuotaAssumed: boolean;
  /** In which `hours` are. */
  readonly timeZone: string;
  /** Environments kept warm in each hour of the week, all functions together. */
  readonly hours: readonly number[];
}

export interface ReportedFunction {
  /** The construct's path; of an alias that a warmer has made, that of the function with the alias's name. */
  readonly path: string;
  /** Its warmer or fleet, by its path. */
  readonly warmer: string;
  readonly warmerType: 'LambdaWarmer' | 'WarmerFleet';
  /** One of `environments`, by its name. */
  readonly environment: string;
  readonly isEnabled: boolean;
  /** Its schedule in words: 'rate(5 minutes)', 'windows', 'cron(...)'. */
  readonly schedule: string;
  /** In which `hours` are. */
  readonly timeZone: string;
  /** The most environments that are kept warm in each hour of the week, by pings or provisioned; if it is not enabled, those that would be. */
  readonly hours: readonly number[];
  /** Of these, those that are provisioned. */
  readonly provisionedHours: readonly number[];
  /** Whether every week is like that: not with days of a month or of a year, nor with an interval of more than an hour. */
  readonly isEveryWeek: boolean;
  /** Undefined: it cannot be told, for the reason that `costUnknown` gives. */
  readonly monthlyUsd?: number;
  readonly maxMonthlyUsd?: number;
  readonly costUnknown?: string;
  /** What provisioned concurrency would cost in a month, of as many environments in the same hours. */
  readonly provisionedUsd?: number;
  /** From which part of the time in use on (0 to 1) provisioned concurrency costs less. */
  readonly breakEvenUtilization?: number;
}

export interface ReportedSharedCost {
  readonly path: string;
  readonly what: string;
  /** Undefined: it cannot be told, for the reason that `costUnknown` gives. */
  readonly monthlyUsd?: number;
  readonly maxMonthlyUsd?: number;
  readonly costUnknown?: string;
}

export interface ReportedEnrollment {
  readonly path: string;
  /** The environments that it is asked to keep warm. */
  readonly concurrency: number;
}

export interface ReportedExemption {
  readonly path: string;
  readonly reason: string;
}

export interface ReportedColdFunction {
  readonly path: string;
  /** Whether requests of users come to it, as far as the app tells. */
  readonly isUserFacing: boolean;
  readonly why: string;
}
