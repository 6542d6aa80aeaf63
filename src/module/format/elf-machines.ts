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

/** `uname -m` of the kernels that load objects of an e_machine; none where we do not know the number. */
export function machinesOf(elfMachine: number): readonly string[] {
  return ELF_MACHINES[elfMachine] ?? [];
}
