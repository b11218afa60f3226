import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { APPS } from './apps';
import { AccountWarmer, LambdaWarmer } from '../../src';
import { Dispatcher } from '../../src/fan-out/dispatcher';

const folder = mkdtempSync(path.join(tmpdir(), 'cdk-nag-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What tracing and network interfaces ask for, which AWS lets nobody narrow down to resources: only where a user asks for them. */
const UNAVOIDABLE: { readonly [name: string]: RegExp } = {
  'every option of the dispatcher': /^Stack\/LambdaWarmerDispatcher\/Role\/DefaultPolicy/,
  'the dispatcher in a VPC': /^Stack\/LambdaWarmerDispatcher\/Role/,
};

/**
 * In the warmer of an account: functions that are known by their tags alone, what AWS lets nobody narrow down to resources, and
 * the executions of the one state machine; of which Step Functions keeps the history, without logs and traces that cost more.
 */
const UNAVOIDABLE_IN_ACCOUNT = [
  'DispatcherRole/DefaultPolicy/Resource', 'PlannerRole/DefaultPolicy/Resource', 'Workflow/Resource', 'Workflow/Resource', 'WorkflowPolicy/Resource',
];

/** Paths of the constructs in which AwsSolutions found something. */
function findings(app: App): string[] {
  jest.spyOn(console, 'error').mockImplementation();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    // What it finds in the functions themselves makes the synthesis fail, after the report is written.
    expect((error as Error).message).toContain('AwsSolutions');
  }
  const report = readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8');
  return [...report.matchAll(/"constructPath": *"([^"]+)"/g)].map(([, constructPath]) => constructPath);
}

describe('the AwsSolutions pack of cdk-nag finds nothing in what a warmer adds to', () => {
  test.each(APPS)('%s', (name, build) => {
    const { app, stacks } = build({ outdir: path.join(folder, name) });
    const all = stacks.flatMap((stack) => stack.node.findAll());
    const ours = all.filter((one) => one instanceof LambdaWarmer || one instanceof Dispatcher || one instanceof AccountWarmer);
    expect(ours).not.toEqual([]);
    const found = findings(app);
    for (const one of ours) {
      const { node } = one;
      if (one instanceof AccountWarmer) {
        const inside = found.filter((constructPath) => constructPath.startsWith(`${node.path}/`));
        expect(inside.map((constructPath) => constructPath.slice(node.path.length + 1)).sort()).toEqual(UNAVOIDABLE_IN_ACCOUNT);
        continue;
      }
      expect(found.filter((constructPath) => `${constructPath}/`.startsWith(`${node.path}/`))).toEqual(UNAVOIDABLE[name] && node.id === 'LambdaWarmerDispatcher'
        ? [expect.stringMatching(UNAVOIDABLE[name])]
        : []);
    }
  });
});

test('the AwsSolutions pack of cdk-nag does look: it finds the managed policy of the function itself', () => {
  expect(findings(APPS[0][1]({ outdir: path.join(folder, 'faulty') }).app)).toContainEqual(expect.stringMatching(/^Stack\/Fn\/ServiceRole/));
});
