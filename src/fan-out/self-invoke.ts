import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { problemsOfAsynchrony, problemsOfRules } from './direct';
import { FanOutStrategy } from './strategy';
import { cfnProperty } from '../target/cfn-property';
import { addLateWarning } from '../target/late-annotations';

const NAME = 'FanOut.selfInvoke()';

/** The schedule invokes the function once, and its handler, which has lambda-warmer in it, invokes itself. */
export const SELF_INVOKE: FanOutStrategy = {
  name: NAME,
  maxConcurrency: 1000,
  isDirect: true,
  invokesItself: true,
  isVerified: false,

  // How long they do is what the handler has been told.
  holdMs: () => 0,

  problems: (request) => {
    const { scope, target, payload, levels } = request;
    const problems = problemsOfRules(request, levels.length, NAME);
    if (payload._concurrencyField === undefined) {
      problems.push(`${NAME} is for handlers with lambda-warmer or lambda-warmer-py, but the payload is another one. `
        + 'Write payload: WarmingPayload.lambdaWarmer(), or fanOut: FanOut.dispatcher().');
    }
    if (target.isUnknownVersion) {
      problems.push(`${target.name} is imported by the ARN of an alias, but it invokes itself by the version behind that, which nobody knows here. `
        + 'Import it by lambda.Alias.fromAliasAttributes(this, id, { aliasName, aliasVersion }), or write fanOut: FanOut.dispatcher().');
    } else if (!target.role && target.needsPermission) {
      problems.push(`${target.name} ${target.isOwned ? 'has no role that this app knows' : 'is imported without its role'}, so it cannot be permitted to invoke itself. `
        + 'Import it by lambda.Function.fromFunctionAttributes(this, id, { functionArn, sameEnvironment: true, role }); or add this policy to its role, let EventBridge invoke it, and import it with skipPermissions: true:\n\n'
        + `${policyText(scope, target.selfInvokedArns)}\n`);
    }
    return problems;
  },

  inputs: ({ target, payload }, concurrency) => [{
    event: { ...payload._templateOf(target.token).event, [payload._concurrencyField!]: concurrency },
  }],

  apply: ({ scope, target, concurrency }) => {
    if (target.role) {
      // Not the role's own policy, for which the function would wait, while the policy waits for the function's name.
      new iam.Policy(scope, 'SelfInvokePolicy', {
        roles: [target.role],
        statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: target.selfInvokedArns })],
      });
    }
    return {
      function: target.function,
      needsPermission: target.needsPermission,
      roleScope: scope,
      problemsAtSynthesis: () => {
        const fn = target.ownFunction;
        if (fn && concurrency > 1 && cfnProperty(fn, 'VpcConfig') !== undefined) {
          addLateWarning(scope, 'cdk-lambda-warmer:selfInvokeInVpc',
            `${target.name} is in a VPC, from where it can invoke itself only if there is a route to the Lambda API: a NAT gateway, or a VPC endpoint of the Lambda service. `
            + 'Without one its pings time out. Make sure of the route, or write fanOut: FanOut.dispatcher(), which invokes it from outside.');
        }
        return problemsOfAsynchrony(target, NAME);
      },
    };
  },
};

/** The policy as JSON; what is known at deployment only stands as `<AWS::Region>`, say. */
function policyText(scope: IConstruct, resources: readonly string[]): string {
  const Resource = resources.map((resource) => textOf(Stack.of(scope).resolve(resource)));
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }] }, undefined, 2);
}

function textOf(resolved: any): string {
  if (typeof resolved === 'string') {
    return resolved;
  }
  const [separator, parts] = resolved['Fn::Join'] ?? ['', []];
  return resolved.Ref ? `<${resolved.Ref}>` : parts.map(textOf).join(separator);
}
