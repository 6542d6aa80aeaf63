import { dirname } from 'node:path';
import { SystemError } from '../../errors.ts';
import { endMarked } from '../../system/process/confine.ts';
import { signingError } from './module-signer.ts';

/**
 * The default time limit for one signature, in seconds. It is long, because a person may have to confirm the
 * signature or to type a pass phrase.
 */
export const SIGN_SECONDS = 600;

const LONGER = 'Check what the program waits for, or raise the limit with --sign-timeout SECONDS.';

/** The environment variable that marks the programs of one signature, so that all of them can be found. */
const MARK = 'DKMS_DEB_SIGNING';

/**
 * Calls `sign`. This function must run a program that signs `file`, with the environment variables `env` and the limit
 * `seconds`. If the program exceeds the limit (`tool-timeout`), kills all programs that it started, also in other
 * sessions, such as a gpg-agent or the daemon of a token, and throws signingError `sign-timeout`. Programs that ran
 * before are not killed. `whose` is the name of the program in the message. `file` must be in a private directory.
 */
export async function withinLimit<T>(
  file: string,
  whose: string,
  seconds: number,
  sign: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  try {
    return await sign({ [MARK]: file });
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'tool-timeout') throw error;
    await endMarked(`${MARK}=${file}`, dirname(file));
    throw signingError('sign-timeout', `${whose} did not end within ${seconds} s`, {
      output: error.output,
      hint: LONGER,
      cause: error,
    });
  }
}
