import { open } from 'node:fs/promises';
import { ArchiveError } from '../errors.ts';

/** e_machine values (elf(5), linux/elf-em.h) and the `uname -m` of the kernels that load them. */
const ELF_MACHINES: Readonly<Record<number, readonly string[]>> = {
  3: ['i386', 'i486', 'i586', 'i686'],
  8: ['mips', 'mips64'],
  21: ['ppc64', 'ppc64le'],
  22: ['s390x'],
  40: ['arm', 'armv5tel', 'armv6l', 'armv7l'],
  62: ['x86_64'],
  183: ['aarch64'],
  243: ['riscv64'],
  258: ['loongarch64'],
};

const ET_REL = 1;

/**
 * Machines (`uname -m`) that a relocatable ELF file is for, none where we do not know the number.
 * ArchiveError `no-module` for other files.
 */
export async function moduleMachines(file: string): Promise<readonly string[]> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(20);
    const { bytesRead } = await handle.read(header, 0, 20, 0);
    const isElf =
      bytesRead === 20 && header.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
    const read16 = (offset: number) =>
      header[5] === 2 ? header.readUInt16BE(offset) : header.readUInt16LE(offset);
    if (!isElf || read16(16) !== ET_REL) {
      throw new ArchiveError('no-module', 'not a relocatable ELF object', { where: { file } });
    }
    return machinesOf(read16(18));
  } finally {
    await handle.close();
  }
}

/** `uname -m` of the kernels that load objects of an e_machine; none where we do not know the number. */
export function machinesOf(elfMachine: number): readonly string[] {
  return ELF_MACHINES[elfMachine] ?? [];
}
