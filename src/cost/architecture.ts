import { Architecture } from 'aws-cdk-lib/aws-lambda';

/** Whether it is one that Lambda has; it may be of another copy of CDK. */
export function isArchitecture(value: Architecture): boolean {
  return [Architecture.ARM_64.name, Architecture.X86_64.name].includes(value?.name);
}

export function isArm({ name }: Architecture): boolean {
  return name === Architecture.ARM_64.name;
}
