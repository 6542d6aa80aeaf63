import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configPlace } from '../../system/files/config-place.ts';

/** The files of the configuration that apply to a call; undefined if one does not exist. */
export interface Configured {
  readonly repository: string | undefined;
  readonly user: string | undefined;
}

/** For each key of the configuration, the commands that it applies to. */
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

/** The name of the repository's file. */
const REPOSITORY_FILE = 'dkms-deb.yaml';

/** Returns the files that apply to a driver in `directory`, which may also be another argument, such as a package. */
export function findConfigured(directory: string): Configured {
  const repository = resolve(join(directory, REPOSITORY_FILE));
  const user = configPlace();
  return {
    repository: isDirectory(directory) && existsSync(repository) ? repository : undefined,
    user: existsSync(user) ? user : undefined,
  };
}

/**
 * Whether a path is a directory. Also false if it cannot be reached: the command itself reports what is wrong with
 * its argument.
 */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Returns the files that apply to a call with these arguments; undefined if there is none. */
export function configuredFor(
  command: string,
  args: Readonly<Record<string, unknown>>,
): Configured | undefined {
  const applies = Object.values(COMMANDS_OF).some((names) => names.includes(command));
  // What debian/rules builds must not depend on whose home it is built in.
  if (!applies || args.fromRules === true) return undefined;
  const [place] = [args.directory, args.source].filter((one) => typeof one === 'string');
  const files = findConfigured(place ?? '.');
  return files.repository === undefined && files.user === undefined ? undefined : files;
}
