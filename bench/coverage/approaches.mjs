import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const versionOf = (name) => require(`${name}/package.json`).version;

/** How many environments are asked for, each in a stack of its own. */
export const CONCURRENCIES = [10, 50, 100];

/** The first is ours; the others are compared with it. `id` names the constructs. */
export const APPROACHES = [
  { id: 'Ours', name: 'cdk-lambda-warmer', label: 'cdk-lambda-warmer' },
  { id: 'LambdaWarmer', name: 'lambda-warmer', label: `lambda-warmer ${versionOf('lambda-warmer')}` },
  { id: 'Hold75', name: '75 ms hold', label: '75 ms hold, the AWS SDK\'s default client' },
  { id: 'Hold25', name: '25 ms hold', label: '25 ms hold, the AWS SDK\'s default client' },
  { id: 'Blowtorch', name: 'blowtorch', label: `@wheatstalk/cdk-lambda-blowtorch ${versionOf('@wheatstalk/cdk-lambda-blowtorch')}` },
];
