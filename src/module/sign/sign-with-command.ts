import { readFile } from 'node:fs/promises';
import { DkmsDebError, SystemError } from '../../errors.ts';
import { run } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { splitWords } from '../../system/text/split-words.ts';
import { signingError } from './module-signer.ts';
import { withinLimit } from './sign-timeout.ts';

/**
 * Returns the words of a signing command: a program and its arguments. They are separated by blanks, and may have quotes
 * as in a shell, but no shell runs them. Throws UsageError if a quote is not closed or if there is no program.
 */
export function signCommandWords(command: string): string[] {
  const hint = "Give a program and its arguments, such as --sign-command 'aws-sign --profile ci'.";
  return splitWords(command, '--sign-command', hint);
}

/**
 * Runs a program that signs a module, and returns what the program writes to stdout: a detached CMS in DER. The last
 * two arguments of the program are the path of the module and the hash; the variables DKMS_DEB_MODULE and DKMS_DEB_HASH
 * contain the same. The program also gets the caller's environment. Throws the errors of signCommandWords, and
 * signingError `sign-command-failed` and `sign-command-changed-module`. If the program takes more than `seconds`, kills
 * everything that it started, and throws `sign-timeout`.
 */
export async function signWithCommand(
  command: string,
  file: string,
  hash: string,
  seconds: number,
): Promise<Buffer> {
  const [program = '', ...args] = signCommandWords(command);
  const before = await readFile(file);
  const environment = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const env = {
    ...Object.fromEntries(environment),
    DKMS_DEB_MODULE: file,
    DKMS_DEB_HASH: hash,
  };
  const whose = `the signing command, ${program},`;
  const { bytes: cms } = await withinLimit(file, whose, seconds, (mark) =>
    run(program, [...args, file, hash], { env: { ...env, ...mark }, timeoutSeconds: seconds }),
  ).catch((error: unknown) => {
    throw failure(program, error);
  });
  if (!before.equals(await readFile(file))) {
    throw signingError(
      'sign-command-changed-module',
      `the signing command ${program} changed the module`,
      {
        hint: 'Write only the signature to stdout (as made by sign-file -d), and leave the module unchanged.',
      },
    );
  }
  if (cms.length === 0) {
    throw signingError(
      'sign-command-failed',
      `the signing command ${program} wrote no signature to stdout`,
    );
  }
  return cms;
}

function failure(program: string, error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.code === 'aborted') return error;
  const output = error instanceof DkmsDebError ? error.output : [];
  return signingError('sign-command-failed', `the signing command failed: ${program}`, {
    output: output.length > 0 ? lastLines(output.join('\n'), 10) : [error.message],
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
