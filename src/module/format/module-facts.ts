import type { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import { ArchiveError } from '../../errors.ts';
import { machinesOfElf } from '../../kernel/architecture.ts';
import type { ModuleCompression } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';
import { buildIdOf } from './build-id.ts';
import { type CmsCheck, checkCms } from './check-cms.ts';
import { ElfFile, SHN_UNDEF } from './elf-file.ts';
import { Modinfo, readModinfo } from './modinfo.ts';
import { compressionOf, decompressModule, xzCheck } from './module-bytes.ts';
import { moduleExports } from './module-exports.ts';
import { moduleName } from './module-path.ts';
import { readModversions } from './modversions.ts';
import { type CmsSigner, readCms } from './signature-cms.ts';
import { endsSigned, splitSignature } from './signature-trailer.ts';

/** What the checks need to know about a module. The bytes of the module are not kept. */
export interface ModuleFacts {
  /** The name of the file, such as hello.ko.xz. */
  readonly file: string;
  /** The name of the module as lsmod prints it, with `_` instead of `-`. */
  readonly name: string;
  /** The size of the file in bytes. */
  readonly bytes: number;
  readonly compression: ModuleCompression;
  /** The kind of integrity check in an xz file. Undefined if the kind is unknown, and for other compressions. */
  readonly integrity: string | undefined;
  readonly signature: SignatureFacts | undefined;
  /** The facts of the module's ELF object. Undefined if the file is not a module. */
  readonly elf: ElfFacts | undefined;
  /** Says why the file is not a module. Undefined if the file is a module. */
  readonly problem: string | undefined;
}

/** The facts of the signature appended to a module. */
export interface SignatureFacts {
  /** The signers. Empty if there is a `problem`. */
  readonly signers: readonly CmsSigner[];
  /** Says why no kernel accepts the signature. Undefined if there is no such reason. */
  readonly problem: string | undefined;
  /** Whether the module was signed twice: the signed bytes themselves end with a signature. */
  readonly nested: boolean;
  /** The results of checking the signature, one for each given certificate. */
  readonly checks: readonly CmsCheck[];
}

/** The facts of a module's ELF object. */
export interface ElfFacts {
  /**
   * The architectures that the module may be for, as `uname -m` prints them: all that have its e_machine. Empty if
   * e_machine is unknown.
   */
  readonly machines: readonly string[];
  readonly modinfo: Modinfo;
  readonly hasModinfo: boolean;
  /** Whether the module has the section `.gnu.linkonce.this_module`. Without it no kernel loads the module. */
  readonly hasThisModule: boolean;
  readonly hasDebugData: boolean;
  readonly buildId: string | undefined;
  /** The symbols that the module imports: the undefined symbols that are neither weak nor LINKED_IN, sorted. */
  readonly imports: readonly string[];
  readonly exports: Exports;
  /** The CRC that the module expects of each import (readModversions). Undefined if the module has no CRCs. */
  readonly versions: ReadonlyMap<string, string> | undefined;
}

/**
 * Symbols that the linker or the module loader defines, so that no module exports them (scripts/mod/modpost.c,
 * ignore_undef_symbol).
 */
const LINKED_IN =
  /^(__this_module|_GLOBAL_OFFSET_TABLE_|\.TOC\.|_(rest|save)(32)?[gf]pr[01]?_.*|_(rest|save)vr_.*|__s390_indirect_jump_.*)$/;
const STB_GLOBAL = 1;

/**
 * Reads a module, compressed and signed or not, and checks its signature with each of the certificates. Throws
 * SystemError `tool-missing` if the program that decompresses the module is missing, and ModuleBuildError
 * `openssl-missing` if openssl, which checks the signature, is missing.
 */
export async function readModuleFacts(
  file: string,
  bytes: Buffer,
  certificates: readonly X509Certificate[] = [],
): Promise<ModuleFacts> {
  const compression = compressionOf(bytes);
  const common = {
    file: basename(file),
    name: moduleName(file),
    bytes: bytes.length,
    compression,
    integrity: compression === 'xz' ? xzCheck(bytes) : undefined,
  };
  if (compression !== 'none' && endsSigned(bytes)) {
    const problem =
      'the module was signed after it was compressed, but kmod and the kernel decompress a module before they check its signature: sign first, then compress';
    return { ...common, signature: undefined, elf: undefined, problem };
  }
  try {
    const whole = await decompressModule(bytes);
    const signature = await readSignature(whole, certificates);
    const elf = readElf(new ElfFile(whole), common.name);
    return { ...common, signature, elf, problem: undefined };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { ...common, signature: undefined, elf: undefined, problem: error.message };
  }
}

function readElf(elf: ElfFile, name: string): ElfFacts {
  const modinfo = readModinfo(elf);
  const undefinedSymbols = elf
    .symbols()
    .filter(({ section, binding }) => section === SHN_UNDEF && binding === STB_GLOBAL)
    .map((symbol) => symbol.name)
    .filter((symbol) => symbol !== '' && !LINKED_IN.test(symbol));
  return {
    machines: machinesOfElf(elf.machine),
    modinfo: modinfo ?? new Modinfo(new Map()),
    hasModinfo: modinfo !== undefined,
    hasThisModule: elf.section('.gnu.linkonce.this_module') !== undefined,
    hasDebugData: elf.section('.debug_info') !== undefined,
    buildId: buildIdOf(elf),
    imports: undefinedSymbols.sort(),
    exports: moduleExports(elf, name),
    versions: readModversions(elf),
  };
}

async function readSignature(
  whole: Buffer,
  certificates: readonly X509Certificate[],
): Promise<SignatureFacts | undefined> {
  const { unsigned, cms, problem } = splitSignature(whole);
  if (cms === undefined && problem === undefined) return undefined;
  const nested = splitSignature(unsigned).unsigned.length !== unsigned.length;
  if (cms === undefined || problem !== undefined) {
    return { signers: [], problem, nested, checks: [] };
  }
  try {
    const signers = readCms(cms);
    const checks: CmsCheck[] = [];
    for (const certificate of certificates) {
      checks.push(await checkCms(unsigned, signers, certificate));
    }
    return { signers, problem: undefined, nested, checks };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { signers: [], problem: error.message, nested, checks: [] };
  }
}
