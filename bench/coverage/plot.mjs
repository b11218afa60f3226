import { APPROACHES } from './approaches.mjs';

const WIDTH = 860;
const HEIGHT = 440;
const PLOT = { left: 64, top: 56, right: 640, bottom: 380 };
const LABEL_HEIGHT = 18;

/** Told apart also by who sees few colours: https://jfly.uni-koeln.de/color/ */
const STYLES = {
  Ours: { color: '#0072b2', width: 3.5 },
  LambdaWarmer: { color: '#d55e00', width: 2, dashes: '8 3' },
  Hold75: { color: '#009e73', width: 2 },
  Hold25: { color: '#b0508a', width: 2, dashes: '2 3' },
  Blowtorch: { color: '#7a5c00', width: 2, dashes: '8 3 2 3' },
};

/** Distinct environments by tick, a line for each approach. */
export function plot({ concurrency, approaches }) {
  const ticks = approaches[0].ticks.length;
  const x = (tick) => round(PLOT.left + (PLOT.right - PLOT.left) * (ticks === 1 ? 0 : tick / (ticks - 1)));
  const y = (environments) => round(PLOT.bottom - (PLOT.bottom - PLOT.top) * (environments / (concurrency * 1.05)));

  const lines = APPROACHES.map(({ id, name }) => {
    const environments = approaches.find((one) => one.id === id).ticks.map((tick) => tick.environments);
    return { id, name, environments, last: environments[ticks - 1] };
  });
  const text = (at, content, more = '') => `<text x="${at[0]}" y="${at[1]}"${more}>${content}</text>`;
  const muted = ' fill="#555"';

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" role="img">
<title>Distinct environments of ${concurrency} asked for, by tick: ${lines.map(({ name, last }) => `${name} ${last}`).join(', ')} at the last</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text([PLOT.left, 28], `Distinct environments reached, of ${concurrency} asked for`, ' font-size="16" font-weight="600" fill="#111"')}
${Array.from({ length: 5 }, (_, index) => concurrency * index / 4).map((value) => [
    `<line x1="${PLOT.left}" y1="${y(value)}" x2="${PLOT.right}" y2="${y(value)}" stroke="${value === 0 ? '#888' : '#ddd'}"/>`,
    text([PLOT.left - 10, y(value) + 4], round(value), `${muted} text-anchor="end"`),
  ].join('\n')).join('\n')}
${Array.from({ length: ticks }, (_, tick) => text([x(tick), PLOT.bottom + 22], tick === 0 ? '1 (cold)' : tick + 1, `${muted} text-anchor="middle"`)).join('\n')}
${text([(PLOT.left + PLOT.right) / 2, PLOT.bottom + 46], 'Tick', `${muted} text-anchor="middle"`)}
${text([0, 0], 'Distinct environments', `${muted} text-anchor="middle" transform="translate(18 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)"`)}
${[...lines].reverse().map(({ id, environments }) => {
    const { color, width, dashes } = STYLES[id];
    const points = environments.map((value, tick) => `${x(tick)},${y(value)}`).join(' ');
    return [
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"${dashes ? ` stroke-dasharray="${dashes}"` : ''}/>`,
      ...environments.map((value, tick) => `<circle cx="${x(tick)}" cy="${y(value)}" r="${width + 1}" fill="${color}"/>`),
    ].join('\n');
  }).join('\n')}
${apart(lines.map((line) => ({ ...line, y: y(line.last) }))).map(({ id, name, last, y: at }) => text(
    [PLOT.right + 14, round(at + 4)], `${name}: ${last}`, ` fill="${STYLES[id].color}" font-weight="${id === 'Ours' ? 700 : 500}"`,
  )).join('\n')}
</svg>
`;
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

function round(number) {
  return Math.round(number * 10) / 10;
}
