import { getResources } from './aws-api';
import { brief } from '../../dispatcher/outcome';

/** Of the function itself: tags are on it, and not on its versions and aliases. */
const ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+$/;

/** The most that one page has: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
const PAGE_SIZE = 100;

/** A function, and how many environments its tag asks for. */
export interface Tagged {
  readonly arn: string;
  readonly concurrency: number;
}

/** What carries the tag. */
export interface Found {
  /** By name. */
  readonly functions: readonly Tagged[];
  /** Functions whose tags say no number, and what they say. */
  readonly malformed: readonly { readonly function: string; readonly value: string }[];
}

/** All functions of the account and region that carry the tag, page by page. */
export async function findTagged(region: string, tagKey: string): Promise<Found> {
  const functions = new Map<string, Tagged>();
  const malformed: { function: string; value: string }[] = [];
  let token: string | undefined;
  do {
    const page = await getResources(region, {
      ResourceTypeFilters: ['lambda:function'],
      TagFilters: [{ Key: tagKey }],
      ResourcesPerPage: PAGE_SIZE,
      ...token && { PaginationToken: token },
    });
    for (const { ResourceARN: arn, Tags: tags = [] } of page.ResourceTagMappingList ?? []) {
      const value: string | undefined = tags.find(({ Key: key }: { Key: string }) => key === tagKey)?.Value;
      if (value === undefined || !ARN.test(arn)) {
        continue;
      }
      if (/^[1-9]\d{0,5}$/.test(value)) {
        functions.set(arn, { arn, concurrency: Number(value) });
      } else {
        malformed.push({ function: arn, value: brief(value) });
      }
    }
    token = page.PaginationToken;
  } while (token);
  return { functions: [...functions.values()].sort((a, b) => byText(a.arn, b.arn)), malformed };
}

/** Of one region and account, that is by name. */
function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
