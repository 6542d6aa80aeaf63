import { SystemError } from '../../errors.ts';
import { signingError } from './module-signer.ts';

/**
 * The default time limit for one signature, in seconds. It is long, because a person may have to confirm the
 * signature or to type a pass phrase.
 */
export const SIGN_SECONDS = 600;

const LONGER = 'Check what it waits for, or raise the limit with --sign-timeout SECONDS.';

/**
 * If an error is the timeout of a signing program, returns signingError `sign-timeout`. Returns other errors
 * unchanged.
 */
export function explainTimeout(error: unknown, whose: string, seconds: number): unknown {
  if (!(error instanceof SystemError) || error.code !== 'tool-timeout') return error;
  return signingError('sign-timeout', `${whose} did not end within ${seconds} s`, {
    output: error.output,
    hint: LONGER,
    cause: error,
  });
}
