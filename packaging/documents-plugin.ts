import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Plugin } from 'rolldown';

/**
 * Writes the man pages, the shell completions and the JSON Schema into the output directory. The bundled documents.cjs
 * makes these files, because the bundle contains the compiled templates.
 */
export function documentsPlugin(project: string): Plugin {
  return {
    name: 'documents',
    async writeBundle({ dir = 'dist' }) {
      const output = resolve(project, dir);
      const load = createRequire(import.meta.url);
      const { documentDate, writeDocuments } = load(
        join(output, 'documents.cjs'),
      ) as typeof import('../src/documents.ts');
      const manifest = readFileSync(join(project, 'package.json'), 'utf8');
      const { version } = JSON.parse(manifest) as { version: string };
      await writeDocuments(output, { version, date: await documentDate(project) });
    },
  };
}
