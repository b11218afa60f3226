import { App } from 'aws-cdk-lib';
import { WarmConnectionsStack } from './warm-connections-stack';

const app = new App();
new WarmConnectionsStack(app, 'WarmConnections', { cache: app.node.tryGetContext('cache') ?? 'cache.internal:6379' });
