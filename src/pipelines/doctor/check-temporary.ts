import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DkmsDebError } from '../../errors.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { run } from '../../system/process/run.ts';
import { type MachineFinding, ok } from './machine-finding.ts';

const SUBJECT = 'programs in TMPDIR';

/**
 * Runs a small script in the temporary directory, because PRE_BUILD of a driver is run there. The script fails if the
 * file system is mounted with noexec.
 */
export async function checkTemporary(): Promise<MachineFinding> {
  try {
    return await withTemporaryDirectory('doctor', async (directory) => {
      const script = join(directory, 'script');
      await writeFile(script, '#!/bin/sh\nexit 0\n');
      await chmod(script, 0o755);
      await run(script, []);
      return ok(SUBJECT, 'can be run');
    });
  } catch (error) {
    const why = error instanceof DkmsDebError ? error.message : causeOf(error)[0];
    const advice = 'Set TMPDIR to a directory of yours that is not mounted with noexec.';
    return { state: 'missing', subject: SUBJECT, message: `cannot be run: ${why}`, advice };
  }
}
