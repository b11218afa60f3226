import { Aspects, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { apiFor, appWith } from './constructs';
import { FunctionSelector, Warming, WarmingAspect, WarmingPayload, WarmingSchedule } from '../../src';
import { testFunction, testStack } from '../uses';

const IDS = ['A', 'B', 'C', 'D', 'E'];

/** What is done to an app whose functions are there, each in its own way; whatever of it is done first. */
function actionsOn(stacks: readonly Stack[], fleet: boolean): (() => void)[] {
  const [stack, other] = stacks;
  const [a, b, c, d, e] = IDS.map((id) => stack.node.findChild(id) as ReturnType<typeof testFunction>);
  const app = stack.node.root;
  const tagged = new WarmingAspect({ select: FunctionSelector.tagged('tier', 'web'), fleet });
  return [
    () => Aspects.of(app).add(tagged),
    () => Aspects.of(stack).add(tagged),
    () => Aspects.of(app).add(new WarmingAspect({ select: FunctionSelector.tagged('tier', 'web'), fleet })),
    () => Aspects.of(app).add(new WarmingAspect({
      select: FunctionSelector.userFacing().except(FunctionSelector.tagged('tier')), concurrency: 2, fleet,
    })),
    () => Aspects.of(other).add(new WarmingAspect({ select: FunctionSelector.all(), schedule: WarmingSchedule.every(Duration.minutes(7)), fleet })),
    () => Tags.of(app).add('tier', 'web', { includeResourceTypes: ['AWS::Lambda::Function'] }),
    () => Tags.of(b).remove('tier'),
    () => Tags.of(c).add('tier', 'batch'),
    () => Warming.exempt(d, 'nobody waits for it'),
    () => Warming.customize(e, { concurrency: 3 }),
    () => Warming.customize(e, { payload: WarmingPayload.ofType('warm') }),
    () => Warming.customize(stack, { concurrency: 2 }),
    () => Tags.of(a).add('other', 'tag'),
  ];
}

test.each([[true, true], [true, false], [false, true], [false, false]])(
  'whatever comes first, the templates are the same (stabilized: %p, fleet: %p)', (isStabilized, fleet) => {
    const templatesOf = (order: readonly number[]) => {
      const app = appWith(isStabilized);
      const stacks = ['Stack', 'Other'].map((id) => testStack(app, id));
      IDS.forEach((id) => stacks.forEach((stack) => testFunction(stack, id)));
      apiFor((stacks[0].node.findChild('B') as ReturnType<typeof testFunction>).addAlias('live'));
      apiFor(stacks[0].node.findChild('D') as ReturnType<typeof testFunction>, stacks[0], 'Api2');
      const actions = actionsOn(stacks, fleet);
      order.forEach((index) => actions[index]());
      return app.synth().stacks.map(({ template }) => template);
    };
    const inOrder = [...Array(13).keys()];
    const expected = templatesOf(inOrder);
    expect(JSON.stringify(expected)).toContain('rate(7 minutes)');

    fc.assert(fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (order) => {
      expect(templatesOf(order)).toEqual(expected);
    }), { numRuns: 10 });
  });
