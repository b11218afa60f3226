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

/** How often a quick way is tried, and among how many boxes it takes the largest. */
const MAX_TRIES = 150;
const SAMPLES = 6;

type Axis = keyof Box;
const ORDERS: readonly (readonly Axis[])[] = [
  ['days', 'hours', 'minutes'], ['days', 'minutes', 'hours'], ['hours', 'days', 'minutes'],
  ['hours', 'minutes', 'days'], ['minutes', 'days', 'hours'], ['minutes', 'hours', 'days'],
];

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
  const least = Math.max(apart(grid), rank(grid));
  const few = fewBoxes(grid, least);
  const budget = { steps: MAX_STEPS };
  for (let count = least; count < few.length; count++) {
    const boxes = search(grid, count, budget);
    if (boxes || budget.steps < 0) {
      return boxes ?? few;
    }
  }
  return few;
}

/**
 * The fewest that are quickly found: the largest of some boxes, again and again until no cell is left, and that from other
 * cells and along other axes at each try. Which ones is not left to chance, so that the same minutes always become the same
 * boxes.
 */
function fewBoxes(grid: Grid, least: number): BitBox[] {
  let state = 1;
  const oneOf = <T>(all: readonly T[]) => {
    state = state * 48_271 % 2_147_483_647;
    return all[state % all.length];
  };
  let best: BitBox[] | undefined;
  for (let tries = 0; tries < MAX_TRIES && (!best || best.length > least); tries++) {
    const boxes: BitBox[] = [];
    let left = grid;
    for (let cells = cellsOf(left); cells.length > 0 && (!best || boxes.length < best.length); cells = cellsOf(left)) {
      const samples = Array.from({ length: SAMPLES }, () => grown(left, oneOf(cells), oneOf(ORDERS)));
      const [box] = sorted(samples);
      boxes.push(box);
      left = without(left, box);
    }
    best = !best || boxes.length < best.length ? boxes : best;
  }
  return best!;
}

/** The box of a cell that goes as far as it can along one axis, then along the next, then along the last. */
function grown(grid: Grid, [day, hour, minute]: Cell, order: readonly Axis[]): BitBox {
  let [days, hours, minutes] = [[day], [hour], 1 << minute];
  const has = (d: number, h: number) => (grid[d][h] & minutes) === minutes;
  for (const axis of order) {
    if (axis === 'days') {
      days = [...grid.keys()].filter((d) => hours.every((h) => has(d, h)));
    } else if (axis === 'hours') {
      hours = [...grid[0].keys()].filter((h) => days.every((d) => has(d, h)));
    } else {
      minutes = days.flatMap((d) => hours.map((h) => grid[d][h])).reduce((bits, one) => bits & one, -1);
    }
  }
  return { days: bitsOf(days), hours: bitsOf(hours), minutes };
}

/** The boxes, if there are so few; undefined as well if the steps have run out. */
function search(grid: Grid, count: number, budget: { steps: number }): BitBox[] | undefined {
  const [cell] = lonelyFirst(grid);
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
  for (const [d, h, m] of lonelyFirst(grid)) {
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

function cellsOf(grid: Grid): Cell[] {
  return grid.flatMap((row, day) => row.flatMap((minutes, hour) => indices(minutes).map((minute) => [day, hour, minute] as const)));
}

/** Those that share their lines with the fewest others first: they leave the fewest choices. */
function lonelyFirst(grid: Grid): Cell[] {
  const cells = cellsOf(grid).map((cell) => {
    const [day, hour, minute] = cell;
    const inRow = grid[day].filter((bits) => bits >>> minute & 1).length;
    const inColumn = grid.filter((row) => row[hour] >>> minute & 1).length;
    return { cell, neighbours: size(grid[day][hour]) * inRow * inColumn };
  });
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
