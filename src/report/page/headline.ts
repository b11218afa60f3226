import { html, Markup } from './markup';
import { count, hourName, numberOf, usd } from './words';
import { HOURS_PER_WEEK } from '../../schedule/firing-days';
import { ReportData, ReportedEnvironment } from '../report-data';

/** What one wants to know first: how much is kept warm, for how much, and what is not. */
export function headline(data: ReportData): Markup {
  const userFacing = data.notWarmed.filter((one) => one.isUserFacing).length;
  return html`<dl class="totals">
${tile('functions kept warm', numberOf(warmFunctions(data)), disabledNote(data))}
${peakTile(data.environments)}
${tile('USD a month', usd(data.monthlyUsd), costNote(data))}
${tile('exempt', numberOf(data.exempt.length), data.exempt.length > 0 ? 'each with its reason' : undefined)}
${tile('not warmed', numberOf(data.notWarmed.length), userFacing > 0 ? html`<strong>${numberOf(userFacing)} user-facing</strong>` : undefined)}
</dl>
${warmFunctions(data) + data.enrolled.length === 0 ? html`<p class="nothing">Nothing is kept warm here.</p>` : undefined}`;
}

/** Functions with several warmers are one. */
function warmFunctions({ functions }: ReportData): number {
  return new Set(functions.filter(({ isEnabled }) => isEnabled).map(({ path }) => path)).size;
}

function disabledNote({ functions }: ReportData): string | undefined {
  const disabled = functions.filter(({ isEnabled }) => !isEnabled).length;
  return disabled > 0 ? `${count(disabled, 'warmer')} disabled` : undefined;
}

function costNote({ monthlyUsd, maxMonthlyUsd, functions, sharedCosts }: ReportData): string | undefined {
  const unknown = [...functions, ...sharedCosts].filter((one) => one.monthlyUsd === undefined).length;
  const notes = [
    ...usd(maxMonthlyUsd) === usd(monthlyUsd) ? [] : [`${usd(maxMonthlyUsd)} at the most`],
    ...unknown > 0 ? [`${count(unknown, 'cost')} unknown`] : [],
  ];
  return notes.length > 0 ? notes.join(', ') : undefined;
}

function peakTile(environments: readonly ReportedEnvironment[]): Markup {
  const title = 'environments at the peak';
  if (new Set(environments.map(({ timeZone }) => timeZone)).size > 1) {
    const peaks = environments.map(({ hours }) => Math.max(...hours));
    return tile(title, numberOf(peaks.reduce((sum, peak) => sum + peak, 0)), `${environments.length} accounts or regions, each at its peak`);
  }
  const hours = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => environments.reduce((sum, one) => sum + one.hours[hour], 0));
  const peak = Math.max(...hours);
  return tile(title, numberOf(peak), peak > 0 && Math.min(...hours) < peak ? `first at ${hourName(hours.indexOf(peak))}` : undefined);
}

function tile(title: string, value: string, note?: string | Markup): Markup {
  return html`<div><dt>${title}</dt><dd class="value">${value}</dd>${note && html`<dd class="note">${note}</dd>`}</div>`;
}
