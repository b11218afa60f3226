import { readFileSync } from 'fs';
import * as path from 'path';
import { CfnResource } from 'aws-cdk-lib';
import { APPS } from './apps';
import { testFunction } from '../uses';

interface Report {
  readonly pluginReports: readonly { readonly violations?: readonly unknown[] }[];
}

function reported(directory: string): unknown[] {
  const report: Report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }) => violations ?? []);
}

describe("the newest CDK's own CloudFormation validation finds nothing in", () => {
  test.each(APPS)('%s', (_, build) => {
    expect(reported(build().app.synth().directory)).toEqual([]);
  });
});

test("the newest CDK's own CloudFormation validation does look: it finds a fault put in on purpose", () => {
  const error = jest.spyOn(console, 'error').mockImplementation();
  const { app, stacks: [stack] } = APPS[0][1]();
  (testFunction(stack, 'Faulty').node.defaultChild as CfnResource).addPropertyOverride('MemorySize', 1);
  expect(reported(app.synth().directory)).not.toEqual([]);
  expect(error).toHaveBeenCalled();
});
