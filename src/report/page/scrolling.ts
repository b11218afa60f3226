import { html, Markup } from './markup';

/** More rows than that scroll below their header, instead of with the page. */
const MANY_ROWS = 30;

/** What may be wider than the window, or longer, in a region of its own that the keyboard scrolls as well. */
export function scrolling(id: string, rows: number, table: Markup): Markup {
  return html`<div class="scroll${rows > MANY_ROWS ? ' long' : ''}" role="region" aria-labelledby="${id}-title" tabindex="0">
${table}
</div>`;
}
