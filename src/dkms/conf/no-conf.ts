import { ConfError, EXIT } from '../../errors.ts';

/** The message for a path that a person named, and that does not exist. */
export const NO_SUCH_FILE = 'no such file or directory';

/**
 * Returns ConfError `no-conf` (exit status 4) for a dkms.conf that was not found or cannot be read. The
 * default message is like that of DKMS ("Could not locate dkms.conf file").
 */
export function noConf(
  file: string,
  hint: string,
  {
    message = 'could not locate dkms.conf',
    ...details
  }: { message?: string; output?: readonly string[]; cause?: unknown } = {},
): ConfError {
  return new ConfError('no-conf', message, { where: { file }, hint, ...details }, EXIT.confMissing);
}
