import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configPlace } from '../../system/files/config-place.ts';

/**
 * The configuration files that apply to a call: dkms-deb.yaml in the directory of the driver (`repository`), and
 * config.yaml of the user. A file that does not exist is undefined.
 */
export interface Configured {
  readonly repository: string | undefined;
  readonly user: string | undefined;
}

/** For each key of the configuration, the commands to which it applies. */
export const COMMANDS_OF: Readonly<Record<string, readonly string[]>> = {
  maintainer: ['init', 'build', 'bmdeb'],
  meta: ['bmdeb'],
  dbgsym: ['bmdeb'],
  initramfs: ['bmdeb'],
  'dkms-relation': ['bmdeb'],
  'kernel-dep': ['bmdeb'],
  'kernel-package': ['bmdeb'],
  compression: ['build'],
  jobs: ['bmdeb'],
  suites: ['kernels', 'bmdeb'],
  'gpg-key': ['build'],
  sign: ['bmdeb', 'bmdeb-sign'],
};

/** The name of the configuration file in the directory of a driver. */
const REPOSITORY_FILE = 'dkms-deb.yaml';

/**
 * Returns the configuration files that apply to a driver in `directory`. If `directory` is something else, such as a
 * package, only the user's file can apply.
 */
export function findConfigured(directory: string): Configured {
  const repository = resolve(join(directory, REPOSITORY_FILE));
  const user = configPlace();
  return {
    repository: isDirectory(directory) && existsSync(repository) ? repository : undefined,
    user: existsSync(user) ? user : undefined,
  };
}

/**
 * Whether a path is a directory. Also false if the path cannot be reached, because the command itself reports what is
 * wrong with its argument.
 */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Returns the configuration files that apply to a call with these arguments. Returns undefined if no file applies. */
export function configuredFor(
  command: string,
  args: Readonly<Record<string, unknown>>,
): Configured | undefined {
  const applies = Object.values(COMMANDS_OF).some((names) => names.includes(command));
  // A build by debian/rules must not depend on the home directory in which it runs.
  if (!applies || args.fromRules === true) return undefined;
  const [place] = [args.directory, args.source].filter((one) => typeof one === 'string');
  const files = findConfigured(place ?? '.');
  return files.repository === undefined && files.user === undefined ? undefined : files;
}
