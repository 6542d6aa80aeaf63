import { basename } from 'node:path';
import { EXIT, ModuleBuildError } from '../errors.ts';
import type { KernelHeaders } from '../kernel/headers.ts';
import type { ExportedSymbol } from '../kernel/symvers.ts';
import { run } from '../system/run.ts';
import { moduleMachines } from './elf.ts';

/**
 * What insmod would refuse, found before the module is packed: another kernel's vermagic, another
 * machine, symbols that nobody exports. ModuleBuildError (10) says which.
 */
export async function checkModule(
  file: string,
  headers: Pick<KernelHeaders, 'release' | 'machine'>,
  exported: ReadonlyMap<string, ExportedSymbol>,
): Promise<void> {
  const name = basename(file);
  const machines = await moduleMachines(file);
  if (machines.length > 0 && !machines.includes(headers.machine)) {
    throw refuse('wrong-machine', `${name} is for ${machines.join('/')}, not ${headers.machine}`);
  }
  const vermagic = (await run('modinfo', ['-F', 'vermagic', file])).stdout.trim();
  if (vermagic.split(' ')[0] !== headers.release) {
    throw refuse(
      'wrong-vermagic',
      `${name} was built for kernel ${vermagic.split(' ')[0] || '(none)'}, not ${headers.release}`,
      'Does the makefile ask `uname -r`? Use $(KERNELRELEASE) or pass $kernelver in MAKE.',
    );
  }
  if (exported.size === 0) return;
  const undefinedSymbols = await undefinedIn(file);
  const unknown = undefinedSymbols.filter((symbol) => !exported.has(symbol));
  if (unknown.length > 0) {
    throw refuse(
      'unknown-symbols',
      `${name} uses symbols that neither kernel ${headers.release} nor this driver exports: ${unknown.slice(0, 8).join(', ')}${unknown.length > 8 ? ', …' : ''}`,
      'Name the DKMS module that exports them in BUILD_DEPENDS.',
    );
  }
}

/** Strong undefined symbols: those the kernel's loader must resolve (weak ones may stay open). */
async function undefinedIn(file: string): Promise<string[]> {
  const listed = await run('nm', ['-u', '--format=posix', file]);
  return listed.stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, kind]) => kind === 'U')
    .map(([symbol]) => symbol ?? '')
    .filter((symbol) => !LINKED_IN.test(symbol));
}

/** Resolved by linker or module loader, exported by nobody (scripts/mod/modpost.c, ignore_undef_symbol). */
const LINKED_IN =
  /^(__this_module|_GLOBAL_OFFSET_TABLE_|\.TOC\.|_(rest|save)(32)?[gf]pr[01]?_.*|_(rest|save)vr_.*|__s390_indirect_jump_.*)$/;

function refuse(code: string, message: string, hint?: string): ModuleBuildError {
  return new ModuleBuildError(code, EXIT.makeFailed, message, hint === undefined ? {} : { hint });
}
