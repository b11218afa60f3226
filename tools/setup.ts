import { ensureBrowser } from './browser';
import { ensureLambdaRuntimes } from './lambda-runtimes';
import { ensurePython } from './python';

try {
  ensurePython();
  ensureLambdaRuntimes();
  ensureBrowser();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
