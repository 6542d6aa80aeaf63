import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';
import { run } from '../../system/process/run.ts';
import type { ArchiveKernel } from '../kernels/archive-kernel.ts';
import { debFile, type HeaderStore, sha256OfFile } from './header-store.ts';

const UNPACK_SECONDS = 600;

/** Returns the name of the directory for the unpacked headers: a digest of their packages. */
export function treeKey(parts: readonly { readonly sha256: string }[]): string {
  const digests = parts.map((part) => part.sha256);
  return sha256(digests.sort().join('\n'));
}

/**
 * Unpacks the headers of a kernel whose packages are in the store. Each package is unpacked once; the directory of
 * a kernel contains hard links to its files. Throws KernelError `damaged-deb`, and removes the package, if its
 * contents do not match its sha256. Throws KernelError `broken-headers` or `no-headers` if the packages do not have
 * the headers of exactly one kernel.
 */
export async function unpackHeaders(
  store: HeaderStore,
  { parts, package: own, architecture, version }: ArchiveKernel,
): Promise<KernelHeaders> {
  const key = treeKey(parts);
  const tree = join(store.directory, 'tree', key);
  if (!existsSync(tree)) {
    const unpacked: string[] = [];
    for (const part of parts)
      unpacked.push(await unpackOnce(store, part.sha256, `${part.name} ${part.version}`));
    await makeWhole(tree, async (staging) => {
      await run('cp', ['-al', '--', ...unpacked.map((one) => `${one}/.`), staging], {
        timeoutSeconds: UNPACK_SECONDS,
      });
    });
  }
  const found = await findUnpackedHeaders(tree);
  const [headers] = found.filter((one) => one.architecture === architecture);
  if (headers === undefined || found.length > 1) {
    const count = headers === undefined ? 'none' : `those of ${found.length} kernels`;
    throw new KernelError(
      'broken-headers',
      `${own.name} ${version} should have the headers of one kernel, but has ${count}`,
      {
        where: { file: debFile(store, own.sha256) },
        hint: 'Report this package: its layout is not known.',
      },
    );
  }
  return { ...headers, packageVersion: version, sourcePackage: own.source };
}

async function unpackOnce(store: HeaderStore, digest: string, name: string): Promise<string> {
  const target = join(store.directory, 'unpacked', digest);
  if (existsSync(target)) return target;
  const deb = debFile(store, digest);
  if ((await sha256OfFile(deb)) !== digest) {
    await rm(deb, { force: true });
    throw new KernelError(
      'damaged-deb',
      `the package ${name} in the store was damaged, and was removed`,
      {
        where: { file: deb },
        hint: 'Run again: then it is fetched again.',
      },
    );
  }
  await makeWhole(target, async (staging) => {
    await run('dpkg-deb', ['-x', deb, staging], { timeoutSeconds: UNPACK_SECONDS });
  });
  return target;
}

/**
 * Makes the directory `target`: `fill` fills it under a temporary name, then it is renamed. Two runs may do this
 * for the same directory at the same time.
 */
export async function makeWhole(
  target: string,
  fill: (staging: string) => Promise<void>,
): Promise<void> {
  await makeDirectory(dirname(target));
  await removeLeftovers(dirname(target));
  const staging = makeTemporary(join(dirname(target), '.new-'));
  try {
    const inside = join(staging, 'whole');
    await mkdir(inside);
    await fill(inside);
    await rename(inside, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
    releaseTemporary(staging);
  }
}
