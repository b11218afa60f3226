import { LogEvent } from './insights-query';
import { respond } from '../dispatcher/local-server';
import { Behaviour } from '../dispatcher/ticks';

interface Environment {
  readonly id: string;
  pings: number;
  /** Whether it had a request since the last ping. */
  isUsed: boolean;
  isNew: boolean;
}

/** What a function's log has of an invocation, by whether it started an environment, and was for a ping. */
export type Reporter = (isCold: boolean, isPing: boolean) => string[];

/**
 * A function whose environments are kept as Lambda keeps them: an invocation goes to one that is idle, or starts one. It writes the log
 * that Lambda writes, at times that the test says.
 */
export class PretendLambda {
  public readonly events: LogEvent[] = [];
  /** In which log lines are. */
  public now = 0;
  private idle: Environment[] = [];
  private count = 0;

  constructor(private readonly log: string, private readonly report: Reporter) {}

  /** As many requests at once. */
  public request(concurrency: number): void {
    const taken = Array.from({ length: concurrency }, () => this.take(false));
    taken.forEach((environment) => (environment.isUsed = true));
    this.idle.push(...taken);
  }

  /** All environments are gone: a deployment, or no ping for a long time. */
  public forget(): void {
    this.idle = [];
  }

  /** Some are gone. */
  public recycle(count: number): void {
    this.idle.splice(0, count);
  }

  /** Answers pings as the runtimes do, when all of a wave are there. */
  public get behaviour(): Behaviour {
    let waiting: (() => void)[] = [];
    return ({ cdkLambdaWarmer: { of = 1 } }, response) => {
      const environment = this.take(true);
      environment.pings += 1;
      waiting.push(() => {
        const idleMs = environment.isUsed ? 0 : null;
        this.idle.push(environment);
        respond(response, {
          cdkLambdaWarmer: { environmentId: environment.id, coldStart: environment.isNew, heldMs: 2, pings: environment.pings, idleMs },
        });
        Object.assign(environment, { isNew: false, isUsed: false });
      });
      if (waiting.length === of) {
        waiting.splice(0).forEach((answer) => answer());
        waiting = [];
      }
    };
  }

  private take(isPing: boolean): Environment {
    const found = this.idle.shift();
    this.events.push(...this.report(found === undefined, isPing).map((message) => ({ timestamp: this.now, log: this.log, message })));
    this.count += 1;
    return found ?? { id: `environment ${this.count}`, pings: 0, isNew: isPing, isUsed: false };
  }
}
