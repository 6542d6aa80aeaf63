import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parsePerson } from '../../debian/person.ts';
import { InputError } from '../../errors.ts';
import { useConfiguredMaintainer } from '../../facts/project/maintainer.ts';
import { readFleetConfig, readUserConfig } from '../../fleet/config/read-config.ts';
import type { UserConfig } from '../../fleet/config/user-config.ts';
import { isTokenUri } from '../../module/sign/token-uri.ts';
import { withProgramPath } from '../../system/text/program-path.ts';
import type { Configured } from './configured.ts';

/** A value of the configuration, and the file that contains it. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly file: string;
}

/**
 * The keys of dkms-deb.yaml that also apply to commands for a single driver, if the driver and dkms-deb.yaml are in the
 * same directory. A cloned repository is not trusted, so no setting in this list names a signing key or a program.
 * `sign` of dkms-deb.yaml applies only to the commands for fleets.
 */
export const REPOSITORY_KEYS = [
  'maintainer',
  'meta',
  'dbgsym',
  'initramfs',
  'dkms-relation',
  'kernel-dep',
  'kernel-package',
  'suites',
] as const;

/**
 * Returns the settings, one for each key. The settings of dkms-deb.yaml take precedence over the settings of the user's
 * config.yaml. Throws InputError if a file cannot be read or is not valid.
 */
export async function readSettings({ repository, user }: Configured): Promise<Setting[]> {
  const fleet = repository === undefined ? undefined : await readFleetConfig(repository);
  const own = user === undefined ? undefined : await readUserConfig(user);
  const found = new Map<string, Setting>();
  for (const key of REPOSITORY_KEYS) {
    const value = fleet?.[key];
    if (value !== undefined) found.set(key, { key, value, file: repository ?? '' });
  }
  const personal = own === undefined ? {} : withPaths(own, dirname(user ?? ''));
  for (const [key, value] of Object.entries(personal)) {
    if (value !== undefined && !found.has(key)) found.set(key, { key, value, file: user ?? '' });
  }
  const maintainer = found.get('maintainer');
  if (maintainer !== undefined) checkPerson(maintainer);
  return [...found.values()];
}

/** Uses the maintainer of a setting for new files if neither the environment nor a file of debian/ names one. */
export function useMaintainerOf({ value, file }: Setting): void {
  const person = parsePerson(String(value));
  if (person !== undefined) useConfiguredMaintainer({ value: person, from: file });
}

function checkPerson({ value, file }: Setting): void {
  if (parsePerson(String(value)) !== undefined) return;
  throw new InputError('config-invalid', "maintainer is not of the form 'Name <mail>'", {
    where: { file },
    hint: "Write it like 'Jane Doe <jane@example.org>'.",
  });
}

/**
 * Makes the paths in `sign` absolute, also that of the program in `command` (withProgramPath). A value that begins with
 * pkcs11: is a URI.
 */
function withPaths(config: UserConfig, directory: string): UserConfig {
  const { sign } = config;
  if (sign === undefined) return config;
  const path = (text: string) => {
    if (isTokenUri(text)) return text;
    return text.startsWith('~/') ? join(homedir(), text.slice(2)) : resolve(directory, text);
  };
  const paths = (value: string | string[]) => [value].flat().map(path);
  const { key, certificate, command, 'passphrase-file': file } = sign;
  return {
    ...config,
    sign: {
      ...sign,
      ...(key !== undefined && { key: paths(key) }),
      ...(certificate !== undefined && { certificate: paths(certificate) }),
      ...(command !== undefined && { command: withProgramPath(command, path) }),
      ...(file !== undefined && { 'passphrase-file': path(file) }),
    },
  };
}
