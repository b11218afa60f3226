/*
 * What the construct tells the code that runs inside the function; `runtime/` reads these.
 */

/** The token that makes an event a ping. */
export const TOKEN_VARIABLE = 'CDK_LAMBDA_WARMER_TOKEN';
/** The handler that the function was made with. */
export const HANDLER_VARIABLE = 'CDK_LAMBDA_WARMER_HANDLER';
/** `true`: real events are counted as cold and warm starts. */
export const RECORD_STARTS_VARIABLE = 'CDK_LAMBDA_WARMER_RECORD_STARTS';

/** What a function counts by itself of its real events, in the namespace `LambdaWarmer`, by its name. */
export const START_METRICS = ['ColdStart', 'WarmStart'];
