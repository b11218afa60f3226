import { ensurePython } from './python';

try {
  ensurePython();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
