/** What a function may have, in MiB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MEMORY = { from: 128, to: 10_240 };
