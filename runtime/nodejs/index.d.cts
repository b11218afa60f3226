/**
 * Answers warming pings before they reach a handler. Every other event reaches it as it came.
 *
 * A ping is known by a token: the environment variable `CDK_LAMBDA_WARMER_TOKEN`, which the construct sets. Without
 * it nothing is a ping.
 *
 * Takes handlers of every kind that AWS Lambda takes: async, with a callback, streaming. The result has the
 * arity and the other properties of the handler; one that has been wrapped already is returned as it is.
 *
 * @param handler the handler
 * @throws TypeError if it is no function
 */
export declare function withWarming<Handler extends (...args: any[]) => any>(handler: Handler): Handler;

/**
 * Registers a function to be run on each ping, such as one that keeps a connection open. Once, in a module.
 *
 * The ping waits for it as long as the invocation has time, less 500 ms. A failure is logged once and never fails the
 * ping. A function that is still running when the next ping comes is not started again.
 *
 * @param hook takes no arguments, and may return a promise
 * @throws TypeError if it is no function
 */
export declare function onWarm(hook: () => unknown): void;
