import { readFileSync } from 'node:fs';
import handlebars from 'handlebars';

/** What handlebars makes of a template: data in, text out. */
export type Template = (data: Readonly<Record<string, unknown>>) => string;

/**
 * `templates/<name>.hbs`, compiled: nothing is escaped, as no text here is HTML, and a name that the
 * data does not have is an error. The bundle has another module in this one's place, with every
 * template compiled when it was built (packaging/templates-plugin.ts): half of handlebars is its compiler.
 */
export function loadTemplate(name: string): Template {
  const file = new URL(`../../../templates/${name}.hbs`, import.meta.url);
  return handlebars.compile(readFileSync(file, 'utf8'), { noEscape: true, strict: true });
}
