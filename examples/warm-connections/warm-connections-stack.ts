import * as path from 'path';
import { CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LambdaWarmer, WarmingCost, WarmingPayload, WarmingSchedule } from 'cdk-lambda-warmer';

export interface WarmConnectionsStackProps extends StackProps {
  /** The host and the port of a Redis server. */
  readonly cache: string;
}

/**
 * A handler that the Serverless Framework's plugin has warmed before; one that knows nothing of warming, whose connections
 * each ping keeps open; and what that costs by the memory of a function, which buys CPU.
 */
export class WarmConnectionsStack extends Stack {
  constructor(scope: Construct, id: string, props: WarmConnectionsStackProps) {
    super(scope, id, props);
    // `npx cdk deploy -c everyMinutes=1` shows the pings sooner.
    const everyMinutes = Number(this.node.tryGetContext('everyMinutes') ?? 5);
    const schedule = WarmingSchedule.every(Duration.minutes(everyMinutes));

    // The plugin's event, for the check that the handler still has.
    new LambdaWarmer(this, 'OrdersWarmer', {
      target: this.addFunction('Orders', 'orders.handler'),
      schedule,
      payload: WarmingPayload.serverlessPluginWarmup(),
    });

    // Three environments, each with a connection of its own.
    new LambdaWarmer(this, 'StockWarmer', {
      target: this.addFunction('Stock', 'stock.handler', { CACHE: props.cache }),
      schedule,
      concurrency: 3,
    });

    // A ping is over in 10 ms, whatever the memory: more CPU for requests costs a little more warmth.
    for (const memorySize of [128, 512, 1024, 1769, 3008]) {
      const cost = WarmingCost.estimate({ memorySize, billedMilliseconds: 10, pingsPerMonth: 30 * 24 * 60 / everyMinutes });
      new CfnOutput(this, `MonthlyUsdAt${memorySize}MB`, { value: cost.monthlyUsd.toFixed(4) });
    }
  }

  private addFunction(id: string, handler: string, environment?: { readonly [name: string]: string }): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler,
      code: lambda.Code.fromAsset(path.join(__dirname, 'handler')),
      memorySize: 1769,
      timeout: Duration.seconds(10),
      environment,
    });
  }
}
