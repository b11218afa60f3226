/* A line for each approach, from tick to tick. */
import { line, round, svg, text } from './svg.mjs';

const WIDTH = 860;
const HEIGHT = 460;
const PLOT = { left: 72, top: 76, right: 640, bottom: 400 };
const LABEL_HEIGHT = 18;

/** @param lines `{ name, color, width, dashes, values }`, the first before all others */
export function linePlot({ title, subtitle, highest, ticks, axes, lines, description }) {
  const x = (tick) => PLOT.left + (PLOT.right - PLOT.left) * tick / (ticks.length - 1);
  const y = (value) => PLOT.bottom - (PLOT.bottom - PLOT.top) * value / (highest * 1.05);
  const last = lines.map((one) => ({ ...one, last: one.values[one.values.length - 1] }));
  const parts = [
    ...Array.from({ length: 5 }, (_, index) => highest * index / 4).flatMap((value) => [
      line([PLOT.left, y(value)], [PLOT.right, y(value)], value === 0 ? 'axis' : 'grid'),
      text([PLOT.left - 10, y(value) + 4], round(value), { color: 'muted', anchor: 'end' }),
    ]),
    ...ticks.map((name, tick) => text([x(tick), PLOT.bottom + 22], name, { color: 'muted', anchor: 'middle' })),
    text([(PLOT.left + PLOT.right) / 2, PLOT.bottom + 46], axes[0], { color: 'muted', anchor: 'middle' }),
    text([28, (PLOT.top + PLOT.bottom) / 2], axes[1], { color: 'muted', anchor: 'middle', turn: -90 }),
    ...[...lines].reverse().flatMap(({ color, width, dashes, values }) => [
      `<polyline points="${values.map((value, tick) => `${round(x(tick))},${round(y(value))}`).join(' ')}" fill="none" class="stroke-${color}" `
        + `stroke-width="${width}" stroke-linejoin="round"${dashes ? ` stroke-dasharray="${dashes}"` : ''}/>`,
      ...values.map((value, tick) => `<circle cx="${round(x(tick))}" cy="${round(y(value))}" r="${width + 1}" class="fill-${color}"/>`),
    ]),
    ...apart(last.map((one) => ({ ...one, y: y(one.last) }))).map(({ name, color, last: value, y: at }) => text(
      [PLOT.right + 14, at + 4], `${name}: ${value}`, { color, weight: color === 'ours' ? 700 : 500 },
    )),
  ];
  return svg({ width: WIDTH, height: HEIGHT, title, subtitle, description, parts });
}

/** Moves labels that would lie on each other, as little as needed. */
function apart(labels) {
  const sorted = [...labels].sort((one, other) => one.y - other.y);
  for (let pass = 0; pass < 50; pass++) {
    for (let index = 1; index < sorted.length; index++) {
      const missing = LABEL_HEIGHT - (sorted[index].y - sorted[index - 1].y);
      if (missing > 0) {
        sorted[index - 1].y -= missing / 2;
        sorted[index].y += missing / 2;
      }
    }
  }
  return sorted;
}
