import { Aspects, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Callable } from './callable';
import { WarmingCustomization } from './warming-options';
import { warmersOf } from '../target/warmers';

/** In a template's metadata of a function, and in the tree's. */
const EXEMPT = 'cdk-lambda-warmer:exempt';

const REASONS = new WeakMap<IConstruct, string>();
const CUSTOMIZATIONS = new WeakMap<IConstruct, WarmingCustomization>();

/**
 * What those say about their functions for whom others make rules: that a function is none of the rule's business, or how
 * it is to be kept warm.
 *
 * @example
 * declare const fn: lambda.Function;
 *
 * Warming.exempt(fn, 'Runs at night, and nobody waits for it.');
 */
export class Warming {
  /**
   * Exempts a function, or all functions inside of a construct, from the rules of `WarmingAspect`, `WarmingMixin` and
   * `WarmingValidator`, wherever they are applied, before or after.
   *
   * The reason stands in the metadata of the function's resource in the template, and in the validator's report.
   *
   * Throws without a reason, and if another one has been given already.
   *
   * @param construct the function, or what it is part of
   * @param reason why it may go cold
   */
  public static exempt(construct: IConstruct, reason: string): void {
    const subject = subjectOf(construct);
    const known = REASONS.get(subject);
    if (Token.isUnresolved(reason) || typeof reason !== 'string' || reason.trim() === '') {
      throw new Error(`Warming.exempt() of '${construct.node.path}': there is no reason. Write why it may go cold, as text that is known at synthesis.`);
    }
    if (known !== undefined && known !== reason) {
      throw new Error(`Warming.exempt() of '${construct.node.path}': it is exempt already, because: '${known}'. Write one reason, once.`);
    }
    if (known === undefined) {
      REASONS.set(subject, reason);
      // Of an app, aspects do not reach into its stages.
      for (const scope of [subject, ...subject.node.findAll().filter(Stage.isStage)]) {
        Aspects.of(scope).add({ visit: noteReason });
      }
    }
  }

  /**
   * Says how a function, or all functions inside of a construct, are to be kept warm by `WarmingAspect` and `WarmingMixin`,
   * where that is another way than the rule's. What is left out is as the rule says, or as said for what is around.
   *
   * An aspect reads it at synthesis, a mixin at the moment at which it is applied. A function with a schedule or a short-circuit
   * of its own gets a `LambdaWarmer` of its own from rules that would put it into a fleet.
   *
   * Throws if the same has been said for the same construct already.
   *
   * @param construct the function, or what it is part of
   * @param customization what differs
   */
  public static customize(construct: IConstruct, customization: WarmingCustomization): void {
    const subject = subjectOf(construct);
    const [known, added] = [CUSTOMIZATIONS.get(subject) ?? {}, given(customization)];
    const twice = Object.keys(added).find((name) => name in known);
    if (twice) {
      throw new Error(`Warming.customize() of '${construct.node.path}': ${twice} is customized already. Write it once.`);
    }
    CUSTOMIZATIONS.set(subject, { ...known, ...added });
  }

  /**
   * What keeps a function warm: every `LambdaWarmer` and `WarmerFleet` that pings it, or an alias or version of it, or that
   * provisions concurrency for it. Those that aspects create are there once they have been created. The function itself is among them
   * if it is enrolled with the warmer of its account. Empty: nothing does.
   *
   * @param construct the function: owned, imported, an alias, a version, or only a resource
   */
  public static of(construct: IConstruct): IConstruct[] {
    // A fleet may ping a function and an alias of it.
    return [...new Set(warmersOf(subjectOf(construct)).map((warmer) => warmer.construct))];
  }

  /**
   * Why a construct is exempt; undefined: it is not.
   *
   * @internal
   */
  public static _reason(construct: IConstruct): string | undefined {
    return nearest(subjectOf(construct), REASONS);
  }

  /**
   * All that has been said of a construct and what is around it, the nearest first.
   *
   * @internal
   */
  public static _customization(construct: IConstruct): WarmingCustomization {
    return Object.assign({}, ...subjectOf(construct).node.scopes.map((scope) => CUSTOMIZATIONS.get(scope)));
  }

  private constructor() {}
}

function noteReason(construct: IConstruct): void {
  const fn = Callable.of(construct);
  if (fn?.isFunction && fn.resource === construct) {
    fn.resource.addMetadata(EXEMPT, Warming._reason(construct));
  }
}

/** The function's resource, if the function is given, or an alias or version of it; anything else as it is. */
function subjectOf(construct: IConstruct): IConstruct {
  return Callable.of(construct)?.functionResource ?? construct;
}

function nearest<Value>(construct: IConstruct, values: WeakMap<IConstruct, Value>): Value | undefined {
  return construct.node.scopes.reverse().map((scope) => values.get(scope)).find((value) => value !== undefined);
}

/** Without what is left out, which from other languages is there as undefined. */
function given(customization: WarmingCustomization): WarmingCustomization {
  return Object.fromEntries(Object.entries(customization).filter(([, value]) => value !== undefined));
}
