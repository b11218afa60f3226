/*
 * Two thousand functions in one fleet: what the template has beside the functions and their roles.
 */
import { Stack } from 'aws-cdk-lib';
import { WarmerFleet } from '../../src';
import { testApp, testFunction, testStack } from '../uses';

const FUNCTIONS = 2000;
const FUNCTIONS_PER_STACK = 200;
const MAX_RESOURCES = 500;

test('2,000 functions of ten stacks are pinged by fewer than one resource for ten of them, in stacks that CloudFormation takes', () => {
  const app = testApp();
  const fleet = new WarmerFleet(testStack(app, 'Fleet'), 'Fleet');
  const stacks: Stack[] = Array.from({ length: FUNCTIONS / FUNCTIONS_PER_STACK }, (_, index) => testStack(app, `Stack${index}`));
  for (const stack of stacks) {
    for (let index = 0; index < FUNCTIONS_PER_STACK; index++) {
      fleet.add(testFunction(stack, `Fn${index}`));
    }
  }
  const assembly = app.synth();

  const templates = stacks.map((stack) => assembly.getStackArtifact(stack.artifactId).template);
  const own = templates.map(({ Resources }) => Object.keys(Resources).filter((id) => !/^Fn\d/.test(id)));
  for (const [index, { Resources, Outputs }] of templates.entries()) {
    const types = Object.entries<any>(Resources).filter(([id]) => !own[index].includes(id)).map(([, { Type }]) => Type);
    expect(new Set(types)).toEqual(new Set(['AWS::Lambda::Function', 'AWS::IAM::Role']));
    expect(types).toHaveLength(2 * FUNCTIONS_PER_STACK);
    expect(Object.keys(Resources).length).toBeLessThan(MAX_RESOURCES);
    expect(Outputs).toBeUndefined();
  }
  expect(own.flat().length / FUNCTIONS).toBeLessThan(0.1);
  expect(assembly.getStackArtifact('Fleet').template).toEqual({});

  const inputs = templates.flatMap(({ Resources }) => Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule')
    .flatMap(({ Properties }) => Properties.Targets.map(({ Input }: any) => JSON.stringify(Input))));
  expect(inputs.join('').match(/\\"function\\":/g)).toHaveLength(FUNCTIONS);
}, 180_000);
