import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUpNow, DkmsDebError, TextReporter, UsageError } from '../src/library.ts';
import { sbomFile, writePackage } from './package.ts';

/**
 * `npm run package [-- -o DIR]`: writes the .deb of the project in the current directory, and its bill of materials.
 * Prints both paths, the .deb last.
 */
async function main(): Promise<void> {
  const path = await writePackage(process.cwd(), resolve(outputDirectory()));
  process.stdout.write(`${sbomFile(path)}\n${path}\n`);
}

function outputDirectory(): string {
  try {
    const options = { output: { type: 'string', short: 'o', default: '.' } } as const;
    return parseArgs({ options }).values.output;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), {
      hint: 'Usage: npm run package -- -o DIR',
      cause: error,
    });
  }
}

try {
  await main();
} catch (error) {
  cleanUpNow();
  if (!(error instanceof DkmsDebError)) throw error;
  new TextReporter(process.stderr, { live: false, colour: false }).failure(error);
  process.exitCode = error.exitStatus;
}
