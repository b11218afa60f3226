/*
 * The real CDK CLI deploys examples into the emulator, as they stand but for what that does not know, and examples-app.ts leaves
 * out: Application Auto Scaling, CodeDeploy, and the saved queries of a dashboard.
 */
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeMetricFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetAliasCommand, GetProvisionedConcurrencyConfigCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CacheConnection, CacheServer } from './cache-server';
import { DeployedApp, SECONDS, TICK, until } from './deployed-app';
import { AlwaysOnStack } from '../../examples/always-on/always-on-stack';

class Examples extends DeployedApp {
  protected async cdk(command: string, ...args: string[]): Promise<void> {
    await super.cdk(command, '-c', 'everyMinutes=1', '-c', `cache=${cache.address}`, ...args);
  }
}

let cache: CacheServer;
const app = new Examples('WarmConnections', 'examples-app.ts');

beforeAll(async () => {
  cache = await CacheServer.start();
  await app.start();
}, 300 * SECONDS);

afterAll(async () => {
  try {
    await app.stop();
  } finally {
    cache?.stop();
  }
});

describe('in the emulator, the example always-on', () => {
  async function payments(): Promise<string> {
    return (await app.functionsNamed('AlwaysOn-Payments'))[0].FunctionName!;
  }

  test('has its first version behind an alias, of which two environments are to be provisioned', async () => {
    const FunctionName = await payments();
    expect(await app.client.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).toMatchObject({ FunctionVersion: '1' });
    const config = await app.client.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: 'live' }));
    expect(config.RequestedProvisionedConcurrentExecutions).toBe(2);
  });

  test('serves requests by that version, into the log that its metric filter looks at', async () => {
    const FunctionName = await payments();
    expect(await app.invoke(`${FunctionName}:live`, '{}')).toEqual({ statusCode: 200, body: 'paid' });
    const lines = await app.linesOf(FunctionName);
    expect(lines[0]).toMatch(/^START RequestId: .* Version: 1$/);
    expect(lines).toContainEqual(expect.stringMatching(/^REPORT RequestId: .*\tDuration: /));

    const [{ LoggingConfig }] = await app.functionsNamed(FunctionName);
    const logs = new CloudWatchLogsClient(app.emulator.clientConfig);
    const { metricFilters } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: LoggingConfig!.LogGroup }));
    expect(metricFilters).toEqual([expect.objectContaining({ filterPattern: '"REPORT RequestId:" "Init Duration:"' })]);
  });

  test('has its alarm on the errors of the alias, and a dashboard of the use of what is provisioned', async () => {
    const cloudwatch = new CloudWatchClient(app.emulator.clientConfig);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([expect.objectContaining({ MetricName: 'Errors', Namespace: 'AWS/Lambda', Threshold: 1 })]);
    expect(MetricAlarms![0].Dimensions).toContainEqual({ Name: 'Resource', Value: `${await payments()}:live` });

    const { StackResources } = await new CloudFormationClient(app.emulator.clientConfig).send(new DescribeStackResourcesCommand({ StackName: 'AlwaysOn' }));
    const dashboard = StackResources!.find(({ ResourceType }) => ResourceType === 'AWS::CloudWatch::Dashboard')!;
    const { DashboardBody } = await cloudwatch.send(new GetDashboardCommand({ DashboardName: dashboard.PhysicalResourceId }));
    expect(DashboardBody).toContain('ProvisionedConcurrencySpilloverInvocations');
    expect(DashboardBody).toContain('ProvisionedConcurrencyUtilization');
    expect(DashboardBody).toContain(`"Inits-${await payments()}"`);
  });
});

