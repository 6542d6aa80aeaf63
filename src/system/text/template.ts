import { readFileSync } from 'node:fs';
import { loadTemplate, type Template } from './load-template.ts';
import { projectFile } from './project-file.ts';

export type TemplateData = Readonly<Record<string, unknown>>;

const loaded = new Map<string, Template>();

/**
 * Renders `templates/<name>.hbs`. Values are not escaped, so the caller must have checked them. It is an error if the
 * data lacks the name of a value that the template inserts; a name of a block such as {{#if}} may be missing.
 */
export function renderTemplate(name: string, data: TemplateData): string {
  const template = loaded.get(name) ?? loadTemplate(name);
  loaded.set(name, template);
  return template(data);
}

/** Reads a text of templates/ without placeholders, such as a licence. Returns undefined if it does not exist. */
export function readTemplateText(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, projectFile('templates/')), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
