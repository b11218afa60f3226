import { html, Markup } from './markup';
import { DAYS, hourName, HOURS_PER_DAY, numberOf, percent } from './words';
import { HOURS_PER_WEEK } from '../../schedule/firing-days';
import { ReportedEnvironment } from '../report-data';

/** In pixels: the plot, and what is above it for a label and below it for the days. */
const PLOT = 120;
const ABOVE = 20;
const BELOW = 22;
const LABEL = 18;

/** A quota that many times the peak or less is drawn. Further away, the week would be a flat line. */
const DRAWN_UP_TO = 4;

/** For each account and region, what is kept warm over the week against what it may run at once. */
export function quotaCharts(environments: readonly ReportedEnvironment[]): Markup {
  return html`<section id="quota">
<h2>All functions together, against the account's quota</h2>
${environments.map(figure)}
</section>`;
}

function figure(one: ReportedEnvironment): Markup {
  const peak = Math.max(...one.hours);
  const share = peak / one.quota;
  const assumed = one.isQuotaAssumed ? ', which is AWS’s default: the account’s own is not known' : '';
  const when = peak > Math.min(...one.hours) ? `, first at ${hourName(one.hours.indexOf(peak))}` : '';
  return html`<figure>
<figcaption><h3>${one.name}</h3>
<p><strong${peak > one.quota ? html` class="alert"` : undefined}>${numberOf(peak)} at the peak, ${percent(share)} of the quota of ${
  numberOf(one.quota)}${peak > one.quota ? ': more than the account may run at once' : ''}</strong>${assumed}. ${one.timeZone}${when}.</p></figcaption>
${chart(one, peak)}
</figure>`;
}

function chart({ name, hours, quota }: ReportedEnvironment, peak: number): Markup {
  const isQuotaDrawn = quota <= peak * DRAWN_UP_TO;
  const top = Math.max(1, peak, isQuotaDrawn ? quota : 0);
  const y = (value: number) => Math.round((ABOVE + PLOT * (1 - value / top)) * 10) / 10;
  const isTooClose = isQuotaDrawn && Math.abs(y(peak) - y(quota)) < LABEL;
  const peakLabel = `${isTooClose ? '' : `peak ${numberOf(peak)}`}${isQuotaDrawn ? '' : `; the quota, ${numberOf(quota)}, is far above`}`;
  const days = DAYS.map((day, index) => {
    const ofDay = hours.slice(index * HOURS_PER_DAY, (index + 1) * HOURS_PER_DAY);
    return `${day} ${numberOf(Math.min(...ofDay))} to ${numberOf(Math.max(...ofDay))}`;
  });
  return html`<svg class="chart" role="img" height="${ABOVE + PLOT + BELOW}" aria-label="${
    `Environments kept warm in ${name}: ${days.join(', ')}. Quota: ${numberOf(quota)}.`}">
${DAYS.map((day, index) => dayOf(day, index))}
<svg y="${ABOVE}" width="100%" height="${PLOT}" viewBox="0 0 ${HOURS_PER_WEEK} ${PLOT}" preserveAspectRatio="none">
<path class="load" d="${stepsOf(hours, (value) => y(value) - ABOVE)}"/>
</svg>
<line class="ground" x1="0" x2="100%" y1="${y(0)}" y2="${y(0)}"/>
${isQuotaDrawn ? level('quota', y(quota), `quota ${numberOf(quota)}`) : undefined}
${level('peak', y(peak), peakLabel)}
</svg>`;
}

function dayOf(day: string, index: number): Markup {
  const x = `${(index * 100 / DAYS.length).toFixed(3)}%`;
  return html`<line class="day" x1="${x}" x2="${x}" y1="${ABOVE}" y2="${ABOVE + PLOT + BELOW}"/><text class="day" x="${x}" dx="5" y="${ABOVE + PLOT + 16}">${day.slice(0, 3)}</text>
`;
}

/** The area below a line that holds its height for an hour. */
function stepsOf(hours: readonly number[], y: (value: number) => number): string {
  return `M0 ${y(0)}${hours.map((value, hour) => `V${y(value)}H${hour + 1}`).join('')}V${y(0)}Z`;
}

/** A line with its label at the right end, where it does not lie upon the days' names. */
function level(name: string, y: number, label: string): Markup {
  return html`<line class="${name}" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="${name}" x="100%" dx="-4" y="${y - 5}">${label}</text>`;
}
