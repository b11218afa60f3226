import { readFileSync } from 'fs';
import * as path from 'path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { followQuickStarts, QUICK_STARTS } from '../../tools/consumers/quick-starts';

const MINUTES = 60_000;

let followed: Awaited<ReturnType<typeof followQuickStarts>>;

beforeAll(async () => {
  followed = await followQuickStarts();
}, 20 * MINUTES);

/** The templates of a page, one for each time that it synthesizes. */
function templatesOf(page: string): Template[] {
  const assemblies = followed.get(page)!;
  if (assemblies instanceof Error) {
    throw assemblies;
  }
  return assemblies.map((assembly) => Template.fromJSON(JSON.parse(readFileSync(path.join(assembly, 'Shop.template.json'), 'utf8'))));
}

describe.each(QUICK_STARTS)('docs/quick-starts/%s.md, followed word for word from an empty folder', (page) => {
  test('synthesizes twice', () => {
    expect(templatesOf(page)).toHaveLength(2);
  });

  test('first has a rule that pings the function, whose handler a layer answers for', () => {
    const [template] = templatesOf(page);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Orders'), 'Arn'] } }] });
    template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: Match.stringLikeRegexp('redirect'),
      Layers: [{ Ref: Match.stringLikeRegexp('^LambdaWarmer') }],
      Environment: { Variables: { CDK_LAMBDA_WARMER_HANDLER: 'index.handler' } },
      Code: { S3Key: Match.anyValue() },
    });
  });

  test('then keeps five warm in office hours, and one otherwise', () => {
    const [, template] = templatesOf(page);
    template.resourceCountIs('AWS::Events::Rule', 0);
    for (const concurrency of [5, 1]) {
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpressionTimezone: 'Europe/Berlin',
        Target: { Input: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`"concurrency":${concurrency},`)])] } },
      });
    }
  });
});
