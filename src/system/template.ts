import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import handlebars from 'handlebars';

/** templates/ of the project: two folders up from this source, one up from the bundle in dist/. */
const TEMPLATES = ['../templates/', '../../templates/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url)) as URL;

export type TemplateData = Readonly<Record<string, unknown>>;

const compiled = new Map<string, handlebars.TemplateDelegate>();

/**
 * Renders `templates/<name>.hbs`. Nothing is escaped, as no text here is HTML; a name that `data`
 * does not have is an error. Whoever calls has checked what goes in.
 */
export function renderTemplate(name: string, data: TemplateData): string {
  let template = compiled.get(name);
  if (template === undefined) {
    const text = readFileSync(fileURLToPath(new URL(`${name}.hbs`, TEMPLATES)), 'utf8');
    template = handlebars.compile(text, { noEscape: true, strict: true });
    compiled.set(name, template);
  }
  return template(data);
}

/** A text of templates/ that has nothing to fill in, such as a licence; undefined if there is none. */
export function readTemplateText(name: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(new URL(name, TEMPLATES)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
