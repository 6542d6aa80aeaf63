import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gnuTypeOf } from '../../kernel/architecture.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { run } from '../../system/process/run.ts';
import { checkedDeb } from '../store/checked-deb.ts';
import type { Offered } from '../store/fetch-debs.ts';
import type { HeaderStore } from '../store/header-store.ts';
import { makeWhole, packagesKey } from '../store/unpack-headers.ts';

/**
 * A compiler with all its libraries, unpacked into a directory that looks like a root file system. Its maintainer
 * scripts were not run.
 */
export interface ToolchainRoot {
  readonly directory: string;
  /**
   * The path of the dynamic loader (ld.so(8)) in this directory. It can start the programs even if the machine's
   * own libc is older.
   */
  readonly loader: string;
  /** The directories in which the dynamic loader looks for libraries, joined by colons. */
  readonly libraries: string;
}

/**
 * Top-level directories that are links into usr/ since bookworm. Packages may still use the old names for their
 * files.
 */
const MERGED = ['bin', 'lib', 'lib64', 'sbin'];
/** The path of the dynamic loader for each architecture, as its ABI defines it. */
const LOADERS: Readonly<Record<string, string>> = {
  amd64: 'lib64/ld-linux-x86-64.so.2',
  arm64: 'lib/ld-linux-aarch64.so.1',
  armhf: 'lib/ld-linux-armhf.so.3',
  i386: 'lib/ld-linux.so.2',
  ppc64el: 'lib64/ld64.so.2',
  riscv64: 'lib/ld-linux-riscv64-lp64d.so.1',
  s390x: 'lib/ld64.so.1',
};

/**
 * Unpacks a compiler's packages from the store into one directory, unless an earlier run has done that. No
 * maintainer script runs, and neither root nor a namespace is needed. `host` is the architecture of the packages
 * and of this machine. Throws the errors of checkedDeb, and SystemError `disk-full` or `tool-failed`.
 */
export async function unpackToolchain(
  store: HeaderStore,
  packages: readonly Offered[],
  host: string,
): Promise<ToolchainRoot> {
  const key = packagesKey(packages);
  const directory = join(store.directory, 'toolchain', key);
  if (!existsSync(directory)) {
    await makeWhole(directory, async (staging) => {
      for (const name of MERGED) {
        await makeDirectory(join(staging, 'usr', name));
        await symlink(`usr/${name}`, join(staging, name));
      }
      // Packages share directories, but no files. So several can be unpacked at the same time.
      await mapConcurrently(packages, availableParallelism(), async (one) =>
        unpackOver(await checkedDeb(store, one), staging),
      );
    });
  }
  const gnu = gnuTypeOf(host);
  return {
    directory,
    loader: join(directory, LOADERS[host] ?? `lib/${gnu}/ld.so`),
    libraries: [`usr/lib/${gnu}`, 'usr/lib'].map((path) => join(directory, path)).join(':'),
  };
}

/**
 * A bash script that unpacks a .deb. It does not use dpkg-deb -x, which would replace the links of MERGED by
 * directories; tar keeps these links with --keep-directory-symlink.
 */
const UNPACK =
  'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"';

async function unpackOver(deb: string, directory: string): Promise<void> {
  await run('bash', ['--norc', '--noprofile', '-c', UNPACK, 'unpack', deb, directory], {
    timeoutSeconds: 600,
  });
}
