import { readFileSync } from 'node:fs';
import { loadTemplate, type Template } from './load-template.ts';
import { projectFile } from './project-file.ts';

export type TemplateData = Readonly<Record<string, unknown>>;

const loaded = new Map<string, Template>();

/**
 * Renders `templates/<name>.hbs`. Nothing is escaped, as no text here is HTML; a name that `data`
 * does not have is an error. Whoever calls has checked what goes in.
 */
export function renderTemplate(name: string, data: TemplateData): string {
  const template = loaded.get(name) ?? loadTemplate(name);
  loaded.set(name, template);
  return template(data);
}

/** A text of templates/ that has nothing to fill in, such as a licence; undefined if there is none. */
export function readTemplateText(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, projectFile('templates/')), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
