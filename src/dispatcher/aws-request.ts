import * as http from 'http';
import * as https from 'https';
import { sign } from 'aws4';

/** Of an answer, more is not read unless it is expected: a handler may answer anything. */
const MAX_ANSWER_LENGTH = 65_536;

export interface AwsRequest {
  readonly service: string;
  readonly region: string;
  readonly url: URL;
  /** `POST` if left out. */
  readonly method?: 'GET' | 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly agent?: http.Agent;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** How many characters of the answer are read at the most. */
  readonly maxAnswerLength?: number;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Sends a request, signed as AWS's own clients would sign it, once. The response; undefined, if there was none before
 * the deadline.
 */
export function request(options: AwsRequest): Promise<AwsResponse | undefined> {
  const { service, region, url, method = 'POST', headers, body, agent, deadline, maxAnswerLength = MAX_ANSWER_LENGTH } = options;
  const { protocol, host, hostname, port } = url;
  const path = `${url.pathname}${url.search}`;
  const signed = sign({ host, path, body, method, service, region, headers });
  return new Promise((resolve, reject) => {
    const { request: send } = protocol === 'https:' ? https : http;
    // Without an agent of one's own, Node.js would keep the connection, and Lambda freezes it.
    const sent = send({ agent: agent ?? false, hostname, port, path, method, headers: signed.headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk.slice(0, maxAnswerLength - answer.length)));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: answer }));
    });
    const timer = setTimeout(() => {
      resolve(undefined);
      sent.destroy();
    }, deadline - Date.now());
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(timer));
    sent.end(body);
  });
}

/** Where to find a service: as AWS's own clients do, for emulators and private endpoints, or the public one. */
export function endpointOf(service: string, domain: string): string {
  return process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || process.env.AWS_ENDPOINT_URL || `https://${service}.${domain}`;
}
