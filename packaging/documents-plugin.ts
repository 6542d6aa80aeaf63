import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Plugin } from 'rolldown';

/**
 * Writes the man pages and shell completions into the output directory. They are made by the bundled
 * documents.cjs, because the sources need the templates in their bundled form.
 */
export function documentsPlugin(project: string): Plugin {
  return {
    name: 'documents',
    async writeBundle({ dir = 'dist' }) {
      const output = resolve(project, dir);
      const load = createRequire(import.meta.url);
      const { writeDocuments } = load(
        join(output, 'documents.cjs'),
      ) as typeof import('../src/documents.ts');
      const manifest = readFileSync(join(project, 'package.json'), 'utf8');
      const { version } = JSON.parse(manifest) as { version: string };
      // No date unless SOURCE_DATE_EPOCH is set: the same source must always give the same bytes.
      const epoch = process.env.SOURCE_DATE_EPOCH;
      const date =
        epoch === undefined ? '' : new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
      await writeDocuments(output, { version, date });
    },
  };
}
