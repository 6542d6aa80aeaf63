import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { fetchDebs, type Offered } from '../../archives/store/fetch-debs.ts';
import { hostHas, hostLibc } from '../../archives/toolchain/host-tools.ts';
import { type ToolchainRoot, unpackToolchain } from '../../archives/toolchain/unpack-toolchain.ts';
import { wrapKbuild, wrapToolchain } from '../../archives/toolchain/wrap-programs.ts';
import { compareVersions } from '../../debian/version.ts';
import { gnuTypeOf } from '../../kernel/architecture.ts';
import type { KernelHeaders, KernelTools } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { offeredToolchain } from './offered-toolchain.ts';
import type { OpenArchives } from './open-archives.ts';

/**
 * The compiler for a kernel. `path` is the directory with the scripts that start it, `root` the directory into which it
 * was unpacked. Both are undefined if the machine's own compiler is used.
 */
export interface Toolchain {
  readonly path: string | undefined;
  readonly root: ToolchainRoot | undefined;
  readonly packages: readonly Offered[];
  /**
   * Unpacks the compiler if necessary, and returns its root. The dynamic loader there is needed to start the programs
   * of kbuild.
   */
  readonly loader: () => Promise<ToolchainRoot>;
}

/**
 * Returns the compiler for a kernel. It is the machine's own compiler if the machine has compiler, binutils and pahole
 * in the versions that the archive offers, and the kernel is for the machine's architecture. Otherwise a compiler of
 * the archive is fetched and unpacked, and the scripts that start it are written into `directory`. Throws KernelError
 * `no-toolchain` or `not-fetched`.
 */
export async function prepareToolchain(
  archives: OpenArchives,
  { base, architecture: target }: StoredKernel,
  compiler: string,
  directory: string,
  reporter: Reporter,
): Promise<Toolchain> {
  const { store, host } = archives;
  const wish = { compiler, target, host };
  const { root, packages } = await offeredToolchain(archives, base, wish);
  const unpack = async () => {
    if (root !== undefined) await fetchDebs(root, store, packages, reporter);
    return unpackToolchain(store, packages, host);
  };
  if (await hostHas(wish, packages)) {
    return { path: undefined, root: undefined, packages, loader: unpack };
  }
  const unpacked = await unpack();
  await wrapToolchain(unpacked, `${gnuTypeOf(host)}-`, join(directory, 'bin'));
  return { path: join(directory, 'bin'), root: unpacked, packages, loader: async () => unpacked };
}

/**
 * Returns the directories with the programs that a build for this kernel needs: `path` has the compiler, `kbuild` has
 * the programs of kbuild. Returns undefined if the programs of the machine and of the headers can be used.
 */
export async function toolsFor(
  headers: KernelHeaders,
  { libc }: StoredKernel,
  { path, root, loader }: Toolchain,
  wrapped: Map<string, Promise<string>>,
  scratch: string,
): Promise<KernelTools | undefined> {
  const own = await hostLibc();
  const isNewer = libc !== undefined && compareVersions(libc, own) > 0;
  if (path === undefined && !isNewer) return undefined;
  let kbuild: string | undefined;
  if (isNewer) {
    const found = await kbuildOf(headers);
    let copy = wrapped.get(found);
    if (copy === undefined) {
      const target = join(scratch, `kbuild-${sha256(found).slice(0, 12)}`);
      copy = loader().then(async (start) => {
        await wrapKbuild(start, found, target);
        return target;
      });
      copy.catch(() => {});
      wrapped.set(found, copy);
    }
    kbuild = await copy;
  }
  const pathMaps = root === undefined ? [] : [{ from: join(root.directory, 'usr'), to: '/usr' }];
  return { path: path ?? '/usr/bin', ...(kbuild !== undefined && { kbuild }), pathMaps };
}

/**
 * Returns the directory with the programs of kbuild, below scripts/ and tools/: the directory of linux-kbuild-* below
 * the headers' root, or the headers themselves (Ubuntu, Proxmox, Armbian).
 */
async function kbuildOf({ directory, root = '/' }: KernelHeaders): Promise<string> {
  const names = await readdir(join(root, 'usr/lib')).catch(() => []);
  const [name] = names.filter((one) => one.startsWith('linux-kbuild-'));
  return name === undefined ? directory : realpath(join(root, 'usr/lib', name));
}
