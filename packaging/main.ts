import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DkmsDebError, UsageError } from '../src/errors.ts';
import { TextReporter } from '../src/report/text-reporter.ts';
import { cleanUpNow } from '../src/system/process/cleanup.ts';
import { sbomFile, writePackage } from './package.ts';

/**
 * `npm run package [-- -o DIR]`: the .deb of the project in the current directory, and its bill of
 * materials; prints the path of each, the .deb last.
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
