/** Catches what is written to the standard output, in lines, until all mocks are restored. */
export function captureStdout(): { readonly lines: () => string[]; readonly reports: () => any[] } {
  let written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += chunk;
    return true;
  });
  const lines = () => written.split('\n').slice(0, -1);
  return {
    lines,
    /** What stands under the key of a tick's line. */
    reports: () => lines().map((line) => JSON.parse(line).cdkLambdaWarmer).filter((report) => report !== undefined),
  };
}
