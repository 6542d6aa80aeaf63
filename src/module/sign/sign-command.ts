import { readFile } from 'node:fs/promises';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { lastLines, run } from '../../system/process/run.ts';
import { signingError } from './signing.ts';

/** A signing service may have a person confirm each signature. */
const SECONDS = 600;

/**
 * Has a program make the signature: it is called with the module's path and the name of the hash as
 * its last two arguments (also in DKMS_DEB_MODULE and DKMS_DEB_HASH), in the caller's environment,
 * and writes the detached CMS in DER to stdout. No shell; words are separated by blanks.
 * signingError `sign-command-failed`, `sign-command-changed-module`.
 */
export async function signWithCommand(
  command: string,
  file: string,
  hash: string,
): Promise<Buffer> {
  const [program = '', ...args] = command.trim().split(/\s+/);
  const before = await readFile(file);
  const environment = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const env = {
    ...Object.fromEntries(environment),
    DKMS_DEB_MODULE: file,
    DKMS_DEB_HASH: hash,
  };
  let cms: Buffer;
  try {
    cms = (await run(program, [...args, file, hash], { env, timeoutSeconds: SECONDS })).bytes;
  } catch (error) {
    throw failure(program, error);
  }
  if (!before.equals(await readFile(file))) {
    throw signingError('sign-command-changed-module', `${program} has changed the module`, {
      hint: 'It is to write the signature alone to stdout (as sign-file -d makes it), and leave the module as it is.',
    });
  }
  if (cms.length === 0) {
    throw signingError('sign-command-failed', `${program} wrote no signature to its stdout`);
  }
  return cms;
}

function failure(program: string, error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.code === 'aborted') return error;
  const said = error instanceof DkmsDebError ? error.output : [];
  return signingError('sign-command-failed', `the signing command failed: ${program}`, {
    output: said.length > 0 ? lastLines(said.join('\n'), 10) : [error.message],
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
