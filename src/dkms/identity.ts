import { ConfError, type Place } from '../errors.ts';

/** The longest PACKAGE_NAME or PACKAGE_VERSION taken: both become parts of file names (bytes). */
const LONGEST = 100;

/**
 * PACKAGE_NAME becomes a directory below /usr/src, a make argument and a shell word in DKMS's own
 * scripts: only letters, digits and `.+_-`, beginning with a letter or digit. ConfError
 * `bad-package-name` (8).
 */
export function checkDkmsName(name: string, where: Place): void {
  check('PACKAGE_NAME', 'bad-package-name', /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/, name, where);
}

/** PACKAGE_VERSION, likewise, with `~` and `:` that Debian versions have. ConfError `bad-package-version` (8). */
export function checkDkmsVersion(version: string, where: Place): void {
  check(
    'PACKAGE_VERSION',
    'bad-package-version',
    /^[A-Za-z0-9][A-Za-z0-9.+_~:-]*$/,
    version,
    where,
  );
}

function check(
  directive: string,
  code: string,
  allowed: RegExp,
  value: string,
  where: Place,
): void {
  const problem = value.includes('..')
    ? 'has ".." in it'
    : Buffer.byteLength(value) > LONGEST
      ? `is longer than ${LONGEST} bytes`
      : allowed.test(value)
        ? undefined
        : `has ${describeOffender(value)}`;
  if (problem === undefined) return;
  throw new ConfError(code, `${directive} ${quote(value)} ${problem}`, {
    where,
    hint: `${directive} names a directory below /usr/src: use letters, digits and . + _ - only.`,
  });
}

function describeOffender(value: string): string {
  if (value.includes('\n')) return 'a newline in it';
  if (value.includes('/')) return 'a slash in it';
  if (/\s/.test(value)) return 'a blank in it';
  if (/@\w+@|#\w+#|\{\w+\}/.test(value)) return 'a placeholder in it that nothing has filled in';
  const offender = [...value].find((character) => !/[A-Za-z0-9.+_~:-]/.test(character));
  return offender === undefined
    ? `a first character that is no letter or digit`
    : `the character ${quote(offender)} in it`;
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
