import { readFileSync } from 'fs';
import * as path from 'path';
import { RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { handlerLines } from '../../src/short-circuit/advice';

const PAGE = readFileSync(path.join(__dirname, '..', '..', 'docs', 'handlers.md'), 'utf8');

test.each<[string, RuntimeFamily]>([
  ['java', RuntimeFamily.JAVA],
  ['go', RuntimeFamily.GO],
  ['csharp', RuntimeFamily.DOTNET_CORE],
  ['ruby', RuntimeFamily.RUBY],
])('docs/handlers.md has the lines that the warning prints, in %s', (language, family) => {
  expect(PAGE).toContain(`\`\`\`${language}\n${handlerLines(family)}\n\`\`\`\n`);
});
