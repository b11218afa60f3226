import { HeatScale } from './heat-scale';
import { html, Markup } from './markup';
import { scrolling } from './scrolling';
import { DAYS, hourName, HOURS_PER_DAY, numberOf, pathOf, usd } from './words';
import { HOURS_PER_WEEK } from '../../schedule/firing-days';
import { ReportedFunction } from '../report-data';

/** How many hours a number needs to stand in their cells. */
const HOURS_PER_DIGIT = 1.5;

const HOUR_NAMES = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => hourName(hour));

/**
 * A table of the week: a row for each function and warmer, a cell for each hour. It has a role for each of its elements,
 * because its style lays them out as a grid: so a browser need not lay out the rows that are out of sight.
 */
export function heatMap(functions: readonly ReportedFunction[]): Markup {
  const scale = new HeatScale(Math.max(1, ...functions.map(peakOf)));
  return html`<section id="week">
<h2 id="week-title">The week, hour by hour</h2>
${legend(scale, functions)}
${scrolling('week', functions.length, html`<table role="table" class="heat" aria-labelledby="week-title">
${header()}
<tbody role="rowgroup">
${functions.map((one) => row(one, scale))}</tbody>
</table>`)}
</section>`;
}

function peakOf({ hours }: ReportedFunction): number {
  return Math.max(...hours);
}

function legend(scale: HeatScale, functions: readonly ReportedFunction[]): Markup {
  const isProvisioned = functions.some(({ provisionedHours }) => provisionedHours.some((environments) => environments > 0));
  return html`<div class="legend">
<span>Environments kept warm in the hour, at the most:</span>
<ul>${scale.ranges.map(({ step, from, to }) => html`<li><i class="h${step}"></i>${from === to ? from : `${numberOf(from)}–${numberOf(to)}`}</li>`)}${
  isProvisioned ? html`<li><i class="h2 provisioned"></i>some of them provisioned</li>` : undefined}${
  functions.some(({ isEnabled }) => !isEnabled) ? html`<li><i class="idle"></i>disabled</li>` : undefined}</ul>
</div>`;
}

function header(): Markup {
  return html`<thead role="rowgroup">
<tr role="row">${column('Function', 'text')}${column('Peak', 'number')}${column('USD a month', 'number')}${
  DAYS.map((day) => html`<th role="columnheader" scope="colgroup" colspan="24" class="day">${day}</th>`)}</tr>
<tr role="row">${
  DAYS.map(() => Array.from({ length: HOURS_PER_DAY }, (_, hour) => html`<th role="columnheader" scope="col" class="hour">${hour}</th>`))}</tr>
</thead>`;
}

function column(title: string, sort: 'text' | 'number'): Markup {
  return html`<th role="columnheader" scope="col" rowspan="2" data-sort="${sort}" class="${sort}">${title}</th>`;
}

function row(one: ReportedFunction, scale: HeatScale): Markup {
  const marks = [...one.isEnabled ? [] : ['disabled'], ...one.isEveryWeek ? [] : ['not every week']];
  return html`<tr role="row"><th role="rowheader" scope="row">${pathOf(one.path)}<small>${one.timeZone}${
    marks.map((mark) => html` <span class="mark">${mark}</span>`)}<span class="for-filter">${one.warmer}</span></small></th>${
    number(peakOf(one), numberOf)}${number(one.monthlyUsd, usd)}${one.hours.map((_, hour) => cell(one, hour, scale))}</tr>
`;
}

function number(value: number | undefined, words: (value: number) => string): Markup {
  return html`<td role="cell" class="number" data-key="${value}">${value === undefined ? html`<small>unknown</small>` : words(value)}</td>`;
}

function cell({ hours, provisionedHours, isEnabled }: ReportedFunction, hour: number, scale: HeatScale): Markup {
  const environments = hours[hour];
  const provisioned = provisionedHours[hour];
  const colour = isEnabled || environments === 0 ? `h${scale.step(environments)}` : 'idle';
  const classes = `${colour}${provisioned > 0 ? ' provisioned' : ''}${isWrittenOut(hours, hour) ? ' shown' : ''}`;
  const title = `${HOUR_NAMES[hour]}: ${numberOf(environments)}${provisioned > 0 ? `, ${numberOf(provisioned)} of them provisioned` : ''}`;
  return html`<td role="cell" class="${classes}" data-value="${environments}" title="${title}">${environments}</td>`;
}

/** A number is to be seen where it begins to hold, if there are hours enough to write it in. */
function isWrittenOut(hours: readonly number[], hour: number): boolean {
  if (hours[hour] === 0 || hours[hour] === hours[hour - 1]) {
    return false;
  }
  const needed = Math.ceil(String(hours[hour]).length * HOURS_PER_DIGIT);
  return hours.slice(hour, hour + needed).every((environments) => environments === hours[hour]) && hour + needed <= hours.length;
}
