/** HTML, in which everything that came from elsewhere is escaped. */
export class Markup {
  constructor(public readonly text: string) {}
}

/** What may stand in a template: text is escaped, `undefined` is nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template of HTML: html`<td>${name}</td>`. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + textOf(contents[index - 1]) + part));
}

function textOf(content: Content): string {
  if (content === undefined) {
    return '';
  }
  if (content instanceof Markup) {
    return content.text;
  }
  return Array.isArray(content) ? content.map(textOf).join('') : String(content).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
