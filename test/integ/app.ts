import { createRequire } from 'module';
import { App } from 'aws-cdk-lib';

/** The newest that the newest integ-runner reads (2.197.10), which refuses what says more; nothing of what is newer is used here. */
const SCHEMA_OF_RUNNER = '53.0.0';

/** An app whose assembly the runner reads. */
export function integApp(): App {
  // The one that the CDK itself writes assemblies with.
  const { Manifest } = createRequire(require.resolve('aws-cdk-lib'))('@aws-cdk/cloud-assembly-schema');
  Manifest.version = () => SCHEMA_OF_RUNNER;
  // Traces name the folders of one machine.
  return new App({ context: { 'aws:cdk:disable-stack-trace': true, 'aws:cdk:disable-creation-stack-traces': true } });
}
