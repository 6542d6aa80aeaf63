import { basename } from 'node:path';
import type { ModuleCompression } from '../../kernel/config.ts';

/** The suffixes after `.ko` in the name of a compressed module (scripts/Makefile.modinst). */
const COMPRESSION_SUFFIXES: Readonly<Record<ModuleCompression, string>> = {
  none: '',
  gzip: '.gz',
  xz: '.xz',
  zstd: '.zst',
};

const MODULE_FILE = /^(.*)\.ko(\.gz|\.xz|\.zst)?$/;
const MODULE_DIRECTORY = /^((?:usr\/)?lib\/modules)\/([^/]+)(?:\/(.+))?\/[^/]+$/;

/** Where a package installs a module. */
export interface InstalledPath {
  /** `lib/modules` or `usr/lib/modules`. */
  readonly base: string;
  readonly release: string;
  /** The directory below the release, such as `updates/dkms`; `''` directly in the release's directory. */
  readonly directory: string;
}

/** Whether a path is that of a module, compressed or not. */
export function isModuleFile(path: string): boolean {
  return MODULE_FILE.test(basename(path));
}

/** Reads the path of a module in a package; undefined for other files and other directories. */
export function installedModulePath(path: string): InstalledPath | undefined {
  if (!isModuleFile(path)) return undefined;
  const found = MODULE_DIRECTORY.exec(path);
  return found === null
    ? undefined
    : { base: found[1] ?? '', release: found[2] ?? '', directory: found[3] ?? '' };
}

/** Returns the file name without suffixes: `hello-x` for `hello-x.ko.xz`. */
export function moduleStem(file: string): string {
  const name = basename(file);
  return MODULE_FILE.exec(name)?.[1] ?? name;
}

/** Returns the module's name as lsmod prints it: `hello_x` for `hello-x.ko.xz` (scripts/Makefile.lib, name-fix). */
export function moduleName(file: string): string {
  return moduleStem(file).replaceAll('-', '_');
}

/** Returns the suffix of modules with this compression, such as `.xz`; `''` without compression. */
export function compressionSuffix(compression: ModuleCompression): string {
  return COMPRESSION_SUFFIXES[compression];
}

/** Returns what follows `.ko` in the name of a module; undefined if the name is not that of a module. */
export function suffixInName(file: string): string | undefined {
  const found = MODULE_FILE.exec(basename(file));
  return found === null ? undefined : (found[2] ?? '');
}
