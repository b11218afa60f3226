import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Has a distribution run the function at the edge. */
export function runAtEdge(fn: lambda.Function): void {
  new cloudfront.Distribution(fn.stack, 'Distribution', {
    defaultBehavior: {
      origin: new HttpOrigin('example.com'),
      edgeLambdas: [{ functionVersion: fn.currentVersion, eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST }],
    },
  });
}
