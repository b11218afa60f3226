/* Lying bars in panels with an axis each: their names stand before them, their figures behind. */
import { duration } from './format.mjs';
import { box, line, steps, svg, text, widthOf } from './svg.mjs';

const WIDTH = 860;
const TOP = 76;
const ROW = 25;
const BAR = 15;
const HEADING = 28;
const AXIS = 54;
const GAP = 14;
const MARGIN = 24;

const isOurs = ({ color }) => color === 'ours';

/**
 * @param panels each with its `heading`, the title of its `axis`, and its `rows`: `{ label, value, told, color }`
 * @param legend `[color, text]` of each colour
 * @param isLogarithmic the values are ns of any size, on one scale in all panels
 */
export function barPlot({ title, subtitle, legend, panels, isLogarithmic = false }) {
  const rows = panels.flatMap((panel) => panel.rows);
  const left = MARGIN + Math.max(...rows.map((row) => widthOf(row.label, isOurs(row)))) + 10;
  const right = WIDTH - MARGIN - Math.max(...rows.map((row) => widthOf(row.told, isOurs(row))));
  const parts = [legendOf(legend, TOP)];
  let y = TOP + 22;
  for (const panel of panels) {
    const height = HEADING + ROW * panel.rows.length + AXIS;
    const scale = isLogarithmic ? logScale(rows, left, right) : linearScale(panel.rows, left, right);
    parts.push(...panelOf(panel, scale, { left, right, top: y, bottom: y + height - AXIS }));
    y += height + GAP;
  }
  const toldOf = (panel) => `${panel.heading}: ${panel.rows.map(({ label, told }) => `${label} ${told}`).join('; ')}`;
  const description = `${title}. ${panels.map(toldOf).join('. ')}.`;
  return svg({ width: WIDTH, height: y, title, subtitle, description, parts });
}

function panelOf({ heading, axis, rows }, { ticks, at, nameOf }, { left, right, top, bottom }) {
  return [
    text([MARGIN, top + 14], heading, { weight: 600 }),
    ...ticks.flatMap((value, index) => [
      line([at(value), top + HEADING - 6], [at(value), bottom], index === 0 ? 'axis' : 'grid'),
      text([at(value), bottom + 18], nameOf(value), { color: 'muted', anchor: 'middle' }),
    ]),
    text([(left + right) / 2, bottom + 40], axis, { color: 'muted', anchor: 'middle' }),
    ...rows.flatMap((row, index) => {
      const y = top + HEADING + ROW * index;
      const weight = isOurs(row) ? 700 : undefined;
      const end = at(row.value);
      return [
        text([left - 8, y + 15], row.label, { anchor: 'end', weight }),
        box([left, y + 3], end - left, BAR, row.color),
        text([end + 6, y + 15], row.told, { weight, halo: true }),
      ];
    }),
  ];
}

function linearScale(rows, left, right) {
  const ticks = steps(Math.max(...rows.map(({ value }) => value)));
  const highest = ticks[ticks.length - 1];
  return { ticks, at: (value) => left + (right - left) * Math.max(0, value) / highest, nameOf: (value) => value.toLocaleString('en') };
}

/** By powers of ten, from one at which the least still has a bar. What is nothing, or less, has none. */
function logScale(rows, left, right) {
  const values = rows.map(({ value }) => value).filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(...values) / 3));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    at: (value) => value <= 0 ? left : left + (right - left) * (Math.log10(value) - from) / (to - from),
    nameOf: (ns) => duration(ns, 0),
  };
}

function legendOf(entries, y) {
  let x = MARGIN;
  return entries.map(([color, name]) => {
    const drawn = `${box([x, y - 10], 12, 12, color)}\n${text([x + 18, y], name, { color: 'muted' })}`;
    x += 18 + widthOf(name) + 22;
    return drawn;
  }).join('\n');
}
