import { lookUp } from '../system/text/look-up.ts';
import type { KernelConfig } from './config.ts';

/** What one Debian architecture is called by others (dpkg's cputable and tupletable). */
interface Names {
  /** `uname -m` of its kernels: what DKMS calls arch. */
  readonly machine: string;
  /** Before the names of its compilers and binutils. */
  readonly gnuType: string;
  /** ARCH of the kernel's makefiles. */
  readonly kbuild: string;
  /** Other words of `uname -m` for machines that run its kernels. */
  readonly variants?: readonly string[];
}

const ARCHITECTURES: Readonly<Record<string, Names>> = {
  amd64: { machine: 'x86_64', gnuType: 'x86_64-linux-gnu', kbuild: 'x86' },
  arm64: { machine: 'aarch64', gnuType: 'aarch64-linux-gnu', kbuild: 'arm64' },
  armel: { machine: 'armv5tel', gnuType: 'arm-linux-gnueabi', kbuild: 'arm', variants: ['armv6l'] },
  armhf: { machine: 'armv7l', gnuType: 'arm-linux-gnueabihf', kbuild: 'arm', variants: ['armv8l'] },
  i386: { machine: 'i686', gnuType: 'i686-linux-gnu', kbuild: 'x86', variants: ['i486', 'i586'] },
  loong64: { machine: 'loongarch64', gnuType: 'loongarch64-linux-gnu', kbuild: 'loongarch' },
  mips64el: { machine: 'mips64', gnuType: 'mips64el-linux-gnuabi64', kbuild: 'mips' },
  ppc64: { machine: 'ppc64', gnuType: 'powerpc64-linux-gnu', kbuild: 'powerpc' },
  ppc64el: { machine: 'ppc64le', gnuType: 'powerpc64le-linux-gnu', kbuild: 'powerpc' },
  riscv64: { machine: 'riscv64', gnuType: 'riscv64-linux-gnu', kbuild: 'riscv' },
  s390x: { machine: 's390x', gnuType: 's390x-linux-gnu', kbuild: 's390' },
};

/** The configuration that says for which architecture a kernel is. */
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

/** The machine name DKMS has in `$arch`: never Debian's word for it. */
export function machineOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.machine ?? debianArchitecture;
}

/** Debian's word for a machine of `uname -m`, or for itself; undefined where we know neither. */
export function architectureOf(word: string): string | undefined {
  if (Object.hasOwn(ARCHITECTURES, word)) return word;
  const found = Object.entries(ARCHITECTURES).find(
    ([, { machine, variants }]) => machine === word || variants?.includes(word),
  );
  return found?.[0];
}

/** Debian's architecture of a kernel's configuration; undefined where it says nothing. */
export function architectureOfConfig(config: KernelConfig): string | undefined {
  return BY_CONFIG.find(([symbols]) => symbols.every((name) => config.get(name) === 'y'))?.[1];
}

/** `aarch64-linux-gnu`, before the names of the tools that work on its files. */
export function gnuTypeOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.gnuType ?? `${debianArchitecture}-linux-gnu`;
}

/** What the kernel's makefiles call it. */
export function kbuildArchitectureOf(debianArchitecture: string): string {
  return lookUp(ARCHITECTURES, debianArchitecture)?.kbuild ?? debianArchitecture;
}
