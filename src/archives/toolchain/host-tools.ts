import { KernelError, SystemError } from '../../errors.ts';
import { queryDpkg } from '../../system/process/query-dpkg.ts';
import { run } from '../../system/process/run.ts';
import type { Offered } from '../store/fetch-debs.ts';
import type { ToolchainWish } from './toolchain-packages.ts';

let libc: Promise<string> | undefined;

/**
 * Returns the version of this machine's glibc, such as 2.36. Throws KernelError `no-toolchain` on a machine with
 * another C library.
 */
export function hostLibc(): Promise<string> {
  libc ??= askLibc('getconf');
  return libc;
}

/**
 * Asks the program `getconf` for the version of glibc. On a machine without glibc this program is missing or does
 * not know GNU_LIBC_VERSION.
 */
export async function askLibc(getconf: string): Promise<string> {
  const { stdout } = await run(getconf, ['GNU_LIBC_VERSION']).catch((cause) => {
    if (!(cause instanceof SystemError)) throw cause;
    throw noGlibc(cause);
  });
  const version = /^glibc (\d[\d.]*)/.exec(stdout)?.[1];
  if (version === undefined) throw noGlibc();
  return version;
}

function noGlibc(cause?: SystemError): KernelError {
  return new KernelError(
    'no-toolchain',
    'this machine has no glibc, which the compilers of Debian need',
    { hint: 'Build on Debian, Ubuntu or a derivative, for example in a container.', cause },
  );
}

const COMPILER_PACKAGES =
  /^(?:gcc-\d+(?:-[a-z0-9-]+-linux-gnu[a-z0-9]*|-for-host)?|cpp-\d+|binutils(?:-[a-z0-9-]+-linux-gnu[a-z0-9]*)?|clang-\d+|lld-\d+|llvm-\d+|pahole|dwarves)$/;

/** Whether a package has programs on which the bytes of modules depend: a compiler, binutils or pahole. */
export function isCompilerPackage(name: string): boolean {
  return COMPILER_PACKAGES.test(name);
}

/**
 * Whether this machine has the compiler, binutils and pahole installed in the versions that the archive offers. They
 * then produce the same bytes, so nothing is fetched. Always false if the kernel has another architecture than this
 * machine.
 */
export async function hostHas(
  { compiler, target, host }: ToolchainWish,
  offered: readonly Offered[],
): Promise<boolean> {
  if (target !== host) return false;
  const wanted = offered.filter(({ name }) => isCompilerPackage(name));
  if (!wanted.some(({ name }) => name.startsWith(compiler))) return false;
  const names = wanted.map(({ name }) => name);
  const rows = await queryDpkg(['Package', 'Version', 'db:Status-Status'], names);
  const installed = new Set(rows.map((row) => row.join(' ')));
  return wanted.every(({ name, version }) => installed.has(`${name} ${version} installed`));
}
