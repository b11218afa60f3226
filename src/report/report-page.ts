import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import * as path from 'path';
import { headline } from './page/headline';
import { heatMap } from './page/heat-map';
import { html, Markup } from './page/markup';
import { quotaCharts } from './page/quota-chart';
import { costTable, enrollments, exemptions, notWarmed, sharedCosts } from './page/tables';
import { ReportData } from './report-data';

/** What the browser is given, as it stands: the same folder beside `src` and beside `lib`. */
const FOLDER = path.join(__dirname, '..', '..', 'report');

/**
 * The report as one page, which needs nothing beside it.
 *
 * @param data all that it says
 * @param dataFile the name of the file beside it that has the same as data
 */
export function reportPage(data: ReportData, dataFile: string): string {
  const style = readFileSync(path.join(FOLDER, 'page.css'), 'utf8');
  const script = readFileSync(path.join(FOLDER, 'page.js'), 'utf8');
  const title = data.scope === '' ? 'Warming report' : `Warming report: ${data.scope}`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${headline(data)}
</header>
${controls()}
<main>
${data.functions.length > 0 ? [heatMap(data.functions), quotaCharts(data.environments), costTable(data)] : undefined}
${data.functions.length + data.sharedCosts.length > 0 ? sharedCosts(data) : undefined}
${data.enrolled.length > 0 ? enrollments(data.enrolled) : undefined}
${exemptions(data.exempt)}
${notWarmed(data.notWarmed)}
${howToRead(data, dataFile)}
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): Markup {
  return new Markup(`sha256-${createHash('sha256').update(text).digest('base64')}`);
}

/** For the script to show. */
function controls(): Markup {
  return html`<div class="controls" role="search" hidden>
<label for="filter">Filter</label>
<input id="filter" type="search" placeholder="path of a function or warmer" autocomplete="off" spellcheck="false" aria-describedby="filter-keys">
<span id="filter-keys"><kbd>/</kbd> to write here, <kbd>Esc</kbd> to clear</span>
<output id="matches" for="filter" aria-live="polite"></output>
</div>`;
}

function howToRead({ priceLists }: ReportData, dataFile: string): Markup {
  return html`<section id="notes">
<h2>How to read this</h2>
<ul>
<li>Costs are reckoned before the deployment, for a month of 30 days, at AWS’s list prices${priceLists.length > 0 ? ` (${priceLists.join('; ')})` : undefined}:
without free tiers, and without what requests cost. How long pings take is assumed. “At the most” is what it costs if all is used that may be.</li>
<li>A cell is the most environments that are kept warm at once in its hour, in the time zone of its row, beside those that are busy with requests.
A number stands where it begins to hold, and each cell tells its own.</li>
<li>“Not every week” is a schedule of some days of the month or of the year: the week is one in which all of them come. Where more than
an hour is between two ticks, nobody knows in which hours they come: they are shown as if the week began with one.</li>
<li>Provisioned concurrency’s costs are those of as many environments in the same hours. It is cheaper from that part of the time on in which
they are busy with requests.</li>
</ul>
<p>The same as data: <a href="${dataFile}">${dataFile}</a>, beside this page.</p>
</section>`;
}
