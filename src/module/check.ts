import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ArchiveError, EXIT, ModuleBuildError } from '../errors.ts';
import type { KernelHeaders } from '../kernel/headers.ts';
import type { ExportedSymbol } from '../kernel/symvers.ts';
import { moduleMachines } from './elf.ts';
import { readModuleFacts } from './module-facts.ts';

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
  const { elf, problem } = await readModuleFacts(file, await readFile(file));
  if (elf === undefined) {
    throw new ArchiveError('no-module', problem ?? 'not a module', { where: { file } });
  }
  const release = elf.modinfo.first('vermagic')?.split(' ')[0];
  if (release !== headers.release) {
    throw refuse(
      'wrong-vermagic',
      `${name} was built for kernel ${release || '(none)'}, not ${headers.release}`,
      'Does the makefile ask `uname -r`? Use $(KERNELRELEASE) or pass $kernelver in MAKE.',
    );
  }
  if (exported.size === 0) return;
  const unknown = elf.imports.filter((symbol) => !exported.has(symbol));
  if (unknown.length > 0) {
    throw refuse(
      'unknown-symbols',
      `${name} uses symbols that neither kernel ${headers.release} nor this driver exports: ${unknown.slice(0, 8).join(', ')}${unknown.length > 8 ? ', …' : ''}`,
      'Name the DKMS module that exports them in BUILD_DEPENDS.',
    );
  }
}

function refuse(code: string, message: string, hint?: string): ModuleBuildError {
  return new ModuleBuildError(code, EXIT.makeFailed, message, hint === undefined ? {} : { hint });
}
