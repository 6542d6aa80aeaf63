import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { checkPackageName } from '../../debian/package-name.ts';
import { parseVersion } from '../../debian/version.ts';
import { checkDkmsName, checkDkmsVersion, modulesPackageName } from '../../dkms/conf/names.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type ExportedSymbol, type Exports, readSymvers } from '../../kernel/symvers.ts';
import { MOST_MODULE_BYTES } from '../format/module-bytes.ts';
import { readModuleFacts } from '../format/module-facts.ts';

/** Another driver's modules, built for the same kernel, of which a driver uses symbols. */
export interface BuildDependency {
  /** As BUILD_DEPENDS names it. */
  readonly name: string;
  /** Its DKMS version, for paths such as $dkms_tree/<name>/<version>; undefined where nobody knows. */
  readonly version: string | undefined;
  readonly exports: Exports;
  /** What must be installed with the modules that use it; undefined where no package has it. */
  readonly package: { readonly name: string; readonly version: string } | undefined;
}

/** The kernel whose modules are wanted. */
export type ForKernel = Pick<KernelHeaders, 'release' | 'machine' | 'architecture'>;

const MODULE = /\.ko(\.(xz|gz|zst))?$/;

/** What the modules at these paths export, by their own bytes: compressed and signed ones, too. */
export async function exportsOfModules(files: readonly string[]): Promise<Exports> {
  const exports = new Map<string, ExportedSymbol>();
  for (const file of [...files].sort()) {
    const { elf } = await readModuleFacts(file, await readFile(file));
    for (const [name, symbol] of elf?.exports ?? []) exports.set(name, symbol);
  }
  return exports;
}

/**
 * A package of modules: undefined if it is none for this kernel, or (with `name`) another driver's.
 * What it exports is read from the modules, so that anybody's package will do. InputError for a name or
 * version that no package can have.
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
  // Both become a relation of the package that is built, the name a directory, too.
  checkPackageName(packageName, 'package', { file: path });
  parseVersion(version, { file: path });
  const exports = new Map<string, ExportedSymbol>();
  let record = '';
  for await (const { entry, content } of deb.contents()) {
    const isRecord = entry.path.endsWith(`usr/share/${packageName}/build.json`);
    // A file of such a name could be anything.
    if (entry.type !== 'file' || entry.size > MOST_MODULE_BYTES) continue;
    if (!(isRecord || MODULE.test(entry.path))) continue;
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
    package: { name: packageName, version },
  };
}

/** Of a build.json; undefined for packages of others, and for what DKMS could not have as directories. */
function identityOf(record: string): { name: string; version: string } | undefined {
  try {
    const { dkms } = JSON.parse(record) as { dkms?: { name?: unknown; version?: unknown } };
    if (typeof dkms?.name !== 'string' || typeof dkms.version !== 'string') return undefined;
    return { name: checkDkmsName(dkms.name), version: checkDkmsVersion(dkms.version) };
  } catch {
    return undefined;
  }
}

/** The Module.symvers that DKMS keeps beside the modules (since 3.1.3), else the modules' own word. */
export async function exportsOfDirectory(directory: string): Promise<Exports> {
  const names: string[] = await readdir(directory).catch(() => []);
  const table = names.includes('Module.symvers')
    ? await readSymvers(join(directory, 'Module.symvers'))
    : new Map<string, ExportedSymbol>();
  if (table.size > 0) return table;
  return exportsOfModules(
    names.filter((name) => MODULE.test(name)).map((name) => join(directory, name)),
  );
}

/** Whether a path of an installed package is a module. */
export function isModulePath(path: string): boolean {
  return MODULE.test(basename(path));
}
