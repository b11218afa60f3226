import { readFileSync } from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { EventBridgeClient, ListRulesCommand, Rule } from '@aws-sdk/client-eventbridge';
import { CONSUMERS_FOLDER } from '../../tools/consumers/packages';
import { PYTHON_WITH_PACKAGE, WHEELS } from '../../tools/consumers/python';
import { PROJECT_FOLDER } from '../../tools/folders';
import { DeployedApp } from '../e2e/deployed-app';

/** One of the examples in Python, deployed as its users do, with the package that is made here. */
export class ExampleApp extends DeployedApp {
  constructor(stack: string, private readonly example: string) {
    super(stack, example);
  }

  /** The file of what was synthesized last. */
  public get templateFile(): string {
    return path.join(this.assembly, `${this.stack}.template.json`);
  }

  /** What was synthesized last. */
  public get template(): any {
    return JSON.parse(readFileSync(this.templateFile, 'utf8'));
  }

  /** The rules of the stack. */
  public async rules(): Promise<Rule[]> {
    return (await new EventBridgeClient(this.emulator.clientConfig).send(new ListRulesCommand({ NamePrefix: `${this.stack}-` }))).Rules!;
  }

  /** The lines of its own dispatcher, beside which others of the emulator stand. */
  public dispatcherLog(): Promise<any[]> {
    return this.logOf(`${this.stack}-LambdaWarmerDispatcher`);
  }

  /** As its cdk.json says, which makes no cdk.out in the source tree then. */
  protected async cdk(command: string, ...args: string[]): Promise<void> {
    await this.emulator.cdk([command, '--output', this.assembly, ...args], {
      cwd: path.join(PROJECT_FOLDER, 'examples', this.example),
      env: {
        // As after `source .venv/bin/activate`.
        PATH: `${path.dirname(PYTHON_WITH_PACKAGE)}${path.delimiter}${process.env.PATH}`,
        // What handlers require was fetched once.
        PIP_NO_INDEX: '1',
        PIP_FIND_LINKS: pathToFileURL(WHEELS).href,
        JSII_RUNTIME_PACKAGE_CACHE_ROOT: path.join(CONSUMERS_FOLDER, 'jsii'),
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      },
    });
  }
}
