/** Colours beside that of nothing. */
const STEPS = 8;

/** Which colour a number of environments has: in steps that are fine below, so that a few do not look like one beside many. */
export class HeatScale {
  /** The greatest number of each step: 0 of the first, 1 of the second, and from there on as squares grow. */
  private readonly ends: readonly number[];

  constructor(most: number) {
    const growing = Array.from({ length: STEPS }, (_, step) => Math.floor(1 + (most - 1) * (step / (STEPS - 1)) ** 2));
    this.ends = [0, ...growing];
  }

  /** 0 for nothing, 1 for one environment, 8 for the most. */
  public step(environments: number): number {
    return this.ends.findIndex((end) => environments <= end);
  }

  /** Each step that a number can have, with the least and the greatest of its numbers. */
  public get ranges(): { readonly step: number; readonly from: number; readonly to: number }[] {
    const rangeOf = (to: number, step: number) => ({ step, from: step === 0 ? 0 : this.ends[step - 1] + 1, to });
    return this.ends.map(rangeOf).filter(({ from, to }) => from <= to);
  }
}
