/**
 * Who answers the pings.
 *
 * @example
 * declare const fn: lambda.Function;
 *
 * new LambdaWarmer(this, 'Warmer', { target: fn, shortCircuit: ShortCircuit.inHandler() });
 */
export class ShortCircuit {
  /**
   * The function itself, without an edit to its handler, wherever that can be done.
   *
   * For pings of `WarmingPayload.standard()` and a function of this app whose code is a zip file for Node.js or Python:
   * a layer is added, `Handler` is pointed at it, and the original handler goes into the environment variable
   * `CDK_LAMBDA_WARMER_HANDLER`. The layer answers pings and hands every other event to the handler as it came.
   *
   * Any other function is left as it is, with the warning `cdk-lambda-warmer:notShortCircuited`, which says why and
   * which lines to add to the handler: functions that are imported, container images or of another runtime, have
   * `AWS_LAMBDA_EXEC_WRAPPER` or `NODE_OPTIONS` that load code before the handler, a script or a token as handler, a
   * code-signing configuration, five layers, no room in the 4 KB of environment variables, or a stack without assets;
   * and versions published earlier.
   */
  public static auto(): ShortCircuit {
    return new ShortCircuit({ kind: 'layer', isRequired: false });
  }

  /**
   * Like `auto()`, but where it cannot be done, that is an error.
   */
  public static layer(): ShortCircuit {
    return new ShortCircuit({ kind: 'layer', isRequired: true });
  }

  /**
   * The handler, by code of its own: `withWarming` of the package `cdk-lambda-warmer-runtime` (npm, PyPI), or a few
   * lines in other languages.
   *
   * With `WarmingPayload.standard()`, a function of this app gets the token to compare in the environment variable
   * `CDK_LAMBDA_WARMER_TOKEN`. Nothing else is changed.
   */
  public static inHandler(): ShortCircuit {
    return new ShortCircuit({ kind: 'handler', isRequired: false });
  }

  /**
   * What was asked for.
   *
   * @internal
   */
  public readonly _wish: ShortCircuitWish;

  private constructor(wish: ShortCircuitWish) {
    this._wish = wish;
  }
}

/**
 * By what pings are answered, and whether it is an error if that cannot be done.
 *
 * @internal
 */
export interface ShortCircuitWish {
  readonly kind: 'layer' | 'handler';
  readonly isRequired: boolean;
}
