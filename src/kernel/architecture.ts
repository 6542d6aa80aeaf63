import { lookUp } from '../system/text/look-up.ts';
import type { KernelConfig } from './config.ts';

/** The names and numbers of one Debian architecture (dpkg's cputable and tupletable). */
interface Architecture {
  /** The output of `uname -m` on this architecture. DKMS calls it arch. */
  readonly machine: string;
  /** The prefix of the names of compilers and binutils for this architecture. */
  readonly gnuType: string;
  /** The value of ARCH in the makefiles of the kernel. */
  readonly kbuild: string;
  /** The number in e_machine of ELF files for this architecture (include/uapi/linux/elf-em.h). */
  readonly elf: number;
  /** Other outputs of `uname -m` on machines of this architecture. */
  readonly variants?: readonly string[];
  /** The name of the architecture in RPM packages, if it differs from `machine` (rpm: rpmrc.in). */
  readonly rpm?: string;
  /** The e_machine numbers of programs for other architectures that kernels of this architecture can also run. */
  readonly alsoRuns?: readonly number[];
}

const EM_386 = 3;
const EM_MIPS = 8;
const EM_PPC64 = 21;
const EM_ARM = 40;

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  amd64: {
    machine: 'x86_64',
    gnuType: 'x86_64-linux-gnu',
    kbuild: 'x86',
    elf: 62,
    alsoRuns: [EM_386],
  },
  arm64: { machine: 'aarch64', gnuType: 'aarch64-linux-gnu', kbuild: 'arm64', elf: 183 },
  armel: {
    machine: 'armv5tel',
    gnuType: 'arm-linux-gnueabi',
    kbuild: 'arm',
    elf: EM_ARM,
    variants: ['armv6l'],
  },
  armhf: {
    machine: 'armv7l',
    gnuType: 'arm-linux-gnueabihf',
    kbuild: 'arm',
    elf: EM_ARM,
    variants: ['armv8l'],
    rpm: 'armv7hl',
  },
  i386: {
    machine: 'i686',
    gnuType: 'i686-linux-gnu',
    kbuild: 'x86',
    elf: EM_386,
    variants: ['i386', 'i486', 'i586'],
  },
  loong64: {
    machine: 'loongarch64',
    gnuType: 'loongarch64-linux-gnu',
    kbuild: 'loongarch',
    elf: 258,
  },
  mips64el: {
    machine: 'mips64',
    gnuType: 'mips64el-linux-gnuabi64',
    kbuild: 'mips',
    elf: EM_MIPS,
  },
  mipsel: { machine: 'mips', gnuType: 'mipsel-linux-gnu', kbuild: 'mips', elf: EM_MIPS },
  ppc64: { machine: 'ppc64', gnuType: 'powerpc64-linux-gnu', kbuild: 'powerpc', elf: EM_PPC64 },
  ppc64el: {
    machine: 'ppc64le',
    gnuType: 'powerpc64le-linux-gnu',
    kbuild: 'powerpc',
    elf: EM_PPC64,
  },
  riscv64: { machine: 'riscv64', gnuType: 'riscv64-linux-gnu', kbuild: 'riscv', elf: 243 },
  s390x: { machine: 's390x', gnuType: 's390x-linux-gnu', kbuild: 's390', elf: 22 },
};

/** Debian's names of the architectures that dkms-deb knows. */
export const KNOWN_ARCHITECTURES: readonly string[] = Object.keys(ARCHITECTURES);

/**
 * The configuration symbols that show the architecture of a kernel. The first entry whose symbols are all set is used.
 */
const BY_CONFIG: readonly (readonly [symbols: readonly string[], architecture: string])[] = [
  [['CONFIG_X86_64'], 'amd64'],
  [['CONFIG_X86_32'], 'i386'],
  [['CONFIG_ARM64'], 'arm64'],
  [['CONFIG_ARM', 'CONFIG_CPU_V7'], 'armhf'],
  [['CONFIG_ARM'], 'armel'],
  [['CONFIG_RISCV', 'CONFIG_64BIT'], 'riscv64'],
  [['CONFIG_PPC64', 'CONFIG_CPU_LITTLE_ENDIAN'], 'ppc64el'],
  [['CONFIG_S390'], 's390x'],
  [['CONFIG_LOONGARCH', 'CONFIG_64BIT'], 'loong64'],
  [['CONFIG_MIPS', 'CONFIG_64BIT', 'CONFIG_CPU_LITTLE_ENDIAN'], 'mips64el'],
];

/**
 * Returns the output of `uname -m` on an architecture. DKMS has it in `$arch`. An unknown architecture is returned
 * unchanged.
 */
export function machineOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.machine ?? debianArchitecture;
}

/**
 * Returns the name of a Debian architecture in RPM packages, such as x86_64. An unknown architecture is returned
 * unchanged.
 */
export function rpmArchitectureOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.rpm ?? machineOf(debianArchitecture);
}

/**
 * Returns the Debian architecture for the name of an RPM architecture. Returns undefined if the name is unknown or
 * `noarch`.
 */
export function architectureOfRpm(name: string): string | undefined {
  return Object.keys(ARCHITECTURES).find((debian) => rpmArchitectureOf(debian) === name);
}

/**
 * Returns the Debian architecture for an output of `uname -m`, or for the name of a Debian architecture. Returns
 * undefined if the word is unknown.
 */
export function architectureOf(word: string): string | undefined {
  if (Object.hasOwn(ARCHITECTURES, word)) return word;
  const found = Object.entries(ARCHITECTURES).find(
    ([, { machine, variants }]) => machine === word || variants?.includes(word),
  );
  return found?.[0];
}

/**
 * Returns the Debian architecture for the configuration of a kernel. Returns undefined if no entry of BY_CONFIG
 * matches.
 */
export function architectureOfConfig(config: KernelConfig): string | undefined {
  return BY_CONFIG.find(([symbols]) => symbols.every((name) => config.get(name) === 'y'))?.[1];
}

/**
 * Returns the prefix of compilers and binutils for an architecture, such as `aarch64-linux-gnu`. For an unknown
 * architecture, returns its name with `-linux-gnu`.
 */
export function gnuTypeOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.gnuType ?? `${debianArchitecture}-linux-gnu`;
}

/**
 * Returns the value of ARCH in the makefiles of the kernel for a Debian architecture. An unknown architecture is
 * returned unchanged.
 */
export function kbuildArchitectureOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.kbuild ?? debianArchitecture;
}

/**
 * Returns the Debian architectures whose programs and modules have this e_machine. Returns [] for an unknown number.
 */
export function architecturesOfElf(elf: number): string[] {
  const all = Object.entries(ARCHITECTURES);
  return all.filter(([, architecture]) => architecture.elf === elf).map(([name]) => name);
}

/**
 * Returns the outputs of `uname -m` under kernels that load modules with this e_machine. Returns [] for an unknown
 * number.
 */
export function machinesOfElf(elf: number): string[] {
  return architecturesOfElf(elf).flatMap((name) => {
    const { machine = name, variants = [] } = ARCHITECTURES[name] ?? {};
    return [machine, ...variants];
  });
}

/**
 * Whether each machine of an architecture can run programs with this e_machine; the byte order is not compared. Returns
 * undefined if the architecture is unknown.
 */
export function runsElf(debianArchitecture: string, elf: number): boolean | undefined {
  const architecture = lookUp(ARCHITECTURES, debianArchitecture);
  return architecture && [architecture.elf, ...(architecture.alsoRuns ?? [])].includes(elf);
}
