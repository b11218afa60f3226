import { prepareGo } from '../../tools/consumers/go';
import { prepareJava } from '../../tools/consumers/java';
import { generatePackages } from '../../tools/consumers/packages';
import { preparePython } from '../../tools/consumers/python';
import { ensurePython } from '../../tools/python';

/** Once for all test files: what they share. */
export default async function setUp(): Promise<void> {
  // The emulator and a release take it, each in a worker of its own.
  ensurePython();
  await generatePackages();
  // Side by side: what one downloads, another compiles.
  await Promise.all([preparePython(), prepareJava(), prepareGo()]);
}
