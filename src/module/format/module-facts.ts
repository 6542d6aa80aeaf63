import type { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import { ArchiveError } from '../../errors.ts';
import type { ModuleCompression } from '../../kernel/config.ts';
import type { Exports } from '../../kernel/symvers.ts';
import { type SignatureCheck, verifySignature } from './check-signature.ts';
import { buildIdOf } from './debug-data.ts';
import { ElfFile, SHN_UNDEF } from './elf-file.ts';
import { machinesOf } from './elf-machines.ts';
import { Modinfo, readModinfo } from './modinfo.ts';
import { compressionOf, decompressModule, xzCheck } from './module-bytes.ts';
import { moduleExports } from './module-exports.ts';
import { readModversions } from './modversions.ts';
import { type CmsSigner, readCms } from './signature-cms.ts';
import { endsSigned, splitSignature } from './signature-trailer.ts';

/** All that the checks want to know of a module; its bytes are not kept. */
export interface ModuleFacts {
  /** File name, such as hello.ko.xz. */
  readonly file: string;
  /** As lsmod has it: hello, with `_` for `-`. */
  readonly name: string;
  readonly bytes: number;
  readonly compression: ModuleCompression;
  /** Of xz only. */
  readonly integrity: string | undefined;
  readonly signature: SignatureFacts | undefined;
  /** Undefined with `problem`: why this is no module. */
  readonly elf: ElfFacts | undefined;
  readonly problem: string | undefined;
}

export interface SignatureFacts {
  readonly signers: readonly CmsSigner[];
  readonly problem: string | undefined;
  readonly nested: boolean;
  /** Against each of the certificates that were given. */
  readonly checks: readonly SignatureCheck[];
}

export interface ElfFacts {
  /** `uname -m` of the kernels that load it; none where we do not know e_machine. */
  readonly machines: readonly string[];
  readonly modinfo: Modinfo;
  readonly hasModinfo: boolean;
  /** `.gnu.linkonce.this_module`, without which no kernel takes it. */
  readonly hasThisModule: boolean;
  readonly hasDebugData: boolean;
  readonly buildId: string | undefined;
  /** Strong undefined symbols, sorted. */
  readonly imports: readonly string[];
  readonly exports: Exports;
  readonly versions: ReadonlyMap<string, string> | undefined;
}

/** Resolved by linker or module loader, exported by nobody (scripts/mod/modpost.c, ignore_undef_symbol). */
const LINKED_IN =
  /^(__this_module|_GLOBAL_OFFSET_TABLE_|\.TOC\.|_(rest|save)(32)?[gf]pr[01]?_.*|_(rest|save)vr_.*|__s390_indirect_jump_.*)$/;
const STB_GLOBAL = 1;

/** Reads a module as it lies in a package or directory. SystemError for a decompressor that is missing. */
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
      'it was signed after it was compressed, and kmod or the kernel decompresses it first: sign it, then compress it';
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

/** hello-x.ko.xz → hello_x (scripts/Makefile.lib, name-fix). */
export function moduleName(file: string): string {
  return basename(file)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

function readElf(elf: ElfFile, name: string): ElfFacts {
  const modinfo = readModinfo(elf);
  const undefinedSymbols = elf
    .symbols()
    .filter(({ section, binding }) => section === SHN_UNDEF && binding === STB_GLOBAL)
    .map((symbol) => symbol.name)
    .filter((symbol) => symbol !== '' && !LINKED_IN.test(symbol));
  return {
    machines: machinesOf(elf.machine),
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
    const checks: SignatureCheck[] = [];
    for (const certificate of certificates) {
      checks.push(await verifySignature(unsigned, signers, certificate));
    }
    return { signers, problem: undefined, nested, checks };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { signers: [], problem: error.message, nested, checks: [] };
  }
}
