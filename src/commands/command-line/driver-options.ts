import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { OptionDeclaration, PositionalDeclaration } from './command.ts';

/** The argument SOURCE: the source of a driver in any form that readSource accepts. */
export const SOURCE_POSITIONAL: PositionalDeclaration = {
  name: 'source',
  default: '.',
  completes: 'directory',
  describe: 'source tree, NAME/VERSION below /usr/src, or a -dkms .deb',
};

/** The argument for commands that work on a source tree and its debian/. */
export const TREE_POSITIONAL: PositionalDeclaration = {
  name: 'directory',
  default: '.',
  completes: 'directory',
  describe: 'source tree of the driver',
};

/**
 * The option `-k KERNEL` without a description. Each command adds a description of the allowed patterns and of the
 * default.
 */
export const KERNEL_OPTION = {
  group: 'Kernels',
  alias: 'k',
  type: 'string',
  argument: 'KERNEL',
  repeat: true,
  default: [],
  completes: 'kernel',
} as const satisfies Omit<OptionDeclaration, 'describe'>;

export const HEADERS_OPTION: OptionDeclaration = {
  group: 'Kernels',
  type: 'string',
  argument: 'DIR',
  repeat: true,
  default: [],
  completes: 'directory',
  describe:
    'use kernel headers that are unpacked below DIR instead of installed headers; may be repeated',
};

export const ALLOW_FILE_OPTION: OptionDeclaration = {
  group: 'What is packed',
  type: 'string',
  argument: 'PATH',
  repeat: true,
  default: [],
  completes: 'file',
  describe: 'pack this file although it contains a private key; may be repeated',
};

/**
 * Returns the paths of --allow-file, relative to the tree. A given path may be relative to the tree, which is tried
 * first, or to the current directory. A path that exists in neither is returned as it is.
 */
export function readAllowedFiles(directory: string, paths: readonly string[] = []): string[] {
  return paths.map((path) => {
    const inTree = resolve(directory, path);
    const file = existsSync(inTree) ? inTree : resolve(path);
    return existsSync(file) ? relative(directory, file) : path;
  });
}

export const MAX_SIZE_OPTION: OptionDeclaration = {
  group: 'What is packed',
  type: 'string',
  argument: 'SIZE',
  describe: 'maximum size of the source, such as 500M or 8G (default: 4G)',
};

const UNITS = ['', 'K', 'M', 'G', 'T'];

/**
 * Returns a size such as `8G`, `500M` or `1000` in bytes. K, M, G and T are powers of 1024, also in `8GB`. Returns
 * undefined if no size is given. Throws UsageError for 0, and for a text that is not a size.
 */
export function readMaxSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits = '', unit = ''] = /^(\d{1,15})([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  if (bytes > 0) return bytes;
  throw new UsageError(`--max-size ${JSON.stringify(text)} is not a size`, {
    hint: 'Write a size such as 500M or 8G: K, M, G and T are powers of 1024.',
  });
}

export const ALL_OPTION: OptionDeclaration = {
  group: 'Kernels',
  type: 'boolean',
  default: false,
  describe: 'all kernels that have headers',
};

/** The option `--conf FILE`, to which each command adds a group and a description. */
export const CONF_OPTION = {
  type: 'string',
  argument: 'FILE',
  completes: 'file',
} as const satisfies Partial<OptionDeclaration>;

/** The option `--set NAME=VALUE`, to which each command adds a group. */
export const SET_OPTION = {
  type: 'string',
  argument: 'NAME=VALUE',
  repeat: true,
  describe: 'value for PACKAGE_NAME, for PACKAGE_VERSION, or for a placeholder in dkms.conf',
} as const satisfies Omit<OptionDeclaration, 'group'>;

/**
 * Reads the values of `--set NAME=VALUE`. Returns undefined if no value is given. Throws UsageError for another form,
 * and for a value that dkms.conf cannot contain without escapes.
 */
export function readSet(
  assignments: readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (assignments === undefined || assignments.length === 0) return undefined;
  const set: Record<string, string> = {};
  for (const assignment of assignments) {
    const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined || /[\p{Cc}"'`$\\]/u.test(value)) {
      throw new UsageError(`--set ${JSON.stringify(assignment.slice(0, 80))} is not NAME=VALUE`, {
        hint: 'Write it like --set VERSION=1.2; the value must not contain quotes, "$" or "\\".',
      });
    }
    set[name] = value;
  }
  return set;
}

export const JOBS_OPTION: OptionDeclaration = {
  group: 'Build',
  alias: 'j',
  type: 'number',
  argument: 'NUMBER',
  describe: 'number of processors to use',
};
