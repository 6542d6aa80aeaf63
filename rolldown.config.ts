import { defineConfig } from 'rolldown';

/** dist/: one entry, one chunk for each command, every dependency inside; types are `npm run check`'s. */
export default defineConfig({
  input: 'src/cli.ts',
  platform: 'node',
  logLevel: 'warn',
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
});
