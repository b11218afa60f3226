/** Characters that CDK's own matching takes. */
const MAX_LENGTH = 65_536;

const PAIRS: { readonly [open: string]: string } = { '[': ']', '{': '}', '(': ')' };

/** What is wrong with a glob for paths of constructs, a sentence; undefined: nothing. */
export function globProblem(glob: string): string | undefined {
  if (glob.trim() === '' || glob.length > MAX_LENGTH) {
    return `it is ${glob.length > MAX_LENGTH ? 'too long' : 'empty'}. Write the path of a construct, such as 'Prod/Api' or 'Prod/*'.`;
  }
  if (glob.split('/').includes('')) {
    return 'it has an empty part. Paths neither begin nor end with a slash: write one between ids.';
  }
  const open: string[] = [];
  for (const character of glob.replace(/\\./g, '')) {
    const closing = open[open.length - 1];
    if (closing === character) {
      open.pop();
    } else if (closing === PAIRS['[']) {
      // Inside of those, any other character is just that.
      continue;
    } else if (PAIRS[character]) {
      open.push(PAIRS[character]);
    } else if (Object.values(PAIRS).includes(character)) {
      return `its '${character}' closes nothing. Open it before, or write '\\\\${character}' for the character itself.`;
    }
  }
  return open.length > 0 ? `its '${open[open.length - 1]}' is missing. Close it, or write a backslash before what opens.` : undefined;
}
