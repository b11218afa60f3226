/* eslint-disable no-bitwise -- sets are bits here: the search intersects and compares thousands of them */

/*
 * Takes a set of minutes apart into the fewest boxes, that is: some days, times some hours, times some minutes, which
 * need not be adjacent. Finding the fewest takes exponential time in the worst case, so the search for fewer than a
 * quick way yields ends after a fixed number of steps.
 */

/** Each of these minutes, in each of these hours, on each of these days. */
export interface Box {
  readonly days: readonly number[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

interface BitBox {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
}

/** The minutes of each hour of each day, as bits. */
type Grid = readonly (readonly number[])[];

type Cell = readonly [day: number, hour: number, minute: number];

/** As many minutes as there are bits in one of JavaScript's integers, without its sign. */
export const MAX_MINUTES = 31;

/** Enough for what people write, which takes some hundredths of a second; a tangle of windows ends it after a second or two. */
const MAX_STEPS = 1000;

/** Boxes around one cell that are tried, at the most. */
const MAX_CHOICES = 1024;

/** The largest prime of which products are small integers, for which processors are quick. */
const PRIME = 32_749;

/**
 * The boxes, each minute in exactly one of them.
 *
 * @param minutes by day and hour, counted from 0 to below `MAX_MINUTES`
 */
export function fewestBoxes(minutes: readonly (readonly (readonly number[])[])[]): Box[] {
  const boxes = fewest(minutes.map((hours) => hours.map(bitsOf)));
  return boxes.map((box) => ({ days: indices(box.days), hours: indices(box.hours), minutes: indices(box.minutes) }));
}

function fewest(grid: Grid): BitBox[] {
  const some = someBoxes(grid);
  const budget = { steps: MAX_STEPS };
  for (let count = Math.max(apart(grid), rank(grid)); count < some.length; count++) {
    const boxes = search(grid, count, budget);
    if (boxes || budget.steps < 0) {
      return boxes ?? some;
    }
  }
  return some;
}

/** Takes the largest box of those that are easily found around one cell after the other. */
function someBoxes(grid: Grid): BitBox[] {
  const [cell] = cellsOf(grid);
  if (!cell) {
    return [];
  }
  const [box] = sorted([grown(grid, cell, true), grown(grid, cell, false)]);
  return [box, ...someBoxes(without(grid, box))];
}

/** The box of a cell that has as many minutes as possible, and of those as many hours or days as possible first. */
function grown(grid: Grid, [day, hour]: Cell, hoursFirst: boolean): BitBox {
  const minutes = grid[day][hour];
  const has = (d: number, h: number) => (grid[d][h] & minutes) === minutes;
  const allHours = grid[day].map((_, h) => h);
  const allDays = grid.map((_, d) => d);
  if (hoursFirst) {
    const hours = allHours.filter((h) => has(day, h));
    return { days: bitsOf(allDays.filter((d) => hours.every((h) => has(d, h)))), hours: bitsOf(hours), minutes };
  }
  const days = allDays.filter((d) => has(d, hour));
  return { days: bitsOf(days), hours: bitsOf(allHours.filter((h) => days.every((d) => has(d, h)))), minutes };
}

/** The boxes, if there are so few; undefined as well if the steps have run out. */
function search(grid: Grid, count: number, budget: { steps: number }): BitBox[] | undefined {
  const [cell] = cellsOf(grid);
  if (!cell) {
    return [];
  }
  budget.steps -= 1;
  if (budget.steps < 0 || apart(grid) > count || rank(grid) > count) {
    return undefined;
  }
  // One of the boxes has this cell, which leaves the fewest choices.
  const choices = boxesAround(grid, cell);
  if (!choices) {
    budget.steps = -1;
    return undefined;
  }
  for (const box of choices) {
    const others = search(without(grid, box), count - 1, budget);
    if (others) {
      return [box, ...others];
    }
  }
  return undefined;
}

/** All boxes that have the cell; undefined, if they are too many. */
function boxesAround(grid: Grid, [day, hour, minute]: Cell): BitBox[] | undefined {
  const boxes: BitBox[] = [];
  const possibleDays = bitsOf(grid.flatMap((row, d) => row[hour] >>> minute & 1 ? d : []));
  for (const days of subsets(possibleDays, 1 << day)) {
    const minutesOfHours = grid[0].map((_, h) => indices(days).reduce((bits, d) => bits & grid[d][h], -1));
    for (const minutes of subsets(minutesOfHours[hour], 1 << minute)) {
      const possibleHours = bitsOf(minutesOfHours.flatMap((bits, h) => (bits & minutes) === minutes ? h : []));
      for (const hours of subsets(possibleHours, 1 << hour)) {
        if (boxes.push({ days, hours, minutes }) > MAX_CHOICES) {
          return undefined;
        }
      }
    }
  }
  return sorted(boxes);
}

/**
 * A number of cells of which no two can be in one box, because then others would have to be that are not in the grid. It
 * takes as many boxes at the least.
 */
function apart(grid: Grid): number {
  const has = (day: number, hour: number, minute: number) => grid[day][hour] >>> minute & 1;
  const chosen: Cell[] = [];
  for (const [d, h, m] of cellsOf(grid)) {
    const isApart = ([day, hour, minute]: Cell) => !(has(day, hour, m) && has(day, h, minute) && has(day, h, m)
      && has(d, hour, minute) && has(d, hour, m) && has(d, h, minute));
    if (chosen.every(isApart)) {
      chosen.push([d, h, m]);
    }
  }
  return chosen.length;
}

/**
 * A box is a product of three vectors, and the grid a sum of boxes: written as a matrix, it has no higher rank than there
 * are boxes.
 */
function rank(grid: Grid): number {
  const allMinutes = indices(grid.flat().reduce((bits, minutes) => bits | minutes, 0));
  const bit = (minutes: number, m: number) => minutes >>> m & 1;
  return Math.max(
    rankOf(grid.map((row) => row.flatMap((minutes) => allMinutes.map((m) => bit(minutes, m))))),
    rankOf(grid[0].map((_, h) => grid.flatMap((row) => allMinutes.map((m) => bit(row[h], m))))),
    rankOf(allMinutes.map((m) => grid.flatMap((row) => row.map((minutes) => bit(minutes, m))))),
  );
}

/** By Gaussian elimination modulo a prime, which yields at most the rank in rational numbers. */
function rankOf(matrix: number[][]): number {
  let rows = matrix;
  let count = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const pivot = rows.find((row) => row[column] !== 0);
    if (pivot) {
      count += 1;
      rows = rows.filter((row) => row !== pivot).map((row) => row[column] === 0 ? row : row.map((value, index) =>
        (value * pivot[column] + (PRIME - pivot[index]) * row[column]) % PRIME));
    }
  }
  return count;
}

/** Those that share their lines with the fewest others first: they leave the fewest choices. */
function cellsOf(grid: Grid): Cell[] {
  const cells = grid.flatMap((row, day) => row.flatMap((minutes, hour) => indices(minutes).map((minute) => ({
    cell: [day, hour, minute] as const,
    neighbours: size(minutes) * row.filter((bits) => bits >>> minute & 1).length * grid.filter((other) => other[hour] >>> minute & 1).length,
  }))));
  return cells.sort((one, other) => one.neighbours - other.neighbours).map(({ cell }) => cell);
}

function without(grid: Grid, { days, hours, minutes }: BitBox): Grid {
  return grid.map((row, d) => days >>> d & 1 ? row.map((bits, h) => hours >>> h & 1 ? bits & ~minutes : bits) : row);
}

/** The largest first. */
function sorted(boxes: readonly BitBox[]): BitBox[] {
  const sized = boxes.map((box) => ({ box, cells: size(box.days) * size(box.hours) * size(box.minutes) }));
  return sized.sort((one, other) => other.cells - one.cells).map(({ box }) => box);
}

/** All sets of these bits that have those which are a must. */
function* subsets(bits: number, must: number): Generator<number> {
  const free = bits & ~must;
  for (let chosen = free; ; chosen = (chosen - 1) & free) {
    yield chosen | must;
    if (chosen === 0) {
      return;
    }
  }
}

function bitsOf(list: readonly number[]): number {
  return list.reduce((bits, index) => bits | 1 << index, 0);
}

function indices(bits: number): number[] {
  const list: number[] = [];
  for (let left = bits; left !== 0; left &= left - 1) {
    list.push(31 - Math.clz32(left & -left));
  }
  return list;
}

function size(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) {
    count += 1;
  }
  return count;
}
