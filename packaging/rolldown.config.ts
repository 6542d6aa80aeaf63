import { defineConfig } from 'rolldown';

/**
 * The packager itself, as one file that node runs without a build of its own: `npm run package`. The
 * library of CycloneDX looks for files beside itself and for optional packages: it stays where it is.
 */
export default defineConfig({
  input: 'packaging/main.ts',
  platform: 'node',
  external: /^@cyclonedx\//,
  logLevel: 'warn',
  output: { file: '.cache/package/package.js', format: 'esm', codeSplitting: false },
});
