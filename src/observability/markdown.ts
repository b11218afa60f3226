/** What CloudWatch's Markdown would take for markup: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_remove_text_dashboard.html */
const MARKUP = /[\\`*_{}[\]()#+!|~]/g;

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A text that Markdown shows as it is: names are not written by us. */
export function asMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(MARKUP, '\\$&').replace(/[&<>]/g, (character) => ENTITIES[character]);
}
