import { cpSync, readdirSync } from 'fs';
import * as path from 'path';
import { filesOf, folderOf, MIGRATION_FOLDER, State, STATES } from './guides';
import { zappaProgram } from './packages';
import { EMULATED_ACCOUNT } from '../../../tools/aws-environment';
import { step } from '../../../tools/consumers/steps';
import { Emulator } from '../../../tools/emulator';
import { PROJECT_FOLDER } from '../../../tools/folders';

const GUIDE = 'zappa';

/** Where the packages are that Zappa would put into the function's package. */
export function zappaPackages(): string[] {
  const lib = path.join(MIGRATION_FOLDER, 'python', 'lib');
  return [path.join(lib, readdirSync(lib)[0], 'site-packages'), path.join(PROJECT_FOLDER, 'runtime', 'python')];
}

/** The settings of the stage that the guide has. */
export function settingsIn(state: State): any {
  return JSON.parse(filesOf(GUIDE, state).get('zappa_settings.json')!).production;
}

/** Has Zappa write what it generates into the package, and puts its handler beside it, as `zappa package` does. */
export async function packageZappa(): Promise<void> {
  const generated = ['save-python-settings-file', 'production', '-o', 'zappa_settings.py'];
  await Promise.all([zappa(generated, 'before'), zappa(generated, 'step 2')]);
  for (const [made, state] of [['before', 'step 1'], ['step 2', 'step 3']] as const) {
    cpSync(path.join(folderOf(GUIDE, made), 'zappa_settings.py'), path.join(folderOf(GUIDE, state), 'zappa_settings.py'));
  }
  for (const state of STATES) {
    cpSync(path.join(zappaPackages()[0], 'zappa', 'handler.py'), path.join(folderOf(GUIDE, state), 'handler.py'));
    cpSync(path.join(__dirname, 'journaled.py'), path.join(folderOf(GUIDE, state), 'journaled.py'));
  }
}

/** Runs Zappa's own program. */
export function zappa(args: readonly string[], state: State, emulator?: Emulator): Promise<string> {
  return step(`zappa ${args.join(' ')}`, zappaProgram('zappa'), args, {
    cwd: folderOf(GUIDE, state),
    env: { ...EMULATED_ACCOUNT, AWS_ENDPOINT_URL: emulator?.endpoint },
  });
}
