import { basename, dirname, join } from 'node:path';
import { defineConfig } from 'rolldown';
import { licencesPlugin } from './packaging/licences-plugin.ts';
import { templatesPlugin } from './packaging/templates-plugin.ts';

const NO_LAYOUT = join(import.meta.dirname, 'packaging/no-layout.ts');

/**
 * dist/: the command and what writes its man pages, one chunk for each command, every dependency
 * inside; types are `npm run check`'s.
 */
export default defineConfig({
  input: ['src/cli.ts', 'src/documents.ts'],
  platform: 'node',
  logLevel: 'warn',
  resolve: { alias: { cliui: NO_LAYOUT, 'string-width': NO_LAYOUT } },
  plugins: [templatesPlugin(import.meta.dirname), licencesPlugin(import.meta.dirname)],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ name, facadeModuleId }) =>
      name === 'declaration' && facadeModuleId
        ? `${basename(dirname(facadeModuleId))}-declaration.js`
        : '[name].js',
  },
});
