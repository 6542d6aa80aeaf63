import { basename, dirname, join } from 'node:path';
import { defineConfig } from 'rolldown';
import { licencesPlugin } from './packaging/licences-plugin.ts';
import { templatesPlugin } from './packaging/templates-plugin.ts';

const NO_LAYOUT = join(import.meta.dirname, 'packaging/no-layout.ts');

/**
 * dist/: the command and what writes its man pages, one chunk for each command, every dependency
 * inside; types are `npm run check`'s. CommonJS, because Node takes 20 ms longer to load as many ES
 * modules.
 */
export default defineConfig({
  input: ['src/cli.ts', 'src/documents.ts'],
  platform: 'node',
  logLevel: 'warn',
  resolve: { alias: { cliui: NO_LAYOUT, 'string-width': NO_LAYOUT } },
  // yargs asks import.meta only for `extends`, which nobody uses here.
  checks: { emptyImportMeta: false },
  plugins: [templatesPlugin(import.meta.dirname), licencesPlugin(import.meta.dirname)],
  output: {
    dir: 'dist',
    format: 'cjs',
    // Half as much for Node to read at every start; names stay, for whoever reports a bug.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: '[name].cjs',
    chunkFileNames: ({ name, facadeModuleId }) =>
      name === 'declaration' && facadeModuleId
        ? `${basename(dirname(facadeModuleId))}-declaration.cjs`
        : '[name].cjs',
  },
});
