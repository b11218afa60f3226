import { Stack, Tags } from 'aws-cdk-lib';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { AccountEnrollment } from './account-warmer-options';
import { problemsOfAgreement } from './agreed-payload';
import { DEFAULT_TAG_KEY, problemsOfTagKey } from './tag-key';
import { PINGS_PER_INVOCATION } from '../dispatcher/plan';
import { problemsOfConcurrency } from '../fan-out/concurrency';
import { FanOut } from '../fan-out/fan-out';
import { applyShortCircuit } from '../short-circuit/apply-short-circuit';
import { PingTarget } from '../target/ping-target';
import { noteWarmer } from '../target/warmers';

/** What each function was enrolled with. */
const ENROLLED = new WeakMap<IConstruct, { readonly asked: string; readonly concurrency: number }>();

/** How many environments the warmer of the account is asked to keep warm of a function, by its resource, if it is enrolled. */
export function enrolledConcurrency(resource: IConstruct): number | undefined {
  return ENROLLED.get(resource)?.concurrency;
}

/** Lets a function be found and pinged by the warmer of its account. Throws if that could not work. */
export function enroll(fn: IFunction, enrollment: AccountEnrollment): void {
  const { concurrency, payload, tagKey = DEFAULT_TAG_KEY, shortCircuit } = enrollment;
  const target = new PingTarget(fn, fn);
  const owned = target.ownFunction;
  refuse(target, [
    ...problemsOfTarget(target),
    ...problemsOfTagKey(tagKey),
    ...problemsOfAgreement(payload),
    ...problemsOfConcurrency(concurrency, undefined, { ...FanOut.dispatcher()._strategy, name: 'the warmer of an account', maxConcurrency: PINGS_PER_INVOCATION }),
  ]);
  const asked = JSON.stringify(Stack.of(owned!).resolve([concurrency, tagKey, payload._templateOf(''), shortCircuit?._wish]));
  const known = ENROLLED.get(owned!);
  if (known?.asked === asked) {
    return;
  }
  refuse(target, known === undefined ? [] : ['it is enrolled already, with something else. Enroll it once.']);
  const answers = applyShortCircuit(fn, target, { shortCircuit, payload });
  refuse(target, answers.problems);

  // The function alone: its role, say, is nothing to be pinged.
  Tags.of(owned!).add(tagKey, String(concurrency));
  fn.node.addValidation({ validate: () => [...target.problemsAtSynthesis(concurrency), ...answers.problemsAtSynthesis()] });
  ENROLLED.set(owned!, { asked, concurrency });
  noteWarmer(fn, target, true);
}

function problemsOfTarget(target: PingTarget): string[] {
  if (target.isQualified) {
    return ['it is an alias or version, but tags are on the function itself, and so are the pings. Pass the function, or give the alias a LambdaWarmer.'];
  }
  return target.isOwned ? target.problems(false) : ['it is imported, so this app cannot tag it. Enroll it where it is created.'];
}

function refuse({ name }: PingTarget, problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new Error(`AccountWarmer.enroll(): ${problems[0].startsWith(name) ? '' : `${name}: `}${problems.join('\n  ')}`);
  }
}
