import { defineConfig } from 'rolldown';

/**
 * Bundles the packager (`npm run package`) into one file for node. The CycloneDX library is not bundled, because it
 * loads files from its own directory, and optional packages.
 */
export default defineConfig({
  input: 'packaging/main.ts',
  platform: 'node',
  external: /^@cyclonedx\//,
  logLevel: 'warn',
  output: { file: '.cache/package/package.js', format: 'esm', codeSplitting: false },
});
