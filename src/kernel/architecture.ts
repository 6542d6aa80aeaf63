/** Debian architecture → `uname -m` of its kernels (dpkg's cputable; what DKMS calls arch). */
const MACHINES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  armel: 'armv5tel',
  armhf: 'armv7l',
  i386: 'i686',
  loong64: 'loongarch64',
  mips64el: 'mips64',
  ppc64el: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** The machine name DKMS has in `$arch`: never Debian's word for it. */
export function machineOf(debianArchitecture: string): string {
  return MACHINES[debianArchitecture] ?? debianArchitecture;
}
