import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';

/** Includes a template, as it would come from a file. */
export function includeOf(scope: Construct, template: object, id = 'Template'): CfnInclude {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lambda-warmer-'));
  try {
    const templateFile = path.join(folder, 'template.json');
    fs.writeFileSync(templateFile, JSON.stringify(template));
    return new CfnInclude(scope, id, { templateFile });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
