/*
 * What all plots share: a frame with a title, on a background of its own, in the colours of a light or a dark scheme.
 */
const FONT = 'system-ui, \'Segoe UI\', Helvetica, Arial, sans-serif';

/** Told apart also by who sees few colours (https://jfly.uni-koeln.de/color/): on white, and lighter on black. */
const COLORS = {
  background: ['#ffffff', '#0d1117'],
  ink: ['#1a1a1a', '#e6edf3'],
  muted: ['#555555', '#a3adb8'],
  grid: ['#dddddd', '#30363d'],
  axis: ['#888888', '#768390'],
  ours: ['#0072b2', '#5cb3f0'],
  lambdaWarmer: ['#c25200', '#ff9e57'],
  hold75: ['#00805c', '#3ecf9e'],
  hold25: ['#a8437f', '#ea92c4'],
  blowtorch: ['#7a5c00', '#d8b94a'],
  peer: ['#7d7d7d', '#9aa4af'],
  bare: ['#b5b5b5', '#5f6975'],
};

/** A width of text that no font of a page exceeds by much. */
export const widthOf = (content, isBold = false) => content.length * (isBold ? 8 : 7.3);

/**
 * A plot: its parts are drawn with the classes `fill-…` and `stroke-…` of the colours above.
 *
 * @param description what somebody hears who does not see it
 */
export function svg({ width, height, title, subtitle, description, parts }) {
  const rules = (scheme) => Object.entries(COLORS).map(([name, of]) => `.fill-${name}{fill:${of[scheme]}}.stroke-${name}{stroke:${of[scheme]}}`).join('');
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${FONT}" font-size="13" role="img">
<title>${escaped(description)}</title>
<style>${rules(0)}.halo{stroke-width:4;stroke-linejoin:round;paint-order:stroke}@media (prefers-color-scheme: dark){${rules(1)}}</style>
<rect width="${width}" height="${height}" class="fill-background"/>
${text([24, 30], title, { size: 16, weight: 600 })}
${text([24, 50], subtitle, { color: 'muted' })}
${parts.join('\n')}
</svg>
`;
}

/** With a `halo`, lines that it lies on end before it. */
export function text([x, y], content, { color = 'ink', size, weight, anchor, turn, halo } = {}) {
  const attributes = [
    turn ? `transform="translate(${round(x)} ${round(y)}) rotate(${turn})"` : `x="${round(x)}" y="${round(y)}"`,
    `class="fill-${color}${halo ? ' halo stroke-background' : ''}"`,
    ...size ? [`font-size="${size}"`] : [],
    ...weight ? [`font-weight="${weight}"`] : [],
    ...anchor ? [`text-anchor="${anchor}"`] : [],
  ];
  return `<text ${attributes.join(' ')}>${escaped(String(content))}</text>`;
}

export function line([x1, y1], [x2, y2], color) {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="stroke-${color}"/>`;
}

export function box([x, y], width, height, color) {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" class="fill-${color}"/>`;
}

/** Numbers for an axis that begins at 0: few, round, and the last at or above the highest. */
export function steps(highest, about = 5) {
  const rough = highest / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

export function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(content) {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
