import { Lazy } from 'aws-cdk-lib';
import { CfnQueryDefinition, ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { slotsOf } from './dashboard-texts';
import { coldRequests, coldStarts, Query, queryText, tickReports } from './log-queries';
import { LogCensus, logOf } from './start-count';
import { WarmedFunction, WarmingDescription } from './warming-description';
import { PingTarget } from '../target/ping-target';

/** Of one dashboard: an account has room for 1,000 in a region. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const MAX_SAVED_QUERIES = 200;

const FOLDER = 'LambdaWarmer';
/** With the folder and what the query tells, at most 255: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html */
const MAX_PATH_LENGTH = 200;

/** How the cold requests of a function are explained in the query itself. */
const EXPLANATION = [
  '# Requests that were cold, and why: each is counted under the first reason that applies.',
  '# afterDeployment: pings and requests together had to start as many environments as are kept warm.',
  '# aboveConcurrency: all environments that are kept warm were in use. withoutPings, outsideWindow: nothing was pinged.',
  '# recycled: none of these, so Lambda has replaced an environment.',
  '# A tick that comes late is counted with the time after.',
].join('\n');

const STARTS_EXPLANATION = '# Starts of environments, for requests and for pings: the log does not say for which.';

/** A query that is saved, and what it is known by. */
export interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly logGroupNames: readonly string[];
  readonly text: string;
}

/** The queries on what some warmers and fleets keep warm, each once: first those of the dispatchers, then those that say why. */
export function savedQueries(descriptions: readonly WarmingDescription[], census: LogCensus): SavedQuery[] {
  const ownLogs = ({ functions }: WarmingDescription) => functions.filter(({ target }) => !census.isShared(target));
  const queries = [
    ...descriptions.flatMap(({ tickLogs }) => tickLogs.map(ofDispatcher)),
    ...descriptions.flatMap((description) => description.isActive ? ownLogs(description).flatMap((fn) => ofFunction(description, fn)) : []),
    ...descriptions.flatMap((description) => ownLogs(description).map(ofStarts)),
  ];
  return [...new Map(queries.map((query) => [query.id, query])).values()];
}

/** Creates those that are not there yet, as many as there may be. */
export function saveQueries(scope: Construct, queries: readonly SavedQuery[]): void {
  for (const { id, name, logGroupNames, text } of queries.slice(0, MAX_SAVED_QUERIES)) {
    if (!scope.node.tryFindChild(id)) {
      new CfnQueryDefinition(scope, id, { name, queryString: text, logGroupNames: [...logGroupNames] });
    }
  }
}

function ofDispatcher(log: ILogGroup): SavedQuery {
  return saved('Ticks', log.node.scope!.node.path, log.node.addr, 'What the ticks reached', [log.logGroupName], tickReports());
}

/** Where nothing counts what pings reach, nothing explains what they do not. */
function ofFunction({ schedule }: WarmingDescription, { target, tickLog, recordsStarts }: WarmedFunction): SavedQuery[] {
  if (!tickLog) {
    return [];
  }
  const query = coldRequests({
    functionArn: target.function.functionArn,
    tickLog: tickLog.logGroupName,
    slots: slotsOf(schedule),
    recordsStarts,
    isAlwaysPinged: schedule!._firesAlways,
  });
  return [saved('Cold', target.path, target.function.node.addr, 'Cold requests, and why', [lateLogOf(target), tickLog.logGroupName], query, EXPLANATION)];
}

function ofStarts({ target }: WarmedFunction): SavedQuery {
  return saved('Starts', target.path, target.function.node.addr, 'Cold starts, one by one', [lateLogOf(target)], coldStarts(), STARTS_EXPLANATION);
}

/** An aspect may still change it. */
function lateLogOf(target: PingTarget): string {
  return Lazy.string({ produce: () => logOf(target).name });
}

function saved(kind: string, path: string, addr: string, what: string, logGroupNames: string[], query: Query, explanation?: string): SavedQuery {
  // The characters that a name of a query may not have.
  const folder = path.replace(/[:*]/g, '-').slice(-MAX_PATH_LENGTH).replace(/^\/+/, '');
  return {
    id: `${kind}-${addr.slice(-12)}`,
    name: `${FOLDER}/${folder}/${what}`,
    logGroupNames,
    text: [...explanation ? [explanation] : [], queryText(query)].join('\n'),
  };
}
