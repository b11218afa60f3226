import { Callable } from './callable';
import { Warmer } from '../target/warmers';

/**
 * Why something that is invoked goes cold, as the rest of a sentence.
 *
 * @param warmer what there is all the same to keep its function warm
 */
export function whyCold(warmer: Warmer | undefined, invoked: Callable): string {
  if (!warmer) {
    return 'nothing does it';
  }
  return warmer.isActive
    ? `'${warmer.construct.node.path}' pings '${(Callable.of(warmer.invoked) ?? invoked).path}', and requests come to '${invoked.path}'`
    : `'${warmer.construct.node.path}' is not enabled, or its schedule has ended`;
}
