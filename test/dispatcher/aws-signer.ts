import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Received } from './local-server';

/** The authorization that the signer of AWS's own client gives to the same request at the same time. */
export async function signedByAws(
  client: LambdaClient | SSMClient, received: Received, signingName = client instanceof LambdaClient ? 'lambda' : 'ssm',
): Promise<string> {
  const { method, headers, body } = received;
  const { pathname: path, searchParams } = new URL(received.path, 'http://127.0.0.1');
  const { config } = client as LambdaClient;
  const signer: any = await config.signer!({
    name: 'sigv4', signingName, signingRegion: await config.region(), properties: {},
  } as never);
  // It would add a header of its own, which the services do not need.
  signer.applyChecksum = false;
  const { authorization: _, ...unsigned } = headers;
  const request = { method, path, headers: unsigned, body, query: Object.fromEntries(searchParams), protocol: 'http:', hostname: '127.0.0.1' };
  return (await signer.sign(request, { signingDate: signingTimeOf(received) })).headers.authorization;
}

export function signingTimeOf({ headers }: Received): Date {
  return new Date(String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}
