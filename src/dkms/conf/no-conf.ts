import { ConfError, EXIT } from '../../errors.ts';

/**
 * ConfError `no-conf` (4): a dkms.conf was not found, or cannot be read. The default message has DKMS's
 * own words (dkms.in, "Could not locate dkms.conf file").
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
