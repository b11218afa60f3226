import { endpointOf, request } from '../../dispatcher/aws-request';
import { brief } from '../../dispatcher/outcome';
import { DOMAIN_VARIABLE } from '../../dispatcher/plan';

/** What takes longer is not waited for: the next tick asks again. */
const MAX_WAIT_MS = 10_000;

/** A page of a hundred resources, each with fifty tags of the longest kind, or of fifty functions with all that Lambda tells of them. */
const MAX_ANSWER_LENGTH = 8_000_000;

interface Call {
  readonly service: string;
  readonly region: string;
  /** From the root, with the query. */
  readonly path?: string;
  readonly method?: 'GET';
  readonly headers?: { readonly [name: string]: string };
  readonly body?: object;
}

/** Asks one of AWS's APIs that speak JSON, once. */
async function call({ service, region, path = '/', method, headers = {}, body }: Call): Promise<any> {
  const response = await request({
    service,
    region,
    url: new URL(path, endpointOf(service, process.env[DOMAIN_VARIABLE]!)),
    method,
    headers,
    body: body ? JSON.stringify(body) : '',
    deadline: Date.now() + MAX_WAIT_MS,
    maxAnswerLength: MAX_ANSWER_LENGTH,
  });
  if (!response) {
    throw new Error(`${service}: no answer within ${MAX_WAIT_MS} ms`);
  }
  if (response.status !== 200) {
    throw new Error(`${service}: status ${response.status}: ${brief(response.body)}`);
  }
  return JSON.parse(response.body);
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export function getResources(region: string, body: object): Promise<any> {
  return call({
    service: 'tagging',
    region,
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'ResourceGroupsTaggingAPI_20170126.GetResources' },
    body,
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export function getMetricStatistics(region: string, body: object): Promise<any> {
  return call({
    service: 'monitoring',
    region,
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      // CloudWatch speaks several protocols, and answers in the one that it is asked for.
      'Accept': 'application/json',
      'X-Amz-Target': 'GraniteServiceVersion20100801.GetMetricStatistics',
    },
    body,
  });
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export function getAccountSettings(region: string): Promise<any> {
  return call({ service: 'lambda', region, method: 'GET', path: '/2016-08-19/account-settings/' });
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export function listFunctions(region: string, marker?: string): Promise<any> {
  const query = new URLSearchParams({ MaxItems: '50', ...marker !== undefined && { Marker: marker } });
  return call({ service: 'lambda', region, method: 'GET', path: `/2015-03-31/functions/?${query}` });
}
