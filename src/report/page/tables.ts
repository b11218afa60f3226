import { Content, html, Markup } from './markup';
import { scrolling } from './scrolling';
import { count, numberOf, pathOf, percent, usd } from './words';
import { ReportData, ReportedColdFunction, ReportedEnrollment, ReportedExemption, ReportedFunction } from '../report-data';

/** A column: its title, and what its rows are sorted by. */
interface Column {
  readonly title: string;
  readonly sort: 'text' | 'number';
  /** Whether its rows come with the greatest first. */
  readonly isSorted?: boolean;
}

const FUNCTION: Column = { title: 'Function', sort: 'text' };
const USD: Column = { title: 'USD a month', sort: 'number' };

const COST_COLUMNS: Column[] = [
  FUNCTION,
  { title: 'Warmer', sort: 'text' },
  { title: 'Schedule', sort: 'text' },
  { title: 'Most environments', sort: 'number' },
  { ...USD, isSorted: true },
  { title: 'At the most', sort: 'number' },
  { title: 'Provisioned concurrency, USD a month', sort: 'number' },
  { title: 'Cheaper from utilization of', sort: 'number' },
];

/** What each function costs, beside provisioned concurrency; the dearest first. */
export function costTable({ functions, environments }: ReportData): Markup {
  const dearestFirst = [...functions].sort((one, other) => (other.monthlyUsd ?? -1) - (one.monthlyUsd ?? -1));
  return section('costs', 'What it costs', table('costs', COST_COLUMNS, dearestFirst.map((one) => costRow(one, environments.length > 1))));
}

function costRow(one: ReportedFunction, isEnvironmentShown: boolean): Markup {
  const { monthlyUsd, maxMonthlyUsd = monthlyUsd } = one;
  return html`<tr><th scope="row">${pathOf(one.path)}${isEnvironmentShown ? html`<small>${one.environment}</small>` : undefined}</th><td>${
    pathOf(one.warmer)}<small>${one.warmerType}${one.isEnabled ? undefined : html` <span class="mark">disabled</span>`}</small></td><td>${one.schedule}</td>${
    numeric(Math.max(...one.hours), numberOf)}${
    money(monthlyUsd, one.costUnknown)}${
    numeric(maxMonthlyUsd, usd)}${numeric(one.provisionedUsd, usd)}${numeric(one.breakEvenUtilization, percent)}</tr>
`;
}

/** What is of no single function, and all of it. */
export function sharedCosts({ sharedCosts: costs, monthlyUsd, maxMonthlyUsd }: ReportData): Markup {
  const most = usd(maxMonthlyUsd) === usd(monthlyUsd) ? '' : `, ${usd(maxMonthlyUsd)} at the most`;
  const total = html`<p class="total">All together <strong>${usd(monthlyUsd)}</strong> a month${most}.</p>`;
  const rows = costs.map(({ path, what, monthlyUsd: cost, costUnknown }) => html`<tr><th scope="row">${pathOf(path)}</th><td>${what}</td>${money(cost, costUnknown)}</tr>
`);
  return section('shared', 'Shared costs', html`${
    rows.length > 0 ? table('shared', [{ title: 'Construct', sort: 'text' }, { title: 'What', sort: 'text' }, USD], rows) : html`<p>None.</p>`}
${total}`);
}

/** What the warmer of the account pings, and not this app. */
export function enrollments(enrolled: readonly ReportedEnrollment[]): Markup {
  const rows = enrolled.map(({ path, concurrency }) => html`<tr><th scope="row">${pathOf(path)}</th>${numeric(concurrency, numberOf)}</tr>
`);
  return section('enrolled', "Left to the account's warmer", html`<p>Found by their tags when that runs; what their pings cost is not counted here.</p>
${table('enrolled', [FUNCTION, { title: 'Environments asked for', sort: 'number' }], rows)}`);
}

/** What is left cold on purpose. */
export function exemptions(exempt: readonly ReportedExemption[]): Markup {
  const rows = exempt.map(({ path, reason }) => html`<tr><th scope="row">${pathOf(path)}</th><td>${reason}</td></tr>
`);
  return section('exempt', 'Exempt', rows.length > 0 ? table('exempt', [FUNCTION, { title: 'Reason', sort: 'text' }], rows) : html`<p>Nothing is exempt.</p>`);
}

/** What else is cold: what users wait for first. */
export function notWarmed(functions: readonly ReportedColdFunction[]): Markup {
  if (functions.length === 0) {
    return section('cold', 'Not warmed', html`<p>No other function.</p>`);
  }
  const userFacing = functions.filter(({ isUserFacing }) => isUserFacing);
  const rows = [...userFacing, ...functions.filter(({ isUserFacing }) => !isUserFacing)].map(({ path, isUserFacing, why }) =>
    html`<tr><th scope="row">${pathOf(path)}</th><td>${isUserFacing ? html`<span class="mark alert">user-facing</span>` : 'no'}</td><td>${why}</td></tr>
`);
  return section('cold', 'Not warmed', html`<p>${
    userFacing.length > 0 ? `Users may wait for a cold start of ${count(userFacing.length, 'function')}.` : 'As far as the app tells, no user waits for one of these.'}</p>
${table('cold', [FUNCTION, { title: 'User-facing', sort: 'text' }, { title: 'Why', sort: 'text' }], rows)}`);
}

function section(id: string, title: string, content: Content): Markup {
  return html`<section id="${id}">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

function table(id: string, columns: readonly Column[], rows: readonly Markup[]): Markup {
  return scrolling(id, rows.length, html`<table aria-labelledby="${id}-title">
<thead><tr>${columns.map(header)}</tr></thead>
<tbody>
${rows}</tbody>
</table>`);
}

function header({ title, sort, isSorted }: Column): Markup {
  return html`<th scope="col" data-sort="${sort}"${sort === 'number' ? html` class="number"` : undefined}${
    isSorted ? html` aria-sort="descending"` : undefined}>${title}</th>`;
}

/** Dollars, or why nobody knows how many. */
function money(value: number | undefined, unknown: string | undefined): Markup {
  return value === undefined ? html`<td class="number">unknown<small class="why">${unknown}</small></td>` : numeric(value, usd);
}

/** A number to be sorted by; none is after all others. */
function numeric(value: number | undefined, words: (value: number) => string): Markup {
  return value === undefined ? html`<td class="number">–</td>` : html`<td class="number" data-key="${value}">${words(value)}</td>`;
}
