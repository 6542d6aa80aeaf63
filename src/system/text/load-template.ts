import { readFileSync } from 'node:fs';
import handlebars from 'handlebars';

/** A compiled template. It takes data, and returns a text. */
export type Template = (data: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles `templates/<name>.hbs`. Values are not escaped, because the texts are not HTML. Rendering fails if the data
 * lack the name of a value (`{{name}}`); in `{{#if}}` and `{{#each}}` a missing name counts as false or empty. For the
 * bundle, packaging/templates-plugin.ts replaces this module by one with compiled templates, because the compiler is
 * half of the code of handlebars.
 */
export function loadTemplate(name: string): Template {
  const file = new URL(`../../../templates/${name}.hbs`, import.meta.url);
  return handlebars.compile(readFileSync(file, 'utf8'), { noEscape: true, strict: true });
}
