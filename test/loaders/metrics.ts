/** What a start is recorded as. */
export function startMetric(name: string): object {
  return {
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'LambdaWarmer', Dimensions: [['FunctionName']], Metrics: [{ Name: name, Unit: 'Count' }] }],
    },
    FunctionName: 'orders',
    [name]: 1,
  };
}

/** The lines in embedded metric format. */
export function metricsIn(output: string): unknown[] {
  return output.split('\n').filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
}
