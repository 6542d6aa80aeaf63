import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DkmsDebError } from '../src/errors.ts';
import { TextReporter } from '../src/report/text-reporter.ts';
import { cleanUpNow } from '../src/system/cleanup.ts';
import { writePackage } from './package.ts';

/** `npm run package [-- -o DIR]`: the .deb of the project in the current directory; prints its path. */
const { values } = parseArgs({
  options: { output: { type: 'string', short: 'o', default: '.' } },
});
try {
  const path = await writePackage(process.cwd(), resolve(values.output));
  process.stdout.write(`${path}\n`);
} catch (error) {
  cleanUpNow();
  if (!(error instanceof DkmsDebError)) throw error;
  new TextReporter(process.stderr, { live: false, colour: false }).failure(error);
  process.exitCode = error.exitStatus;
}
