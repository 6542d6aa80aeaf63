import { defineConfig } from 'rolldown';

/** The packager itself, as one file that node runs without a build of its own: `npm run package`. */
export default defineConfig({
  input: 'packaging/main.ts',
  platform: 'node',
  logLevel: 'warn',
  output: { file: '.cache/package/package.js', format: 'esm', codeSplitting: false },
});
