import { Annotations, App } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** CDK keeps what has been acknowledged with the app, by path. */
const ACKNOWLEDGEMENTS = Symbol.for('@aws-cdk/core.Acknowledgements');

/** Under which ids older CDKs file what `Validations` acknowledges, and which the CDK CLI prints. */
const PREFIXES = ['', 'annotation::', 'Annotation::'];

/**
 * Warns of what shows only when the tree is complete.
 *
 * CDK looks for acknowledgements on the scopes around a construct, and removes warnings that an acknowledgement finds
 * already there, but overlooks one on the construct itself, or on the app, that comes before the warning.
 */
export function addLateWarning(scope: IConstruct, id: string, message: string): void {
  if (!isAcknowledged(scope, id)) {
    Annotations.of(scope).addWarningV2(id, message);
  }
}

/** Informs of what happens only when the tree is complete: see `addLateWarning`. */
export function addLateInfo(scope: IConstruct, id: string, message: string): void {
  if (!isAcknowledged(scope, id)) {
    Annotations.of(scope).addInfoV2(id, message);
  }
}

/** Whether a warning of this id has been acknowledged on a construct, or around it. */
export function isAcknowledged(scope: IConstruct, id: string): boolean {
  const app = App.of(scope) as { [ACKNOWLEDGEMENTS]?: { has(path: string, id: string): boolean } } | undefined;
  // Seen from inside, the construct is one of the scopes around; the app's own path is empty, and overlooked too.
  const paths = [`${scope.node.path}/inside`, '//inside'];
  return PREFIXES.some((prefix) => paths.some((path) => app?.[ACKNOWLEDGEMENTS]?.has(path, `${prefix}${id}`)));
}
