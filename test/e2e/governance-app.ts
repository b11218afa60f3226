/*
 * The app by which the end-to-end tests of rules are run. What its service teams write does not mention warming, but for one
 * exemption; the platform's rule is the aspect and the validator.
 */
import { App, Aspects, Duration, Mixins, Stack, Validations } from 'aws-cdk-lib';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { nodejs } from './functions';
import { FunctionSelector, ShortCircuit, Warming, WarmingAspect, WarmingMixin, WarmingSchedule, WarmingValidator } from 'cdk-lambda-warmer';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Governed');
const handled = (id: string) => nodejs(stack, id, 'counted.mjs');

new LambdaRestApi(stack, 'Rest', { handler: handled('RestFn') });

const aliased = handled('AliasedFn');
const alias = new Alias(stack, 'Live', { aliasName: 'live', version: aliased.currentVersion });
new HttpApi(stack, 'Http', { defaultIntegration: new HttpLambdaIntegration('Integration', alias) });

handled('UrlFn').addFunctionUrl({ authType: FunctionUrlAuthType.NONE });

const exempt = handled('ExemptFn');
exempt.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
if (!app.node.tryGetContext('unexcused')) {
  Warming.exempt(exempt, 'Only the nightly report calls it.');
}

handled('BackgroundFn');
handled('MixedFn');

// Brings a function of the CDK's own. Those of buckets answer CloudFormation over HTTPS alone, which the emulator has not.
new AwsCustomResource(stack, 'Functions', {
  onCreate: { service: 'Lambda', action: 'listFunctions', physicalResourceId: PhysicalResourceId.of('functions'), outputPaths: ['NextMarker'] },
  policy: AwsCustomResourcePolicy.fromStatements([new PolicyStatement({ actions: ['lambda:ListFunctions'], resources: ['*'] })]),
  installLatestAwsSdk: false,
});

const rule = { schedule: WarmingSchedule.every(Duration.minutes(1)), shortCircuit: ShortCircuit.inHandler() };
Mixins.of(stack, FunctionSelector.underPath('*/Mixed*')).apply(new WarmingMixin({ ...rule, concurrency: 2 }));
Validations.of(app).addPlugins(new WarmingValidator());
if (!app.node.tryGetContext('unexcused')) {
  Aspects.of(app).add(new WarmingAspect({ ...rule, concurrency: 3 }));
}
