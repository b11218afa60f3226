import { writeFileSync } from 'fs';
import * as path from 'path';
import { attachCustomSynthesis, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { collectReport, isWarmedIn } from './collect-report';
import { reportPage } from './report-page';
import { nameOf, warn } from '../governance/notices';
import { stageOf } from '../target/stage-census';

const DEFAULT_FILE_NAME = 'warming-report';

/** What the CDK writes into a cloud assembly under names without a dot of their own. */
const TAKEN = ['cdk', 'manifest', 'policy-validation-report', 'tree', 'validation-report'];

/**
 * Properties of a `WarmingReport`.
 */
export interface WarmingReportProps {
  /**
   * The name of both files, without `.html` and `.json`: letters, digits, hyphens and underscores.
   *
   * @default warming-report
   */
  readonly fileName?: string;

  /**
   * How many executions each account may run at once in a region, of all its functions: a whole number, at least 1. What is kept
   * warm is compared with it.
   *
   * @default 1000 - what Lambda's quota says unless it has been raised; new accounts have less
   * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
   */
  readonly accountConcurrency?: number;
}

/**
 * Writes a report into the cloud assembly at each synthesis, before anything is deployed (`cdk.out/warming-report.html`, and of a
 * `Stage` in the folder of its own in there): how many
 * environments of which function are kept warm in each hour of the week, how that compares with the concurrency of the account,
 * what it costs beside provisioned concurrency, what is exempt for which reason, and what nothing keeps warm.
 *
 * Hours are those of each schedule's time zone. Where several are added up, in UTC, it is by the clocks of the day.
 *
 * It is one page that needs nothing beside it; the same is there as JSON (`warming-report.json`). It reports on all that stands in
 * its scope: the app, a stage, or a stack. Nothing of it is deployed.
 *
 * Throws if a property is out of its range, and if another report has the same name.
 *
 * @example
 *
 * declare const app: App;
 *
 * new WarmingReport(app, 'WarmingReport');
 */
export class WarmingReport extends Construct {
  private readonly fileName: string;

  constructor(scope: Construct, id: string, props: WarmingReportProps = {}) {
    super(scope, id);
    const { fileName = DEFAULT_FILE_NAME, accountConcurrency } = props;
    this.fileName = fileName;
    const problems = [...this.problemsOfName(), ...problemsOfConcurrency(accountConcurrency)];
    if (problems.length > 0) {
      scope.node.tryRemoveChild(id);
      throw new Error(`WarmingReport '${this.node.path}': ${problems.join('\n  ')}`);
    }

    this.node.addValidation({
      validate: () => {
        warnOfNothing(scope);
        return [];
      },
    });
    attachCustomSynthesis(this, {
      onSynthesize: ({ outdir }) => {
        const data = collectReport({ scope, accountConcurrency, moment: new Date() });
        writeFileSync(path.join(outdir, `${fileName}.html`), reportPage(data, `${fileName}.json`));
        writeFileSync(path.join(outdir, `${fileName}.json`), `${JSON.stringify(data, undefined, 2)}\n`);
      },
    });
  }

  private problemsOfName(): string[] {
    if (Token.isUnresolved(this.fileName) || !/^[\w-]+$/.test(this.fileName)) {
      return [`fileName is '${this.fileName}'. Write letters, digits, hyphens and underscores, such as 'warming-report'.`];
    }
    if (TAKEN.includes(this.fileName.toLowerCase())) {
      return [`fileName is '${this.fileName}', which is a file of the CDK's own in the cloud assembly. Write another one, such as 'warming-report'.`];
    }
    const others = stageOf(this).node.findAll().filter((one): one is WarmingReport => one instanceof WarmingReport && one !== this);
    const same = others.find((one) => stageOf(one) === stageOf(this) && one.fileName.toLowerCase() === this.fileName.toLowerCase());
    return same ? [`'${same.node.path}' writes a report of the same name, '${this.fileName}'. Write another fileName.`] : [];
  }
}

function problemsOfConcurrency(value: number | undefined): string[] {
  return value === undefined || (!Token.isUnresolved(value) && Number.isInteger(value) && value >= 1)
    ? []
    : [`accountConcurrency is ${Token.isUnresolved(value) ? 'a token, known at deployment only' : value}. Write a whole number, at least 1, or leave it out.`];
}

function warnOfNothing(scope: IConstruct): void {
  if (!isWarmedIn(scope)) {
    warn(scope, 'cdk-lambda-warmer:emptyReport', `Nothing is kept warm in ${nameOf(scope)}, which is all that its warming report says. Add a LambdaWarmer, or remove the report.`);
  }
}
