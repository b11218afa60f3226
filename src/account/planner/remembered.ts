import { say } from '../../dispatcher/emit';
import { brief } from '../../dispatcher/outcome';

/** For so much longer than it is fresh, what was read is still used if it cannot be read anew, in milliseconds. */
const MAX_OVERDUE_MS = 6 * 60 * 60 * 1000;

/** What is read again only after a while, as long as the environment of the planner lives. */
export class Remembered<T> {
  private known?: { readonly at: number; readonly value: T };

  /**
   * @param what how the log calls it
   * @param freshMs for how long it is taken to be the same, in milliseconds
   */
  constructor(private readonly what: string, private readonly freshMs: number, private readonly read: () => Promise<T>) {}

  /** It, as it is or lately was. Throws if that cannot be told. */
  public async get(): Promise<T> {
    const now = Date.now();
    const age = now - (this.known?.at ?? -Infinity);
    if (age < this.freshMs) {
      return this.known!.value;
    }
    try {
      const value = await this.read();
      this.known = { at: now, value };
      return value;
    } catch (error) {
      const text = `${this.what} cannot be read (${brief((error as Error).message)})`;
      if (!this.known || age > this.freshMs + MAX_OVERDUE_MS) {
        throw new Error(text);
      }
      say({ warning: `${text}: taken as it was ${Math.round(age / 1000)} seconds ago` });
      return this.known.value;
    }
  }
}
