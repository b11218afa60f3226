/** Something that a benchmark or its page needs and has not found: its message says what to do. */
export class MissingError extends Error {}

/** Runs a command, and says what is missing without a stack trace. */
export async function run(main) {
  // A signal alone would end the process without its `exit` event, at which all that was started ends and temporary folders go.
  // An emulator, once it runs, has its own way, and goes first.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => setImmediate(() => process.exit(1)));
  }
  try {
    await main();
  } catch (error) {
    if (!(error instanceof MissingError)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 1;
  }
}
