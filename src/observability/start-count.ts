import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { WarmingDescription } from './warming-description';
import { METRIC_NAMESPACE } from '../dispatcher/plan';
import { cfnProperty, referencedConstructs } from '../target/cfn-property';
import { PingTarget } from '../target/ping-target';
import { stageOf } from '../target/stage-census';

/** What Lambda writes of the start of an environment: of one that a snapshot is for, another word. */
const STARTS = { plain: ['Init Duration:', 'initDurationMs'], snapStart: ['Restore Duration:', 'restoreDurationMs'] } as const;

/** The log group of a function. */
export interface FunctionLog {
  readonly name: string;
  /** Whether the template says that there is one. */
  readonly isDeclared: boolean;
}

/** What counts starts: by which construct, undefined if the app does not create the function, and which metric. */
export interface StartCount {
  readonly of: IConstruct | undefined;
  readonly name: string;
}

/** Where a function writes its log: as its template says, or as Lambda has it by default. */
export function logOf(target: PingTarget): FunctionLog {
  const declared = target.ownFunction && declaredLog(target.ownFunction);
  return { name: declared ?? `/aws/lambda/${target.functionName}`, isDeclared: declared !== undefined };
}

/** Under which name the starts of a function are counted: its own, or that of its fleet, which has one metric together. */
export function countedAs({ type, construct, fleetName }: WarmingDescription, { ownFunction, functionName }: PingTarget): StartCount {
  return type === 'LambdaWarmer' ? { of: ownFunction, name: startMetricName(functionName) } : { of: construct, name: startMetricName(fleetName!) };
}

function startMetricName(what: string): string {
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
  return Token.isUnresolved(what) ? `Inits-${what}` : `Inits-${what.replace(/[:*$]/g, '-')}`.slice(0, 255);
}

/**
 * Has a metric count the environments of a function that were started for requests or pings: once, whoever asks for it.
 *
 * It is of the function's stack, so that no dashboard counts them twice.
 */
export function countStarts({ ownFunction: fn }: PingTarget, metricName: string, of: IConstruct): void {
  if (isCounted(fn!, of)) {
    return;
  }
  new CfnMetricFilter(Stack.of(fn!), filterId(fn!, of), {
    // An aspect may still change either.
    logGroupName: Lazy.string({ produce: () => declaredLog(fn!) }),
    filterPattern: Lazy.string({ produce: () => patternOf(fn!) }),
    metricTransformations: [{ metricNamespace: METRIC_NAMESPACE, metricName, metricValue: '1', unit: 'Count' }],
  });
}

/** Whether that has been done. */
export function isCounted(fn: CfnFunction, of: IConstruct): boolean {
  return Stack.of(fn).node.tryFindChild(filterId(fn, of)) !== undefined;
}

function filterId(fn: CfnFunction, of: IConstruct): string {
  return `LambdaWarmerInits-${fn.node.addr.slice(-8)}-${of.node.addr.slice(-8)}`;
}

/** As another template can refer to it; undefined also where an override names it, and it is no plain text. */
function declaredLog(fn: CfnFunction): string | undefined {
  const declared: unknown = cfnProperty(fn, 'LoggingConfig', 'LogGroup');
  const { loggingConfig: given } = fn;
  const raw = given === undefined || Token.isUnresolved(given) ? undefined : (given as CfnFunction.LoggingConfigProperty).logGroup;
  if (typeof declared === 'string') {
    return declared;
  }
  return declared !== undefined && JSON.stringify(Stack.of(fn).resolve(raw)) === JSON.stringify(declared) ? raw : undefined;
}

/**
 * Phrases in the text, and not the places of fields: with active tracing there are more of these.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
function patternOf(fn: CfnFunction): string {
  const [phrase, field] = cfnProperty(fn, 'SnapStart', 'ApplyOn') === 'PublishedVersions' ? STARTS.snapStart : STARTS.plain;
  return cfnProperty(fn, 'LoggingConfig', 'LogFormat') === 'JSON'
    ? `{ $.type = "platform.report" && $.record.metrics.${field} > 0 }`
    : `"REPORT RequestId:" "${phrase}"`;
}

/** The same for two functions that write into one log group. */
function logKey(fn: CfnFunction): string | undefined {
  const group = groupOf(fn);
  const name: unknown = group && cfnProperty(group, 'LogGroupName');
  return typeof name === 'string' ? name : group?.node.path ?? declaredLog(fn);
}

/** The log group of a function, if this app creates it. */
function groupOf(fn: CfnFunction): CfnLogGroup | undefined {
  return [...referencedConstructs(fn, fn.loggingConfig)].find((one): one is CfnLogGroup => one instanceof CfnLogGroup);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html */
function takesFilters(fn: CfnFunction): boolean {
  const group = groupOf(fn);
  return [undefined, 'STANDARD'].includes(group && cfnProperty(group, 'LogGroupClass'));
}

/** Which functions of a stage write into log groups of their own. */
export class LogCensus {
  private readonly writers = new Map<string, number>();

  constructor(scope: IConstruct) {
    const functions = stageOf(scope).node.findAll().filter((one): one is CfnFunction => one instanceof CfnFunction);
    for (const key of functions.flatMap((fn) => logKey(fn) ?? [])) {
      this.writers.set(key, (this.writers.get(key) ?? 0) + 1);
    }
  }

  /** Whether the starts of a function can be counted in its log: in one that is declared, takes filters, and is no other function's. */
  public isCountable({ ownFunction: fn }: PingTarget): boolean {
    return fn !== undefined && declaredLog(fn) !== undefined && takesFilters(fn) && this.writers.get(logKey(fn)!) === 1;
  }

  /** Whether other functions write into its log too: then nothing tells whose a line is. */
  public isShared({ ownFunction: fn }: PingTarget): boolean {
    const key = fn && logKey(fn);
    return key !== undefined && this.writers.get(key)! > 1;
  }
}
