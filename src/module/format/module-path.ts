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

/** The place where a package installs a module. */
export interface InstalledPath {
  /** The beginning of the path: `lib/modules` or `usr/lib/modules`. */
  readonly base: string;
  readonly release: string;
  /**
   * The directory of the module below the directory of the release, such as `updates/dkms`. `''` if the module is
   * directly in the directory of the release.
   */
  readonly directory: string;
}

/** Whether the name of a file is that of a module, compressed or not. */
export function isModuleFile(path: string): boolean {
  return MODULE_FILE.test(basename(path));
}

/**
 * Divides the path of a module in a package into its parts. Returns undefined for other files, and for modules outside
 * of lib/modules/RELEASE and usr/lib/modules/RELEASE.
 */
export function installedModulePath(path: string): InstalledPath | undefined {
  if (!isModuleFile(path)) return undefined;
  const found = MODULE_DIRECTORY.exec(path);
  return found === null
    ? undefined
    : { base: found[1] ?? '', release: found[2] ?? '', directory: found[3] ?? '' };
}

/** Returns the name of a module's file without suffixes: `hello-x` for `hello-x.ko.xz`. */
export function moduleStem(file: string): string {
  const name = basename(file);
  return MODULE_FILE.exec(name)?.[1] ?? name;
}

/** Returns the module's name as lsmod prints it: `hello_x` for `hello-x.ko.xz` (scripts/Makefile.lib, name-fix). */
export function moduleName(file: string): string {
  return moduleStem(file).replaceAll('-', '_');
}

/** Returns the suffix that a compression adds to the name of a module, such as `.xz`; `''` for no compression. */
export function compressionSuffix(compression: ModuleCompression): string {
  return COMPRESSION_SUFFIXES[compression];
}

/** Returns what follows `.ko` in the name of a module; undefined if the name is not that of a module. */
export function suffixInName(file: string): string | undefined {
  const found = MODULE_FILE.exec(basename(file));
  return found === null ? undefined : (found[2] ?? '');
}
