import { listFunctions } from './aws-api';

/** What a GB-second of a function costs, and how many there are to a second, depends on this. */
export interface Size {
  readonly gb: number;
  readonly architecture: string;
}

/** Of all functions of the account and region, by ARN, page by page. */
export async function sizesOf(region: string): Promise<ReadonlyMap<string, Size>> {
  const sizes = new Map<string, Size>();
  let marker: string | undefined;
  do {
    const page = await listFunctions(region, marker);
    for (const { FunctionArn: arn, MemorySize: memorySize, Architectures: [architecture] = ['x86_64'] } of page.Functions ?? []) {
      sizes.set(arn, { gb: memorySize / 1024, architecture });
    }
    marker = page.NextMarker ?? undefined;
  } while (marker);
  return sizes;
}
