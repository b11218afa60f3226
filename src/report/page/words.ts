import { html, Markup } from './markup';

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const HOURS_PER_DAY = 24;

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const DOLLARS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** '1,000', '12.5'. */
export function numberOf(value: number): string {
  return NUMBERS.format(value);
}

/** '$1,234.50'; of less than a cent only that it is. */
export function usd(value: number): string {
  return value > 0 && value < 0.005 ? '< $0.01' : DOLLARS.format(value);
}

/** '6.2 %': never 0 of what is something. */
export function percent(part: number): string {
  return part > 0 && part < 0.001 ? '< 0.1 %' : `${numberOf(part * 100)} %`;
}

/** '1 function', '2 functions'. */
export function count(many: number, what: string): string {
  return `${numberOf(many)} ${what}${many === 1 ? '' : 's'}`;
}

/** 'Mon 08:00', of an hour of the week. */
export function hourName(hour: number): string {
  return `${DAYS[Math.floor(hour / HOURS_PER_DAY)].slice(0, 3)} ${String(hour % HOURS_PER_DAY).padStart(2, '0')}:00`;
}

/** A construct's path, whose last name is what one looks for. It may be broken between its names. */
export function pathOf(path: string): Markup {
  const names = path.split('/');
  const above = names.slice(0, -1).map((name) => html`${name}/<wbr>`);
  return html`<span class="path"><span class="above">${above}</span>${names.slice(-1)}</span>`;
}
