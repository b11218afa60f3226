import { App, IAspect, Stack, Stage } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { Warming } from '../../src';
import { testApp } from '../uses';

/** Both ways in which the CDK runs aspects. */
export const STABILIZATION: readonly [string, boolean][] = [['with aspects stabilized', true], ['with aspects run once', false]];

/** An app that runs aspects in one of them. */
export function appWith(isStabilized: boolean): App {
  return testApp({ context: { '@aws-cdk/core:aspectStabilization': isStabilized } });
}

/** A REST API before a function. */
export function apiFor(fn: IFunction, scope: Construct = Stack.of(fn), id = 'Api'): void {
  new apigateway.RestApi(scope, id, { deploy: false }).root.addMethod('GET', new apigateway.LambdaIntegration(fn));
}

/** L1, with all that CloudFormation asks for. */
export function cfnFunction(scope: Construct, id = 'L1'): CfnFunction {
  return new CfnFunction(scope, id, { code: { zipFile: '' }, role: 'arn:aws:iam::111111111111:role/lambda', runtime: 'nodejs24.x', handler: 'index.handler' });
}

export function pathsOf(constructs: readonly IConstruct[]): string[] {
  return constructs.map(({ node }) => node.path).sort();
}

/** The paths of what keeps a function warm. */
export function warmedBy(fn: IConstruct): string[] {
  return pathsOf(Warming.of(fn));
}

/** What an aspect does once, at the first construct for which that is asked. */
export function once(when: (construct: IConstruct) => boolean, act: () => void): IAspect {
  let done = false;
  return {
    visit: (construct) => {
      if (!done && when(construct)) {
        done = true;
        act();
      }
    },
  };
}

/** What annotations of one level say of a stack that has been synthesized, where their ids or texts have this in them. */
export function said(level: 'warning' | 'info' | 'error', stack: Stack, part: string): string[] {
  return Stage.of(stack)!.synth().getStackArtifact(stack.artifactId).messages
    .filter((message) => message.level === level && String(message.entry.data).includes(part))
    .map(({ id, entry }) => `${id} ${entry.data}`);
}
