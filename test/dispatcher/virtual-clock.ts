import { Clock } from '../../src/dispatcher/sender';

/** Something that happens at a moment of virtual time. */
interface Happening {
  readonly at: number;
  readonly happen: () => void;
}

/**
 * A clock whose time passes only from one happening to the next: seconds of waiting take no time, and one run is like
 * the other. Happenings of the same moment come in the order in which they were asked for.
 */
export class VirtualClock implements Clock {
  private readonly queue: Happening[] = [];
  private busyUntil = 0;

  /** @param moment what time it is in the world, in milliseconds and parts of them */
  constructor(public moment = Date.UTC(2030, 0, 1)) {}

  /** What whoever works by this clock reads off it: whole milliseconds, as `Date.now()` tells them. */
  public now(): number {
    return Math.floor(Math.max(this.moment, this.busyUntil));
  }

  public sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.spend(0) + milliseconds, resolve));
  }

  /** Time that whoever works by this clock is busy, while the world goes on. Returns when that ends. */
  public spend(milliseconds: number): number {
    this.busyUntil = Math.max(this.moment, this.busyUntil) + milliseconds;
    return this.busyUntil;
  }

  /** Lets something happen; what should have happened already does so now. */
  public at(moment: number, happen: () => void): void {
    const at = Math.max(moment, this.moment);
    let index = this.queue.length;
    while (index > 0 && this.queue[index - 1].at > at) {
      index--;
    }
    this.queue.splice(index, 0, { at, happen });
  }

  /** Lets time pass until the work is done. */
  public async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    await promises();
    while (!isDone) {
      const next = this.queue.shift();
      if (next === undefined) {
        throw new Error('Nothing is left to happen, and the work is not done');
      }
      this.moment = next.at;
      next.happen();
      await promises();
    }
    return work;
  }
}

/** Waits for all that follows from the promises that are settled by now. */
function promises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
