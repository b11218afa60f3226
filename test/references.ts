import { CfnElement, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What a reference of a template is to. */
export function nameOf(reference: any): string {
  return typeof reference === 'string' ? reference : reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? '<token>';
}

/** A text of a template, in which references stand as the names of what they are to. */
export function textOf(value: any): string {
  return typeof value === 'string' ? value : value['Fn::Join'][1].map(nameOf).join('');
}

/** The logical id of a construct's resource, as the template has it: that of a version tells what it is of. */
export function idOf({ node }: IConstruct): string {
  const resource = node.defaultChild as CfnElement;
  return Stack.of(resource).resolve(resource.logicalId);
}
