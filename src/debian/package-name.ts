import { InputError, type Place } from '../errors.ts';

/**
 * Matches a name that Policy 5.6.1 and 5.6.7 allow. It has at least two characters: lower-case letters, digits, `+`,
 * `-` and `.`. The first character is a letter or digit.
 */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** Does Policy allow `name` for a binary package (5.6.7) and a source package (5.6.1)? */
export function isPackageName(name: string): boolean {
  return PACKAGE_NAME.test(name);
}

/**
 * Throws InputError `package-name` unless Policy 5.6.7 allows `name`. `what` says in the message
 * whose name it is ("source package", "dependency"), `where` is the place of the name.
 */
export function checkPackageName(name: string, what: string, where?: Place): void {
  if (isPackageName(name)) return;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  throw new InputError('package-name', `${what} name ${shown} is not allowed: ${fault(name)}`, {
    hint: 'Use lower-case letters, digits, "+", "-" and "."; begin with a letter or digit (Debian Policy 5.6.7).',
    ...(where === undefined ? {} : { where }),
  });
}

function fault(name: string): string {
  if (name.length < 2) return 'it has fewer than two characters';
  if (/[A-Z]/.test(name)) return 'it has capital letters';
  const bad = /[^a-z0-9+.-]/u.exec(name);
  if (bad) return `it contains ${JSON.stringify(bad[0])}`;
  return `it begins with ${JSON.stringify(name[0])}`;
}
