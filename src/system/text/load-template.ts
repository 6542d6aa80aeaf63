import { readFileSync } from 'node:fs';
import handlebars from 'handlebars';

/** A compiled template: takes data, returns a text. */
export type Template = (data: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles `templates/<name>.hbs`. Values are not escaped, because the texts are not HTML. A name that is missing
 * in the data is an error. In the bundle, packaging/templates-plugin.ts replaces this module by one with templates
 * compiled at build time, because the compiler is half of the code of handlebars.
 */
export function loadTemplate(name: string): Template {
  const file = new URL(`../../../templates/${name}.hbs`, import.meta.url);
  return handlebars.compile(readFileSync(file, 'utf8'), { noEscape: true, strict: true });
}
