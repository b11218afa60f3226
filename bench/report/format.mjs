export function table(header, rows) {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of some runs, with the lowest and the highest of them. */
export function spread(numbers) {
  return { middle: median(numbers), lowest: Math.min(...numbers), highest: Math.max(...numbers) };
}

export const NS = { name: 'ns', of: 1, digits: 1 };
export const MICROSECONDS = { name: 'µs', of: 1e3, digits: 2 };
export const MILLISECONDS = { name: 'ms', of: 1e6, digits: 2 };

/** Nanoseconds in a unit, without its name. */
export function inUnit(ns, { of, digits }) {
  return (ns / of).toFixed(digits);
}

/** Nanoseconds in the unit that suits them. */
export function duration(ns, digits) {
  const unit = Math.abs(ns) < 1e3 ? NS : Math.abs(ns) < 1e6 ? MICROSECONDS : MILLISECONDS;
  return `${inUnit(ns, digits === undefined ? unit : { ...unit, digits })} ${unit.name}`;
}

/** What is more, with its sign. */
export function more(ns, unit) {
  return `${ns < 0 ? '−' : '+'}${Number(inUnit(Math.abs(ns), unit)).toLocaleString('en', { minimumFractionDigits: unit.digits })} ${unit.name}`;
}

export function ratio(value) {
  return `× ${times(value)}`;
}

export function times(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 2 });
}

export function percent(part) {
  return `${part < 0 ? '−' : '+'}${Math.abs(part * 100).toFixed(0)} %`;
}

export function verdict(isMet) {
  return isMet ? '**met**' : '**not met**';
}

/** Medians of an even number of whole ones may have a half. */
export function count(value) {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
}

export function kilobytes(bytes) {
  return `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: 0 })} kB`;
}

export function list(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** In lines as long as the README's. */
export function wrapped(text, longest = 120) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
    if (longer.length > longest) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = longer;
    }
  }
  return lines.join('\n');
}
