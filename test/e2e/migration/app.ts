/*
 * The stacks of all guides as they are in one state, which the context says, and what others deploy for some of them.
 */
import { createRequire } from 'module';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { folderOf, Guide, State, STATES, filesOf } from './guides';
import { serviceIn } from './serverless';
import { settingsIn, zappaPackages } from './zappa';
import { adaptToEmulator } from '../../../tools/emulated';
import { PROJECT_FOLDER } from '../../../tools/folders';
import { pythonPackages } from '../../../tools/python';

const SDK_V2_TO_EMULATOR = path.join(PROJECT_FOLDER, 'bench', 'coverage', 'handlers', 'sdk-v2-to-emulator.cjs');
/** Enough for a cold start on a busy machine. */
const TIMEOUT = Duration.seconds(30);

const load = createRequire(__filename);
const app = new App({ analyticsReporting: false });
const state: State = app.node.tryGetContext('state') ?? STATES[0];
const journals: string = app.node.getContext('journals');

/** The stack as the guide has it. */
function stackOf(guide: Guide, id: string, file = 'stack.ts'): Stack {
  const folder = folderOf(guide, state);
  // Its assets are relative to its app.
  process.chdir(folder);
  const [GuideStack] = Object.values<new (scope: App, id: string) => Stack>(load(path.join(folder, file)));
  return new GuideStack(app, id);
}

/** Puts the journal before the handler, and nothing else. */
function observe(fn: lambda.Function, name: string, packages: readonly string[] = []): void {
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  fn.addEnvironment('JOURNAL', path.join(journals, `${name}.jsonl`));
  if (packages.length > 0) {
    fn.addEnvironment('PACKAGES', packages.join(path.delimiter));
    fn.addEnvironment('HANDLER_OF_GUIDE', resource.handler!);
  }
  resource.handler = 'journaled.handler';
  resource.timeout = TIMEOUT.toSeconds();
}

/** The function of a stack, by a name that the test knows. */
function functionIn(stack: Stack, functionName: string, id = 'Orders'): lambda.Function {
  const fn = stack.node.findChild(id) as lambda.Function;
  (fn.node.defaultChild as lambda.CfnFunction).functionName = functionName;
  return fn;
}

observe(functionIn(stackOf('lambda-warmer', 'LambdaWarmer'), 'lambda-warmer'), 'lambda-warmer');
observe(functionIn(stackOf('lambda-warmer-py', 'LambdaWarmerPy'), 'lambda-warmer-py'), 'lambda-warmer-py', [pythonPackages()]);
observe(functionIn(stackOf('opennext', 'OpenNext'), 'opennext', 'Server'), 'opennext');

const blowtorch = stackOf('blowtorch', 'Blowtorch');
observe(functionIn(blowtorch, 'blowtorch'), 'blowtorch');
const dispatcher = blowtorch.node.tryFindChild('Blowtorch')?.node.findChild('Blowtorch') as lambda.Function | undefined;
dispatcher?.addEnvironment('NODE_OPTIONS', `--require ${SDK_V2_TO_EMULATOR}`);

serverless();
zappa();
adaptToEmulator(app);

/** What the Serverless Framework deploys of serverless.yml, and the app beside it. */
function serverless(): void {
  const guide = 'serverless-plugin-warmup';
  const service = new Stack(app, 'ServerlessService');
  for (const [id, { name, handler, events: scheduled = [], memorySize, timeout, environment }] of Object.entries(serviceIn(state).functions)) {
    const isWarmer = id.startsWith('warmUpPlugin');
    const fn = new lambda.Function(service, id, {
      functionName: name,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: isWarmer ? 'index.warmUp' : handler,
      code: lambda.Code.fromAsset(path.join(folderOf(guide, state), isWarmer ? 'warmer' : 'handler')),
      memorySize,
      environment: { ...environment },
      timeout: Duration.seconds(timeout ?? 6),
    });
    scheduled.forEach(({ schedule }, index) => new events.Rule(service, `${id}Schedule${index}`, {
      schedule: events.Schedule.expression(schedule),
      targets: [new targets.LambdaFunction(fn)],
    }));
    if (isWarmer) {
      fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: ['*'] }));
    } else {
      observe(fn, guide);
    }
  }
  const warming = besideOf(guide, 'ServerlessWarming');
  // The last step switches the pings before it changes the handler.
  const [first, second] = state === 'step 3' ? [warming, service] : [service, warming];
  second?.addDependency(first!);

  if (filesOf(guide, state).has('moved.ts')) {
    observe(functionIn(stackOf(guide, 'Moved', 'moved.ts'), 'moved'), 'moved');
  }
}

/** The function that `zappa deploy` creates, and the app beside it. What Zappa schedules, it does itself in the test. */
function zappa(): void {
  const settings = settingsIn(state);
  const name = `${settings.project_name}-production`;
  const shop = new Stack(app, 'ZappaShop');
  const fn = new lambda.Function(shop, 'Function', {
    functionName: name,
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: settings.lambda_handler ?? 'handler.lambda_handler',
    code: lambda.Code.fromAsset(folderOf('zappa', state), { exclude: ['stack.ts', '__pycache__'] }),
    environment: settings.aws_environment_variables,
    role: new iam.Role(shop, 'Role', { roleName: `${name}-ZappaLambdaExecutionRole`, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  });
  observe(fn, 'zappa', zappaPackages());
  besideOf('zappa', 'ZappaWarming')?.addDependency(shop);
}

/** The app that a guide adds beside what another tool deploys, once it has. */
function besideOf(guide: Guide, id: string): Stack | undefined {
  return filesOf(guide, state).has('stack.ts') ? stackOf(guide, id) : undefined;
}
