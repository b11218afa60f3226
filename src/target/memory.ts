/** What a function may have, in MiB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MEMORY = { from: 128, to: 10_240 };

/** MiB that come with one whole CPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const MEMORY_OF_ONE_CPU = 1769;
