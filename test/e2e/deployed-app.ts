import { existsSync, mkdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { FunctionConfiguration, InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { Emulator } from '../../tools/emulator';

export const SECONDS = 1000;

/**
 * How long a tick may take to have come. A rule's first one comes a minute after its creation, each further one a minute
 * later, and the emulator looks every 10 seconds; then it starts its processes, on a machine that has other tests to run.
 */
export const TICK = 150 * SECONDS;

/**
 * One of the apps of these tests, which the real CDK CLI deploys into an emulator of its own, and what the handlers of its
 * stack note.
 */
export class DeployedApp {
  public emulator!: Emulator;
  public client!: LambdaClient;
  private folder!: string;
  protected assembly!: string;

  constructor(protected readonly stack: string, private readonly file: string) {}

  /** For `beforeAll`: if it fails, the emulator is gone before the error goes on. */
  public async start(): Promise<void> {
    this.use(await Emulator.start());
    try {
      await this.emulator.cdk(['bootstrap', '--output', this.assembly]);
      await this.deploy();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Instead of `start()`: an emulator that several apps share, and that whoever started it stops. */
  public use(emulator: Emulator): void {
    this.emulator = emulator;
    this.client = new LambdaClient({ ...emulator.clientConfig, maxAttempts: 1 });
    this.folder = path.join(emulator.folder, this.stack);
    this.assembly = path.join(this.folder, 'cdk.out');
    mkdirSync(this.folder);
  }

  /** For `afterAll`: also after a start that took too long. */
  public async stop(): Promise<void> {
    await this.emulator?.stop();
  }

  public async deploy(...args: string[]): Promise<void> {
    await this.cdk('deploy', '--all', '--require-approval', 'never', ...args);
  }

  /** Synthesizes it, and deploys nothing. */
  public async synth(...args: string[]): Promise<void> {
    await this.cdk('synth', '--quiet', ...args);
  }

  public async destroy(): Promise<void> {
    await this.cdk('destroy', '--all', '--force');
  }

  /** From now on no rule fires by itself: a tick of its own, while one of the test is under way, would start more processes. */
  public async stopRules(): Promise<void> {
    const events = new EventBridgeClient(this.emulator.clientConfig);
    const { Rules } = await events.send(new ListRulesCommand({}));
    await Promise.all(Rules!.map(({ Name }) => events.send(new DisableRuleCommand({ Name }))));
  }

  /** What a function has noted, oldest first. */
  public journalOf(name: string): any[] {
    const file = path.join(this.folder, `${name}.jsonl`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
  }

  /** An output of the stack. */
  public async output(name: string): Promise<string> {
    const { Stacks } = await new CloudFormationClient(this.emulator.clientConfig).send(new DescribeStacksCommand({ StackName: this.stack }));
    return Stacks![0].Outputs!.find(({ OutputKey }) => OutputKey === name)!.OutputValue!;
  }

  /** What the rule of a warmer invokes, and with which input. */
  public async targetOf(name: string): Promise<{ readonly Arn: string; readonly Input: string }> {
    const events = new EventBridgeClient(this.emulator.clientConfig);
    const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: `${this.stack}-${name}WarmerRule` }));
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Rules![0].Name! }));
    expect(Targets).toHaveLength(1);
    return Targets![0] as any;
  }

  public async invoke(FunctionName: string, Payload: string): Promise<any> {
    const { FunctionError, Payload: answer } = await this.client.send(new InvokeCommand({ FunctionName, Payload }));
    const text = Buffer.from(answer!).toString();
    if (FunctionError) {
      throw new Error(text);
    }
    return JSON.parse(text);
  }

  /** One tick of one warmer: what the dispatcher says of it, and what the handlers noted meanwhile. */
  public async tick(name: string): Promise<{ readonly report: any; readonly noted: any[] }> {
    const before = this.journalOf(name).length;
    const { Arn, Input } = await this.targetOf(name);
    const { results } = await this.invoke(Arn, Input);
    expect(results).toHaveLength(1);
    return { report: results[0], noted: this.journalOf(name).slice(before) };
  }

  /** The functions of all stacks. */
  public async functions(): Promise<FunctionConfiguration[]> {
    const functions: FunctionConfiguration[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client: this.client }, {})) {
      functions.push(...Functions);
    }
    return functions;
  }

  /** The name of a function of the stack. */
  public async functionName(id: string): Promise<string> {
    const name = new RegExp(`^${this.stack}-${id}[0-9A-F]{8}`);
    return (await this.functions()).find(({ FunctionName }) => name.test(FunctionName!))!.FunctionName!;
  }

  /** The functions that send pings, one a stack. */
  public async dispatchers(): Promise<FunctionConfiguration[]> {
    return this.functionsNamed('LambdaWarmerDispatcher');
  }

  /** The lines that the dispatchers have logged, of each of them oldest first. */
  public dispatcherLog(): Promise<any[]> {
    return this.logOf('LambdaWarmerDispatcher');
  }

  /** What functions with such a part of a name have logged as JSON, of each of them oldest first. */
  public async logOf(name: string): Promise<any[]> {
    return (await this.linesOf(name)).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  /** The lines that functions with such a part of a name have logged, of each of them oldest first. */
  public async linesOf(name: string): Promise<string[]> {
    const logs = new CloudWatchLogsClient(this.emulator.clientConfig);
    const lines: string[] = [];
    for (const { LoggingConfig } of await this.functionsNamed(name)) {
      try {
        for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName: LoggingConfig!.LogGroup })) {
          lines.push(...events.flatMap(({ message }) => message!.split('\n')));
        }
      } catch (error) {
        // Made by the first invocation.
        if (!(error instanceof ResourceNotFoundException)) {
          throw error;
        }
      }
    }
    return lines;
  }

  /** Functions with such a part of a name. */
  public async functionsNamed(name: string): Promise<FunctionConfiguration[]> {
    return (await this.functions()).filter(({ FunctionName }) => FunctionName!.includes(name));
  }

  protected async cdk(command: string, ...args: string[]): Promise<void> {
    const app = `npx tsx --tsconfig tsconfig.dev.json test/e2e/${this.file}`;
    await this.emulator.cdk([command, '--app', app, '--output', this.assembly, '-c', `journals=${this.folder}`, ...args]);
  }
}

/** The processes that noted these lines. */
export function processesOf(lines: readonly any[]): Set<number> {
  return new Set(lines.map(({ pid }) => pid));
}

export async function until(what: string | (() => string), condition: () => boolean | Promise<boolean>, limit = 50 * SECONDS): Promise<void> {
  const deadline = Date.now() + limit;
  while (!await condition()) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${limit / SECONDS} s in vain for ${typeof what === 'string' ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
