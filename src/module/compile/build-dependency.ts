import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { checkPackageName } from '../../debian/package-name.ts';
import { parseVersion } from '../../debian/version.ts';
import { checkDkmsName, checkDkmsVersion, modulesPackageName } from '../../dkms/conf/names.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type ExportedSymbol, type Exports, readSymvers } from '../../kernel/symvers.ts';
import { namesIn } from '../../system/files/names-in.ts';
import { MOST_MODULE_BYTES } from '../format/module-bytes.ts';
import { readModuleFacts } from '../format/module-facts.ts';
import { isModuleFile } from '../format/module-path.ts';

/** The modules of another driver for the same kernel, whose symbols the driver uses. */
export interface BuildDependency {
  /** The name of the driver in BUILD_DEPENDS. */
  readonly name: string;
  /**
   * The DKMS version of the other driver, for paths such as $dkms_tree/<name>/<version>. Undefined if it is
   * unknown.
   */
  readonly version: string | undefined;
  readonly exports: Exports;
  /**
   * The package on which the package of this driver will depend. It contains the modules, or, if DKMS built them, their
   * source. Undefined if there is no such package.
   */
  readonly package: DependencyPackage | undefined;
}

/** The package of another driver's modules, or of its source. */
export interface DependencyPackage {
  readonly name: string;
  readonly version: string;
  /** The value of the package's field Build-Key. Unset if the package has no such field. */
  readonly buildKey?: string;
}

/** The kernel for which a driver is built. */
export type ForKernel = Pick<KernelHeaders, 'release' | 'machine' | 'architecture'>;

/** Reads files of modules, which may be compressed and signed, and returns the symbols that the modules export. */
export async function exportsOfModules(files: readonly string[]): Promise<Exports> {
  const exports = new Map<string, ExportedSymbol>();
  for (const file of [...files].sort()) {
    const { elf } = await readModuleFacts(file, await readFile(file));
    for (const [name, symbol] of elf?.exports ?? []) exports.set(name, symbol);
  }
  return exports;
}

/**
 * Reads a package with the modules of another driver. Returns undefined if the package is for another kernel or
 * architecture, or, if `name` is given, for another driver. The exports are read from the modules themselves, so
 * another tool than dkms-deb may have made the package. Throws InputError if the name or version of the package is not
 * valid, and the errors of readDeb and parseDeb822.
 */
export async function dependencyOfPackage(
  path: string,
  kernel: ForKernel,
  name?: string,
): Promise<BuildDependency | undefined> {
  const deb = await readDeb(path);
  const [stanza] = parseDeb822(deb.control.get('control')?.toString('utf8') ?? '', path).paragraphs;
  const packageName = stanza?.get('Package') ?? '';
  const version = stanza?.get('Version');
  const suffix = modulesPackageName('x', kernel.release).slice(1);
  const wanted = name === undefined ? packageName : modulesPackageName(name, kernel.release);
  if (version === undefined || packageName !== wanted || !packageName.endsWith(suffix))
    return undefined;
  if (stanza?.get('Architecture') !== kernel.architecture) return undefined;
  // Name and version become part of a package relation, and the name becomes a directory.
  checkPackageName(packageName, 'package', { file: path });
  parseVersion(version, { file: path });
  const exports = new Map<string, ExportedSymbol>();
  let record = '';
  for await (const { entry, content } of deb.contents()) {
    const isRecord = entry.path.endsWith(`usr/share/${packageName}/build.json`);
    // Anyone can make a package, so its build.json may be a device, or too large to read.
    if (entry.type !== 'file' || entry.size > MOST_MODULE_BYTES) continue;
    if (!(isRecord || isModuleFile(entry.path))) continue;
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    if (isRecord) record = bytes.toString('utf8');
    else {
      const { elf } = await readModuleFacts(entry.path, bytes);
      for (const [symbol, exported] of elf?.exports ?? []) exports.set(symbol, exported);
    }
  }
  const dkms = identityOf(record);
  return {
    name: name ?? dkms?.name ?? packageName.slice(0, -suffix.length),
    version: dkms?.version,
    exports,
    package: { name: packageName, version, ...keyOf(stanza?.get('Build-Key')) },
  };
}

/** Returns the value of Build-Key as a property. Returns {} if dkms-deb would not write such a value. */
export function keyOf(value: string | undefined): { buildKey?: string } {
  return value !== undefined && /^sha256:[0-9a-f]{64}$/.test(value) ? { buildKey: value } : {};
}

/**
 * Returns the driver that a build.json names. Returns undefined if bmdeb did not write the file, or if DKMS does
 * not allow the name.
 */
function identityOf(record: string): { name: string; version: string } | undefined {
  try {
    const { dkms } = JSON.parse(record) as { dkms?: { name?: unknown; version?: unknown } };
    if (typeof dkms?.name !== 'string' || typeof dkms.version !== 'string') return undefined;
    return { name: checkDkmsName(dkms.name), version: checkDkmsVersion(dkms.version) };
  } catch {
    return undefined;
  }
}

/**
 * Reads the symbols that modules in DKMS's tree export: from Module.symvers (DKMS 3.1.3 and later), else from the
 * modules themselves.
 */
export async function exportsOfDirectory(directory: string): Promise<Exports> {
  const names = await namesIn(directory);
  const table = names.includes('Module.symvers')
    ? await readSymvers(join(directory, 'Module.symvers'))
    : new Map<string, ExportedSymbol>();
  if (table.size > 0) return table;
  return exportsOfModules(names.filter(isModuleFile).map((name) => join(directory, name)));
}