test('what the emulator leaves out of the example always-on stands in its template: scaling by the week and by use, and canaries', () => {
  const template = Template.fromStack(new AlwaysOnStack(new App(), 'AlwaysOn'));
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MinCapacity: 2,
    MaxCapacity: 2,
    ScheduledActions: [
      Match.objectLike({ Schedule: 'cron(50 8 ? * MON-SAT *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 10, MaxCapacity: 30 } }),
      Match.objectLike({ Schedule: 'cron(0 20 ? * MON-SAT *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 2 } }),
    ],
  });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      TargetValue: 0.6,
    },
  });
  template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    AutoRollbackConfiguration: { Enabled: true, Events: Match.arrayWith(['DEPLOYMENT_STOP_ON_ALARM']) },
  });
  template.hasResource('AWS::Lambda::Alias', { UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.anyValue() } });
});

describe('in the emulator, the example warm-connections', () => {
  /** What the rule of the function without a check does when it fires, without the wait for it. */
  async function fire(): Promise<any> {
    const { Arn, Input } = await app.targetOf('Stock');
    return (await app.invoke(Arn, Input)).results[0];
  }

  async function requests(times: number): Promise<any[]> {
    const FunctionName = await app.functionName('Stock');
    const answers = await Promise.all(Array.from({ length: times }, () => app.client.send(new InvokeCommand({ FunctionName, Payload: '{}' }))));
    return answers.map(({ Payload }) => JSON.parse(Buffer.from(Payload!).toString()));
  }

  const sum = (connections: readonly CacheConnection[]) => connections.reduce((all, { commands }) => all + commands.length, 0);

  test('says what a month of pings costs by the memory of a function', async () => {
    const costs = await Promise.all([128, 512, 1024, 1769, 3008].map((memory) => app.output(`MonthlyUsdAt${memory}MB`)));
    // 43,200 pings of 10 ms: $0.20 a million, and $0.0000166667 a GB-second.
    expect(costs).toEqual(['0.0095', '0.0122', '0.0158', '0.0211', '0.0298']);
  });

  test('has the rule send the event of the plugin, which its check in the handler answers', async () => {
    const { Arn, Input } = await app.targetOf('Orders');
    expect(JSON.parse(Input)).toEqual({ source: 'serverless-plugin-warmup' });
    const name = Arn.split(':').pop()!;
    await until('the plugin\'s check', async () => (await app.linesOf(name)).includes('WarmUp - Lambda is warm!'), TICK);
    expect(await app.invoke(name, '{}')).toEqual({ statusCode: 200, body: 'ordered' });
    expect((await app.linesOf(name)).filter((line) => line === 'orders: cold start')).toHaveLength(1);
  }, TICK + 10 * SECONDS);

  test('has three processes connect once, and send something by each connection, without a request', async () => {
    await until('the pings', () => cache.connections.filter(({ commands }) => commands.length > 0).length >= 3, TICK);
    await app.stopRules();
    expect(cache.connections).toHaveLength(3);
    expect(new Set(cache.connections.flatMap(({ commands }) => commands))).toEqual(new Set(['PING']));
  }, TICK + 10 * SECONDS);

  test('keeps them open beyond the time after which the server closes silent ones, and requests find them', async () => {
    cache.closeSilent(8 * SECONDS);
    for (let times = 0; times < 4; times++) {
      await new Promise((resolve) => setTimeout(resolve, 3 * SECONDS));
      expect(await fire()).toMatchObject({ coverage: 1, environments: 3 });
    }
    expect(cache.connections.map(({ isOpen }) => isOpen)).toEqual([true, true, true]);

    const before = sum(cache.connections);
    const answers = await requests(2);
    expect(answers.map(({ body }) => body).sort()).toEqual([':1', ':2']);
    expect(sum(cache.connections)).toBeGreaterThanOrEqual(before + 2);
    expect(cache.connections).toHaveLength(3);
    expect(cache.connections.flatMap(({ commands }) => commands).filter((command) => command === 'INCR visits')).toHaveLength(2);
  });

  test('without pings, the server would have closed them', async () => {
    await until('the server', () => cache.connections.some(({ isOpen }) => !isOpen), 20 * SECONDS);
  });
});
