import { readFileSync } from 'node:fs';
import { loadTemplate, type Template } from './load-template.ts';
import { projectFile } from './project-file.ts';

export type TemplateData = Readonly<Record<string, unknown>>;

const loaded = new Map<string, Template>();

/**
 * Renders `templates/<name>.hbs`. Values are not escaped: the caller must have checked them. A name that is
 * missing in `data` is an error.
 */
export function renderTemplate(name: string, data: TemplateData): string {
  const template = loaded.get(name) ?? loadTemplate(name);
  loaded.set(name, template);
  return template(data);
}

/** Reads a text of templates/ without placeholders, such as a licence; returns undefined if it does not exist. */
export function readTemplateText(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, projectFile('templates/')), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
