import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { addLateWarning } from '../target/late-annotations';
import { stageOf } from '../target/stage-census';

/** How messages call what a rule has been made for. */
export function nameOf({ node: { path } }: IConstruct): string {
  return path === '' ? 'the app' : `'${path}'`;
}

/**
 * Warns of what concerns a construct, which may be an app or a stage: what is said of those the CDK shows to nobody, so it is
 * said of the first stack in them.
 */
export function warn(scope: IConstruct, id: string, message: string): void {
  const isInStack = scope.node.scopes.some((one) => Stack.isStack(one));
  const shown = isInStack ? scope : scope.node.findAll().find((one) => Stack.isStack(one) && stageOf(one) === stageOf(scope));
  if (shown) {
    addLateWarning(shown, id, message);
  } else {
    process.emitWarning(message, { code: id });
  }
}

/** Warns whoever has selected functions of there being none. */
export function warnOfNothingSelected(scope: IConstruct): void {
  warn(scope, 'cdk-lambda-warmer:nothingSelected', nothingSelected(scope));
}

/** What there is to say of a selector that matches nothing. */
export function nothingSelected(scope: IConstruct): string {
  return `The selector matches no function in ${nameOf(scope)}, so nothing is kept warm by it. Look for a mistake in it, or remove what uses it.`;
}
